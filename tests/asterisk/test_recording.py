"""Recorded calls: who is told, what is in the file, and what is not."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ivr.desk.pausing import Pauses
from ivr.recording.shelf import Recording, Shelf
from ivr.switch.manager import manager_of
from ivr.transfer.board import Switchboard
from ivr.transfer.states import State
from tests.asterisk.ear import Ear
from tests.asterisk.house import ANNA, Line, open_line
from tests.asterisk.office import each_other, hears_music
from tests.asterisk.phone import PhoneCall
from tests.asterisk.recordings import VOICES, recording_of, seconds_of, share
from tests.asterisk.switch import until
from tests.asterisk.telephone import Telephone
from tests.company import LAST4, OWN, OWN_MOBILE

STRANGERS = (f"+749500{n:05}" for n in range(1, 10**5))
CALLER, AGENT, COLLEAGUE = VOICES.values()
ALOUD, WHISPERED = CALLER, AGENT
"""Voices of a caller: what may be in a recording, and what may not."""


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_line(recording=True, seats=2, first_key_s=30.0) as house:
        yield house


@pytest.fixture
def stranger() -> str:
    return next(STRANGERS)


def says(call: PhoneCall, voice: bytes) -> None:
    """The caller speaks for a second, into a silence, and has been heard."""
    call.speak(voice * 8000)
    until(lambda: call.spoken_at - call.spoke_at > 0.95)


def hears_all(line: Line, call: PhoneCall, prompt: str, **values: object) -> None:
    """The caller hears `prompt` to its end."""
    said = line.hears(call, prompt, 20, **values)
    ends_at = call.answered_at + said.at_s + said.length_s + 0.3
    call.wait_for(lambda: time.monotonic() > ends_at, 20)


def seconds(recording: Recording) -> tuple[int, int]:
    """How long one hears what may be heard, and what may not."""
    return round(seconds_of(recording, "caller")), round(seconds_of(recording, "agent"))


def told(line: Line, heard: bytes, *prompts: str) -> list[str]:
    """Which of `prompts` the caller heard, in order."""
    return Ear({key: line.sound(key) for key in prompts}).names(heard)


def holds(line: Line, recording: Recording, prompt: str, **values: object) -> bool:
    """Whether `prompt` is in the recording, or a good part of it. Fails where a little of it is."""
    found = share(recording, line.sound(prompt, **values))
    assert found > 0.4 or found < 0.1, (prompt, found)
    return found > 0.4


def test_the_caller_is_told_first_and_then_recorded_with_the_machine(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        hears_all(line, call, "main-menu")
        call.keys("1" + OWN)
        line.hears(call, "balance/amount", within_s=20, amount=123450)
        hears_all(line, call, "balance/afterwards")
        call.keys("3")
        call.wait_for_end()
    first = ("recording/notice", "welcome", "main-menu")
    assert told(line, call.heard(), *first) == list(first)
    until(lambda: line.switch.channels() == 0)
    recording = recording_of(line, stranger)
    assert not holds(line, recording, "recording/notice")
    for prompt in ("welcome", "main-menu", "balance/afterwards", "goodbye"):
        assert holds(line, recording, prompt), prompt
    assert holds(line, recording, "balance/amount", amount=123450)


def test_both_sides_are_in_it(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        hears_all(line, call, "main-menu")
        says(call, ALOUD)
    recording = recording_of(line, stranger)
    assert seconds(recording) == (1, 0)
    assert holds(line, recording, "main-menu")


def test_a_file_is_for_its_owner_alone_and_is_named_by_the_call(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        line.hears(call, "main-menu")
    recording = recording_of(line, stranger)
    assert recording.path.stem == line.record(stranger).call_id
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (Shelf(line.settings).folder, recording.path.parent)}
    assert (modes, stat.S_IMODE(recording.path.stat().st_mode)) == ({0o700}, 0o600)


def test_a_key_ends_the_notice_and_counts_and_the_call_is_recorded(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        line.hears(call, "recording/notice")
        call.keys("1")
        hears_all(line, call, "contract/enter")
    all_of_it = ("recording/notice", "welcome", "main-menu", "contract/enter")
    assert told(line, call.heard(), *all_of_it) == ["recording/notice", "contract/enter"]
    assert holds(line, recording_of(line, stranger), "contract/enter")


def test_who_hangs_up_during_the_notice_is_not_recorded(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        line.hears(call, "recording/notice")
    until(lambda: line.record(stranger).outcome == "hung up")
    assert Shelf(line.settings).find(line.record(stranger).call_id) is None


def test_who_chooses_english_is_told_in_english_too(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        line.hears(call, "main-menu")
        call.keys("9")
        english = Ear({key: line.sound(key, "en") for key in ("recording/notice", "main-menu")})
        call.wait_for(lambda: english.names(call.heard()) == ["recording/notice", "main-menu"], 30)


def asked_for_the_passport(line: Line, call: PhoneCall) -> None:
    """The caller speaks at the menu, and goes as far as the question for the digits."""
    hears_all(line, call, "main-menu")
    says(call, ALOUD)
    call.keys("2" + OWN)
    hears_all(line, call, "password/passport")


def test_nothing_is_recorded_while_a_secret_is_asked_for(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        asked_for_the_passport(line, call)
        says(call, WHISPERED)
        call.keys(LAST4)
        hears_all(line, call, "password/confirm", ending=OWN_MOBILE[-4:])
    recording = recording_of(line, stranger)
    assert seconds(recording) == (1, 0)
    assert holds(line, recording, "main-menu")
    assert not holds(line, recording, "password/passport")
    assert holds(line, recording, "password/confirm", ending=OWN_MOBILE[-4:]), "it goes on afterwards"


def test_a_wrong_secret_and_its_refusal_are_not_recorded_either(line: Line, stranger: str) -> None:
    with line.phone(stranger).call("0890") as call:
        asked_for_the_passport(line, call)
        call.keys("0000")
        hears_all(line, call, "password/refused")
        says(call, WHISPERED)
        call.keys("0#")
        line.hears(call, "nobody/busy", within_s=30)
    recording = recording_of(line, stranger)
    assert seconds(recording) == (1, 0)
    held = [holds(line, recording, key) for key in ("password/passport", "password/refused", "handover")]
    assert held == [False, False, True]


def test_who_hangs_up_in_the_middle_of_a_secret_leaves_a_recording_without_it(
    line: Line, stranger: str
) -> None:
    with line.phone(stranger).call("0890") as call:
        asked_for_the_passport(line, call)
        call.keys(LAST4[:2])
        says(call, WHISPERED)
    until(lambda: line.record(stranger).outcome == "hung up")
    assert seconds(recording_of(line, stranger)) == (1, 0)


def test_a_secret_after_nobody_answered_is_not_recorded(line: Line, stranger: str) -> None:
    """The application has left the call and come back to it."""
    with line.phone(stranger).call("0890") as call:
        line.hears(call, "welcome")
        call.keys("0")
        hears_all(line, call, "nobody/busy")
        call.keys("1")
        asked_for_the_passport(line, call)
        says(call, WHISPERED)
        call.keys(LAST4)
        hears_all(line, call, "password/confirm", ending=OWN_MOBILE[-4:])
    recording = recording_of(line, stranger)
    assert seconds(recording) == (1, 0)
    assert holds(line, recording, "nobody/busy")
    assert not holds(line, recording, "password/passport")


def silent_and_written(line: Line, caller: str, phones: list[PhoneCall]) -> None:
    """Wait until nobody speaks and the recording has all that was said: it is written every two seconds."""
    until(lambda: all(time.monotonic() - phone.spoken_at > 0.8 for phone in phones))
    written = recording_of(line, caller).bytes
    until(lambda: recording_of(line, caller).bytes > written)


@contextmanager
def switchboard(line: Line) -> Iterator[Switchboard]:
    manager = manager_of(line.settings)
    board = Switchboard(manager, wrap_up_s=0.2)
    with manager:
        until(lambda: manager.connected, 15)
        yield board


def test_it_goes_on_through_hold_consulting_and_three_in_the_call(line: Line, stranger: str) -> None:
    with (
        switchboard(line) as board,
        Telephone(line.settings, "phone01") as anna,
        Telephone(line.settings, "phone02") as boris,
        line.phone(stranger).call("0890") as caller,
    ):

        def recorded() -> list[bool]:
            """Whose voices have come into the recording since this was asked last; all are silent now."""
            silent_and_written(line, stranger, phones)
            now = [seconds_of(recording_of(line, stranger), who) for who in VOICES]
            more = [known - before > 0.1 for known, before in zip(now, so_far, strict=True)]
            so_far[:] = now
            return more

        so_far = [0.0, 0.0, 0.0]
        board.sign_in("anna", "phone01", ready=True)
        board.sign_in("boris", "phone02")
        line.hears(caller, "welcome")
        caller.keys("0")
        one = anna.rings(60)
        one.answer()
        phones = [caller, one]
        until(lambda: [call.state for call in board.calls()] == [State.OFFERED], 15)
        board.take("anna")
        assert each_other((caller, CALLER), (one, AGENT))
        assert recorded() == [True, True, False]
        board.hold("anna")
        assert hears_music(caller)
        board.consult("anna", "boris")
        other = boris.rings()
        other.answer()
        phones.append(other)
        until(lambda: board.calls()[0].state is State.CONSULTING, 15)
        assert each_other((one, AGENT), (other, COLLEAGUE))
        assert recorded() == [False, False, False], "what the two say among themselves is not in it"
        board.join("anna")
        assert each_other((caller, CALLER), (one, AGENT), (other, COLLEAGUE))
        assert recorded() == [True, True, True]
        board.hand_over("anna")
        assert each_other((caller, CALLER), (other, COLLEAGUE))
        assert recorded() == [True, False, True]


def test_an_agent_pauses_it_and_the_two_go_on_hearing_each_other(line: Line, stranger: str) -> None:
    manager = manager_of(line.settings)
    board, pauses = Switchboard(manager, wrap_up_s=0.2), Pauses(manager, line.settings)
    with (
        manager,
        Telephone(line.settings, "phone01") as anna,
        line.phone(stranger).call("0890") as caller,
    ):
        until(lambda: manager.connected, 15)
        board.sign_in("anna", "phone01", ready=True)
        line.hears(caller, "welcome")
        caller.keys("0")
        one = anna.rings(60)
        one.answer()
        until(lambda: [call.state for call in board.calls()] == [State.OFFERED], 15)
        board.take("anna")
        [call] = board.calls()
        pauses.pause(call.id, "anna")
        assert pauses.state(call.id) == "paused"
        assert each_other((caller, CALLER), (one, AGENT))
        silent_and_written(line, stranger, [caller, one])
        assert seconds(recording_of(line, stranger)) == (0, 0)
        pauses.go_on(call.id)
        assert pauses.state(call.id) == "on"
        assert each_other((caller, CALLER), (one, AGENT))
        silent_and_written(line, stranger, [caller, one])
        assert seconds_of(recording_of(line, stranger), "caller") > 0.5
        assert seconds_of(recording_of(line, stranger), "agent") > 0.5
        pauses.pause(call.id, "anna")
        pauses.look([])
        assert pauses.state(call.id) == "on", "the agent's part is over"


def test_who_is_called_back_is_told_and_recorded_too() -> None:
    with (
        open_line(recording=True, seats=1, callback_dial="PJSIP/{digits}@nowhere") as line,
        Telephone(line.settings, "phone01") as telephone,
    ):
        back = {"Context": "callback", "Exten": "s", "Priority": "1", "Variable": "IVR_CALLED=+79160000001"}
        line.switch.act(Action="Originate", Channel="PJSIP/phone01", Async="true", **back)
        subscriber = telephone.rings()
        subscriber.answer()
        line.hears(subscriber, "recording/notice")
        hears_all(line, subscriber, "callback/hello")
        subscriber.hang_up()
        until(lambda: line.switch.channels() == 0)
        [recording] = Shelf(line.settings).all()
        assert holds(line, recording, "callback/hello")
        assert not holds(line, recording, "recording/notice")


def test_an_application_that_is_away_leaves_a_call_without_a_recording(stranger: str) -> None:
    with open_line(recording=True) as line:
        line.switch.act(Action="QueueAdd", Queue="support", Interface=ANNA)
        line.application.kill()
        line.application.wait()
        with line.phone(stranger).call("0890") as call:
            line.hears(call, "fallback/apology", within_s=5)
            until(lambda: "Local/anna@agents" in line.switch.console("core show channels"), 5)
        assert list(Shelf(line.settings).all()) == []


def test_a_folder_that_cannot_be_written_ends_no_call_and_is_logged(stranger: str) -> None:
    with open_line(recording=True) as line:
        Shelf(line.settings).folder.write_text("in the way")
        with line.phone(stranger).call("0890") as call:
            line.hears(call, "welcome")
            call.keys("1" + OWN)
            line.hears(call, "balance/amount", amount=123450)
        assert told(line, call.heard(), "recording/notice", "welcome") == ["welcome"]
        assert "is not recorded: " in (line.settings.var / "serve.log").read_text()


def test_where_recording_is_off_nobody_hears_of_it_and_nothing_is_written(stranger: str) -> None:
    with open_line() as line:
        with line.phone(stranger).call("0890") as call:
            line.hears(call, "main-menu")
        said = told(line, call.heard(), "recording/notice", "welcome", "main-menu")
        assert said == ["welcome", "main-menu"]
        assert not Shelf(line.settings).folder.exists()
        assert "MixMonitor" not in line.switch.console("core show applications")
