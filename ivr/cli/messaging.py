"""`ivr send`, `ivr gateway`, `ivr kannel`: messages out, messages in, and the configuration of Kannel."""

from __future__ import annotations

import logging
import signal
import sys

import click

from account_core import AccountError
from ivr import logs
from ivr.cli import Mend
from ivr.cli.hindrance import of_accounts
from ivr.core import Core, open_core
from ivr.prompts.catalogue import BadCatalogue
from ivr.settings import Settings, load


@click.command()
def send() -> None:
    """Send the messages that wait, and those to come, until SIGTERM. Several may run at once."""
    from ivr.messaging.gateways import gateways
    from ivr.messaging.probes import sign_of_life
    from ivr.messaging.sending import send as go_on_sending

    _log()
    settings = load()
    chosen = gateways(settings)
    core = _core(settings)
    well = go_on_sending(core.outbox, chosen, sign_of_life(settings))
    core.database.close()
    sys.exit(0 if well else 1)


@click.command()
def gateway() -> None:
    """Hear from SMS and USSD gateways over HTTP (docs/messaging.md) until SIGTERM."""
    from ivr.messaging import serve

    _log()
    settings = load()
    core = _core(settings)
    try:
        endpoint = serve.endpoint(settings, core)
        listening = serve.listen(settings.gateway_host, settings.gateway_port)
    except BadCatalogue as bad:
        raise Mend(str(bad)) from None
    except OSError as error:
        where = f"{settings.gateway_host}:{settings.gateway_port}"
        raise Mend(f"IVR_GATEWAY_PORT: cannot listen on {where}: {error.strerror}") from None
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises again, at its end, the signal that ended it
    serve.server(endpoint).run(sockets=[listening])
    core.database.close()


@click.command()
@click.option("--run", is_flag=True, help="Get Kannel where the system has none, and run it until Ctrl-C.")
def kannel(run: bool) -> None:
    """Write the configuration of Kannel that goes with the settings, and say how to start it."""
    from ivr.messaging.kannel_files import write

    settings = load()
    try:
        path = write(settings)
    except OSError as error:
        raise Mend(f"IVR_VAR: {error.filename}: {error.strerror}") from None
    click.echo(f"{path}\nThe operator's SMPP account goes into {path.with_name('smsc.conf')}.")
    if run:
        _run_kannel(settings)
    else:
        click.echo(f"Start Kannel with `ivr kannel --run`, or:\n  bearerbox -v 2 {path}\n  smsbox -v 2 {path}")


def _run_kannel(settings: Settings) -> None:
    from ivr.messaging.kannel_parts import parts_of
    from ivr.supervisor import CannotStart
    from ivr.supervisor import run as keep_running

    logs = settings.var / "log"
    logs.mkdir(parents=True, exist_ok=True)
    ready = f"Kannel is ready at {settings.kannel_url}. Ctrl-C stops it. Logs: {logs}"
    try:
        keep_running(parts_of(settings), logs, ready, drain_s=0, say=click.echo)
    except CannotStart as why:
        raise Mend(str(why)) from None


def _log() -> None:
    logs.set_up()
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it tells of every request


def _core(settings: Settings) -> Core:
    try:
        return open_core(settings)
    except AccountError as error:
        raise of_accounts(error) from None
