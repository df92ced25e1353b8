"""`ivr waiting`: tell those who wait for a person how long it will be, and call back those who asked for it."""

from __future__ import annotations

import signal
import threading
from functools import partial

import click

from account_core import AccountError
from ivr import logs
from ivr.cli import Mend
from ivr.prompts import BadCatalogue, MissingSound
from ivr.settings import load


@click.command()
def waiting() -> None:
    """Look after those who wait for a person, until SIGTERM (docs/waiting.md)."""
    from ivr.messaging.sending import beat  # late: `ivr waiting --help` needs no Asterisk
    from ivr.waiting.probes import sign_of_life
    from ivr.waiting.room import keep_room
    from ivr.waiting.serve import room_of

    logs.set_up()
    settings, over = load(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        room = room_of(settings)
    except (AccountError, BadCatalogue, MissingSound) as hindrance:
        raise Mend(str(hindrance)) from None
    keep_room(room, over, partial(beat, sign_of_life(settings)))
