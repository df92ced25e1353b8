"""What subscribers ask for by SMS and USSD: each request is served once, however often a gateway brings it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from account_core.alone import alone
from account_core.audit import Audit
from account_core.clocks import AHEAD_S, Clock, now
from account_core.database import Database
from account_core.errors import AccountError
from account_core.incoming_tables import IncomingRow
from account_core.messages import Letter
from account_core.outbox import Outbox
from account_core.password_tables import TryRow
from account_core.visits import Visit

DAY_S = 24 * 3600
HOUR_S = 3600
LEASE_S = 30
"""Seconds after which a request that nothing came of is served anew: whoever had it is dead."""
TWIN_S = 60
"""Seconds in which a wish that a sender repeats is the same request: a thumb or a network has doubled it."""
NEVER_SERVED = 0
"""The lease of a twin: it is no reason to take a third for a twin."""
RESET_MADE = "password"
"""The outcome of a request that a new password was made for."""


class BeingServed(AccountError):
    """The same request is being served at this moment: its outcome is known in a few seconds."""

    def __init__(self) -> None:
        super().__init__("the same request is being served")


class Incoming:
    """The requests. Every method may raise `StorageUnavailable`, and then nothing was written."""

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        answers_an_hour: int = 5,
        clock: Clock | None = None,
    ) -> None:
        self._database, self._outbox, self._clock = database, outbox, clock
        self._answers_an_hour = answers_an_hour

    def begin(self, visit: Visit, wish: str, twin_s: int = TWIN_S) -> str | None:
        """Take up the request `visit`; its outcome if it was served before, by this name or as a twin of it.

        None means: serve it, then `finish`. Raises `BeingServed`.
        """
        with self._database.writing(lasting=True) as connection:
            alone(connection, f"incoming {visit.key}", f"incoming from {visit.number}")
            now_s = int(now(connection, self._clock))
            connection.execute(
                delete(IncomingRow).where(
                    or_(IncomingRow.at <= now_s - DAY_S, IncomingRow.at > now_s + AHEAD_S)
                )
            )
            if row := _row(connection, visit):
                return self._again(connection, row, visit, now_s)
            twin = _twin(connection, visit, wish, now_s, twin_s)
            if twin and twin.outcome is None:
                raise BeingServed
            outcome = twin.outcome if twin else None
            asked = {
                "id": visit.key,
                "channel": visit.channel,
                "sender": visit.number,
                "wish": wish,
                "at": now_s,
            }
            lease_until = NEVER_SERVED if twin else now_s + LEASE_S
            served = {"lease_until": lease_until, "outcome": outcome, "answered": False}
            connection.execute(insert(IncomingRow), {**asked, **served})
            return outcome

    def finish(
        self, visit: Visit, outcome: str, contract: str | None = None, answer: Letter | None = None
    ) -> None:
        """Keep what came of `visit` and put the answer in the outbox, both or neither, and only once.

        A sender who has had his answers of this hour gets no more of them.
        """
        with self._database.writing(lasting=True) as connection:
            alone(connection, f"incoming {visit.key}", f"incoming from {visit.number}")
            now_s = int(now(connection, self._clock))
            row = _row(connection, visit)
            if row is None or row.outcome is not None:
                return
            answered = answer is not None and self._may_answer(connection, visit, now_s)
            if answer and answered:
                self._outbox.put(connection, answer)
            _close(connection, row, visit, outcome, contract, answered)

    def _again(self, connection: Connection, row: Row[Any], visit: Visit, now_s: int) -> str | None:
        if row.outcome is not None:
            return str(row.outcome)
        if now_s < row.lease_until <= now_s + LEASE_S:
            raise BeingServed
        if _reset_made(connection, visit):
            _close(connection, row, visit, RESET_MADE, None, answered=False)
            return RESET_MADE
        lease = {"lease_until": now_s + LEASE_S}
        connection.execute(update(IncomingRow).where(IncomingRow.id == row.id).values(lease))
        return None

    def _may_answer(self, connection: Connection, visit: Visit, now_s: int) -> bool:
        within = IncomingRow.at.between(now_s - HOUR_S + 1, now_s + AHEAD_S)
        mine = (IncomingRow.sender == visit.number, within, IncomingRow.answered)
        answers = connection.scalar(select(func.count()).where(*mine)) or 0
        return answers < self._answers_an_hour


def _row(connection: Connection, visit: Visit) -> Row[Any] | None:
    which = select(IncomingRow.__table__).where(IncomingRow.id == visit.key)
    return connection.execute(which).one_or_none()


def _twin(connection: Connection, visit: Visit, wish: str, now_s: int, within_s: int) -> Row[Any] | None:
    alike = (IncomingRow.sender == visit.number, IncomingRow.channel == visit.channel, IncomingRow.wish == wish)
    near = (
        IncomingRow.at > now_s - within_s,
        IncomingRow.at < now_s + within_s,
        IncomingRow.lease_until > NEVER_SERVED,
    )
    last = select(IncomingRow.__table__).where(*alike, *near).order_by(IncomingRow.at.desc())
    return connection.execute(last.limit(1)).one_or_none()


def _reset_made(connection: Connection, visit: Visit) -> bool:
    """Whether whoever served it before died after the password was made and before he could say so."""
    made = select(TryRow.id).where(TryRow.kind == "reset", TryRow.call_id == visit.key)
    return connection.scalar(made.limit(1)) is not None


def _close(
    connection: Connection, row: Row[Any], visit: Visit, outcome: str, contract: str | None, answered: bool
) -> None:
    known = {"outcome": outcome, "answered": answered}
    connection.execute(update(IncomingRow).where(IncomingRow.id == row.id).values(known))
    facts = visit.told() | {"decided": outcome, "answered": answered}
    Audit.note(connection, f"asked for {row.wish}", contract=contract, **facts)
