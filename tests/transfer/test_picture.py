"""The picture that events make: who waits where, who talks, and what a hang-up means."""

from __future__ import annotations

import datetime as dt
from itertools import count

import pytest

from ivr.transfer.listeners import listener_id
from ivr.transfer.picture import Happening, Picture, colleague_id
from ivr.transfer.states import Event, State

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ANNA, BORIS = "PJSIP/phone01-00000001", "PJSIP/seat02-00000002"


class Story:
    """Events as Asterisk tells them, a second apart."""

    def __init__(self) -> None:
        self.picture, self._seconds = Picture("support"), count()
        self.happened: list[Event] = []

    def tell(self, name: str, **headers: str) -> list[Happening]:
        now = NOON + dt.timedelta(seconds=next(self._seconds))
        happened = self.picture.apply({"Event": name, **headers}, now)
        self.happened += [h.event for h in happened]
        return happened

    def waits(self, id: str, position: int = 1) -> None:
        who = {"Uniqueid": id, "Channel": f"PJSIP/carrier-{id}", "CallerIDNum": "+79161234567"}
        self.tell("QueueCallerJoin", Queue="support", Position=str(position), **who)

    def rings(self, id: str, channel: str, leg: str) -> None:
        self.tell("DialBegin", DestChannel=channel, DestUniqueid=leg, DestLinkedid=id)

    def talks(self, id: str = "c1", leg: str = "a1") -> None:
        self.waits(id)
        self.rings(id, ANNA, leg)
        self.tell("QueueCallerLeave", Uniqueid=id, Queue="support", Position="1")
        self.tell("AgentConnect", Uniqueid=id)

    def consults(self, id: str = "c1", leg: str = "a1") -> str:
        self.talks(id, leg)
        self.tell("UserEvent", UserEvent="Place", Uniqueid=id, Place="music")
        self.tell("ConfbridgeJoin", Conference=f"call-{id}", Uniqueid=leg)
        called = colleague_id(7, id)
        self.picture.expect(id, called, "seat02")
        return called

    def state(self, id: str = "c1") -> State:
        return self.picture.talks[id].state


@pytest.fixture
def story() -> Story:
    return Story()


def test_places_move_up_when_somebody_leaves_and_down_when_somebody_comes_before(story: Story) -> None:
    for place, id in enumerate(("c1", "c2", "c3"), 1):
        story.waits(id, place)
    story.tell("QueueCallerLeave", Uniqueid="c1", Queue="support", Position="1")
    story.waits("c0", 1)
    waiting = {id: talk.position for id, talk in story.picture.talks.items()}
    assert waiting == {"c1": None, "c2": 2, "c3": 3, "c0": 1}


def test_a_call_is_offered_while_a_telephone_rings_and_waits_again_when_it_is_passed_on(story: Story) -> None:
    story.waits("c1")
    story.rings("c1", ANNA, "a1")
    assert story.state() is State.OFFERED
    story.tell("Hangup", Uniqueid="a1", Cause="17")
    assert story.state() is State.QUEUED
    assert story.happened == [Event.RINGS, Event.PASSED_ON]


@pytest.mark.parametrize(
    ("status", "cause", "missed"),
    [("NOANSWER", "0", True), ("NOANSWER", "21", False), ("BUSY", "17", False), ("CANCEL", "16", False)],
)
def test_a_call_is_missed_by_whoever_neither_answers_nor_declines(
    story: Story, status: str, cause: str, missed: bool
) -> None:
    story.waits("c1")
    story.rings("c1", ANNA, "a1")
    leg = story.picture.talks["c1"].legs["a1"]
    story.tell("DialEnd", DestUniqueid="a1", DialStatus=status)
    story.tell("Hangup", Uniqueid="a1", Cause=cause)
    assert leg.missed is missed


def test_only_telephones_of_seats_are_legs(story: Story) -> None:
    story.waits("c1")
    for channel in ("Local/seat01@agents-1;1", "PJSIP/carrier-9", "PJSIP/seat01x-1", "PJSIP/guest-1"):
        story.rings("c1", channel, "x")
    assert story.state() is State.QUEUED


