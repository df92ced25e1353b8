"""Messages that must not go out any more: something newer made them useless, or they would go to a stranger."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, update

from account_core.audit import Audit
from account_core.message_tables import MessageRow
from account_core.messages import Channel, State
from account_core.tables import Contract

UNSENT = (State.QUEUED, State.SENDING, State.DEAD)
"""States in which a message may go out yet, a dead one when the desk tries it again."""


def take_back(connection: Connection, contract: str, about: str, now_ms: int) -> int:
    """Take back the messages to `contract` about that matter, and erase their texts; how many there were.

    What a sender has in hand at this moment may still go out, this once; `superseded` tells it afterwards.
    """
    query = select(MessageRow.id, MessageRow.state, MessageRow.due_at).where(
        MessageRow.contract == contract,
        MessageRow.about == about,
        MessageRow.state.in_(UNSENT),
        MessageRow.text.is_not(None),
    )
    rows = connection.execute(query.order_by(MessageRow.id).with_for_update()).all()
    in_hand = [row.id for row in rows if row.state == State.SENDING and row.due_at > now_ms]
    ended = [row.id for row in rows if row.id not in in_hand]
    _change(connection, in_hand, text=None)
    _change(connection, ended, state=State.REPLACED, due_at=None, lease=None, text=None)
    if rows:
        Audit.note(connection, "message replaced", contract=contract, about=about, count=len(rows))
    return len(rows)


def superseded(row: Row[Any]) -> bool:
    """Whether the message was taken back while a sender had it: nothing else erases the text of such a one."""
    return bool(row.state == State.SENDING and row.text is None)


def misdirected(connection: Connection, row: Row[Any]) -> str | None:
    """Why a secret must not go where it was to go: the contract is not that subscriber's any more."""
    if not row.secret or row.contract is None:
        return None
    on_file = {Channel.SMS: Contract.mobile, Channel.EMAIL: Contract.email}[Channel(row.channel)]
    its = select(on_file).where(Contract.number == row.contract, Contract.status == "active")
    same = connection.scalar(its) == row.destination
    return None if same else "the contract is closed, or has another address on file now"


def _change(connection: Connection, which: list[int], **values: object) -> None:
    if which:
        connection.execute(update(MessageRow).where(MessageRow.id.in_(which)).values(values))
