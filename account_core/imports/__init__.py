"""Files of subscribers and payments, brought in whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from account_core.database import Database
from account_core.imports.payments import Payments
from account_core.imports.rows import Reject
from account_core.imports.run import Import, ImportReport, Progress
from account_core.imports.subscribers import Subscribers
from account_core.keys import Keys

__all__ = ["ImportReport", "Imports", "Reject"]


def _nothing() -> None:
    """Nobody wants to know."""


class Imports:
    """The imports into `database`; `keys` hash the passports.

    Each takes all of a file or nothing of it, or with `keep_going` the rows that are right. `progress` is told
    the bytes read so far and those of the file, `merging` that all is read and the tables are about to change.
    Raises `BadFile` and `StorageUnavailable`, and nothing is changed then.
    """

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database, self._keys = database, keys

    def subscribers(
        self,
        file: Path,
        *,
        keep_going: bool = False,
        progress: Progress | None = None,
        merging: Callable[[], None] = _nothing,
    ) -> ImportReport:
        """Contracts are opened, or become what the file says; another balance makes a ledger entry."""
        return Import(self._database, Subscribers(self._keys), file, keep_going, progress, merging).run()

    def payments(
        self,
        file: Path,
        *,
        keep_going: bool = False,
        progress: Progress | None = None,
        merging: Callable[[], None] = _nothing,
    ) -> ImportReport:
        """Payments are entered and added to the balances; those that were entered before are left out."""
        return Import(self._database, Payments(dt.date.today()), file, keep_going, progress, merging).run()
