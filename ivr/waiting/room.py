"""The part `waiting`: tells those who wait how long it will be, and calls back those who did not want to."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from account_core import Callbacks, StorageUnavailable
from ivr.guests.hosting import is_guest
from ivr.switch.manager import Headers, Refused, SwitchAway
from ivr.waiting.announcer import Announcer, News
from ivr.waiting.callbacks import CallingBack
from ivr.waiting.estimate import Talks
from ivr.waiting.picture import Caller, Picture
from ivr.waiting.switch import QUEUE, QueueSwitch

log = logging.getLogger(__name__)

EVERY_S = 1.0
"""Seconds between two looks at the queue."""
LAST_SAID = 99
"""The last place that is said."""
EVENTS = ("QueueCallerLeave", "AgentConnect", "AgentComplete")

Sound = Callable[[str, dict[str, object], str], str]
"""The path of the sound of a prompt's key and values in a language."""


@dataclass
class Room:
    """What the part does, at each look at the queue and at each event."""

    switch: QueueSwitch
    sound: Sound
    language: str
    """Of callers who chose none."""
    announcer: Announcer
    callbacks: Callbacks | None
    back: CallingBack | None
    e164: Callable[[str], str | None]
    open_now: Callable[[], bool]
    talks: Talks = field(default_factory=Talks)

    def look(self) -> None:
        """Look at the queue once: tell what is news, call back whose turn it is."""
        now = self.switch.picture()
        for news in self.announcer.news(now, self.talks.usual_s, time.monotonic(), self._callable):
            with suppress(Refused):  # the caller has gone at this moment
                self._tell(news)
        if self.back:
            begins = self.open_now() and not self.switch.closing()
            self.back.tick(now, self._on_line(now), self.talks.usual_s, begins)

    def heard(self, event: Headers) -> None:
        """Something has happened in the queue."""
        if event.get("Queue") != QUEUE:
            return
        if event["Event"] == "AgentComplete":
            self.talks.ended(float(event.get("TalkTime", 0)))
            return
        self.switch.hush(event["Uniqueid"])
        if event["Event"] == "AgentConnect" and self.back:
            self.back.answered(event["Uniqueid"], self.e164(event.get("CallerIDNum", "")) or "")

    def _tell(self, news: News) -> None:
        language = self.switch.language(news.caller) or self.language
        said: list[tuple[str, dict[str, object]]] = [("queue/wait", {"wait": news.minutes})]
        if news.caller.place <= LAST_SAID:
            said = [("queue/place", {"place": news.caller.place, "wait": news.minutes})]
        if news.offer:
            said.append(("queue/offer", {}))
        self.switch.whisper(news.caller, [self.sound(key, values, language) for key, values in said])

    def _callable(self, caller: Caller) -> bool:
        if self.callbacks is None or is_guest(caller.channel):
            return False
        return self.callbacks.possible(self.e164(caller.number))

    def _on_line(self, now: Picture) -> set[str]:
        """The numbers that are on the line now, waiting or talking."""
        numbers = [caller.number for caller in now.callers]
        numbers += [channel.get("CallerIDNum", "") for channel in self.switch.channels()]
        return {number for number in map(self.e164, numbers) if number}


def keep_room(room: Room, over: threading.Event, beat: Callable[[], object]) -> None:
    """Run `room` until `over`; `beat` is called all the while. Trouble with switch or accounts passes."""
    events: queue.SimpleQueue[Headers] = queue.SimpleQueue()
    for name in EVENTS:
        room.switch.manager.on_event(name, events.put)
    trouble, due = "", 0.0
    with room.switch.manager:
        while not over.is_set():
            beat()
            try:
                _one_step(room, events, due)
                if time.monotonic() >= due:
                    due = time.monotonic() + EVERY_S
                    room.look()
                trouble = ""
            except (SwitchAway, Refused, StorageUnavailable) as why:
                if str(why) != trouble:
                    log.warning("those who wait hear nothing new: %s", why)
                trouble = str(why)


def _one_step(room: Room, events: queue.SimpleQueue[Headers], due: float) -> None:
    with suppress(queue.Empty):
        event = events.get(timeout=max(0.01, min(0.5, due - time.monotonic())))
        room.heard(event)
