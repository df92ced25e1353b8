"""Bringing the schema up to date, also when several processes start at the same moment."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from account_core import sqlite
from account_core.database import Database
from account_core.errors import SchemaOutdated
from account_core.migrations import HEAD

_LOCK = 0x0890
"""PostgreSQL's advisory lock of a schema upgrade."""


def open_database(url: str) -> Database:
    """The database at `url`, with the schema that this program needs.

    A SQLite file is made and brought up to date. PostgreSQL, shared by several machines, is only looked at:
    `SchemaOutdated` tells the operator to upgrade it.
    """
    if not Database(url).is_sqlite:
        return up_to_date(url)
    upgrade(database := Database(url))
    return database


def up_to_date(url: str) -> Database:
    """The database at `url` if it is there and has the schema of today; nothing is made or changed."""
    database = Database(url)
    if (found := revision(database)) != HEAD:
        raise SchemaOutdated(found, HEAD)
    return database


def revision(database: Database) -> str | None:
    """The revision of the schema, None in an empty database."""
    with database.reading() as connection:
        return _revision(connection)


def upgrade(database: Database) -> bool:
    """Run the migrations that are missing, in one transaction; whether there were any.

    Raises `SchemaOutdated` for a schema that is newer than this program.
    """
    if database.is_sqlite:
        with database.outages():
            sqlite.make_file(sqlite.file_of(database.url))
    if revision(database) == HEAD:
        return False
    with database.writing(wait_s=None) as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if _revision(connection) == HEAD:
            return False  # another process was quicker
        _migrate(connection)
        return True


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _migrate(connection: Connection) -> None:
    from alembic import command  # slow to import, and needed once in the life of a database
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise SchemaOutdated(_revision(connection), HEAD) from error
