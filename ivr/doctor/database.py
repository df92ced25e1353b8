"""The accounts."""

from __future__ import annotations

from collections.abc import Iterator

from account_core import AccountError, Database, schema
from account_core.migrations import HEAD
from ivr.doctor.found import Found, well, wrong
from ivr.settings import Settings


def schema_is_current(settings: Settings) -> Iterator[Found]:
    """Whether the database answers and has the schema that this program needs."""
    if not settings.database_url and not (settings.var / "accounts.db").exists():
        yield wrong("database", f"{settings.var / 'accounts.db'} is not there yet", "`ivr setup` makes it")
        return
    try:
        database = Database(settings.url())
        try:
            found = schema.revision(database)
        finally:
            database.close()
    except AccountError as fault:
        yield wrong("database", str(fault), "start the database, or mend IVR_DATABASE_URL")
        return
    if found == HEAD:
        yield well("database", f"answers, schema {found}")
    elif found is None or found < HEAD:
        yield wrong("database", f"its schema is {found or 'empty'}, not {HEAD}", "`ivr db upgrade`")
    else:
        yield wrong("database", f"its schema is {found}, newer than {HEAD}", "install the version that made it")
