"""`ivr subscribers`, `ivr payments`, `ivr demo-data`: contracts and money in."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from account_core import AccountError, ImportReport, Imports, Keys, open_database
from ivr.cli import Mend
from ivr.core import secret_key
from ivr.settings import load

FILE = click.argument("file", type=click.Path(path_type=Path))
KEEP_GOING = click.option("--keep-going", is_flag=True, help="Take the rows that are right, not the others.")


@click.group()
def subscribers() -> None:
    """Contracts and their holders."""


@subscribers.command("import")
@FILE
@KEEP_GOING
def import_subscribers(file: Path, keep_going: bool) -> None:
    """Bring in a CSV file of subscribers. All of it, or nothing if a row is wrong (docs/accounts.md)."""
    _import(Imports.subscribers, file, keep_going)


@click.group()
def payments() -> None:
    """Money that came in."""


@payments.command("import")
@FILE
@KEEP_GOING
def import_payments(file: Path, keep_going: bool) -> None:
    """Bring in a CSV file of payments. All of it, or nothing if a row is wrong (docs/accounts.md)."""
    _import(Imports.payments, file, keep_going)


@click.command()
@click.option("--force", is_flag=True, help="Also into a database that holds other contracts.")
def demo_data(force: bool) -> None:
    """Add a small company that does not exist: 200 contracts, 77012345678 with 1 234,50 ₽ among them."""
    from account_core.demo import CONTRACTS, add_demo_data

    settings = load()
    try:
        added = add_demo_data(
            open_database(settings.url()), Keys(secret_key(settings)), dt.date.today(), force=force
        )
    except AccountError as error:
        raise Mend(str(error)) from None
    click.echo(f"{added} demo contracts added, {CONTRACTS - added} were there")


def _import(bring_in: Callable[..., ImportReport], file: Path, keep_going: bool) -> None:
    settings = load()
    try:
        imports = Imports(open_database(settings.url()), Keys(secret_key(settings)))
        with _bar() as (progress, merging):
            report = bring_in(imports, file, keep_going=keep_going, progress=progress, merging=merging)
    except AccountError as error:
        raise Mend(str(error)) from None
    _tell_rejects(report)
    if not report.done:
        raise Mend("nothing was imported; --keep-going leaves the wrong rows out")
    click.echo(f"{report.added} added, {report.changed} changed, {report.unchanged} as they were")


def _tell_rejects(report: ImportReport) -> None:
    for reject in report.first_rejects:
        click.echo(f"line {reject.line}: {reject.reason}", err=True)
    if report.rejected > len(report.first_rejects):
        click.echo(f"... and {report.rejected - len(report.first_rejects)} more", err=True)
    if report.rejects_file:
        click.echo(f"{report.rejected} rejected, all in {report.rejects_file}", err=True)


@contextmanager
def _bar() -> Iterator[tuple[Callable[[int, int], None], Callable[[], None]]]:
    """A progress bar where somebody sees it. It draws itself in this thread: an import may fork."""
    with Progress(console=Console(stderr=True), auto_refresh=False, disable=not sys.stderr.isatty()) as shown:
        task = shown.add_task("reading", total=None)

        def progress(done: int, size: int) -> None:
            shown.update(task, completed=done, total=size, refresh=True)

        def merging() -> None:
            shown.update(task, description="writing", refresh=True)

        yield progress, merging
