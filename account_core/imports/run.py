"""One import from file to tables: read and check all of it, and only then touch what callers hear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Select, Table

from account_core.audit import Audit
from account_core.database import Database
from account_core.imports.beside import checked
from account_core.imports.merge import Merged, keep_writers_out
from account_core.imports.rejects import Rejects, found_late
from account_core.imports.rows import Reject, Rules
from account_core.imports.source import Source
from account_core.imports.staging import Staging

Progress = Callable[[int, int], None]
"""Is told the bytes read so far, and the bytes of the file."""


class Kind(Rules, Protocol):
    """A kind of file that can be imported."""

    name: str
    same: str
    """The reason of a reject whose name stood in the file before."""
    staged: Table

    def impossible(self) -> list[tuple[str, Select[tuple[int]]]]:
        """Reasons, and the staged lines that they reject."""

    def merge(self, connection: Connection, staging: Staging, today: dt.date) -> Merged:
        """Bring the staged rows into the tables, within the transaction of `connection`."""


@dataclass(frozen=True)
class ImportReport:
    """What became of a file."""

    done: bool
    """False: nothing at all was changed, because of the rejects."""
    added: int
    changed: int
    unchanged: int
    rejected: int
    first_rejects: list[Reject]
    rejects_file: Path | None


def bring_in(
    database: Database,
    kind: Kind,
    path: Path,
    keep_going: bool,
    progress: Progress | None,
    merging: Callable[[], None],
) -> ImportReport:
    """Import the file at `path` as `account_core.imports.Imports` promises."""
    today = dt.date.today()
    with Source(path, kind.columns) as source:
        rejects = Rejects(path, source.separator, kind.columns)
    with database.outages(), database.apart() as connection:
        with closing(rejects):
            staging = _staged(connection, kind, path, rejects, progress)
        if rejects.count and not keep_going:
            return _report(Merged(0, 0, 0), rejects, done=False)
        merging()
        with database.transaction(connection):
            keep_writers_out(connection)
            merged = kind.merge(connection, staging, today)
            Audit.note(connection, f"import of {kind.name}", file=path.name, **merged.__dict__)
        return _report(merged, rejects, done=True)


def _staged(
    connection: Connection, kind: Kind, path: Path, rejects: Rejects, progress: Progress | None
) -> Staging:
    size = path.stat().st_size
    staging = Staging(connection, kind.staged)
    connection.exec_driver_sql("BEGIN")  # of the temporary table only: no lock on what callers use
    with closing(checked(path, kind)) as batches:
        for batch in batches:
            staging.add(batch.rows)
            rejects.add(batch.rejects)
            if progress:
                progress(batch.done, size)
    faults = [(kind.same, staging.twice())] if staging.has_twice() else []
    late = [(reason, staging.take_off(which)) for reason, which in faults + kind.impossible()]
    rejects.add(found_late(path, kind.columns, late))
    connection.commit()
    return staging


def _report(merged: Merged, rejects: Rejects, *, done: bool) -> ImportReport:
    file = rejects.path if rejects.count else None
    return ImportReport(
        done, merged.added, merged.changed, merged.unchanged, rejects.count, rejects.first, file
    )
