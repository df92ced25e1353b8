"""The composition root: settings, accounts, prompts and flows become one application that takes calls."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import phonenumbers

from account_core import CallLog, HandoverStory, StorageUnavailable
from ivr import call_loop
from ivr.agi.ear import Recogniser
from ivr.agi.line import AgiLine, Sounds
from ivr.agi.wire import Wire
from ivr.announcements import Announcements
from ivr.core import Core, core_of, hours_of, open_core
from ivr.dialogue import Call, Goodbye, Handover, Line, Next, Stay, Timers
from ivr.flows import Services
from ivr.flows.callback import called, from_the_queue
from ivr.flows.menu import main_menu, welcome
from ivr.flows.nobody import door, nobody
from ivr.flows.rating import rating
from ivr.flows.whisper import whisper
from ivr.guests.hosting import Guests, is_guest
from ivr.on_record import on_record
from ivr.prompts import Prompts, SoundBank, Spool
from ivr.recording.keeper import Keeper
from ivr.recording.shelf import Shelf
from ivr.recording.tape import Tape
from ivr.settings import Settings, load

log = logging.getLogger(__name__)

ENTRANCES: dict[str, Callable[[Call, Services], Next]] = {
    "line": welcome,
    "menu": main_menu,
    "nobody": nobody,
    "callback": from_the_queue,
    "called": called,
    "rating": rating,
}
"""The flow that each `agi://host/PATH` of the dialplan begins with."""
BEGINNINGS = ("line", "called")
"""The entrances of calls that nothing of ours has been said in."""
HANDED_OVER_BEFORE = ("callback", "called", "rating")
"""The entrances of callers whom we have put through already."""
WHISPER = "whisper"
"""The path of the agent's leg, before the caller is joined."""
STEPS = " > "
"""Stands between the steps of a path where it travels in a channel variable."""


@dataclass(frozen=True)
class _Live:
    """What a call is led with; a reload puts a new one in its place for the calls to come."""

    settings: Settings
    services: Services
    sounds: Sounds
    guests: Guests
    recogniser: Recogniser | None
    """None: every question is put for the keys."""


class Application:
    """Takes calls. `call` may run in many threads at once."""

    paths = frozenset({*ENTRANCES, WHISPER})

    def __init__(self, settings: Settings) -> None:
        self._core = open_core(settings)
        self._calls = CallLog(self._core.database)
        self._spool = Spool(settings.var.absolute() / "spool")
        self._live = _live(settings, self._core, self._spool)
        self._shelf = Shelf(settings)
        self._keeper = Keeper(self._shelf, lambda: self._live.settings.recording_days)

    def call(self, wire: Wire) -> None:
        """Lead one call from its entrance to its end and tell the dialplan where the caller goes."""
        live = self._live
        if wire.path == WHISPER:
            self._whisper(AgiLine(wire, live.sounds), live.settings)
            return
        guest = live.guests.of(wire)
        line = AgiLine(wire, guest.overheard(live.sounds) if guest else live.sounds, live.recogniser)
        line.set_variable("TIMEOUT(absolute)", live.settings.longest_talk_s)
        call = new_call(line, line.id, line.caller, live.settings)
        if guest:
            guest.joins(call)
        if wire.path != "line":
            _recall(call, line)
        call.recording = self._recording(line, wire.path) if live.settings.recording else None
        if wire.path in HANDED_OVER_BEFORE:
            call.about = line.variable("IVR_ABOUT")
        services = live.services
        if is_guest(wire.env.get("agi_channel", "")):
            services = replace(services, callbacks=None)  # nobody sends our calls to a number of his choice
        talk = partial(call_loop.run, call, ENTRANCES[wire.path], main_menu, services, door_of(wire.path))
        ending = on_record(self._calls, call, line.called, talk, self._keep)
        if guest:
            guest.goes_on(ending)
        _finish(line, call, ending)

    def _recording(self, line: AgiLine, entrance: str) -> Tape:
        tape = Tape(line, self._shelf, line.id)
        if entrance not in BEGINNINGS:
            tape.take_up()
        return tape

    def _whisper(self, line: AgiLine, settings: Settings) -> None:
        """Tell an agent who calls. Whoever took the call at the desk already has read it there."""
        story = self._story(line.variable("IVR_CALL"))
        call = new_call(line, line.id, None, settings)
        call.language = "en" if line.variable("IVR_AGENT_LANGUAGE") == "en" else "ru"
        decided = "take" if _taken(line) else whisper(call, story, settings.whisper_s)
        line.finish("take" if _taken(line) else decided)

    def _story(self, call_id: str) -> HandoverStory | None:
        try:
            return self._core.handovers.of(call_id)
        except StorageUnavailable as away:
            log.error("call %s: its story cannot be read: %s", call_id[:64], away)
            return None

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
        self._keeper.close()
        self._calls.close()
        self._core.database.close()
        self._spool.close()


def door_of(entrance: str) -> Callable[[Call, Services, Handover], Next]:
    """What stands between a flow and the people: nothing for those who have passed the door before."""
    return call_loop.through if entrance in HANDED_OVER_BEFORE else door


def application(settings: Settings) -> Application:
    """The application with these settings. Raises `StorageUnavailable`, `SchemaOutdated`, `MissingSound`."""
    return Application(settings)


def services_of(settings: Settings, core: Core) -> Services:
    """What the flows share, with these settings."""
    announced = Announcements(settings.var).now
    callbacks = core.callbacks if settings.callback_dial else None
    return Services(
        core.accounts, core.resets, hours_of(settings), callbacks, core.ratings, announced=announced
    )


def _live(settings: Settings, core: Core, spool: Spool) -> _Live:
    prompts = Prompts.load(settings.home / "prompts")
    bank = SoundBank(prompts, settings.var, spool, Announcements(settings.var).sound)
    languages = frozenset({"ru", *(["en"] if settings.speech_model_en else [])})
    recogniser = Recogniser(bank.silence, languages) if settings.speech else None
    return _Live(settings, services_of(settings, core), bank.sound, Guests(settings, prompts), recogniser)


def new_call(line: Line, call_id: str, caller: str | None, settings: Settings) -> Call:
    """A call that begins; `caller` is the calling number as the network writes it, None when withheld."""
    return Call(
        line,
        id=call_id,
        caller=e164(caller or "", settings.home_region),
        language=settings.language,
        timers=Timers(settings.first_key_s, settings.between_keys_s),
    )


def _recall(call: Call, line: AgiLine) -> None:
    """Take up what the application itself left in the channel when it let the caller go."""
    call.language = "en" if line.variable("IVR_LANGUAGE") == "en" else "ru"
    call.contract = line.variable("IVR_CONTRACT") or None
    call.verified = line.variable("IVR_VERIFIED") or None
    since = line.variable("IVR_SINCE")
    call.since = int(since) if since.isascii() and since.isdigit() else None
    call.path = [step for step in line.variable("IVR_PATH").split(STEPS) if step]


def _taken(line: AgiLine) -> bool:
    """Whether the agent has said at the desk that the call is taken."""
    return line.variable("IVR_WISH") == "take"


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
        case Stay():
            line.finish("queue")
        case Goodbye():
            line.finish("goodbye")


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