@pytest.mark.parametrize(("cause", "event"), [("16", Event.AGENT_DONE), ("44", Event.AGENT_GONE)])
def test_how_the_agent_went_is_seen_by_the_cause(story: Story, cause: str, event: Event) -> None:
    story.talks()
    (happened,) = story.tell("Hangup", Uniqueid="a1", Cause=cause)
    assert (happened.was, happened.event) == (State.TALKING, event)


def test_a_colleague_is_rung_then_talks_then_has_the_call(story: Story) -> None:
    called = story.consults()
    assert story.state() is State.CALLING
    story.tell("Newchannel", Uniqueid=called, Channel=BORIS)
    story.tell("ConfbridgeJoin", Conference="call-c1", Uniqueid=called)
    assert story.state() is State.CONSULTING
    story.tell("ConfbridgeJoin", Conference="call-c1", Uniqueid="c1")
    assert story.state() is State.CONFERENCE
    story.tell("ConfbridgeLeave", Conference="call-c1", Uniqueid="a1")
    story.tell("Hangup", Uniqueid="a1", Cause="16")
    talk = story.picture.talks["c1"]
    assert (talk.state, talk.agent and talk.agent.seat, talk.colleague) == (State.TALKING, "seat02", None)


@pytest.mark.parametrize(
    ("cause", "event"),
    [("17", Event.BUSY), ("21", Event.DECLINED), ("19", Event.NO_ANSWER), ("18", Event.NO_ANSWER)],
)
def test_why_a_colleague_did_not_come_is_seen_by_the_cause(story: Story, cause: str, event: Event) -> None:
    called = story.consults()
    (happened,) = story.tell("Hangup", Uniqueid=called, Cause=cause)
    assert (happened.was, happened.event) == (State.CALLING, event)
    assert story.state() is State.HELD


def test_a_colleague_who_could_not_even_be_rung_does_not_answer(story: Story) -> None:
    called = story.consults()
    (happened,) = story.tell("OriginateResponse", ActionID=f"ring/{called}", Response="Failure")
    assert happened.event is Event.NO_ANSWER
    assert story.state() is State.HELD


def test_a_call_is_forgotten_once_everybody_has_gone(story: Story) -> None:
    story.talks()
    (happened,) = story.tell("Hangup", Uniqueid="c1", Cause="16")
    assert happened.event is Event.CALLER_GONE
    assert story.state() is State.OVER
    story.tell("Hangup", Uniqueid="a1", Cause="16")
    assert not story.picture.talks


def test_an_agent_whom_a_caller_leaves_before_taking_has_not_talked(story: Story) -> None:
    story.waits("c1")
    story.rings("c1", ANNA, "a1")
    story.tell("Hangup", Uniqueid="c1", Cause="16")
    story.tell("Hangup", Uniqueid="a1", Cause="16")
    assert story.happened[-1] is Event.PASSED_ON


def test_events_of_others_mean_nothing(story: Story) -> None:
    story.tell("Hangup", Uniqueid="unknown", Cause="16")
    story.tell("ConfbridgeJoin", Conference="somebody's", Uniqueid="x")
    story.tell("UserEvent", UserEvent="Place", Uniqueid="unknown", Place="music")
    story.tell("QueueMemberAdded", Queue="sales", Interface="Local/seat01@agents/n", Paused="0")
    assert not story.picture.talks
    assert not story.picture.members


def channel(id: str, name: str, **others: str) -> dict[str, str]:
    usual = {"Linkedid": id, "Application": "", "Context": "", "Exten": "", "BridgeId": "", "ChannelState": "6"}
    return {"Uniqueid": id, "Channel": name, "CallerIDNum": "+79161234567", **usual, **others}


