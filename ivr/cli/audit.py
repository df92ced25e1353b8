"""`ivr audit`: the story of one contract, as the audit trail tells it."""

from __future__ import annotations

import click

from account_core import AccountError, Audit, Noted, open_database
from ivr.cli import Mend
from ivr.cli.shown import contract_number, printable
from ivr.settings import load

FIRST = ("decided", "why", "channel", "from")
"""Facts that come first in a line, where a note has them."""


@click.command()
@click.argument("contract")
@click.option(
    "--last", default=1000, show_default=True, type=click.IntRange(1, 100_000), help="How many notes."
)
def audit(contract: str, last: int) -> None:
    """Tell what was done and decided about CONTRACT, the oldest first. No secret is in it."""
    contract = contract_number(contract)
    try:
        story = Audit.story(open_database(load().url()), contract, last)
    except AccountError as error:
        raise Mend(str(error)) from None
    for noted in story:
        click.echo(line(noted))
    if not story:
        click.echo("nothing is noted about this contract", err=True)


def line(noted: Noted) -> str:
    """One note in one line. What strangers said in it cannot move the cursor or forge another line."""
    facts = {name: noted.facts[name] for name in FIRST if name in noted.facts} | noted.facts
    told = "; ".join(f"{name}: {fact}" for name, fact in facts.items())
    return printable(f"{noted.at.astimezone():%Y-%m-%d %H:%M:%S}  {noted.what}  {told}")
