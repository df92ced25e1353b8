"""The sender process: a thread for each channel, ended gently, seen from outside to be alive."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from account_core import Channel, Gateway, Outbox, Sender

log = logging.getLogger(__name__)

BEAT_S = 0.5
"""Seconds between two signs of life."""


def send(outbox: Outbox, gateways: Mapping[Channel, Gateway], alive: Path) -> bool:
    """Send until SIGTERM or SIGINT; each lets the messages in hand be finished. False if a sender broke down.

    Several processes may do this at once. A sign of life is kept in the file `alive`.
    """
    over, broken = threading.Event(), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    senders = [Sender(outbox, channel, gateway) for channel, gateway in gateways.items()]
    threads = [threading.Thread(target=_run, args=(sender, over, broken)) for sender in senders]
    for thread in threads:
        thread.start()
    log.info("sending: %s", ", ".join(f"{channel} by {gateway.name}" for channel, gateway in gateways.items()))
    while not over.is_set():
        beat(alive)
        over.wait(BEAT_S)
    for sender in senders:
        sender.stopping.set()
    for thread in threads:
        thread.join()
    return not broken.is_set()


def _run(sender: Sender, over: threading.Event, broken: threading.Event) -> None:
    try:
        sender.run()
    except Exception as bug:
        log.error("a sender broke down: %s", type(bug).__name__)
        broken.set()
    finally:
        over.set()


def beat(alive: Path) -> None:
    """Write the time of a clock that all processes share and nobody sets (CLOCK_MONOTONIC)."""
    with suppress(OSError):  # a full disk is no reason to send nothing
        alive.parent.mkdir(parents=True, exist_ok=True)
        fresh = alive.with_suffix(".new")
        fresh.write_text(str(time.monotonic()))
        fresh.replace(alive)
