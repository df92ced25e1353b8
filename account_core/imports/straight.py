"""An empty SQLite database is filled at once: there is nothing to compare with, and no caller to disturb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import cast

from sqlalchemy import Connection, Table, insert, literal, select

from account_core.imports.merge import Merged
from account_core.imports.rows import Row
from account_core.imports.staging import ascends, insert_rows
from account_core.tables import Contract, Entry

CONTRACTS = cast(Table, Contract.__table__)


class NotStraight(Exception):
    """There are contracts already, or the file is in no order: its rows have to wait and be compared."""


class Filling:
    """Rows of subscribers on their way into an empty table of contracts. Raises `NotStraight`."""

    def __init__(self, connection: Connection, columns: Sequence[str]) -> None:
        if (
            connection.dialect.name != "sqlite"
            or connection.scalar(select(Contract.number).limit(1)) is not None
        ):
            raise NotStraight
        self._connection, self._columns = connection, columns
        self._last, self._count = "", 0

    def begin(self) -> None:
        """Leave off the indexes, which are made at the end in less time than row by row."""
        for index in CONTRACTS.indexes:
            index.drop(self._connection)

    def add(self, rows: Sequence[Row]) -> None:
        """Write the rows of one batch. Raises `NotStraight` unless each contract number exceeds the last."""
        if not ascends(self._last, rows):
            raise NotStraight
        if rows:
            self._last, self._count = rows[-1][1], self._count + len(rows)
            insert_rows(self._connection, CONTRACTS.name, self._columns, [row[1:] for row in rows])

    def finish(self, today: dt.date) -> Merged:
        """Open the ledger of each contract."""
        for index in CONTRACTS.indexes:
            index.create(self._connection)
        opening = select(Contract.number, literal("opening"), Contract.balance, literal(today))
        into = ["contract", "kind", "amount", "day"]
        self._connection.execute(insert(Entry).from_select(into, opening.where(Contract.balance != 0)))
        return Merged(self._count, 0, 0)
