"""The schema comes up to date by itself, from nothing or an earlier revision, in many processes at once."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from account_core import Database, SchemaOutdated, StorageUnavailable, migrations, open_database, schema
from account_core.tables import Table

PROCESSES = 8


def test_an_empty_database_comes_to_the_shape_that_the_tables_have_in_the_code(url: str) -> None:
    database = Database(url)
    assert schema.upgrade(database) is True
    with database.reading(wait_s=None) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Table.metadata) == []
    assert schema.revision(database) == migrations.HEAD


def test_a_database_that_is_up_to_date_is_left_alone(database: Database) -> None:
    assert schema.upgrade(database) is False


def test_the_revision_that_the_program_needs_is_the_last_one_written() -> None:
    assert ScriptDirectory(str(Path(migrations.__file__).parent)).get_heads() == [migrations.HEAD]


def test_many_processes_may_open_a_new_sqlite_file_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'accounts.db'}"
    program = f"from account_core import open_database; open_database({url!r})"
    starts = [
        subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) for _ in range(PROCESSES)
    ]
    faults = [start.communicate()[1].decode() for start in starts]
    assert faults == [""] * PROCESSES
    assert schema.revision(open_database(url)) == migrations.HEAD


def test_many_threads_may_upgrade_one_database_at_once(url: str) -> None:
    with ThreadPoolExecutor(PROCESSES) as threads:
        changed = list(threads.map(lambda _: schema.upgrade(Database(url)), range(PROCESSES)))
    assert changed.count(True) == 1


def test_a_new_sqlite_file_is_private_and_in_wal(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'accounts.db'}")
    assert (tmp_path / "accounts.db").stat().st_mode & 0o777 == 0o600
    with database.reading() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
        assert connection.scalar(text("PRAGMA synchronous")) == 1


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_postgresql_is_only_looked_at_and_the_operator_told_what_to_do(url: str) -> None:
    with pytest.raises(SchemaOutdated, match="ivr db upgrade"):
        open_database(url)
    schema.upgrade(Database(url))
    open_database(url)


def test_a_schema_of_the_future_is_not_touched(url: str, database: Database) -> None:
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for attempt in (open_database, lambda url: schema.upgrade(Database(url))):
        with pytest.raises(SchemaOutdated, match=r"9999.*update the program"):
            attempt(url)


def test_a_file_that_is_no_database_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "accounts.db"
    file.write_text("a letter to a friend")
    with pytest.raises(StorageUnavailable, match="not a database"):
        open_database(f"sqlite:///{file}")
    assert file.read_text() == "a letter to a friend"


def test_a_folder_where_nothing_can_be_written_is_an_outage(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageUnavailable):
        open_database(f"sqlite:///{tmp_path / 'file' / 'accounts.db'}")
