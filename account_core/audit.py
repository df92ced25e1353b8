"""The audit trail: what was done, told in the very transaction that did it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from account_core.database import Database
from account_core.tables import AuditRow


@dataclass(frozen=True)
class Noted:
    """One note of the trail."""

    at: dt.datetime
    what: str
    facts: dict[str, Any]


class Audit:
    """Notes for whoever asks later what happened."""

    @staticmethod
    def note(connection: Connection, what: str, *, contract: str | None = None, **facts: object) -> None:
        """Keep `what` and its `facts` if, and only if, the transaction of `connection` is kept."""
        told = json.dumps(facts, ensure_ascii=False, default=str)
        row = {"at": dt.datetime.now(dt.UTC), "what": what, "contract": contract, "facts": told}
        connection.execute(insert(AuditRow), row)

    @staticmethod
    def story(database: Database, contract: str, n: int = 1000) -> list[Noted]:
        """The last `n` notes about `contract`, the oldest first. May raise `StorageUnavailable`."""
        columns = (AuditRow.at, AuditRow.what, AuditRow.facts)
        last = select(*columns).where(AuditRow.contract == contract).order_by(AuditRow.id.desc()).limit(n)
        return Audit._found(database, last)

    @staticmethod
    def of_call(database: Database, call_id: str, n: int = 200) -> list[Noted]:
        """The last `n` notes of a call that name no contract. Like `story`."""
        columns = (AuditRow.at, AuditRow.what, AuditRow.facts)
        named = AuditRow.facts.contains(f'"call": {json.dumps(call_id, ensure_ascii=False)}', autoescape=True)
        last = select(*columns).where(AuditRow.contract.is_(None), named).order_by(AuditRow.id.desc()).limit(n)
        return [noted for noted in Audit._found(database, last) if noted.facts.get("call") == call_id]

    @staticmethod
    def _found(database: Database, last: Select[dt.datetime, str, str]) -> list[Noted]:
        with database.reading() as connection:
            rows = connection.execute(last).all()
        return [Noted(at, what, json.loads(facts)) for at, what, facts in reversed(rows)]
