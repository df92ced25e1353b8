"""The whole line for tests: a real Asterisk, the real application in a process of its own, the small company.

with open_line() as line:
    with line.phone(OWN_MOBILE).call("0890") as call:
        line.hears(call, "main-menu")
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from account_core import CallLog, CallRecord, open_database
from ivr import settings
from ivr.prompts import Prompts, SoundBank
from ivr.settings import HOME, Settings
from ivr.speech.probes import speech_is_well
from ivr.switch.probes import application_is_well
from tests.asterisk.ear import Ear, Said
from tests.asterisk.phone import Phone, PhoneCall
from tests.asterisk.switch import Switch, running, stop, until
from tests.company import SECRET, small_company

AGENTS = """\
[agents]
exten => anna,1,Answer()
 same => n,Wait(60)
"""
ANNA = "Local/anna@agents/n"


def environment(made: Settings) -> dict[str, str]:
    """`made` as a process takes it up from its environment."""
    values = {name: getattr(made, name) for name in Settings.model_fields}
    return {
        **os.environ,
        **{
            f"IVR_{name.upper()}": value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            for name, value in values.items()
        },
    }


@dataclass
class Line:
    """A line that is open: what rings, what answers, and what is on record."""

    switch: Switch
    application: subprocess.Popen[bytes]
    recogniser: subprocess.Popen[bytes] | None = None

    @property
    def settings(self) -> Settings:
        return self.switch.settings

    def phone(self, caller: str = "+74950000000") -> Phone:
        """A telephone with that number."""
        return Phone(self.settings.sip_port, caller=caller)

    @cached_property
    def prompts(self) -> Prompts:
        return Prompts.load(HOME / "prompts")

    @cached_property
    def bank(self) -> SoundBank:
        return SoundBank(self.prompts, self.settings.var)

    def sound(self, prompt: str, language: str = "ru", **values: object) -> bytes:
        """What a prompt sounds like: A-law."""
        return Path(self.bank.sound(prompt, values, language) + ".alaw").read_bytes()

    def ear(self, *varying: tuple[str, dict[str, object]], language: str = "ru") -> Ear:
        """Knows every fixed prompt, and those of `varying` with their values."""
        fixed = [(entry.key, {}) for entry in self.prompts if entry.fixed and entry.language == language]
        return Ear({key: self.sound(key, language, **values) for key, values in [*fixed, *varying]})

    def hears(self, call: PhoneCall, prompt: str, within_s: float = 12.0, **values: object) -> Said:
        """Wait until the caller has begun to hear `prompt`; when, and how much of it so far."""
        ear, found = Ear({prompt: self.sound(prompt, **values)}), []

        def heard() -> bool:
            found[:] = ear.listen(call.heard(), patient=True)
            return bool(found)

        call.wait_for(heard, within_s, every_s=0.1)
        return found[-1]

    def record(self, of: str) -> CallRecord:
        """The record of the last call from the number `of`."""
        database = open_database(self.settings.url())
        log = CallLog(database)
        try:
            return next(record for record in log.recent(1000) if record.calling_number == of)
        finally:
            log.close()
            database.close()

    def serve(self) -> None:
        """Start the application again after it was killed."""
        self.application = started(self.settings)


@contextmanager
def open_line(more: dict[str, str] | None = None, **changed: Any) -> Iterator[Line]:
    """A line of its own with the sounds that `ivr setup` made; settings as `changed`.

    `more` is added to the files that an operator writes.
    """
    more = more or {}
    local = {**more, "extensions.conf": AGENTS + more.get("extensions.conf", "")}
    with running(local=local, **{"secret_key": SECRET, "speech": False, **changed}) as switch:
        (switch.settings.var / "sounds").symlink_to(settings.load().var / "sounds")
        database = open_database(switch.settings.url())
        small_company(database)
        database.close()
        recogniser = listening(switch.settings) if switch.settings.speech else None
        line = Line(switch, started(switch.settings), recogniser)
        try:
            yield line
        finally:
            stop(line.application)
            if line.recogniser:
                stop(line.recogniser)


def listening(made: Settings) -> subprocess.Popen[bytes]:
    """The recogniser, ready for callers."""
    return part(made, "speech", speech_is_well)


def started(made: Settings) -> subprocess.Popen[bytes]:
    """The application, ready for calls."""
    return part(made, "serve", application_is_well)


def part(
    made: Settings, command: str, is_well: Callable[..., bool], within_s: float = 20
) -> subprocess.Popen[bytes]:
    """`ivr COMMAND` in a process of its own, once it is well; what it says is in `var`."""
    output = made.var / f"{command}.log"
    process = subprocess.Popen(
        [sys.executable, "-m", "ivr", command],
        env=environment(made),
        stdin=subprocess.DEVNULL,
        stdout=output.open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    until(lambda: is_well(made, within_s=1), within_s=within_s, alive=process, output=output)
    return process
