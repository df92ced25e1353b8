"""The application fails: the caller hears an apology within three seconds and waits for a person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.asterisk.phone import Phone, PhoneCall
from tests.asterisk.stub import Behaviour, Stub, plays, silent, stub, waits, wants
from tests.asterisk.switch import Switch, running, until

APOLOGY, NOBODY, GOODBYE, LONG = b"\x11", b"\x22", b"\x33", b"\x44"
SOUNDS = {"apology": APOLOGY, "nobody": NOBODY, "goodbye": GOODBYE}
AGENT = """\
[agents]
exten => anna,1,Answer()
 same => n,Wait(60)
"""


@pytest.fixture(scope="module")
def switch() -> Iterator[Switch]:
    """An Asterisk whose fallback sounds are one kind of byte each, and an agent to sign in."""
    with running(local={"extensions.conf": AGENT}) as asterisk:
        for language in ("ru", "en"):
            lay_sounds(asterisk.settings.var / "sounds" / "fallback" / language)
        (asterisk.settings.var / "long.alaw").write_bytes(LONG * 8000 * 30)
        yield asterisk


def lay_sounds(folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, byte in SOUNDS.items():
        (folder / f"{name}.alaw").write_bytes(byte * 4000)


@pytest.fixture
def agent(switch: Switch) -> Iterator[None]:
    """Somebody is signed in, and answers."""
    switch.act(Action="QueueAdd", Queue="support", Interface="Local/anna@agents/n")
    yield
    switch.act(Action="QueueRemove", Queue="support", Interface="Local/anna@agents/n")
    until(lambda: switch.channels() == 0)


@contextmanager
def rung(switch: Switch, **behaviours: Behaviour) -> Iterator[tuple[PhoneCall, Stub]]:
    """A call to the line, whose application behaves so at each of its paths."""
    with (
        stub(switch.settings.agi_port, **behaviours) as application,
        Phone(switch.settings.sip_port).call("0890") as call,
    ):
        yield call, application


def hears(call: PhoneCall, sound: bytes, within_s: float = 3.0) -> float:
    """The moment (`time.monotonic()`) at which a sound, all of one byte, begins. Fails when it is not heard."""
    call.wait_for(lambda: sound * 160 in call.heard(), within_s)
    return call.answered_at + call.heard().index(sound * 160) / 8000


def served(switch: Switch) -> bool:
    """Whether a caller is joined to the agent."""
    return "Local/anna@agents" in switch.console("core show channels")


def test_no_application_at_all(switch: Switch, agent: None) -> None:
    began = time.monotonic()
    with Phone(switch.settings.sip_port).call("0890") as call:
        assert hears(call, APOLOGY) - began < 3
        until(lambda: served(switch))


def test_an_application_that_takes_the_call_and_is_silent(switch: Switch, agent: None) -> None:
    began = time.monotonic()
    with rung(switch, line=silent) as (call, _):
        assert hears(call, APOLOGY, within_s=4) - began < 3
        until(lambda: served(switch))


@pytest.mark.parametrize("doing", ["waits for a key", "plays a prompt"])
def test_an_application_that_is_killed_in_the_middle(switch: Switch, agent: None, doing: str) -> None:
    behaviour: Behaviour = waits if doing == "waits for a key" else plays(f"{switch.settings.var}/long")
    with rung(switch, line=behaviour) as (call, application):
        until(lambda: bool(application.calls))
        if doing == "plays a prompt":
            hears(call, LONG)
        killed = time.monotonic()
        application.cut()
        assert hears(call, APOLOGY, within_s=4) - killed < 0.5
        until(lambda: served(switch))


def test_an_application_that_forgets_to_say_what_comes_next(switch: Switch, agent: None) -> None:
    with rung(switch, line=wants(IVR_NEXT="")) as (call, _):
        hears(call, APOLOGY)
        until(lambda: served(switch))


def test_nobody_is_there_and_no_application_either(switch: Switch) -> None:
    """Then, and only then, the line closes, after it has said why."""
    with Phone(switch.settings.sip_port).call("0890") as call:
        apology = hears(call, APOLOGY)
        nobody = hears(call, NOBODY)
        goodbye = hears(call, GOODBYE)
        assert apology < nobody < goodbye
        call.wait_for_end()
        assert call.hung_up_by_line


def test_nobody_is_there_and_the_application_falls_silent(switch: Switch) -> None:
    asks = {"line": wants(IVR_NEXT="queue", IVR_QUEUE="support"), "nobody": silent}
    with rung(switch, **asks) as (call, _):
        hears(call, NOBODY, within_s=4)
        hears(call, GOODBYE)
        call.wait_for_end()
        assert call.hung_up_by_line


def test_the_apology_is_in_the_language_of_the_caller(switch: Switch, agent: None) -> None:
    english = switch.settings.var / "sounds" / "fallback" / "en" / "apology.alaw"
    english.write_bytes(b"\x55" * 4000)
    with rung(switch, line=wants(IVR_LANGUAGE="en")) as (call, _):
        hears(call, b"\x55")


def test_a_language_without_recordings_falls_back_to_that_of_the_house(switch: Switch, agent: None) -> None:
    with rung(switch, line=wants(IVR_LANGUAGE="../tt")) as (call, _):
        hears(call, APOLOGY)
