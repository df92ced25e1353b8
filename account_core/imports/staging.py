"""Rows wait in a temporary table until all of the file is known to be good; no caller waits for them."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import chain, islice
from operator import itemgetter, lt
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, func, select

from account_core.imports.rows import Row

ROWS_A_STATEMENT = 100
"""SQLite takes many rows in one INSERT in half the time of one by one."""
CACHE_KB = 8_000
"""Memory of SQLite for the temporary table and for the tables of the import."""
_SQLITE = (
    f"main.cache_size = -{CACHE_KB}",
    f"temp.cache_size = -{CACHE_KB}",
    # What these would check again, row by row, the rules of the import have checked; so does `ivr db check`.
    "foreign_keys = OFF",
    "ignore_check_constraints = ON",
)


class Staging:
    """The temporary table of one import, on a connection that is given up afterwards.

    The first two columns of `table` are the line of the file and what must not come twice in one file.
    """

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection, self.table = connection, table
        self._sqlite = connection.dialect.name == "sqlite"
        self.in_order = True
        """Each row so far had a greater name than the one before it: none came twice."""
        self.count = 0
        """Rows taken in."""
        self._last = ""
        if self._sqlite:
            for pragma in _SQLITE:
                connection.exec_driver_sql(f"PRAGMA {pragma}")
        table.create(connection)

    def add(self, rows: Sequence[Row]) -> None:
        """Take in the rows of one batch."""
        if not rows:
            return
        self.count += len(rows)
        names = [self._last, *map(itemgetter(1), rows)]
        self.in_order = self.in_order and all(map(lt, names, islice(names, 1, None)))
        self._last = names[-1]
        (self._insert if self._sqlite else self._copy)(rows)

    def has_twice(self) -> bool:
        """Whether a name comes twice: a quick look, so that `twice` is seldom needed."""
        name = self.table.columns[1]
        twice = select(name).group_by(name).having(func.count() > 1).limit(1)
        return not self.in_order and self._connection.scalar(twice) is not None

    def twice(self) -> Select[tuple[int]]:
        """The lines whose name stood in the file before."""
        line, name = self.table.columns[0], self.table.columns[1]
        times = select(line, func.row_number().over(partition_by=name, order_by=line).label("time")).subquery()
        return select(times.c.line).where(times.c.time > 1)

    def take_off(self, which: Select[tuple[int]]) -> array[int]:
        """Remove the rows in the lines that `which` selects; those lines, in order."""
        lines = array("q", self._connection.scalars(which.order_by("line")))
        if lines:
            self._connection.execute(delete(self.table).where(self.table.c.line.in_(which)))
            self.count -= len(lines)
        return lines

    def _insert(self, rows: Sequence[Row]) -> None:
        whole = len(rows) - len(rows) % ROWS_A_STATEMENT
        groups = [rows[start : start + ROWS_A_STATEMENT] for start in range(0, whole, ROWS_A_STATEMENT)]
        for size, some in ((ROWS_A_STATEMENT, groups), (1, [[row] for row in rows[whole:]])):
            if some:
                one = f"({','.join('?' * len(self.table.columns))})"
                sql = f"INSERT INTO {self.table.name} VALUES {','.join([one] * size)}"  # noqa: S608 - our own names
                values = [tuple(chain.from_iterable(group)) for group in some]
                self._connection.exec_driver_sql(sql, values)

    def _copy(self, rows: Sequence[Row]) -> None:
        driver: Any = self._connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {self.table.name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
