"""`ivr recordings`: the calls that are recorded, and erasing one."""

from __future__ import annotations

import getpass
from itertools import islice

import click
from rich.markup import escape
from rich.table import Table

from account_core import AccountError, Recordings, open_database
from ivr.cli import Mend
from ivr.cli.shown import printable, put_out
from ivr.dialogue.questions import masked
from ivr.recording.shelf import Recording, Shelf
from ivr.settings import load

COLUMNS = ("call", "recorded until", "length", "contract")


@click.group(invoke_without_command=True)
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many.")
@click.pass_context
def recordings(context: click.Context, last: int) -> None:
    """Show the last recordings, the newest first. Of each contract the last digits alone are shown."""
    if context.invoked_subcommand:
        return
    found = list(islice(Shelf(load()).all(), last))
    contracts = _contracts(found)
    table = Table(*COLUMNS)
    for one in found:
        table.add_row(*map(escape, map(printable, _row(one, contracts.get(one.call)))))
    put_out(table, "no recordings")


@recordings.command()
@click.argument("call")
def erase(call: str) -> None:
    """Erase the recording of CALL for good; that is noted."""
    settings = load()
    shelf = Shelf(settings)
    if shelf.find(call) is None:
        raise Mend(f"there is no recording of the call {printable(call)!r}; `ivr recordings` shows them")
    try:
        Recordings(open_database(settings.url())).erased(call, getpass.getuser())
        shelf.erase(call)
    except AccountError as error:
        raise Mend(f"{error}; nothing is erased without a note") from None
    except OSError as error:
        raise Mend(f"it cannot be erased: {error}") from None
    click.echo(f"the recording of the call {call} is erased")


def _contracts(found: list[Recording]) -> dict[str, str | None]:
    try:
        return Recordings(open_database(load().url())).contracts([one.call for one in found])
    except AccountError as error:
        raise Mend(str(error)) from None


def _row(one: Recording, contract: str | None) -> tuple[str, ...]:
    minutes, seconds = divmod(round(one.length_s), 60)
    return (
        one.call,
        f"{one.changed_at.astimezone():%Y-%m-%d %H:%M:%S}",
        f"{minutes}:{seconds:02}",
        masked(contract) if contract else "",
    )
