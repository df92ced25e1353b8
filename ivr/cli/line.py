"""`ivr setup`, `ivr run` and `ivr console`: the whole line from one command."""

from __future__ import annotations

import click

from account_core import AccountError, open_database
from ivr.cli import Mend, main
from ivr.private_files import kept_secret
from ivr.settings import Settings, load
from ivr.supervisor import CannotStart
from ivr.supervisor import run as keep_running
from ivr.supervisor.line import check_ports, only_one, parts_of
from ivr.switch import program
from ivr.switch.probes import manager_answers
from ivr.switch.program import Asterisk
from ivr.switch.start import console as put

DEMO_CONTRACT = "77012345678"


@click.command()
def setup() -> None:
    """Get and make everything that the line needs; what is there already is left alone."""
    _set_up(load())


@click.command()
def run() -> None:
    """Set up, then run the whole line in the foreground until Ctrl-C.

    SIGTERM lets calls in progress end (IVR_DRAIN_S); SIGHUP makes the application read its files again.
    """
    settings = load()
    with only_one(settings):
        check_ports(settings)
        asterisk = _set_up(settings)
        try:
            keep_running(
                parts_of(settings, asterisk),
                settings.var / "log",
                _ready(settings),
                settings.drain_s,
                say=click.echo,
            )
        except CannotStart as why:
            raise Mend(str(why)) from None


@click.command()
@click.argument("order", nargs=-1, required=True)
def console(order: tuple[str, ...]) -> None:
    """Put ORDER to the running Asterisk, such as `queue show support` or `core show channels`."""
    settings = load()
    asterisk = program.find(settings)
    if asterisk is None or not manager_answers(settings, within_s=1):
        raise Mend("Asterisk does not run; start it with `ivr run`")
    click.echo(put(settings, asterisk, " ".join(order)), nl=False)


def _set_up(settings: Settings) -> Asterisk:
    settings.var.mkdir(parents=True, exist_ok=True)
    asterisk = program.ensure(settings)
    click.echo(f"Asterisk {program.said(asterisk.version())}: {asterisk.argv[-1]}")
    if not settings.secret_key.get_secret_value():
        kept_secret(settings.var / "secret.key")
    _command("db", "upgrade")
    if not settings.database_url and not _has_contracts(settings):
        _command("demo-data")
    _command("prompts", "build")
    return asterisk


def _command(*words: str) -> None:
    """Do what the user's own `ivr <words>` would do."""
    main.main(list(words), standalone_mode=False)


def _has_contracts(settings: Settings) -> bool:
    try:
        database = open_database(settings.url())
        found = database.ask("SELECT 1 FROM contracts LIMIT 1", ())
        database.close()
    except AccountError as error:
        raise Mend(str(error)) from None
    return bool(found)


def _ready(settings: Settings) -> str:
    where = f"127.0.0.1:{settings.sip_port}"
    contract = "" if settings.database_url else f" and key in the demo contract {DEMO_CONTRACT}"
    return f"Ready: call sip:0890@{where}{contract}. Ctrl-C stops the line. Logs: {settings.var / 'log'}"
