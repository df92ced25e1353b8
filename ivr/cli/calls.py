"""`ivr calls`: the last calls in a table."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from account_core import AccountError, CallLog, CallRecord, open_database
from ivr.cli import Mend
from ivr.cli.shown import printable, put_out
from ivr.dialogue.questions import masked
from ivr.settings import load

COLUMNS = ("began", "lasted", "from", "contract", "language", "path", "outcome")


@click.command()
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many.")
def calls(last: int) -> None:
    """Show the last calls, the newest first. Of each number the last digits alone are shown."""
    try:
        records = CallLog(open_database(load().url())).recent(last)
    except AccountError as error:
        raise Mend(str(error)) from None
    table = Table(*COLUMNS)
    for record in records:
        table.add_row(*map(escape, map(printable, _told(record))))
    put_out(table, "no calls yet")


def _told(record: CallRecord) -> tuple[str, ...]:
    lasted = f"{(record.ended_at - record.started_at).total_seconds():.0f} s" if record.ended_at else ""
    return (
        f"{record.started_at.astimezone():%Y-%m-%d %H:%M:%S}",
        lasted,
        masked(record.calling_number) if record.calling_number else "withheld",
        masked(record.contract) if record.contract else "",
        record.language,
        " > ".join(record.path),
        record.outcome or "",
    )
