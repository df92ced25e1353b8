"""The mark of a seat, which says that the queue must not ring it: what is done about it in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from ivr.transfer.picture import Happening, Picture, Place
from ivr.transfer.shift import Shift
from ivr.transfer.states import Event, State
from ivr.transfer.watch import Seen
from tests.transfer.test_picture import NOON, Story


class Switch:
    """Notes the marks of seats; something may happen while one is being set."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.marks: list[str] = []
        self._meanwhile = meanwhile

    def act(self, name: str, **what: str) -> None:
        self.marks.append(what["Value"])
        self._meanwhile()


class Watch:
    """The picture of a story."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    @contextmanager
    def looking(self) -> Iterator[Picture]:
        yield self._picture


def taken(story: Story, switch: Switch) -> None:
    """The shift learns that a call was taken."""
    shift = Shift(cast(Any, switch), cast(Any, Watch(story.picture)), "support", 0.0, lambda: NOON)
    talk = story.picture.talks["c1"]
    what = Happening("c1", State.OFFERED, Event.TAKEN)
    shift.take_note(Seen(what, Place.QUEUE, talk.agent, None))


def test_who_takes_a_call_is_not_rung() -> None:
    story, switch = Story(), Switch()
    story.talks()
    taken(story, switch)
    assert switch.marks == ["INUSE"]


def test_a_call_that_is_over_before_its_agent_is_marked_leaves_no_mark() -> None:
    story = Story()
    story.talks()
    switch = Switch(meanwhile=lambda: story.tell("Hangup", Uniqueid="a1", Cause="44"))
    taken(story, switch)
    assert switch.marks == ["INUSE", "UNAVAILABLE"]