@pytest.mark.parametrize(
    ("caller", "legs", "state"),
    [
        ({"Application": "Queue"}, [], State.QUEUED),
        ({"Application": "Queue"}, [("a1", {"ChannelState": "5"})], State.OFFERED),
        ({"Application": "Queue", "BridgeId": "b"}, [("a1", {})], State.TALKING),
        ({"Context": "second", "Exten": "hold"}, [("a1", {"Application": "ConfBridge"})], State.HELD),
        (
            {"Context": "second", "Exten": "hold"},
            [("a1", {"Application": "ConfBridge"}), ("colleague-1-c1", {"ChannelState": "5"})],
            State.CALLING,
        ),
        (
            {"Context": "second", "Exten": "hold"},
            [("a1", {"Application": "ConfBridge"}), ("colleague-1-c1", {"Application": "ConfBridge"})],
            State.CONSULTING,
        ),
        (
            {"Application": "ConfBridge"},
            [("a1", {"Application": "ConfBridge"}), ("colleague-1-c1", {"Application": "ConfBridge"})],
            State.CONFERENCE,
        ),
    ],
)
def test_the_picture_is_made_anew_from_what_goes_on(
    story: Story, caller: dict[str, str], legs: list[tuple[str, dict[str, str]]], state: State
) -> None:
    names = iter((ANNA, BORIS))
    shown = [channel("c1", "PJSIP/carrier-1", **caller)]
    shown += [channel(id, next(names), **{"Linkedid": "c1", **others}) for id, others in legs]
    story.picture.begin([], shown, NOON)
    assert story.state() is state


def test_members_are_found_again_by_their_queue(story: Story) -> None:
    member = {"Event": "QueueMember", "Queue": "support", "Location": "Local/seat01@agents/n", "Name": "anna"}
    entry = {"Event": "QueueEntry", "Queue": "support", "Uniqueid": "c1", "Position": "3", "Wait": "60"}
    told = [{**member, "Status": "1", "Paused": "1", "PausedReason": "lunch"}, entry]
    story.picture.begin(told, [channel("c1", "PJSIP/carrier-1", Application="Queue")], NOON)
    assert (story.picture.members["seat01"].agent, story.picture.members["seat01"].reason) == ("anna", "lunch")
    talk = story.picture.talks["c1"]
    assert (talk.position, talk.began) == (3, NOON - dt.timedelta(minutes=1))


def test_a_number_that_the_network_does_not_tell_is_no_number() -> None:
    story = Story()
    who = {"Uniqueid": "c1", "Channel": "PJSIP/carrier-c1", "CallerIDNum": "<unknown>"}
    story.tell("QueueCallerJoin", Queue="support", Position="1", **who)
    assert story.picture.talks["c1"].number == ""


def test_a_supervisor_who_listens_is_in_no_call(story: Story) -> None:
    story.talks()
    leg, before = listener_id(3, "c1"), story.state()
    story.picture.listeners.expect("c1", leg, "seat09")
    story.tell("Newchannel", Uniqueid=leg, Channel="PJSIP/seat09-00000009")
    story.rings(leg, "PJSIP/seat09-00000009", leg)
    assert story.picture.listeners.of("c1") == ("seat09",)
    assert story.state() is before and list(story.picture.talks["c1"].legs) == ["a1"]
    assert story.picture.at("seat09") is None
    assert story.tell("Hangup", Uniqueid=leg, Cause="16") == []
    assert story.picture.listeners.of("c1") == () and story.state() is before


def test_a_supervisor_who_could_not_be_rung_does_not_listen(story: Story) -> None:
    story.talks()
    leg = listener_id(3, "c1")
    story.picture.listeners.expect("c1", leg, "seat09")
    story.tell("OriginateResponse", ActionID=f"listen/{leg}", Response="Failure")
    assert story.picture.listeners.of("c1") == ()


def test_who_listens_is_found_again() -> None:
    picture, id = Picture("support"), listener_id(3, "c1")
    told = {"Linkedid": id, "ChannelState": "6", "BridgeId": "", "Application": "ChanSpy", "CallerIDNum": ""}
    place = {"Context": "listening", "Exten": "s"}
    picture.begin([], [{"Channel": "PJSIP/seat09-00000009", "Uniqueid": id, **told, **place}], NOON)
    assert picture.listeners.of("c1") == ("seat09",) and picture.talks == {}
