"""Who listened in on whose talk, for whoever asks later: notes of the audit trail."""

from __future__ import annotations

from account_core.audit import Audit
from account_core.database import Database
from account_core.plain import plain

BEGAN, ENDED = "listening in began", "listening in ended"


class ListeningLog:
    """Keeps that a supervisor listens in. Every method may raise `StorageUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def began(self, supervisor: str, call_id: str, contract: str | None) -> None:
        """`supervisor` is about to hear a call, which is about `contract` where that is known."""
        self._note(BEGAN, supervisor, call_id, contract)

    def ended(self, supervisor: str, call_id: str, contract: str | None) -> None:
        """`supervisor` hears it no more, or never did."""
        self._note(ENDED, supervisor, call_id, contract)

    def _note(self, what: str, supervisor: str, call_id: str, contract: str | None) -> None:
        about = plain(contract) if contract else None
        with self._database.writing() as connection:
            Audit.note(connection, what, contract=about, supervisor=plain(supervisor), call=plain(call_id))
