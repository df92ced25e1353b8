"""`ivr doctor`: every part of the line with a tick, or with what to do."""

from __future__ import annotations

import sys

import click

from ivr.cli.shown import printable
from ivr.doctor import Found, State, examine
from ivr.settings import BadSetting, load

COLOUR = {State.WELL: "green", State.WRONG: "red", State.RESTING: "yellow"}
COLUMN = 34


@click.command()
def doctor() -> None:
    """Look at every part of the line, whether it runs or not; exit code 1 when something is wrong.

    Nothing is changed.
    """
    try:
        settings = load()
    except BadSetting as fault:
        _show(Found("settings", State.WRONG, str(fault), "mend ivr.env or the environment"))
        sys.exit(1)
    ill = 0
    for found in examine(settings):
        _show(found)
        ill += found.state is State.WRONG
    click.echo(f"\n{ill} to mend." if ill else "\nAll is well.")
    sys.exit(1 if ill else 0)


def _show(found: Found) -> None:
    mark = click.style(found.state.value, fg=COLOUR[found.state], bold=True)
    click.echo(f"{mark} {found.what:{COLUMN}} {printable(found.told)}")
    if found.to_do:
        click.echo(f"  {'':{COLUMN}} → {printable(found.to_do)}")
