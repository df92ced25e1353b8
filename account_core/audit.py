"""The audit trail: what was done, told in the very transaction that did it."""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import Connection, insert

from account_core.tables import AuditRow


class Audit:
    """Notes for whoever asks later what happened."""

    @staticmethod
    def note(connection: Connection, what: str, **facts: object) -> None:
        """Keep `what` and its `facts` if, and only if, the transaction of `connection` is kept."""
        told = json.dumps(facts, ensure_ascii=False, default=str)
        connection.execute(insert(AuditRow), {"at": dt.datetime.now(dt.UTC), "what": what, "facts": told})
