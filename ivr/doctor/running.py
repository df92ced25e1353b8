"""The line as it runs now: its ports, and each part by the door that its work comes through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from ivr.desk.probes import desk_is_well
from ivr.doctor.found import Found, resting, well, wrong
from ivr.messaging.probes import endpoint_is_well, sender_is_well
from ivr.settings import Settings
from ivr.speech.probes import speech_is_well
from ivr.supervisor.deaths import Deaths
from ivr.supervisor.line import cannot_bind, runs, wanted_ports
from ivr.switch.probes import application_is_well, manager_answers, sip_answers
from ivr.waiting.probes import waiting_is_well

WITHIN_S = 3.0
"""Seconds that a part is given to answer."""
PARTS: dict[str, tuple[str, Callable[[Settings, float], bool]]] = {
    "Asterisk (SIP)": ("asterisk", sip_answers),
    "Asterisk (AMI)": ("asterisk", manager_answers),
    "application (AGI)": ("application", application_is_well),
    "speech": ("speech", speech_is_well),
    "waiting": ("waiting", waiting_is_well),
    "sender": ("sender", sender_is_well),
    "gateway": ("gateway", endpoint_is_well),
    "desk": ("desk", desk_is_well),
}
"""What answers when the line runs: the part that it belongs to, as its log is named, and what asks it."""


LATELY = dt.timedelta(hours=1)
"""How far deaths of parts are looked back on."""
OFTEN = 3
"""Deaths within that time from which a part is ill, however well it looks just now."""


def ports(settings: Settings) -> Iterator[Found]:
    """Whether the ports are free for the line to start, or used by it when it runs."""
    running = runs(settings)
    for setting, purpose, host, port, kind in wanted_ports(settings):
        what, why = f"port {port} ({purpose})", cannot_bind(host, port, kind)
        if not why and running:
            yield wrong(
                what,
                f"nobody listens on {host}, though the line runs",
                f"see the logs in {settings.var / 'log'}",
            )
        elif running:
            yield well(what, "in use by the line")
        elif why:
            yield wrong(what, f"{host}: {why}", f"end the program that has it, or set {setting} to another")
        else:
            yield well(what, "free")


def parts(settings: Settings) -> Iterator[Found]:
    """Whether each part answers; nothing is wrong with a line that nobody started."""
    if not runs(settings):
        yield resting("the line", "does not run here; `ivr run` starts it")
        return
    for what, (part, answers) in PARTS.items():
        if part == "speech" and not settings.speech:
            yield resting(what, "switched off (IVR_SPEECH)")
        elif answers(settings, WITHIN_S):
            yield well(what, "answers")
        else:
            yield wrong(what, f"no answer within {WITHIN_S:g} s", _where_to_look(settings, part))


def _where_to_look(settings: Settings, part: str) -> str:
    if part == "speech" and settings.speech_server:
        return f"see `ivr speech` on {settings.speech_server} (IVR_SPEECH_SERVER)"
    return f"see {settings.var / 'log' / part}.log; the supervisor restarts what died"


def deaths(settings: Settings) -> Iterator[Found]:
    """Whether a part dies again and again, and looks well in between."""
    if not runs(settings):
        return
    for part in dict.fromkeys(part for part, _ in PARTS.values()):
        log = settings.var / "log" / f"{part}.log"
        if len(died := Deaths(log).within(LATELY)) >= OFTEN:
            at, why = died[-1]
            told = f"died {len(died)} times within the last hour, last at {at.astimezone():%H:%M:%S}: {why}"
            yield wrong(f"restarts of {part}", told, f"see {log}")
