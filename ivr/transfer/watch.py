"""The picture of calls, kept up to date by the events of a manager connection; for any number of threads."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from ivr.switch.manager import Headers, Manager, SwitchAway
from ivr.transfer.jobs import Jobs
from ivr.transfer.picture import Picture
from ivr.transfer.talks import Happening, Leg, Place, Talk

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Seen:
    """Something that happened in a call, and who was where at that moment."""

    what: Happening
    place: Place
    agent: Leg | None
    colleague: Leg | None


class Watch:
    """`happened` is called in another thread for each happening, `begun` when the picture was made anew."""

    def __init__(
        self,
        manager: Manager,
        queue: str,
        now: Callable[[], dt.datetime],
        happened: Callable[[Seen], object],
        begun: Callable[[list[Headers]], object],
    ) -> None:
        self.jobs = Jobs()
        self._manager, self._queue, self._now = manager, queue, now
        self._happened, self._begun = happened, begun
        self._picture, self._changed = Picture(queue), threading.Condition()
        self._missed: list[Headers] | None = []
        """Events that came while the picture is made anew; None: it is there."""
        self._subscribers: list[Callable[[], object]] = []
        for name in self._picture.heard:
            manager.on_event(name, self._hear)
        manager.on_connected(self._resynchronise)
        manager.on_lost(self._lost)

    @contextmanager
    def looking(self) -> Iterator[Picture]:
        """The picture, which stands still meanwhile."""
        with self._changed:
            yield self._picture

    def until(self, true: Callable[[], bool], within_s: float) -> bool:
        """Whether `true()` came to be within so many seconds."""
        with self._changed:
            return self._changed.wait_for(true, within_s)

    @property
    def in_step(self) -> bool:
        """Whether the picture is that of now: Asterisk can be reached, and nothing has yet to be found out."""
        return self._missed is None and self._manager.connected

    def keep_in_step(self, within_s: float) -> None:
        """Wait until it is that of now, so that nothing is done by an old one. Raises `SwitchAway`."""
        if not self.until(lambda: self.in_step, within_s):
            raise SwitchAway("who is with whom is not known yet")

    def talk(self, id: str) -> Talk | None:
        """A call, while there is one."""
        return self._picture.talks.get(id)

    def expect(self, talk: str, leg: str, seat: str) -> None:
        """A colleague is about to be rung."""
        with self._changed:
            self._picture.expect(talk, leg, seat)
            self.tell()

    def forget(self, talk: str, leg: str) -> None:
        """The colleague was not rung after all."""
        with self._changed:
            if found := self._picture.talks.get(talk):
                found.legs.pop(leg, None)
            self.tell()

    def subscribe(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call back soon after every change; gives what ends that."""
        self._subscribers.append(callback)

        def end() -> None:
            with suppress(ValueError):  # ended already
                self._subscribers.remove(callback)

        return end

    def tell(self) -> None:
        """Something has changed."""
        with self._changed:
            self._changed.notify_all()
        self.jobs.once(self._notify)

    def _notify(self) -> None:
        for callback in list(self._subscribers):
            try:
                callback()
            except Exception:
                log.exception("whoever looks at the switchboard failed")

    def _hear(self, event: Headers) -> None:
        with self._changed:
            if self._missed is not None:
                self._missed.append(event)
                return
            self._apply(event)
            self.tell()

    def _apply(self, event: Headers) -> None:
        who = {talk.id: (talk.place, talk.agent, talk.colleague) for talk in self._picture.talks.values()}
        for happening in self._picture.apply(event, self._now()):
            self.jobs.soon(partial(self._happened, Seen(happening, *who[happening.talk])))

    def _resynchronise(self) -> None:
        with self._changed:
            self._missed = []
        queue = self._manager.ask("QueueStatus", Queue=self._queue)
        channels = self._manager.ask("CoreShowChannels")
        marks = self._manager.ask("DeviceStateList")
        with self._changed:
            self._picture.begin(queue, channels, self._now())
            missed, self._missed = self._missed, None
            for event in missed:
                self._apply(event)
            self.tell()
        self._begun(marks)

    def _lost(self) -> None:
        with self._changed:
            self._missed = []
        self.tell()
