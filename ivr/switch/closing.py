"""Closing the line for a planned stop: nobody new comes in, whoever is here is served.

Asterisk's own `core stop gracefully` refuses every new channel, and with it the telephones of the agents whom
callers wait for, so it is not used.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ivr.settings import Settings
from ivr.switch.program import Asterisk
from ivr.switch.render import AMI_USER, ami_secret
from ivr.switch.session import Headers, Refused, Session, SwitchAway
from ivr.switch.start import console

log = logging.getLogger(__name__)

CLOSING = "CLOSING"
"""The global of the dialplan that is `yes` while the line closes (dialplans/from-carrier.conf)."""
QUEUE = "support"


def close(settings: Settings, asterisk: Asterisk) -> None:
    """Let no new call in, and let Asterisk end when the last is over."""
    console(settings, asterisk, f"dialplan set global {CLOSING} yes")
    console(settings, asterisk, "core stop when convenient")


def say_goodbye(settings: Settings) -> int:
    """Lead all who wait for a person to the sentence that nobody can answer; how many they are."""
    try:
        with _signed_in(settings) as session:
            waiting = [row["Channel"] for row in session.ask("QueueStatus", Queue=QUEUE) if _is_caller(row)]
            for channel in waiting:
                with suppress(Refused):  # the caller has gone at this moment
                    session.act("Redirect", Channel=channel, Context="closing", Exten="s", Priority=1)
            return len(waiting)
    except (SwitchAway, Refused) as trouble:
        log.warning("those who wait are not told that the line closes: %s", trouble)
        return 0


def _is_caller(row: Headers) -> bool:
    return row["Event"] == "QueueEntry"


@contextmanager
def _signed_in(settings: Settings) -> Iterator[Session]:
    session = Session(lambda _: None)
    try:
        session.open("127.0.0.1", settings.ami_port, AMI_USER, ami_secret(settings))
        yield session
    finally:
        session.drop()
