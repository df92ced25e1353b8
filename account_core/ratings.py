"""What callers thought of a talk with a person."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from account_core.callback_tables import RatingRow
from account_core.database import Database


class Ratings:
    """The ratings, 1 to 5. Every method may raise `StorageUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rate(self, call_id: str, stars: int) -> None:
        """Keep what the caller of `call_id` thinks, in place of an earlier word. Raises `ValueError`."""
        if stars not in range(1, 6):
            raise ValueError("a rating is 1 to 5")
        new = {"call_id": call_id, "stars": stars, "at": dt.datetime.now(dt.UTC)}
        adding = (sqlite.insert if self._database.is_sqlite else postgresql.insert)(RatingRow).values(new)
        with self._database.writing() as connection:
            connection.execute(adding.on_conflict_do_update(index_elements=["call_id"], set_={"stars": stars}))

    def of(self, call_id: str) -> int | None:
        """How a call was rated."""
        with self._database.reading() as connection:
            found: int | None = connection.scalar(select(RatingRow.stars).where(RatingRow.call_id == call_id))
        return found

    def counts(self, since: dt.datetime) -> dict[int, int]:
        """How often each number of stars was given since then."""
        query = select(RatingRow.stars, func.count()).where(RatingRow.at >= since).group_by(RatingRow.stars)
        with self._database.reading() as connection:
            return {int(stars): int(count) for stars, count in connection.execute(query)}
