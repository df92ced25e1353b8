"""What those who wait are told, and when. Knows nothing of Asterisk and no clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.waiting.estimate import expected_s, minutes
from ivr.waiting.picture import Caller, Picture

FIRST_S = 3.0
"""Seconds after joining the queue in which the caller has heard that somebody is sought."""
NEWS_S = 40.0
"""Seconds after which a caller is told when it has become better."""
AGAIN_S = 60.0
"""Seconds after which a caller is told again whatever it is."""
OFFER_S = 120.0
"""Seconds from one offer to call back to the next."""
FORGOTTEN_S = 300.0
"""Seconds for which somebody who left the queue may come back and is remembered."""


@dataclass(frozen=True)
class News:
    """What one caller is to be told now."""

    caller: Caller
    minutes: int
    """Minutes of expected wait."""
    offer: bool
    """Whether to offer a call back."""


@dataclass
class _Known:
    came: float
    seen: float
    told: float | None = None
    place: int = 0
    minutes: int = 0
    offered: float | None = None


class Announcer:
    """Remembers what each caller was told."""

    def __init__(self, offer_from_s: float) -> None:
        self.offer_from_s = offer_from_s
        """Seconds of expected wait from which to be called back is offered."""
        self._known: dict[str, _Known] = {}

    def news(
        self, picture: Picture, talk_s: float, now: float, callable: Callable[[Caller], bool]
    ) -> list[News]:
        """What is to be told at the moment `now` (seconds); it counts as told.

        `callable` tells whether a caller may be offered to be called back.
        """
        found = [self._of(caller, picture, talk_s, now, callable) for caller in picture.callers]
        self._known = {id: known for id, known in self._known.items() if now - known.seen < FORGOTTEN_S}
        return [news for news in found if news]

    def _of(
        self, caller: Caller, picture: Picture, talk_s: float, now: float, callable: Callable[[Caller], bool]
    ) -> News | None:
        known = self._known.setdefault(caller.id, _Known(now, now))
        known.seen = now
        wait_s = expected_s(caller.place, picture.agents, talk_s)
        if not wait_s:  # nobody is on duty, or somebody is being rung for this caller at this moment
            return None
        news = News(caller, minutes(wait_s), self._offers(known, caller, wait_s, now, callable))
        if not _due(known, news, now):
            return None
        known.told, known.place, known.minutes = now, caller.place, news.minutes
        known.offered = now if news.offer else known.offered
        return news

    def _offers(
        self, known: _Known, caller: Caller, wait_s: float, now: float, callable: Callable[[Caller], bool]
    ) -> bool:
        rested = known.offered is None or now - known.offered >= OFFER_S
        return wait_s >= self.offer_from_s and rested and callable(caller)


def _due(known: _Known, news: News, now: float) -> bool:
    if known.told is None:
        return now - known.came >= FIRST_S
    better = news.caller.place < known.place or news.minutes < known.minutes
    return now - known.told >= (NEWS_S if better else AGAIN_S)
