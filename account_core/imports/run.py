"""One import from file to tables: read and check all of it, and only then touch what callers hear."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
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
from account_core.imports.rows import Reject, Row, Rules
from account_core.imports.source import Source
from account_core.imports.staging import Staging, make_ready
from account_core.imports.straight import Filling, NotStraight
from account_core.plain import plain

Progress = Callable[[int, int], None]
"""Is told the bytes read so far, and the bytes of the file."""


class Kind(Rules, Protocol):
    """A kind of file that can be imported."""

    name: str
    same: str
    """The reason of a reject whose name stood in the file before."""
    staged: Table

    def filling(self, connection: Connection) -> Filling:
        """The way for rows straight into an empty database. Raises `NotStraight` if they have to wait."""

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


class _Undone(Exception):
    """Leaves a transaction whose rows are not wanted."""


@dataclass(frozen=True)
class Import:
    """One file on its way in, as `account_core.imports.Imports` promises."""

    database: Database
    kind: Kind
    path: Path
    keep_going: bool
    progress: Progress | None
    merging: Callable[[], None]

    def run(self) -> ImportReport:
        """Bring the file in, straight if that can be."""
        with Source(self.path, self.kind.columns) as source:
            separator = source.separator
        with self.database.outages(), self.database.apart() as connection:
            make_ready(connection)
            return self._straight(connection, separator) or self._by_way_of_staging(connection, separator)

    def _straight(self, connection: Connection, separator: str) -> ImportReport | None:
        """The file, straight into the table; None if it has to go the other way."""
        rejects = Rejects(self.path, separator, self.kind.columns)
        try:
            self.kind.filling(connection)  # a look without the lock
            with closing(rejects), self.database.transaction(connection):
                filling = self.kind.filling(connection)
                filling.begin()
                self._read(filling.add, rejects)
                if rejects.count and not self.keep_going:
                    raise _Undone
                self.merging()
                return self._done(connection, filling.finish(dt.date.today()), rejects)
        except NotStraight:
            return None
        except _Undone:
            return _report(Merged(0, 0, 0), rejects, done=False)

    def _by_way_of_staging(self, connection: Connection, separator: str) -> ImportReport:
        with closing(Rejects(self.path, separator, self.kind.columns)) as rejects:
            staging = self._staged(connection, rejects)
        if rejects.count and not self.keep_going:
            return _report(Merged(0, 0, 0), rejects, done=False)
        self.merging()
        with self.database.transaction(connection):
            keep_writers_out(connection)
            return self._done(connection, self.kind.merge(connection, staging, dt.date.today()), rejects)

    def _staged(self, connection: Connection, rejects: Rejects) -> Staging:
        staging = Staging(connection, self.kind.staged)
        connection.exec_driver_sql("BEGIN")  # of the temporary table only: no lock on what callers use
        self._read(staging.add, rejects)
        faults = [(self.kind.same, staging.twice())] if staging.has_twice() else []
        late = [(reason, staging.take_off(which)) for reason, which in faults + self.kind.impossible()]
        rejects.add(found_late(self.path, self.kind.columns, late))
        connection.commit()
        return staging

    def _read(self, take: Callable[[Sequence[Row]], None], rejects: Rejects) -> None:
        size = self.path.stat().st_size
        with closing(checked(self.path, self.kind)) as batches:
            for batch in batches:
                take(batch.rows)
                rejects.add(batch.rejects)
                if self.progress:
                    self.progress(batch.done, size)

    def _done(self, connection: Connection, merged: Merged, rejects: Rejects) -> ImportReport:
        Audit.note(connection, f"import of {self.kind.name}", file=plain(self.path.name, 255), **vars(merged))
        return _report(merged, rejects, done=True)


def _report(merged: Merged, rejects: Rejects, *, done: bool) -> ImportReport:
    file = rejects.path if rejects.count else None
    counts = (merged.added, merged.changed, merged.unchanged, rejects.count)
    return ImportReport(done, *counts, rejects.first, file)
