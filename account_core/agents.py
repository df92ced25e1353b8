"""The people at the desk: who they are, and their way in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update

from account_core.agent_tables import AgentRow, AgentWrongRow, SittingRow
from account_core.alone import alone
from account_core.audit import Audit
from account_core.clocks import AHEAD_S
from account_core.database import Database
from account_core.errors import AccountError
from account_core.keys import Keys
from account_core.passwords import Passwords
from account_core.plain import plain

LOGIN = re.compile("[a-z][a-z0-9._-]{1,31}")
ROLES = ("agent", "supervisor")


class NoSuchAgent(AccountError):
    """Nobody at the desk has that login."""

    def __init__(self, login: str) -> None:
        super().__init__(f"there is no agent {login}")


class AgentExists(AccountError):
    """Somebody has that login already, or had it."""

    def __init__(self, login: str) -> None:
        super().__init__(f"there is an agent {login} already: logins are never given twice")


class BadAgent(AccountError):
    """A login, name or role that cannot be."""


class DeskClosed(AccountError):
    """Nobody is let in. Unknown, turned off and wrong are alike, `locked` too: it locks for strangers alike."""

    def __init__(self, locked: bool) -> None:
        super().__init__("too many wrong passwords: try again later" if locked else "wrong login or password")
        self.locked = locked


@dataclass(frozen=True)
class Agent:
    """One person who works at the desk."""

    login: str
    name: str
    role: str
    """`agent` or `supervisor`."""
    active: bool = True

    @property
    def supervises(self) -> bool:
        """Whether the wallboard and the calls of others are open to them."""
        return self.role == "supervisor"


class Agents:
    """The list of agents. Every method may raise `StorageUnavailable`."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        passwords: Passwords,
        wrong_in_a_row: int = 5,
        locked_s: float = 900.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`wrong_in_a_row` wrong passwords lock a login for `locked_s` seconds."""
        self._database, self._keys, self._passwords, self._clock = database, keys, passwords, clock
        self._wrong_in_a_row, self._locked_s = wrong_in_a_row, locked_s

    def add(self, agent: Agent, password: str) -> None:
        """Let `agent` in from now on. Raises `BadAgent`, `BadPassword`, `AgentExists`."""
        if not LOGIN.fullmatch(agent.login):
            raise BadAgent("a login is 2 to 32 small Latin letters, digits, . _ or -, and begins with a letter")
        name = " ".join(plain(agent.name).split())
        if not name.isprintable() or not name or agent.role not in ROLES:
            raise BadAgent("an agent has a name, and the role agent or supervisor")
        hashed = self._good(agent.login, password)
        with self._database.writing(lasting=True) as connection:
            alone(connection, f"agent {agent.login}")
            if _row(connection, agent.login):
                raise AgentExists(agent.login)
            row = {"login": agent.login, "name": name, "role": agent.role, "active": True}
            connection.execute(insert(AgentRow), {**row, "password": hashed})
            Audit.note(connection, "agent added", agent=agent.login, role=agent.role)

    def set_password(self, login: str, password: str) -> None:
        """Set a new password; whoever sits at the desk with the old one is signed out, a lock is lifted.

        Raises `BadPassword`, `NoSuchAgent`.
        """
        hashed = self._good(login, password)
        with self._database.writing(lasting=True) as connection:
            self._change(connection, login, password=hashed)
            self._forget_wrong(connection, login)
            Audit.note(connection, "agent's password set", agent=login)

    def turn_off(self, login: str) -> None:
        """Let `login` in no more, beginning now. Raises `NoSuchAgent`."""
        with self._database.writing(lasting=True) as connection:
            self._change(connection, login, active=False)
            Audit.note(connection, "agent turned off", agent=login)

    def list(self) -> list[Agent]:
        """Everybody, by login."""
        columns = (AgentRow.login, AgentRow.name, AgentRow.role, AgentRow.active)
        with self._database.reading() as connection:
            return [Agent(*row) for row in connection.execute(select(*columns).order_by(AgentRow.login))]

    def sign_in(self, login: str, password: str) -> Agent:
        """The agent whose login and password these are. Raises `DeskClosed`, as late for a stranger."""
        login = plain(login.strip().lower())
        with self._database.reading() as connection:
            row = _row(connection, login)
        right = self._passwords.matches(password, row.password if row and row.active else None)
        with self._database.writing(lasting=True) as connection:
            alone(connection, f"agent {login}")
            refusal = self._refusal(connection, login, right)
            unchanged = row is not None and _row(connection, login) == row
            decided = str(refusal) if refusal else "signed in"
            Audit.note(connection, "desk", agent=login if row else "nobody's login", decided=decided)
        if refusal or row is None or not unchanged:
            raise refusal or DeskClosed(locked=False)
        return Agent(row.login, row.name, row.role)

    def _refusal(self, connection: Connection, login: str, right: bool) -> DeskClosed | None:
        sign, now = self._keys.name("agent", login), int(self._clock())
        over = or_(AgentWrongRow.at <= now - self._locked_s, AgentWrongRow.at > now + AHEAD_S)
        connection.execute(delete(AgentWrongRow).where(over))
        wrong = connection.scalar(select(AgentWrongRow.wrong).where(AgentWrongRow.login == sign)) or 0
        if wrong >= self._wrong_in_a_row:
            return DeskClosed(locked=True)
        if right:
            self._forget_wrong(connection, login)
            return None
        self._forget_wrong(connection, login)
        connection.execute(insert(AgentWrongRow), {"login": sign, "wrong": wrong + 1, "at": now})
        return DeskClosed(locked=wrong + 1 >= self._wrong_in_a_row)

    def _forget_wrong(self, connection: Connection, login: str) -> None:
        sign = self._keys.name("agent", login)
        connection.execute(delete(AgentWrongRow).where(AgentWrongRow.login == sign))

    def _change(self, connection: Connection, login: str, **values: object) -> None:
        changed = connection.execute(update(AgentRow).where(AgentRow.login == plain(login)).values(values))
        if not changed.rowcount:
            raise NoSuchAgent(login)
        connection.execute(delete(SittingRow).where(SittingRow.agent == plain(login)))

    def _good(self, login: str, password: str) -> str:
        self._passwords.refuse_bad(password, login)
        return self._passwords.hashed(password)


def _row(connection: Connection, login: str) -> Row[Any] | None:
    return connection.execute(select(AgentRow.__table__).where(AgentRow.login == login)).one_or_none()
