"""`ivr agents`: who may work at the desk. No password is ever an argument."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.markup import escape
from rich.table import Table

from account_core import AccountError, Agent, Agents
from ivr.cli import Mend
from ivr.cli.hidden import new_secret
from ivr.cli.shown import printable, put_out
from ivr.core import open_core
from ivr.settings import load


@click.group()
def agents() -> None:
    """The people at the desk: agents and supervisors."""


@agents.command()
@click.argument("login")
@click.option("--name", required=True, help="The name that colleagues see.")
@click.option("--supervisor", is_flag=True, help="Sees the wallboard and the calls of others.")
def add(login: str, name: str, supervisor: bool) -> None:
    """Let somebody in as LOGIN. The password is asked for."""
    with _agents() as known:
        agent = Agent(login, name, "supervisor" if supervisor else "agent")
        known.add(agent, new_secret("Password"))
    click.echo(f"{login} may sign in as {agent.role}")


@agents.command()
@click.argument("login")
def password(login: str) -> None:
    """Set a new password for LOGIN, who is signed out. It is asked for."""
    with _agents() as known:
        known.set_password(login, new_secret("New password"))
    click.echo(f"{login} has a new password")


@agents.command("list")
def list_agents() -> None:
    """Show everybody."""
    with _agents() as known:
        found = known.list()
    table = Table("login", "name", "role", "")
    for agent in found:
        told = (agent.login, agent.name, agent.role, "" if agent.active else "off")
        table.add_row(*map(escape, map(printable, told)))
    put_out(table, "nobody yet: `ivr agents add`")


@agents.command()
@click.argument("login")
def off(login: str) -> None:
    """Let LOGIN in no more, beginning now. The name stays in the audit trail."""
    with _agents() as known:
        known.turn_off(login)
    click.echo(f"{login} is let in no more")


@contextmanager
def _agents() -> Iterator[Agents]:
    try:
        core = open_core(load())
        try:
            yield core.agents
        finally:
            core.database.close()
    except AccountError as error:
        raise Mend(str(error)) from None
