"""The line over a channel: what it asks of Asterisk and what it makes of the answers."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from ivr.agi.line import AgiLine, UnplayableSound
from ivr.agi.protocol import BadPeer
from ivr.agi.streams import SocketStream
from ivr.agi.wire import Wire
from ivr.dialogue import Hangup, Prompt
from tests.wire.fake_asterisk import HANGUP, FakeAsterisk, environment

MENU = Prompt("main-menu")


def slowly(value: int) -> int:
    time.sleep(0.3)
    return value


def sounds(key: str, values: Mapping[str, object], language: str) -> str:
    return f"/sounds/{language}/{key}"


@contextmanager
def line(asterisk: FakeAsterisk, opening: bytes = environment()) -> Iterator[AgiLine]:
    """A line to `asterisk` over a real pair of sockets."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(5)
        asterisk.beside(theirs, opening)
        yield AgiLine(Wire(SocketStream(ours)), sounds)
        ours.shutdown(socket.SHUT_RDWR)


def test_a_key_during_a_prompt_is_returned() -> None:
    asterisk = FakeAsterisk(["1"])
    with line(asterisk) as caller:
        assert caller.play(MENU, "ru") == "1"
    assert asterisk.asked == [["STREAM", "FILE", "/sounds/ru/main-menu", "0123456789*#"]]


def test_a_prompt_that_is_heard_out_gives_no_key() -> None:
    with line(FakeAsterisk([None])) as caller:
        assert caller.play(MENU, "ru") is None


def test_only_the_keys_named_stop_a_prompt() -> None:
    asterisk = FakeAsterisk()
    with line(asterisk) as caller:
        caller.play(MENU, "en", stops="12")
    assert asterisk.asked[0][2:] == ["/sounds/en/main-menu", "12"]


def test_a_hangup_during_a_prompt_ends_the_talk() -> None:
    with line(FakeAsterisk([HANGUP])) as caller, pytest.raises(Hangup):
        caller.play(MENU, "ru")


def test_a_hangup_while_waiting_for_a_key_ends_the_talk() -> None:
    with line(FakeAsterisk([HANGUP])) as caller, pytest.raises(Hangup):
        caller.key(1)


def test_a_sound_that_is_not_there_is_no_hangup() -> None:
    with line(FakeAsterisk(missing=["/sounds/ru/main-menu"])) as caller:
        with pytest.raises(UnplayableSound, match="/sounds/ru/main-menu"):
            caller.play(MENU, "ru")
        assert caller.key(0.1) is None


def test_an_empty_sound_is_not_passed_over_in_silence() -> None:
    class Empty(FakeAsterisk):
        def _play(self, sound: str) -> bytes:
            return b"200 result=0 endpos=0\n"

    with line(Empty()) as caller, pytest.raises(UnplayableSound):
        caller.play(MENU, "ru")


def test_a_key_is_waited_for_in_milliseconds() -> None:
    asterisk = FakeAsterisk(["#"])
    with line(asterisk) as caller:
        assert caller.key(4.0) == "#"
    assert 3990 <= int(asterisk.asked[0][3]) <= 4000


def test_silence_gives_no_key() -> None:
    with line(FakeAsterisk([None])) as caller:
        assert caller.key(4.0) is None


def test_the_fourth_row_of_a_telephone_is_passed_over() -> None:
    with line(FakeAsterisk(["A", "D", "5"])) as caller:
        assert caller.key(4.0) == "5"


@pytest.mark.parametrize("result", ["x", "99999", "", "-2", "٣"])
def test_a_key_that_cannot_be_is_the_peers_fault(result: str) -> None:
    class Odd(FakeAsterisk):
        def answer(self, words: list[str]) -> bytes:
            return f"200 result={result}\n".encode()

    with line(Odd()) as caller, pytest.raises(BadPeer):
        caller.key(1)


def test_a_short_work_asks_nothing_of_asterisk() -> None:
    asterisk, kept = FakeAsterisk(["7"]), list[str]()
    with line(asterisk) as caller:
        assert caller.listening(lambda: 1234, kept.append) == 1234
    assert (kept, asterisk.asked) == ([], [])


def test_keys_pressed_during_a_long_work_are_kept() -> None:
    kept = list[str]()
    with line(FakeAsterisk(["7", None, "8"])) as caller:
        assert caller.listening(lambda: slowly(1234), kept.append) == 1234
    assert kept == ["7", "8"]


@pytest.mark.parametrize("takes_s", [0.0, 0.2])
def test_a_work_that_fails_says_so_and_its_keys_are_kept(takes_s: float) -> None:
    def work() -> None:
        time.sleep(takes_s)
        raise LookupError("no such contract")

    kept = list[str]()
    with line(FakeAsterisk(["7"])) as caller:
        with pytest.raises(LookupError, match="no such contract"):
            caller.listening(work, kept.append)
        assert caller.key(1) == (None if takes_s else "7")
    assert kept == (["7"] if takes_s else [])


def test_a_hangup_during_a_long_work_ends_the_talk() -> None:
    with line(FakeAsterisk([HANGUP])) as caller, pytest.raises(Hangup):
        caller.listening(lambda: time.sleep(0.3), lambda key: None)


def test_who_calls_is_told_unless_the_number_is_withheld() -> None:
    with line(FakeAsterisk()) as caller:
        assert (caller.caller, caller.called, caller.id) == ("+79161234567", "0890", "1795312345.17")


@pytest.mark.parametrize(
    "opening",
    [
        {"callerid": "unknown"},
        {"callerid": ""},
        *({"callingpres": pres} for pres in ("32", "33", "34", "35", "64", "67")),
    ],
)
def test_a_withheld_number_is_nobodys(opening: dict[str, str]) -> None:
    with line(FakeAsterisk(), environment(**opening)) as caller:
        assert caller.caller is None


def test_without_a_dialled_number_the_extension_was_called() -> None:
    with line(FakeAsterisk(), environment(dnid="unknown", extension="0890")) as caller:
        assert caller.called == "0890"


def test_the_dialplan_learns_where_the_caller_goes_last_of_all() -> None:
    asterisk = FakeAsterisk()
    with line(asterisk) as caller:
        caller.finish("queue", IVR_QUEUE="support", IVR_ABOUT='asked for "a person"\nat once')
        assert caller.variable("IVR_NEXT") == "queue"
    assert [words[2] for words in asterisk.asked[:3]] == ["IVR_QUEUE", "IVR_ABOUT", "IVR_NEXT"]
    assert asterisk.variables["IVR_ABOUT"] == 'asked for "a person" at once'


@pytest.mark.parametrize("step", ["main-menu: again > ", '"\\', "меню > "])
def test_of_a_path_that_no_command_holds_the_end_is_told(step: str) -> None:
    asterisk = FakeAsterisk()
    with line(asterisk) as caller:
        caller.finish("queue", IVR_PATH=step * 500 + "the end")
    assert asterisk.variables["IVR_PATH"].endswith(step + "the end")
    assert asterisk.variables["IVR_NEXT"] == "queue"


def test_a_prompt_in_progress_waits_as_long_as_it_lasts() -> None:
    with line(FakeAsterisk(["3"], sound_s=0.3)) as caller:
        began = time.monotonic()
        assert caller.play(MENU, "ru") == "3"
    assert time.monotonic() - began >= 0.3
