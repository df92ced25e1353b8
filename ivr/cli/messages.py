"""`ivr messages`: what goes out to subscribers, and what became of it."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.markup import escape
from rich.table import Table

from account_core import AccountError, MessageDesk, State, Told
from ivr.cli import Mend
from ivr.cli.shown import LINE, contract_number, printable, put_out
from ivr.core import open_core
from ivr.dialogue.questions import masked
from ivr.settings import load

NUMBER = click.argument("number", type=click.IntRange(1, 2**63 - 1))
COLUMNS = ("number", "written", "to", "about", "contract", "state", "tries", "trouble")


@click.group(invoke_without_command=True)
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many.")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only these.")
@click.option("--contract", help="Only those of this contract.")
@click.pass_context
def messages(context: click.Context, last: int, state: str | None, contract: str | None) -> None:
    """Show the last messages, the newest first; those of state `dead` were given up."""
    if context.invoked_subcommand:
        return
    with _desk() as desk:
        of = contract_number(contract) if contract is not None else None
        found = desk.recent(last, state=State(state) if state else None, contract=of)
    table = Table(*COLUMNS)
    for told in found:
        table.add_row(*map(escape, map(printable, _row(told))))
    put_out(table, "no such messages")


@messages.command()
@NUMBER
def show(number: int) -> None:
    """Show message NUMBER. Its text is shown if it went no further than this house; that is noted."""
    with _desk() as desk:
        told = desk.show(number)
        text = desk.text(number, shown_to=getpass.getuser())
    for name, value in _whole(told).items():
        if value:
            click.echo(f"{name:<12}{printable(value)}")
    click.echo(f"{'text':<12}{printable(text, keep=LINE) if text else '(not shown, or erased)'}")


@messages.command()
@NUMBER
def retry(number: int) -> None:
    """Send a message that is dead, undeliverable or waiting again, now."""
    with _desk() as desk:
        desk.retry(number, asked_by=getpass.getuser())
    click.echo(f"message {number} is queued")


@contextmanager
def _desk() -> Iterator[MessageDesk]:
    try:
        core = open_core(load())
        yield core.desk
        core.database.close()
    except AccountError as error:
        raise Mend(str(error)) from None


def _row(told: Told) -> tuple[str, ...]:
    return (
        str(told.id),
        f"{told.created_at.astimezone():%Y-%m-%d %H:%M:%S}",
        masked(told.destination),
        told.about,
        masked(told.contract) if told.contract else "",
        told.state,
        str(told.attempts),
        told.trouble or "",
    )


def _whole(told: Told) -> dict[str, str | None]:
    moments = {"written": told.created_at, "sent": told.sent_at, "reported": told.reported_at}
    return {
        "number": str(told.id),
        "about": told.about,
        "contract": told.contract,
        "to": told.destination,
        "state": told.state,
        "tries": str(told.attempts),
        **{name: f"{at.astimezone():%Y-%m-%d %H:%M:%S}" if at else None for name, at in moments.items()},
        "gateway": told.gateway,
        "trouble": told.trouble,
    }
