"""`ivr speech` listens to callers; `ivr recognise` shows what would be heard in a recording."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import click

from ivr import logs
from ivr.agi.processes import Family
from ivr.cli import Mend
from ivr.prompts import BadCatalogue
from ivr.settings import load

SWITCH_S = 0.0005
"""Seconds after which a thread lets another run (Python's own: 5 ms): decoding must hold nothing up."""


@click.command()
@click.option("--processes", type=click.IntRange(1, 64), help="Processes that share the port.")
def speech(processes: int | None) -> None:
    """Listen to callers for Asterisk (AEAP over WebSocket).

    SIGHUP reads the prompts again; SIGTERM lets answers in hand end.
    """
    from ivr.speech.recogniser import BadModel  # late: `ivr speech --help` needs no recogniser
    from ivr.speech.server import listen, work

    logs.set_up()
    logging.getLogger("websockets").setLevel(logging.CRITICAL)  # a line for each port scan, with what it sent
    sys.setswitchinterval(SWITCH_S)
    settings = load()
    try:
        listener = listen(settings.speech_host, settings.speech_port)
    except OSError as error:
        raise Mend(
            f"cannot listen on {settings.speech_host}:{settings.speech_port}: {error.strerror}"
        ) from None

    def serve(parent: int | None) -> None:
        try:
            work(settings, listener, parent)
        except (BadModel, BadCatalogue) as hindrance:
            Mend(str(hindrance)).show()
            sys.exit(Mend.exit_code)

    if (count := processes or settings.speech_processes) == 1:
        serve(None)
    else:
        sys.exit(Family(count, serve, drain_s=0).run(stopping=listener.close))


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--question", default="contract", show_default=True, help="contract, or a prompt's key.")
@click.option("--language", default="ru", show_default=True)
def recognise(file: Path, question: str, language: str) -> None:
    """Print as JSON what the line would hear in FILE (WAV, 16 bits) as the answer to a question."""
    from ivr.speech.one_file import BadFile, heard_in

    try:
        print_of = heard_in(load(), file, question, language)
    except BadFile as bad:
        raise Mend(str(bad)) from None
    click.echo(json.dumps(print_of, ensure_ascii=False, indent=2))
