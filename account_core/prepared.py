"""Queries that are compiled once and then run by the driver itself, in microseconds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select

from account_core.database import Database


class Prepared:
    """A query of Core, compiled for the database once. `rows` gives tuples in the order of its columns."""

    def __init__(self, database: Database, query: Select[*tuple[Any, ...]]) -> None:
        dialect = database.engine.dialect
        compiled = query.compile(dialect=dialect)
        self._database = database
        self._sql = str(compiled)
        self._names: Sequence[str] | None = compiled.positiontup
        self._fixed = dict(compiled.params)
        processors = [
            column.type.dialect_impl(dialect).result_processor(dialect, None)
            for column in query.selected_columns
        ]
        self._convert: list[tuple[int, Callable[[Any], Any]]] = [
            (place, processor) for place, processor in enumerate(processors) if processor
        ]

    def rows(self, **values: object) -> list[Sequence[Any]]:
        """The rows for `values` of the query's parameters. Raises `StorageUnavailable`."""
        given = {**self._fixed, **values}
        found = self._database.ask(
            self._sql, given if self._names is None else [given[name] for name in self._names]
        )
        return [self._converted(row) for row in found] if self._convert else list(found)

    def _converted(self, row: Sequence[Any]) -> Sequence[Any]:
        values = list(row)
        for place, convert in self._convert:
            values[place] = convert(values[place])
        return values
