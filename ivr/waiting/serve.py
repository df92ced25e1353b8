"""The part `waiting` as the settings want it."""

from __future__ import annotations

import datetime as dt
import time
from functools import partial

from ivr.core import hours_of, open_core
from ivr.main import e164
from ivr.prompts import Prompts, SoundBank
from ivr.settings import Settings
from ivr.switch.manager import manager_of
from ivr.switch.render import system_name
from ivr.waiting.announcer import Announcer
from ivr.waiting.callbacks import CallingBack
from ivr.waiting.room import Room
from ivr.waiting.switch import Dialling, QueueSwitch


def room_of(settings: Settings) -> Room:
    """Raises `AccountError`, `BadCatalogue`, `MissingSound`."""
    bank = SoundBank(Prompts.load(settings.home / "prompts"), settings.var)
    dialling = Dialling(settings.callback_dial, settings.callback_from, settings.callback_rings_s)
    switch = QueueSwitch(manager_of(settings), dialling)
    callbacks = open_core(settings).callbacks if settings.callback_dial else None
    hours = hours_of(settings)
    return Room(
        switch=switch,
        sound=bank.sound,
        language=settings.language,
        announcer=Announcer(settings.callback_offer_s),
        callbacks=callbacks,
        back=CallingBack(callbacks, switch, system_name(settings), time.time) if callbacks else None,
        e164=partial(_e164, region=settings.home_region),
        open_now=lambda: hours.open_at(dt.datetime.now(dt.UTC)),
    )


def _e164(number: str, region: str) -> str | None:
    return e164(number, region)
