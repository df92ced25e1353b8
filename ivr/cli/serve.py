"""`ivr serve`: the application that Asterisk calls."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial

import click

from ivr.agi.calls import Application, Limits
from ivr.agi.classic import serve_one
from ivr.agi.server import serve as serve_calls
from ivr.cli import Mend
from ivr.settings import BadSetting, load


@click.command()
@click.option("--processes", type=click.IntRange(1, 64), help="Processes that share the port.")
@click.option("--classic", is_flag=True, help="Serve one call on standard input and output, then end.")
def serve(processes: int | None, classic: bool) -> None:
    """Answer the calls that Asterisk hands over (FastAGI).

    SIGHUP reads prompts and settings again; SIGTERM lets calls in progress finish.
    """
    from ivr.main import application  # late: `ivr serve --help` needs no database

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(process)d %(message)s")
    settings = load()
    build = partial(_built, partial(application, settings))
    if classic:
        return serve_one(build)
    limits = Limits(calls=settings.calls, drain_s=settings.drain_s)
    try:
        code = serve_calls(
            settings.agi_host,
            settings.agi_port,
            build,
            processes=processes or settings.processes,
            limits=limits,
        )
    except OSError as error:
        raise Mend(f"cannot listen on {settings.agi_host}:{settings.agi_port}: {error.strerror}") from None
    sys.exit(code)


def _built(build: Callable[[], Application]) -> Application:
    """The application of this process, which may be a child: its bad settings end it here, in one line."""
    try:
        return build()
    except BadSetting as bad:
        Mend(str(bad)).show()
        sys.exit(Mend.exit_code)
    except click.ClickException as bad:
        bad.show()
        sys.exit(bad.exit_code)
