"""`ivr db`: the database's schema, and whether what is in it agrees."""

from __future__ import annotations

import sys

import click

from account_core import AccountError, Database, format_roubles, schema
from account_core.ledger import check as check_ledger
from account_core.migrations import HEAD
from ivr.cli import Mend
from ivr.cli.hindrance import of_accounts
from ivr.settings import load


@click.group()
def db() -> None:
    """The database of contracts, calls and messages."""


@db.command()
def upgrade() -> None:
    """Make the tables, or bring them up to date."""
    try:
        database = Database(load().url())
        changed = schema.upgrade(database)
        click.echo(f"the schema is {'now' if changed else 'already'} at {HEAD}")
    except AccountError as error:
        raise of_accounts(error) from None


@db.command()
def check() -> None:
    """Hold every balance against its ledger; exit code 1 if any is wrong."""
    try:
        database = schema.up_to_date(load().url())
        found = check_ledger(database)
    except AccountError as error:
        raise Mend(str(error)) from None
    for wrong in found.mismatches:
        balance, ledger = format_roubles(wrong.balance), format_roubles(wrong.ledger)
        click.echo(f"contract {wrong.contract}: the balance is {balance}, the ledger says {ledger}", err=True)
    for damage in found.damage:
        click.echo(f"damage: {damage}", err=True)
    if found.mismatches or found.damage:
        sys.exit(1)
    click.echo(f"{found.contracts} contracts: every balance is what the ledger says")
