"""Waiting for a person."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.asterisk.phone import Phone
from tests.asterisk.scene import APOLOGY, NOBODY, at_work, hears, rung, served
from tests.asterisk.stub import waits, wants
from tests.asterisk.switch import Switch, until

ASKED = wants(IVR_NEXT="queue", IVR_QUEUE="support")
MUSIC = 20
"""Kinds of sample by which music differs from silence and from our marked sounds."""


def test_a_caller_is_joined_to_the_person_who_is_signed_in(switch: Switch, agent: None) -> None:
    with rung(switch, line=ASKED) as (call, _):
        until(lambda: served(switch))
        assert call.state == "talking"
        assert APOLOGY * 160 not in call.heard()


def test_after_the_talk_the_caller_is_asked_for_a_rating_and_then_the_line_closes(
    switch: Switch,
) -> None:
    rated = wants(IVR_NEXT="goodbye")
    with at_work(switch, "curt"), rung(switch, line=ASKED, rating=rated) as (call, application):
        call.wait_for_end()
        assert call.hung_up_by_line
        assert [agi.path for agi in application.calls] == ["line", "rating"]


def test_a_caller_waits_with_music_for_longer_than_the_application_was_given(switch: Switch) -> None:
    with at_work(switch, "boris"), rung(switch, line=ASKED) as (call, _):
        until(lambda: "1 calls" in switch.console("queue show support"))
        time.sleep(
            3
        )  # what is tested is that nothing happens: no limit is left over from the application's time
        assert call.state == "talking"
        assert len(set(call.heard()[-8000:])) > MUSIC


@pytest.mark.parametrize("queue", ["", "sales", "s", "../support", "Support"])
def test_a_queue_that_the_dialplan_does_not_know_is_support(switch: Switch, agent: None, queue: str) -> None:
    with rung(switch, line=wants(IVR_NEXT="queue", IVR_QUEUE=queue)):
        until(lambda: served(switch))


def test_who_came_first_stays_first_however_often_they_leave_the_queue(switch: Switch) -> None:
    with (
        at_work(switch, "boris"),
        rung(switch, line=ASKED, callback=wants(IVR_NEXT="queue")) as (first, application),
        a_moment_later(switch),
        Phone(switch.settings.sip_port, caller="+79160000002").call("0890"),
    ):
        until(lambda: "2 calls" in switch.console("queue show support"), 15)
        held = callers(switch)
        for times in (1, 2):
            first.keys("1")
            until(lambda times=times: [agi.path for agi in application.calls].count("callback") == times, 15)
            until(lambda: len(callers(switch)) == 2, 15)
            assert callers(switch) == held


@contextmanager
def a_moment_later(switch: Switch) -> Iterator[None]:
    """Go on when whoever comes now comes later: who came first is known to a tenth of a second."""
    until(lambda: "1 calls" in switch.console("queue show support"), 15)
    time.sleep(0.2)
    yield


def callers(switch: Switch) -> list[str]:
    """The channels that wait, in their order."""
    return re.findall(r"^ +\d+\. (\S+)", switch.console("queue show support"), re.MULTILINE)


def test_with_nobody_signed_in_the_application_is_asked_and_leads_back_to_the_menu(switch: Switch) -> None:
    with rung(switch, line=ASKED, nobody=wants(IVR_NEXT="line"), menu=waits) as (call, application):
        until(lambda: [agi.path for agi in application.calls] == ["line", "nobody", "menu"])
        assert call.state == "talking"


def test_a_caller_is_not_kept_waiting_for_people_who_have_gone_home(switch: Switch) -> None:
    with at_work(switch, "dora"), rung(switch, line=ASKED, nobody=waits) as (_, application):
        until(lambda: "1 calls" in switch.console("queue show support"))
        switch.act(Action="QueueRemove", Queue="support", Interface="Local/dora@agents/n")
        until(lambda: application.calls[-1].path == "nobody", 15)


def test_what_the_application_knows_stays_with_the_call(switch: Switch) -> None:
    story = {"IVR_CONTRACT": "77012345678", "IVR_LANGUAGE": "en", "IVR_ABOUT": "the balance"}
    told = wants(IVR_NEXT="queue", IVR_QUEUE="support", **story)
    with rung(switch, line=told, nobody=waits) as (_, application):
        until(lambda: len(application.calls) == 2)
        held = switch.console("core show channels concise").split("!")[0]
        for name, value in story.items():
            assert switch.act(Action="Getvar", Channel=held, Variable=name)["Value"] == value


def test_the_application_sees_at_once_that_a_caller_has_hung_up(switch: Switch) -> None:
    with rung(switch, line=waits) as (call, application):
        until(lambda: bool(application.calls))
        call.hang_up()
        until(lambda: application.calls[0].over, within_s=1)
    until(lambda: switch.channels() == 0)


def test_a_caller_who_hangs_up_in_the_queue_leaves_it(switch: Switch) -> None:
    with at_work(switch, "boris"), rung(switch, line=ASKED) as (call, _):
        until(lambda: "1 calls" in switch.console("queue show support"))
        call.hang_up()
        until(lambda: "0 calls" in switch.console("queue show support"))


def test_what_is_said_after_the_music_is_still_heard(switch: Switch) -> None:
    with at_work(switch, "dora"), rung(switch, line=ASKED) as (call, application):
        until(lambda: "1 calls" in switch.console("queue show support"))
        application.close()
        switch.act(Action="QueueRemove", Queue="support", Interface="Local/dora@agents/n")
        hears(call, NOBODY, within_s=8)
