"""The application fails: the caller hears an apology within three seconds and waits for a person."""

from __future__ import annotations

import time

import pytest

from tests.asterisk.phone import Phone
from tests.asterisk.scene import APOLOGY, ENGLISH, GOODBYE, LONG, NOBODY, hears, rung, served
from tests.asterisk.stub import Behaviour, plays, silent, waits, wants
from tests.asterisk.switch import Switch, until


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
    with rung(switch, line=wants(IVR_LANGUAGE="en")) as (call, _):
        hears(call, ENGLISH)


def test_a_language_without_recordings_falls_back_to_that_of_the_house(switch: Switch, agent: None) -> None:
    with rung(switch, line=wants(IVR_LANGUAGE="../tt")) as (call, _):
        hears(call, APOLOGY)
