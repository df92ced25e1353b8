"""The application fails: the caller hears an apology within three seconds and waits for a person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.asterisk.caller import Caller, dialled
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
def rung(switch: Switch, **behaviours: Behaviour) -> Iterator[tuple[Caller, Stub]]:
    """A call to the line, whose application behaves so at each of its paths."""
    with (
        stub(switch.settings.agi_port, **behaviours) as application,
        dialled(switch.settings.sip_port, "0890") as caller,
    ):
        yield caller, application


def served(switch: Switch) -> bool:
    """Whether a caller is joined to the agent."""
    return "Local/anna@agents" in switch.console("core show channels")


def test_no_application_at_all(switch: Switch, agent: None) -> None:
    began = time.monotonic()
    with dialled(switch.settings.sip_port, "0890") as caller:
        assert caller.hears(APOLOGY, within_s=3) - began < 3
        until(lambda: served(switch))


def test_an_application_that_takes_the_call_and_is_silent(switch: Switch, agent: None) -> None:
    began = time.monotonic()
    with rung(switch, line=silent) as (caller, _):
        assert caller.hears(APOLOGY, within_s=4) - began < 3
        until(lambda: served(switch))


@pytest.mark.parametrize("doing", ["waits for a key", "plays a prompt"])
def test_an_application_that_is_killed_in_the_middle(switch: Switch, agent: None, doing: str) -> None:
    behaviour: Behaviour = waits if doing == "waits for a key" else plays(f"{switch.settings.var}/long")
    with rung(switch, line=behaviour) as (caller, application):
        until(lambda: bool(application.calls))
        if doing == "plays a prompt":
            caller.hears(LONG, within_s=3)
        killed = time.monotonic()
        application.cut()
        assert caller.hears(APOLOGY, within_s=4) - killed < 0.5
        until(lambda: served(switch))


def test_an_application_that_forgets_to_say_what_comes_next(switch: Switch, agent: None) -> None:
    with rung(switch, line=wants(IVR_NEXT="")) as (caller, _):
        caller.hears(APOLOGY, within_s=3)
        until(lambda: served(switch))


def test_nobody_is_there_and_no_application_either(switch: Switch) -> None:
    """Then, and only then, the line closes, after it has said why."""
    with dialled(switch.settings.sip_port, "0890") as caller:
        apology = caller.hears(APOLOGY, within_s=3)
        nobody = caller.hears(NOBODY, within_s=3)
        goodbye = caller.hears(GOODBYE, within_s=3)
        assert apology < nobody < goodbye
        assert caller.hung_up.wait(3)


def test_nobody_is_there_and_the_application_falls_silent(switch: Switch) -> None:
    asks = {"line": wants(IVR_NEXT="queue", IVR_QUEUE="support"), "nobody": silent}
    with rung(switch, **asks) as (caller, _):
        caller.hears(NOBODY, within_s=4)
        caller.hears(GOODBYE, within_s=3)
        assert caller.hung_up.wait(3)


def test_the_apology_is_in_the_language_of_the_caller(switch: Switch, agent: None) -> None:
    english = switch.settings.var / "sounds" / "fallback" / "en" / "apology.alaw"
    english.write_bytes(b"\x55" * 4000)
    with rung(switch, line=wants(IVR_LANGUAGE="en")) as (caller, _):
        caller.hears(b"\x55", within_s=3)


def test_a_language_without_recordings_falls_back_to_that_of_the_house(switch: Switch, agent: None) -> None:
    with rung(switch, line=wants(IVR_LANGUAGE="../tt")) as (caller, _):
        caller.hears(APOLOGY, within_s=3)
