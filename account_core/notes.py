"""What agents write down: about a contract, and of a call when it is over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, select

from account_core.agent_tables import AgentRow, NoteRow
from account_core.audit import Audit
from account_core.database import Database
from account_core.plain import plain

LONGEST = 2000
"""Characters of a note; what is longer is cut off."""


@dataclass(frozen=True)
class Note:
    """One note."""

    at: dt.datetime
    agent: str
    """The name of who wrote it."""
    text: str
    topic: str | None
    call_id: str | None
    contract: str | None


class Notes:
    """The notes of agents. Every method may raise `StorageUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, agent: str, text: str, *, contract: str, call_id: str | None = None) -> None:
        """Note `text` about `contract`; nothing is written for a text of nothing but spaces."""
        if text := plain(text.strip(), LONGEST):
            self._write("note", agent, text=text, contract=contract, call_id=call_id, topic=None)

    def wrap_up(self, agent: str, call_id: str, topic: str, text: str, contract: str | None) -> None:
        """What the call was about, said by who had it."""
        text = plain(text.strip(), LONGEST)
        self._write("wrap-up", agent, text=text, contract=contract, call_id=plain(call_id), topic=plain(topic))

    def about(self, contract: str, n: int = 20) -> list[Note]:
        """The last `n` notes about `contract`, the newest first."""
        return self._found(NoteRow.contract == contract, n)

    def of_call(self, call_id: str, n: int = 20) -> list[Note]:
        """The last `n` notes of one call, the newest first."""
        return self._found(NoteRow.call_id == call_id, n)

    def _found(self, which: ColumnElement[bool], n: int) -> list[Note]:
        columns = (NoteRow.at, AgentRow.name, NoteRow.text, NoteRow.topic, NoteRow.call_id, NoteRow.contract)
        query = select(*columns).join(AgentRow, AgentRow.login == NoteRow.agent).where(which)
        with self._database.reading() as connection:
            return [Note(*row) for row in connection.execute(query.order_by(NoteRow.id.desc()).limit(n))]

    def _write(self, what: str, agent: str, **values: str | None) -> None:
        with self._database.writing(lasting=True) as connection:
            row = {"at": dt.datetime.now(dt.UTC), "agent": agent, **values}
            connection.execute(insert(NoteRow), row)
            facts = {"agent": agent, "call": values["call_id"] or "none", "topic": values["topic"] or "none"}
            Audit.note(connection, what, contract=values["contract"], **facts)
