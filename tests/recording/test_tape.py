"""The recording of one call: what Asterisk is told, and what becomes of failures."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ivr.dialogue import Hangup
from ivr.recording.shelf import Shelf
from ivr.recording.tape import NotPaused, Tape
from ivr.settings import load

CALL = "host-5060-1764409000.12"


@dataclass
class Channel:
    """A caller's channel that notes what it is told."""

    told: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    lacks: str = ""
    """An application that is not there."""
    gone: bool = False

    def run(self, application: str, arguments: str = "") -> bool:
        if self.gone:
            raise Hangup
        self.told.append(application + (" …,a" if arguments.endswith(",a") else ""))
        return application != self.lacks

    def variable(self, name: str) -> str:
        return self.variables.get(name, "")

    def set_variable(self, name: str, value: str) -> None:
        self.variables[name] = value


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(load(var=tmp_path))


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def tape(channel: Channel, shelf: Shelf) -> Tape:
    return Tape(channel, shelf, CALL)


def test_a_call_that_is_told_of_twice_is_recorded_once(tape: Tape, channel: Channel) -> None:
    for _ in range(2):
        assert tape.possible()
        tape.begin()
    assert channel.told == ["MixMonitor"]


def test_it_pauses_for_what_is_secret_and_goes_on_in_the_same_file(tape: Tape, channel: Channel) -> None:
    tape.begin()
    with tape.paused():
        channel.told.append("secret")
    assert channel.told == ["MixMonitor", "StopMixMonitor", "secret", "MixMonitor …,a"]


def test_it_goes_on_however_the_question_ends(tape: Tape, channel: Channel) -> None:
    tape.begin()
    with pytest.raises(ZeroDivisionError), tape.paused():
        raise ZeroDivisionError
    assert channel.told[-1] == "MixMonitor …,a"


def test_a_hang_up_in_a_pause_is_a_hang_up(tape: Tape, channel: Channel) -> None:
    tape.begin()
    with pytest.raises(Hangup), tape.paused():
        channel.gone = True
        raise Hangup
    assert channel.told == ["MixMonitor", "StopMixMonitor"]


def test_nothing_secret_is_asked_while_a_recording_cannot_be_paused(tape: Tape, channel: Channel) -> None:
    tape.begin()
    channel.lacks = "StopMixMonitor"
    with pytest.raises(NotPaused), tape.paused():
        pytest.fail("it was asked")


def test_another_part_of_the_call_pauses_it_too(tape: Tape, channel: Channel, shelf: Shelf) -> None:
    tape.begin()
    later = Tape(channel, shelf, CALL)
    later.take_up()
    with later.paused():
        pass
    assert channel.told == ["MixMonitor", "StopMixMonitor", "MixMonitor …,a"]


def test_a_call_without_a_recording_has_nothing_to_pause(tape: Tape, channel: Channel) -> None:
    tape.take_up()
    with tape.paused():
        pass
    assert channel.told == []


def test_one_that_was_erased_meanwhile_is_not_begun_again(tape: Tape, channel: Channel, shelf: Shelf) -> None:
    tape.begin()
    with tape.paused():
        shelf.erase(CALL)
    assert channel.told == ["MixMonitor", "StopMixMonitor"]


def test_an_asterisk_that_cannot_record_is_logged_and_leaves_no_file(
    tape: Tape, channel: Channel, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    channel.lacks = "MixMonitor"
    tape.begin()
    with tape.paused():
        pass
    assert channel.told == ["MixMonitor"]
    assert "start the line anew" in caplog.text
    assert list(shelf.all()) == []


def test_a_folder_that_cannot_be_written_is_logged_and_nobody_is_told_of_a_recording(
    tape: Tape, channel: Channel, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.folder.write_text("in the way")
    assert not tape.possible()
    tape.begin()
    assert channel.told == []
    assert caplog.text.count("is not recorded") == 2
