"""Who sits at the desk now. The browser has a token; here is only its hash."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, delete, insert, not_, or_, select

from account_core.agent_tables import AgentRow, SittingRow
from account_core.agents import Agent
from account_core.alone import alone
from account_core.audit import Audit
from account_core.clocks import AHEAD_S
from account_core.database import Database
from account_core.errors import AccountError


class SeatTaken(AccountError):
    """Somebody else has that telephone."""

    def __init__(self, seat: str, agent: str) -> None:
        super().__init__(f"{seat} is taken by {agent}")
        self.seat, self.agent = seat, agent


@dataclass(frozen=True)
class Sitting:
    """One agent at the desk."""

    agent: Agent
    seat: str | None
    """The agent's telephone, None without one."""
    until: dt.datetime
    key: bytes = field(repr=False)
    """The hash of the token."""


class Sittings:
    """The agents at the desk. Every method may raise `StorageUnavailable`."""

    def __init__(
        self, database: Database, shift_h: float = 12.0, clock: Callable[[], float] = time.time
    ) -> None:
        """A sitting lasts `shift_h` hours at most."""
        self._database, self._shift_h, self._clock = database, shift_h, clock

    def begin(self, agent: Agent, seat: str | None) -> str:
        """Seat `agent`, who signed in; the token for the browser. A sitting elsewhere ends.

        Raises `SeatTaken`.
        """
        token, now = secrets.token_urlsafe(32), self._now()
        with self._database.writing() as connection:
            alone(connection, "sittings")
            over = or_(SittingRow.agent == agent.login, not_(self._goes_on(now)))
            connection.execute(delete(SittingRow).where(over))
            taken = select(SittingRow.agent).where(SittingRow.seat == seat)
            if seat and (by := connection.scalar(taken)):
                raise SeatTaken(seat, by)
            until = now + dt.timedelta(hours=self._shift_h)
            row = {"token": _hashed(token), "agent": agent.login, "seat": seat, "until": until}
            connection.execute(insert(SittingRow), row)
            Audit.note(connection, "sits at the desk", agent=agent.login, seat=seat or "no telephone")
        return token

    def find(self, token: str) -> Sitting | None:
        """The sitting of the browser with `token`, if it goes on."""
        with self._database.reading() as connection:
            mine = (SittingRow.token == _hashed(token), self._goes_on(self._now()))
            row = connection.execute(_SITTING.where(*mine)).one_or_none()
        return _sitting(row) if row else None

    def now(self) -> list[Sitting]:
        """Everybody who sits at the desk."""
        with self._database.reading() as connection:
            rows = connection.execute(_SITTING.where(self._goes_on(self._now()))).all()
        return [_sitting(row) for row in rows]

    def end(self, sitting: Sitting) -> None:
        """Sign out."""
        with self._database.writing() as connection:
            connection.execute(delete(SittingRow).where(SittingRow.token == sitting.key))
            Audit.note(connection, "left the desk", agent=sitting.agent.login)

    def _goes_on(self, now: dt.datetime) -> ColumnElement[bool]:
        """A sitting that is not over, and was not begun by a clock that has been put back since."""
        latest = now + dt.timedelta(hours=self._shift_h, seconds=AHEAD_S)
        return and_(SittingRow.until > now, SittingRow.until <= latest)

    def _now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._clock(), dt.UTC)


_SITTING: Select[*tuple[Any, ...]] = (
    select(AgentRow.login, AgentRow.name, AgentRow.role, SittingRow.seat, SittingRow.until, SittingRow.token)
    .join(AgentRow, AgentRow.login == SittingRow.agent)
    .where(AgentRow.active)
)


def _sitting(row: Row[Any]) -> Sitting:
    return Sitting(Agent(row.login, row.name, row.role), row.seat, row.until, row.token)


def _hashed(token: str) -> bytes:
    # 256 random bits need no slow hash: there is nothing to guess.
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
