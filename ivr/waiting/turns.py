"""Whose turn it is to be called back: those who wait on the line and those who do not stand in one order."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from account_core import Callback, Wish
from ivr.waiting.estimate import expected_s
from ivr.waiting.picture import Picture

LEAD_S = 25.0
"""Seconds from dialling to the key with which somebody says that they are there."""


def due(
    wishes: Sequence[Callback], picture: Picture, on_line: Collection[str], talk_s: float, now: float
) -> list[Callback]:
    """The wishes whose telephones are to ring now, at the time `now` (seconds since 1970).

    `wishes` are the open ones in their order, `on_line` the numbers that are on the line now. Somebody's turn
    is when nobody who waited longer is left, or when an agent will be free by the time that the phone is
    answered. A wish that rests after a missed try keeps nobody waiting.
    """
    ahead = [caller.since for caller in picture.callers]
    found = []
    for wish in wishes:
        if wish.state == Wish.TALKING or (wish.state == Wish.WAITING and wish.due_at > now):
            continue
        place = 1 + sum(since < wish.since for since in ahead)
        ahead.append(wish.since)
        if wish.state == Wish.WAITING and wish.number not in on_line and _turn(place, picture, talk_s):
            found.append(wish)
    return found[: picture.agents.on_duty]


def _turn(place: int, picture: Picture, talk_s: float) -> bool:
    wait_s = expected_s(place, picture.agents, talk_s)
    return wait_s is not None and (place == 1 or wait_s <= LEAD_S)
