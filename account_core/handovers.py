"""What a person is told of a caller before saying hello, kept under the id of the call."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from account_core.database import Database
from account_core.handover_tables import HandoverRow
from account_core.plain import plain

LONGEST = 1000
"""Characters of one text of a story."""
MOST_STEPS = 200
"""Steps of a path that are kept: its last ones."""


@dataclass(frozen=True)
class HandoverStory:
    """Who calls, why, and what has passed between the caller and the machine. No digit of a secret is in it."""

    call_id: str
    queue: str
    """Whom the caller waits for."""
    about: str
    """Why the machine handed over, in words for the agent."""
    contract: str | None
    verified: str | None
    """How the caller was tied to the contract: `calling-number`, `contract-number`, ..."""
    path: Sequence[str]
    """What was asked and chosen, in order."""
    calling_number: str | None
    """E.164; None when withheld."""
    language: str
    called_at: dt.datetime
    """Aware, as is `handed_over_at`."""
    handed_over_at: dt.datetime


class Handovers:
    """The stories. Every method may raise `StorageUnavailable`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, story: HandoverStory) -> None:
        """Keep the story of a call, in place of an earlier one; when the call began stays as it was."""
        insert = (sqlite.insert if self._database.is_sqlite else postgresql.insert)(HandoverRow)
        told = {field.name for field in fields(HandoverStory)} - {"call_id", "called_at"}
        new = {name: insert.excluded[name] for name in told}
        with self._database.writing() as connection:
            connection.execute(
                insert.on_conflict_do_update(index_elements=["call_id"], set_=new), [_row(story)]
            )

    def of(self, call_id: str) -> HandoverStory | None:
        """The story of a call; None where there is none: it came to a person without the machine."""
        query = select(HandoverRow.__table__).where(HandoverRow.call_id == plain(call_id, LONGEST))
        with self._database.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return HandoverStory(**{**row, "path": tuple(json.loads(row["path"]))}) if row else None

    def forget(self, before: dt.datetime) -> int:
        """Throw away the stories of calls that were handed over before that; how many."""
        with self._database.writing() as connection:
            done = connection.execute(delete(HandoverRow).where(HandoverRow.handed_over_at < before))
        return done.rowcount


def _row(story: HandoverStory) -> dict[str, Any]:
    texts = {name: plain(value, LONGEST) for name, value in vars(story).items() if isinstance(value, str)}
    steps = [plain(step, LONGEST) for step in story.path][-MOST_STEPS:]
    return {**vars(story), **texts, "path": json.dumps(steps, ensure_ascii=False)}
