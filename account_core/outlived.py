"""Temporary passwords end with the mobile that they were sent to, and with the contract."""

from __future__ import annotations

from sqlalchemy import Connection, Select, func, or_, select, update

from account_core.clocks import now
from account_core.message_tables import MessageRow
from account_core.password_tables import PasswordRow
from account_core.reset_messages import ABOUT
from account_core.tables import Contract
from account_core.taking_back import UNSENT, take_back

VOID = {"temporary": None, "temporary_until": None, "ticket": None, "ticket_until": None}


def void(connection: Connection, moved: Select[str]) -> None:
    """Void what was sent for the contracts that `moved` selects, before their rows are changed.

    Whoever makes a password has the contract's row (`Contract`, FOR SHARE) until it is made: he is waited for,
    or finds the row as it is afterwards.
    """
    if connection.dialect.name == "postgresql":  # SQLite's one writer is alone already
        held = moved.with_for_update(of=Contract).subquery()
        connection.execute(select(func.count()).select_from(held))
    given = or_(PasswordRow.temporary.is_not(None), PasswordRow.ticket.is_not(None))
    connection.execute(update(PasswordRow).where(given, PasswordRow.contract.in_(moved)).values(VOID))
    waiting = select(MessageRow.contract).where(
        MessageRow.about == ABOUT,
        MessageRow.state.in_(UNSENT),
        MessageRow.text.is_not(None),
        MessageRow.contract.in_(moved),
    )
    now_ms = int(now(connection) * 1000)
    for contract in connection.scalars(waiting.distinct()).all():
        take_back(connection, contract or "", ABOUT, now_ms)
