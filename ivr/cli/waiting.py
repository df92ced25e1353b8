"""`ivr waiting`: tell those who wait for a person how long it will be, and call back those who asked for it."""

from __future__ import annotations

import logging
import signal
import threading
from functools import partial
from typing import TYPE_CHECKING

import click

from account_core import AccountError
from ivr import logs
from ivr.cli import Mend
from ivr.cli.hindrance import of_accounts
from ivr.prompts import BadCatalogue, MissingSound
from ivr.settings import load

if TYPE_CHECKING:
    from ivr.waiting.room import Room

log = logging.getLogger(__name__)


@click.command()
def waiting() -> None:
    """Look after those who wait for a person, until SIGTERM (docs/waiting.md).

    SIGHUP reads hours, prompts and settings again.
    """
    from ivr.messaging.sending import beat  # late: `ivr waiting --help` needs no Asterisk
    from ivr.waiting.probes import sign_of_life
    from ivr.waiting.room import keep_room
    from ivr.waiting.serve import room_of

    logs.set_up()
    over, again = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    signal.signal(signal.SIGHUP, lambda *_: again.set())
    settings = load()
    try:
        room = room_of(settings)
    except AccountError as error:
        raise of_accounts(error) from None
    except (BadCatalogue, MissingSound) as hindrance:
        raise Mend(str(hindrance)) from None
    lives = partial(beat, sign_of_life(settings))
    keep_room(room, over, partial(_step, room, again, lives))


def _step(room: Room, again: threading.Event, lives: partial[None]) -> None:
    lives()
    if again.is_set():
        again.clear()
        _read_again(room)


def _read_again(room: Room) -> None:
    from ivr.waiting.serve import read_again

    try:
        read_again(room, load())
    except Exception as wrong:
        log.error("not reloaded, those who wait hear what they heard before: %s", wrong)
    else:
        log.info("hours, prompts and settings are read anew")
