"""`ivr serve`: the application that Asterisk calls."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from functools import partial
from typing import NoReturn

import click

from account_core import AccountError
from ivr import logs
from ivr.agi.calls import Application, Limits
from ivr.agi.classic import serve_one
from ivr.agi.server import listen
from ivr.agi.server import serve as serve_calls
from ivr.cli import Mend
from ivr.cli.hindrance import of_accounts
from ivr.prompts import BadCatalogue, MissingSound
from ivr.settings import BadSetting, load

_M_ARENA_MAX = -8
"""The parameter of mallopt(3) that bounds the heaps of a process."""


@click.command()
@click.option("--processes", type=click.IntRange(1, 64), help="Processes that share the port.")
@click.option("--classic", is_flag=True, help="Serve one call on standard input and output, then end.")
def serve(processes: int | None, classic: bool) -> None:
    """Answer the calls that Asterisk hands over (FastAGI).

    SIGHUP reads prompts and settings again; SIGTERM lets calls in progress finish.
    """
    from ivr.main import application  # late: `ivr serve --help` needs no database

    logs.set_up()
    _keep_one_heap()
    settings = load()
    build = partial(_built, partial(application, settings))
    if classic:
        return serve_one(build)
    try:
        listener = listen(settings.agi_host, settings.agi_port)
    except OSError as error:
        raise Mend(f"cannot listen on {settings.agi_host}:{settings.agi_port}: {error.strerror}") from None
    limits = Limits(calls=settings.calls, drain_s=settings.drain_s)
    sys.exit(serve_calls(listener, build, processes=processes or settings.processes, limits=limits))


def _keep_one_heap() -> None:
    """Let all threads take their memory from one heap: each of many would grow by itself, a little for ever."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # glibc
        libc.mallopt(_M_ARENA_MAX, 1)


def _built(build: Callable[[], Application]) -> Application:
    """The application of this process, which may be a child; what hinders it is said in one line.

    Exit code 2 is for what somebody has to mend, another for an outage, which may pass by itself.
    """
    try:
        application = build()
    except AccountError as error:
        _end(of_accounts(error))
    except (BadSetting, BadCatalogue, MissingSound) as hindrance:
        _end(Mend(str(hindrance)))
    gc.freeze()  # texts and sounds stay for good: no collection need walk through them while callers wait
    return application


def _end(hindrance: Mend) -> NoReturn:
    hindrance.show()
    sys.exit(hindrance.exit_code)
