"""The part `waiting` as the settings want it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from functools import partial

from ivr.core import hours_of, open_core
from ivr.main import e164
from ivr.prompts import Prompts, SoundBank
from ivr.settings import Settings
from ivr.switch.manager import manager_of
from ivr.switch.render import system_name
from ivr.waiting.announcer import Announcer
from ivr.waiting.callbacks import CallingBack
from ivr.waiting.room import Room, Sound
from ivr.waiting.switch import Dialling, QueueSwitch


def room_of(settings: Settings) -> Room:
    """Raises `AccountError`, `BadCatalogue`, `MissingSound`."""
    callbacks = open_core(settings).callbacks if settings.callback_dial else None
    switch = QueueSwitch(manager_of(settings), _dialling(settings))
    return Room(
        switch=switch,
        sound=_sound(settings),
        language=settings.language,
        announcer=Announcer(settings.callback_offer_s),
        callbacks=callbacks,
        back=CallingBack(callbacks, switch, system_name(settings), time.time) if callbacks else None,
        e164=partial(_e164, region=settings.home_region),
        open_now=_open_now(settings),
    )


def read_again(room: Room, settings: Settings) -> None:
    """Lead `room` from now on by the hours, sounds and settings of today; what it knows of callers stays.

    What is wrong with them is raised as `room_of` raises it, and the old ones stay. Whether callers are called
    back at all is decided at the start.
    """
    sound, open_now = _sound(settings), _open_now(settings)
    room.sound, room.open_now, room.language = sound, open_now, settings.language
    room.e164 = partial(_e164, region=settings.home_region)
    room.announcer.offer_from_s = settings.callback_offer_s
    if settings.callback_dial:
        room.switch.dialling = _dialling(settings)


def _sound(settings: Settings) -> Sound:
    return SoundBank(Prompts.load(settings.home / "prompts"), settings.var).sound


def _open_now(settings: Settings) -> Callable[[], bool]:
    hours = hours_of(settings)
    return lambda: hours.open_at(dt.datetime.now(dt.UTC))


def _dialling(settings: Settings) -> Dialling:
    return Dialling(settings.callback_dial, settings.callback_from, settings.callback_rings_s)


def _e164(number: str, region: str) -> str | None:
    return e164(number, region)
