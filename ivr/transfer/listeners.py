"""Supervisors who listen in, put together from Asterisk's events. Pure: a part of `ivr.transfer.picture`.

Their telephones are no legs of a call: nobody is with them, and nothing of the table happens when one hangs up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ivr.transfer.states import State

Headers = Mapping[str, str]
LISTENER = re.compile(r"listener-\d+-(.+)")
SEAT = re.compile(r"PJSIP/((?:seat|phone)\d+)-")
TALKS = frozenset({State.TALKING, State.HELD, State.CALLING, State.CONSULTING, State.CONFERENCE})
"""States of a call that a supervisor can listen in on: somebody has taken it."""


@dataclass
class Listener:
    """The telephone of a supervisor, which rings or listens."""

    id: str
    seat: str
    talk: str
    """The id of the call."""
    channel: str = ""


def listener_id(number: int, talk: str) -> str:
    """The unique id of the channel on which a supervisor listens to `talk`."""
    return f"listener-{number}-{talk}"


class Listeners:
    """Who listens to what."""

    def __init__(self) -> None:
        self.all: dict[str, Listener] = {}
        """By the ids of their channels."""

    def expect(self, talk: str, leg: str, seat: str) -> None:
        """A supervisor is about to be rung, on a channel with the id `leg`."""
        self.all[leg] = Listener(leg, seat, talk)

    def forget(self, leg: str) -> None:
        """It was not rung after all, or is gone."""
        self.all.pop(leg, None)

    def at(self, seat: str) -> Listener | None:
        """The one at `seat`."""
        return next((one for one in self.all.values() if one.seat == seat), None)

    def of(self, talk: str) -> tuple[str, ...]:
        """The seats of those who listen to a call, in order."""
        return tuple(sorted(one.seat for one in self.all.values() if one.talk == talk))

    def apply(self, event: Headers) -> None:
        """Take note of `event`."""
        match event["Event"]:
            case "Newchannel" if one := self.all.get(event["Uniqueid"]):
                one.channel = event["Channel"]
            case "Hangup":
                self.forget(event["Uniqueid"])
            case "OriginateResponse" if event["Response"] == "Failure":
                self.forget(event["ActionID"].partition("/")[2])

    def begin(self, channels: Iterable[Headers]) -> None:
        """Begin anew from the list `CoreShowChannels`."""
        self.all = {}
        for channel in channels:
            seat, heard = SEAT.match(channel["Channel"]), LISTENER.fullmatch(channel["Uniqueid"])
            if seat and heard:
                id = channel["Uniqueid"]
                self.all[id] = Listener(id, seat[1], heard[1], channel["Channel"])
