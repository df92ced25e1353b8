"""What a test sees of the messages."""

from __future__ import annotations

from sqlalchemy import text

from account_core import Database, MessageDesk, State


def states(desk: MessageDesk) -> list[State]:
    return [told.state for told in reversed(desk.recent(1000))]


def stored_text(database: Database) -> bytes | None:
    with database.reading() as connection:
        return connection.scalar(text("SELECT text FROM messages"))
