"""Who has listened to the recordings of calls, and who has erased them. The recordings lie elsewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import or_, select

from account_core.audit import Audit, Noted
from account_core.database import Database
from account_core.plain import plain
from account_core.tables import AuditRow, CallRow

HEARD, ERASED = "recording heard", "recording erased"
MOST = 1000
"""Notes without a contract that are looked through for those of one call."""


class Recordings:
    """Every method may raise `StorageUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def heard(self, call_id: str, agent: str) -> None:
        """Keep in the audit trail that `agent` listens to the recording of that call, or takes a copy of it."""
        self._note(HEARD, plain(call_id), agent)

    def erased(self, call_id: str, by: str) -> None:
        """Keep in the audit trail that it was erased."""
        self._note(ERASED, plain(call_id), by)

    def contracts(self, call_ids: Sequence[str]) -> dict[str, str | None]:
        """The contract of each of these calls that is on record."""
        which = select(CallRow.call_id, CallRow.contract).where(CallRow.call_id.in_(map(plain, call_ids)))
        with self._database.reading() as connection:
            return {row.call_id: row.contract for row in connection.execute(which)}

    def notes(self, call_id: str) -> list[Noted]:
        """Who did what with the recording of one call, the oldest first."""
        call_id = plain(call_id)
        columns = (AuditRow.at, AuditRow.what, AuditRow.facts)
        contract = self.contracts([call_id]).get(call_id)
        # what was noted before the contract was known has none
        of_call = or_(AuditRow.contract == contract, AuditRow.contract.is_(None))
        last = select(*columns).where(of_call, AuditRow.what.in_([HEARD, ERASED])).order_by(AuditRow.id.desc())
        with self._database.reading() as connection:
            rows = connection.execute(last.limit(MOST)).all()
        noted = [Noted(at, what, json.loads(facts)) for at, what, facts in reversed(rows)]
        return [one for one in noted if one.facts.get("call") == call_id]

    def _note(self, what: str, call_id: str, agent: str) -> None:
        contract = self.contracts([call_id]).get(call_id)
        with self._database.writing() as connection:
            Audit.note(connection, what, contract=contract, agent=plain(agent), call=call_id)
