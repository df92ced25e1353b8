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


def make_ready(connection: Connection) -> None:
    """Set a connection, which is given up afterwards, to take many rows."""
    if connection.dialect.name == "sqlite":
        for pragma in _SQLITE:
            connection.exec_driver_sql(f"PRAGMA {pragma}")


class Staging:
    """The temporary table of one import.

    The first two columns of `table` are the line of the file and what must not come twice in one file.
    """

    def __init__(self, connection: Connection, table: Table) -> None:
        self._connection, self.table = connection, table
        self.in_order = True
        """Each row so far had a greater name than the one before it: none came twice."""
        self.count = 0
        """Rows taken in."""
        self._last = ""
        table.create(connection)

    def add(self, rows: Sequence[Row]) -> None:
        """Take in the rows of one batch."""
        if rows:
            self.count += len(rows)
            self.in_order = self.in_order and ascends(self._last, rows)
            self._last = rows[-1][1]
            insert_rows(self._connection, self.table.name, self.table.columns.keys(), rows)

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


def ascends(last: str, rows: Sequence[Row]) -> bool:
    """Whether each row's name is greater than the one before it, `last` at first."""
    names = [last, *map(itemgetter(1), rows)]
    return all(map(lt, names, islice(names, 1, None)))


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Write many rows of values of `columns`, in the quickest way of each database."""
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.dbapi_connection
        with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({','.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    whole = len(rows) - len(rows) % ROWS_A_STATEMENT
    groups = [rows[start : start + ROWS_A_STATEMENT] for start in range(0, whole, ROWS_A_STATEMENT)]
    for size, some in ((ROWS_A_STATEMENT, groups), (1, [[row] for row in rows[whole:]])):
        if some:
            one = f"({','.join('?' * len(columns))})"
            sql = f"INSERT INTO {table} ({','.join(columns)}) VALUES {','.join([one] * size)}"  # noqa: S608 - our names
            connection.exec_driver_sql(sql, [tuple(chain.from_iterable(group)) for group in some])
