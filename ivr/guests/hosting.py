"""What the application does for guests: who calls is what the ticket says, and what is said is told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from ivr.dialogue import Call, Choice, Digits, Goodbye, Handover, Heard, Question, Stay, Trust
from ivr.dialogue.heard import NOTHING, SHORT
from ivr.guests.telling import Teller, channel
from ivr.guests.tickets import HEADER, Ticket, Tickets
from ivr.prompts import Prompts, UnknownPrompt
from ivr.settings import Settings
from ivr.spoken import BadValue

CHANNEL = re.compile("PJSIP/guest-[0-9a-f]{8}")
"""What Asterisk calls the channel of a guest; the name is that of the endpoint, and nobody else can have it."""
RATE = 8000
"""Bytes of A-law in a second."""
Sounds = Callable[[str, Mapping[str, object], str], str]


class Channel(Protocol):
    """A call as the wire knows it."""

    env: dict[str, str]
    path: str

    def get_variable(self, name: str) -> str:
        """The value of a channel variable or function."""

    def set_variable(self, name: str, value: str) -> object:
        """Set it."""


class Guest:
    """The guest of one call."""

    def __init__(self, ticket: Ticket, teller: Teller, prompts: Prompts) -> None:
        self.caller = ticket.caller
        self._teller, self._prompts = teller, prompts

    def overheard(self, sounds: Sounds) -> Sounds:
        """`sounds` that tells of each what it says."""

        def sound(key: str, values: Mapping[str, object], language: str) -> str:
            path = sounds(key, values, language)
            # An optional prompt that cannot be said has no words, and the guest hears nothing either.
            with suppress(UnknownPrompt, BadValue, OSError):
                words = self._prompts.text(key, language, **values)
                self._teller.tell("say", text=words, language=language, length_s=_length_s(path))
            return path

        return sound

    def asked(self, question: Question, ahead: int) -> None:
        """Tell whether the answer is a secret: the page then hides its keys, and the last `ahead` before it."""
        self._teller.tell("ask", secret=isinstance(question, Digits) and question.secret, ahead=ahead)

    def heard(self, trust: Trust, question: Question, heard: Heard) -> None:
        """Tell what the guest said, and what of it counts: an answer, digits that are read back, or nothing.

        No secret is asked for by voice; if one were, nothing would be told of it.
        """
        if question.secret:
            return
        facts = {name: value for name, value in _counts(trust, question, heard) if value is not None}
        self._teller.tell("heard", words=heard.words, **facts)

    def goes_on(self, ending: Handover | Goodbye | Stay | None) -> None:
        """Tell how the talk with the machine ended: `queue`, `goodbye`, or nothing of a guest who hung up."""
        if ending:
            self._teller.tell("next", to="queue" if isinstance(ending, Handover | Stay) else "goodbye")

    def joins(self, call: Call) -> None:
        """Make `call` the guest's."""
        call.caller = self.caller
        call.asked, call.heard = self.asked, partial(self.heard, call.trust)


def is_guest(channel: str) -> bool:
    """Whether a channel is a guest's, whatever the ticket. A guest's number is what the guest says."""
    return CHANNEL.fullmatch(channel) is not None


class Guests:
    """Knows guests among all who call."""

    def __init__(self, settings: Settings, prompts: Prompts) -> None:
        self._tickets, self._prompts = Tickets(settings), prompts
        self._channel = channel(settings)

    def of(self, wire: Channel) -> Guest | None:
        """The guest who calls, or None: of every other call nothing is read and nothing told."""
        if not is_guest(wire.env.get("agi_channel", "")):
            return None
        ticket = self._tickets.read(wire.get_variable(f"PJSIP_HEADER(read,{HEADER})"))
        if ticket is None or (wire.path == "line" and time.time() > ticket.until):
            return None
        if wire.path == "line":
            wire.set_variable("CALLERID(num)", ticket.caller or "")  # for the queue and who answers there
        return Guest(ticket, Teller(self._channel, ticket.id), self._prompts)


def _counts(trust: Trust, question: Question, heard: Heard) -> list[tuple[str, str | None]]:
    """What of `heard` is certain enough to go on with (`ivr.dialogue`)."""
    weighty = isinstance(question, Choice) and question.weighty
    sure = heard.certainty >= (trust.weighty if weighty else trust.answer)
    read = heard.readings[0] if isinstance(question, Digits) and heard.readings else None
    digits = read.digits if read and read.certainty >= trust.number else None
    known = sure and not digits and heard.answer not in (SHORT, NOTHING)
    return [("answer", heard.answer if known else None), ("digits", digits)]


def _length_s(sound: str) -> float:
    """Seconds that a sound takes, for the page to show how far it has come."""
    return round(Path(f"{sound}.alaw").stat().st_size / RATE, 2)
