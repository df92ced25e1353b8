"""The tariffs that contracts have: whoever reads them out prepares their names."""

from __future__ import annotations

from sqlalchemy import func, select

from account_core.database import Database
from account_core.tables import Contract


def tariff_names(database: Database, most: int = 200) -> list[str]:
    """The names of the `most` frequent tariffs. Raises `StorageUnavailable`."""
    names = select(Contract.tariff).group_by(Contract.tariff).order_by(func.count().desc(), Contract.tariff)
    with database.reading(wait_s=None) as connection:
        return list(connection.scalars(names.limit(most)))
