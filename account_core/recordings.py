"""Who has listened to the recordings of calls, and who has erased them. The recordings lie elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from account_core.audit import Audit
from account_core.database import Database
from account_core.plain import plain
from account_core.tables import CallRow

HEARD, ERASED = "recording heard", "recording erased"


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

    def _note(self, what: str, call_id: str, agent: str) -> None:
        contract = self.contracts([call_id]).get(call_id)
        with self._database.writing() as connection:
            Audit.note(connection, what, contract=contract, agent=plain(agent), call=call_id)
