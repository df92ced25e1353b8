"""The composition root: settings, accounts, prompts and flows become one application that takes calls."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

import phonenumbers

from account_core import HANDED_OVER, CallLog, CallRecord, HandoverStory, StorageUnavailable
from ivr import call_loop
from ivr.agi.line import AgiLine, Sounds
from ivr.agi.wire import Wire
from ivr.core import Core, core_of, open_core
from ivr.dialogue import Call, Goodbye, Handover, Next, Timers
from ivr.flows import OfficeHours, Services
from ivr.flows.menu import main_menu, welcome
from ivr.flows.nobody import nobody
from ivr.guests.hosting import Guests
from ivr.prompts import Prompts, SoundBank, Spool
from ivr.settings import Settings, load

log = logging.getLogger(__name__)

ENTRANCES: dict[str, Callable[[Call, Services], Next]] = {
    "line": welcome,
    "menu": main_menu,
    "nobody": nobody,
}
"""The flow that each `agi://host/PATH` of the dialplan begins with."""
STEPS = " > "
"""Stands between the steps of a path where it travels in a channel variable."""


@dataclass(frozen=True)
class _Live:
    """What a call is led with; a reload puts a new one in its place for the calls to come."""

    settings: Settings
    services: Services
    sounds: Sounds
    guests: Guests


class Application:
    """Takes calls. `call` may run in many threads at once."""

    paths = frozenset(ENTRANCES)

    def __init__(self, settings: Settings) -> None:
        self._core = open_core(settings)
        self._calls = CallLog(self._core.database)
        self._spool = Spool(settings.var.absolute() / "spool")
        self._live = _live(settings, self._core, self._spool)

    def call(self, wire: Wire) -> None:
        """Lead one call from its entrance to its end and tell the dialplan where the caller goes."""
        live = self._live
        guest = live.guests.of(wire)
        line = AgiLine(wire, guest.overheard(live.sounds) if guest else live.sounds)
        line.set_variable("TIMEOUT(absolute)", live.settings.longest_talk_s)
        call = _call(line, live.settings)
        if guest:
            guest.joins(call)
        if wire.path != "line":
            _recall(call, line)
        record = _record(call, line)
        self._calls.save(record)
        outcome = "failed"
        try:
            ending = call_loop.run(call, ENTRANCES[wire.path], main_menu, live.services)
            outcome = _outcome(ending)
            if isinstance(ending, Handover):
                self._keep(_story(record, call, ending))
            if guest:
                guest.goes_on(ending)
            _finish(line, call, ending)
        finally:
            self._calls.save(_ended(record, call, outcome))

    def _keep(self, story: HandoverStory) -> None:
        """Keep the story before the caller is queued; a caller is not lost because the story is."""
        try:
            self._core.handovers.save(story)
        except StorageUnavailable as away:
            log.error("call %s: its story is not kept: %s", story.call_id, away)

    def reload(self) -> None:
        """Read settings and prompts again. Whatever is wrong with them is logged, and the old ones stay."""
        try:
            settings = load()
            self._live = _live(settings, core_of(settings, self._core.database), self._spool)
        except Exception as wrong:
            log.error("not reloaded, the line goes on as before: %s", wrong)
        else:
            log.info("settings and prompts are read anew")

    def close(self) -> None:
        """Write what is still to be written."""
        self._calls.close()
        self._core.database.close()
        self._spool.close()


def application(settings: Settings) -> Application:
    """The application with these settings. Raises `StorageUnavailable`, `SchemaOutdated`, `MissingSound`."""
    return Application(settings)


def _live(settings: Settings, core: Core, spool: Spool) -> _Live:
    hours = OfficeHours(settings.office_opens, settings.office_closes)
    prompts = Prompts.load(settings.home / "prompts")
    bank = SoundBank(prompts, settings.var, spool)
    services = Services(core.accounts, core.resets, hours)
    return _Live(settings, services, bank.sound, Guests(settings, prompts))


def _call(line: AgiLine, settings: Settings) -> Call:
    return Call(
        line,
        id=line.id,
        caller=e164(line.caller or "", settings.home_region),
        language=settings.language,
        timers=Timers(settings.first_key_s, settings.between_keys_s),
    )


def _recall(call: Call, line: AgiLine) -> None:
    """Take up what the application itself left in the channel when it let the caller go."""
    call.language = "en" if line.variable("IVR_LANGUAGE") == "en" else "ru"
    call.contract = line.variable("IVR_CONTRACT") or None
    call.verified = line.variable("IVR_VERIFIED") or None
    call.path = [step for step in line.variable("IVR_PATH").split(STEPS) if step]


def _finish(line: AgiLine, call: Call, ending: call_loop.Ending) -> None:
    match ending:
        case Handover(queue, about):
            line.finish(
                "queue",
                IVR_QUEUE=queue,
                IVR_ABOUT=about,
                IVR_CONTRACT=call.contract or "",
                IVR_VERIFIED=call.verified or "",
                IVR_PATH=STEPS.join(call.path),
                IVR_LANGUAGE=call.language,
            )
        case Goodbye():
            line.finish("goodbye")


def _record(call: Call, line: AgiLine) -> CallRecord:
    return CallRecord(
        call_id=call.id,
        calling_number=call.caller,
        called_number=line.called,
        language=call.language,
        started_at=dt.datetime.now(dt.UTC),
        ended_at=None,
        contract=call.contract,
        verified=call.verified,
        path=call.path,
        outcome="in progress",
    )


def _story(record: CallRecord, call: Call, handover: Handover) -> HandoverStory:
    return HandoverStory(
        call_id=call.id,
        queue=handover.queue,
        about=handover.about,
        contract=call.contract,
        verified=call.verified,
        path=call.path,
        calling_number=call.caller,
        language=call.language,
        called_at=record.started_at,
        handed_over_at=dt.datetime.now(dt.UTC),
    )


def _ended(record: CallRecord, call: Call, outcome: str) -> CallRecord:
    return replace(
        record,
        language=call.language,
        ended_at=dt.datetime.now(dt.UTC),
        contract=call.contract,
        verified=call.verified,
        path=call.path,
        outcome=outcome,
    )


def _outcome(ending: call_loop.Ending) -> str:
    match ending:
        case Handover(_, about):
            return HANDED_OVER + about
        case Goodbye():
            return "goodbye"
        case None:
            return "hung up"


@lru_cache(maxsize=4096)
def e164(number: str, region: str) -> str | None:
    """A calling number, as the network writes it, in E.164; None where it is no number that can be called."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
