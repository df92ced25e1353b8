"""`ivr setup`, `ivr run` and `ivr console`: the whole line from one command."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click

from account_core import AccountError, Accounts, Database, open_database, schema
from account_core.demo import FIRST, FIRST_MOBILE, is_empty
from ivr.cli import Mend, main
from ivr.cli.hindrance import Outage, of_accounts
from ivr.core import open_core, secret_key
from ivr.desk import assets
from ivr.desk.demo import add_demo_agents, passwords_file
from ivr.settings import Settings, load
from ivr.supervisor import CannotStart
from ivr.supervisor import run as keep_running
from ivr.supervisor.line import check_ports, only_one, parts_of
from ivr.switch import program
from ivr.switch.browsers import has_guest
from ivr.switch.probes import EVERYWHERE, manager_answers
from ivr.switch.program import Asterisk
from ivr.switch.start import console as put


@click.command()
def setup() -> None:
    """Get and make everything that the line needs; what is there already is left alone."""
    _set_up(load())


@click.command()
def run() -> None:
    """Set up, then run the whole line in the foreground until Ctrl-C.

    SIGTERM lets calls in progress end (IVR_DRAIN_S); SIGHUP makes the parts read their files again. A database
    that is away is waited for; meanwhile Asterisk answers without it.
    """
    settings = load()
    with only_one(settings):
        check_ports(settings)
        asterisk = _set_up(settings, waits=True)
        try:
            keep_running(
                parts_of(settings, asterisk),
                settings.var / "log",
                _ready(settings),
                settings.drain_s,
                say=click.echo,
                prepare=partial(_upgrade, settings),
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


def _set_up(settings: Settings, waits: bool = False) -> Asterisk:
    """Everything that the line needs; where it `waits` for a database, that may be away now."""
    settings.var.mkdir(parents=True, exist_ok=True)
    asterisk = program.ensure(settings)
    click.echo(f"Asterisk {program.said(asterisk.version())}: {asterisk.argv[-1]}")
    secret_key(settings)
    try:
        _accounts(settings)
    except Outage as away:
        if not waits:
            raise
        click.echo(f"{away.message}; callers are answered without it until it is back", err=True)
    _command("prompts", "build")
    _browser(settings)
    return asterisk


def _accounts(settings: Settings) -> None:
    _command("db", "upgrade")
    # Made-up contracts have no business in a database that somebody has chosen.
    if not settings.database_url and _in_database(settings, is_empty):
        _command("demo-data")
    if not settings.database_url and _in_database(settings, _has_demo):
        _demo_agents(settings)


def _upgrade(settings: Settings) -> None:
    """Make the database ready for the parts that use it; nothing to do where `_set_up` has done so."""
    database = Database(settings.url())
    try:
        schema.upgrade(database)
    finally:
        database.close()


def _demo_agents(settings: Settings) -> None:
    core = open_core(settings)
    try:
        if add_demo_agents(settings, core):
            click.echo(f"demo agents may sign in at the desk: {passwords_file(settings)}")
    finally:
        core.database.close()


def _browser(settings: Settings) -> None:
    """What telephones in a browser need; the line works without them."""
    try:
        assets.ensure(settings)
    except Mend as missing:
        click.echo(f"{missing.message}; SIP telephones work without it", err=True)


def _command(*words: str) -> None:
    """Do what the user's own `ivr <words>` would do."""
    main.main(list(words), standalone_mode=False)


def _in_database(settings: Settings, question: Callable[[Database], bool]) -> bool:
    try:
        database = open_database(settings.url())
        try:
            return question(database)
        finally:
            database.close()
    except AccountError as error:
        raise of_accounts(error) from None


def _has_demo(database: Database) -> bool:
    found = Accounts(database).by_mobile(FIRST_MOBILE)
    return found is not None and found.contract == FIRST


def _ready(settings: Settings) -> str:
    number = f"sip:0890@{settings.sip_host}:{settings.sip_port}"
    try:
        demo = f", demo contract {FIRST}" if _in_database(settings, _has_demo) else ""
    except Mend:  # the database is away, or back and still to be brought up to date
        demo = ""
    logs = settings.var / "log"
    return f"Ready: call {number}{demo}. {_desk(settings)}. Logs are in {logs}; Ctrl-C stops the line."


def _desk(settings: Settings) -> str:
    host = EVERYWHERE.get(settings.desk_host, settings.desk_host)
    where = f"http://{f'[{host}]' if ':' in host else host}:{settings.desk_port}/"
    passwords = passwords_file(settings)
    who = f" (passwords: {passwords})" if passwords.exists() else " (ivr agents add lets somebody in)"
    phone = f", a telephone in the browser {where}phone" if has_guest(settings) else ""
    return f"The desk is {where}{who}{phone}"
