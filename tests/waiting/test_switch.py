"""What is asked of Asterisk."""

from __future__ import annotations

from typing import Any

import pytest

from account_core import Callback, CallbackStory, Wish
from ivr.settings import BadSetting, load
from ivr.switch.manager import Refused
from ivr.waiting.picture import Caller
from ivr.waiting.switch import Dialling, QueueSwitch

ANNA = Caller("a.1", "PJSIP/carrier-00000001", "+79161234567", 1, 0)


class Ami:
    """Notes what is asked; refuses to hang up what is gone."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def act(self, name: str, **headers: Any) -> dict[str, str]:
        self.asked.append((name, headers))
        if name == "Hangup":
            raise Refused("No such channel")
        return {}


@pytest.fixture
def ami() -> Ami:
    return Ami()


@pytest.fixture
def switch(ami: Ami) -> QueueSwitch:
    return QueueSwitch(ami, Dialling("PJSIP/{number}@trunk", "88002500890", 30))  # type: ignore[arg-type]


def test_what_is_whispered_is_stopped_when_the_caller_leaves_the_queue(switch: QueueSwitch, ami: Ami) -> None:
    switch.whisper(ANNA, ["/s/a", "/s/b"])
    switch.hush("a.2")
    switch.hush("a.1")
    switch.hush("a.1")
    (whispered, headers), (stopped, what) = ami.asked
    assert (whispered, headers["Variable"]) == (
        "Originate",
        ["IVR_CHANNEL=PJSIP/carrier-00000001", "IVR_SOUND=/s/a&/s/b"],
    )
    assert (stopped, what["Channel"]) == ("Hangup", headers["ChannelId"])


def test_one_thing_is_said_at_a_time(switch: QueueSwitch, ami: Ami) -> None:
    switch.whisper(ANNA, ["/s/a"])
    switch.whisper(ANNA, ["/s/b"])
    assert [name for name, _ in ami.asked] == ["Originate", "Hangup", "Originate"]


def test_the_number_of_the_wish_is_dialled_and_nothing_that_a_caller_said_is_an_expression(
    switch: QueueSwitch, ami: Ami
) -> None:
    story = CallbackStory("ru", None, None, "a, ${SHELL(id)}|\r\nAction: x", ("menu: yes",))
    switch.dial(Callback(7, "+79161234567", 17_000, Wish.CALLING, 1, 0, "callback-here-7-ab", story))
    [(_, headers)] = ami.asked
    assert (headers["Channel"], headers["ChannelId"]) == ("PJSIP/+79161234567@trunk", "callback-here-7-ab")
    assert (headers["Context"], headers["Timeout"], headers["CallerID"]) == ("callback", 30_000, "88002500890")
    assert "IVR_SINCE=17000" in headers["Variable"]
    assert not [value for value in headers["Variable"] if set(value) & set(",$|\r\n\\")]


def test_digits_without_the_plus(ami: Ami) -> None:
    assert Dialling("PJSIP/{digits}@trunk", "", 30).channel_to("+79161234567") == "PJSIP/79161234567@trunk"


@pytest.mark.parametrize(
    "dial", ["PJSIP/trunk", "PJSIP/{number}&PJSIP/x", "Local/{number}@a,b", "{number}", "x"]
)
def test_a_channel_without_a_place_for_the_number_or_with_more_than_one_is_refused(dial: str) -> None:
    with pytest.raises(BadSetting, match="IVR_CALLBACK_DIAL"):
        load(callback_dial=dial)
