"""Runs flow after flow; the one place where a hang-up, a missing answer and a failing part end."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from account_core import StorageUnavailable
from ivr.dialogue import Call, Digits, Goodbye, Handover, Hangup, Home, Next, NoAnswer, Stay

log = logging.getLogger(__name__)

S = TypeVar("S")
Ending = Handover | Goodbye | Stay | None
"""How the talk ended; None: the caller hung up."""


def through(call: Call, services: object, wanted: Handover) -> Next:
    """The door that is always open."""
    return wanted


def run(
    call: Call,
    first: Callable[[Call, S], Next],
    home: Callable[[Call, S], Next],
    services: S,
    door: Callable[[Call, S, Handover], Next] = through,
) -> Ending:
    """Lead `call` from `first` to its end; `home` is the flow that `Home` leads back to.

    A handover passes `door`, which answers with that handover or with what comes in its place.
    Raises only when not even the apology can be spoken: the switch then apologises by itself.
    """
    step: Next = first
    try:
        while not isinstance(step, Handover | Goodbye | Stay):
            step = _next(call, home if isinstance(step, Home) else step, services)
            if isinstance(step, Handover):
                step = _next(call, _at(door, step), services)
        if isinstance(step, Handover):
            call.say_last("handover")
    except Hangup:
        return None
    return step


def _at(door: Callable[[Call, S, Handover], Next], wanted: Handover) -> Callable[[Call, S], Next]:
    return lambda call, services: door(call, services, wanted)


def _next(call: Call, flow: Callable[[Call, S], Next], services: S) -> Next:
    try:
        return flow(call, services)
    except Hangup:
        raise
    except NoAnswer as failed:
        what = "key in a number" if isinstance(failed.question, Digits) else "choose from a menu"
        return Handover("support", about=f"could not {what} ({failed.question.prompt})")
    except StorageUnavailable as away:
        log.error("call %s: the accounts are away: %s", call.id, away)
    except Exception:
        log.exception("call %s: a flow failed after %s", call.id, call.path[-3:])
    call.say_last("trouble")
    return Handover("support", about="the line had a fault")
