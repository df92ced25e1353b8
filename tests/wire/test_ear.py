"""Speech over a channel: what the line asks of Asterisk and what it makes of the answers."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from ivr.agi.ear import AGAIN_S, Recogniser
from ivr.agi.line import AgiLine
from ivr.agi.protocol import BadPeer
from ivr.agi.streams import SocketStream
from ivr.agi.wire import Wire
from ivr.dialogue import Deaf, Hangup, Heard, Prompt, Reading
from ivr.speech.heard import ONSET, encode
from tests.core.clock import Clock
from tests.wire.fake_asterisk import HANGUP, NO_RESULT, SPEECH, FakeAsterisk, environment

MENU, MEANT = "answers:main-menu:ru", Heard("balance", 0.9)
SAID, ONSET_HEARD = SPEECH + encode(MEANT), SPEECH + ONSET


def sounds(key: str, values: Mapping[str, object], language: str) -> str:
    return f"/sounds/{language}/{key}"


def recogniser(clock: Clock | None = None) -> Recogniser:
    return Recogniser(silence=lambda: "/sounds/silence", clock=clock or Clock())


@contextmanager
def line(asterisk: FakeAsterisk, shared: Recogniser | None = None) -> Iterator[AgiLine]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(5)
        asterisk.beside(theirs, environment())
        yield AgiLine(Wire(SocketStream(ours)), sounds, shared or recogniser())
        ours.shutdown(socket.SHUT_RDWR)


def hear(caller: AgiLine, within_s: float = 6.0) -> str | Heard | None:
    assert caller.hears("ru")
    return caller.hear(Prompt("main-menu"), MENU, "ru", within_s)


def test_what_the_caller_says_is_understood() -> None:
    asterisk = FakeAsterisk([SAID])
    with line(asterisk) as caller:
        assert hear(caller) == MEANT
    assert asterisk.asked == [
        ["SPEECH", "CREATE", "ivr"],
        ["SPEECH", "SET", "grammar", MENU],
        ["SPEECH", "RECOGNIZE", "/sounds/ru/main-menu/spoken", "6"],
    ]


def test_at_the_first_syllable_the_prompt_stops_and_the_line_listens_on() -> None:
    asterisk = FakeAsterisk([ONSET_HEARD, SAID])
    with line(asterisk) as caller:
        assert hear(caller) == MEANT
    assert [words[2] for words in asterisk.asked[-2:]] == ["/sounds/ru/main-menu/spoken", "/sounds/silence"]


def test_a_number_comes_with_all_its_readings() -> None:
    number = Heard(readings=(Reading("77012345678", 0.75), Reading("77012345679", 0.125)))
    with line(FakeAsterisk([ONSET_HEARD, SPEECH + encode(number)])) as caller:
        assert hear(caller) == number


@pytest.mark.parametrize("before", [[], [ONSET_HEARD]])
def test_a_key_outdoes_speech(before: list[str]) -> None:
    with line(FakeAsterisk([*before, "5", "6"])) as caller:
        assert hear(caller) == "5"
        assert caller.key(1) == "6"


@pytest.mark.parametrize(
    ("grammar", "keys", "heard"),
    [
        ("number:11:ru", [ONSET_HEARD, "#", SAID], MEANT),
        ("number:11:ru", ["#", SAID], "#"),
        (MENU, [ONSET_HEARD, "#", SAID], "#"),
    ],
)
def test_a_hash_that_ends_a_spoken_number_is_no_answer(grammar: str, keys: list[str], heard: object) -> None:
    with line(FakeAsterisk(keys)) as caller:
        assert caller.hears("ru")
        assert caller.hear(Prompt("contract/enter"), grammar, "ru", 6) == heard


def test_the_fourth_row_of_a_telephone_is_passed_over() -> None:
    asterisk = FakeAsterisk(["A", "5"])
    with line(asterisk) as caller:
        assert hear(caller) == "5"
    assert [words[2] for words in asterisk.asked[-2:]] == ["/sounds/ru/main-menu/spoken"] * 2


def test_it_is_told_how_much_of_the_prompt_was_heard_before_the_answer() -> None:
    clock = Clock()

    class Passing(FakeAsterisk):
        def _recognised(self) -> bytes:
            clock.pass_by(0.7)
            return super()._recognised()

    with line(Passing([ONSET_HEARD, SAID]), recogniser(clock)) as caller:
        found = hear(caller)
    assert isinstance(found, Heard)
    assert found.after_s == pytest.approx(0.7)


@pytest.mark.parametrize("before", [[], [ONSET_HEARD]])
def test_silence_is_no_answer(before: list[str]) -> None:
    with line(FakeAsterisk(before)) as caller:
        assert hear(caller) is None


@pytest.mark.parametrize("before", [[], [ONSET_HEARD]])
def test_a_hangup_ends_the_talk(before: list[str]) -> None:
    with line(FakeAsterisk([*before, HANGUP])) as caller, pytest.raises(Hangup):
        hear(caller)


def test_nothing_is_opened_before_the_first_question_and_only_once() -> None:
    asterisk = FakeAsterisk([SAID, SAID])
    with line(asterisk) as caller:
        caller.set_variable("X", "1")
        hear(caller)
        hear(caller)
        caller.finish("goodbye")
    verbs = [" ".join(words[:2]) for words in asterisk.asked if words[0] == "SPEECH"]
    assert (verbs.count("SPEECH CREATE"), verbs[-1]) == (1, "SPEECH DESTROY")


def test_english_opens_nothing() -> None:
    asterisk = FakeAsterisk()
    with line(asterisk) as caller:
        assert not caller.hears("en")
        caller.finish("goodbye")
    assert [words for words in asterisk.asked if words[0] == "SPEECH"] == []


def test_a_line_without_a_recogniser_hears_nothing() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(environment())
        caller = AgiLine(Wire(SocketStream(ours)), sounds)
        assert not caller.hears("ru")
        with pytest.raises(Deaf):
            caller.hear(Prompt("main-menu"), MENU, "ru", 6)


def test_a_recogniser_that_is_away_is_not_asked_again_by_every_call() -> None:
    asterisk, clock = FakeAsterisk(), Clock()
    asterisk.speech = False
    shared = recogniser(clock)
    for _ in range(3):
        with line(asterisk, shared) as caller:
            assert not caller.hears("ru")
    assert len(asterisk.asked) == 1
    clock.pass_by(AGAIN_S)
    asterisk.speech = True
    with line(asterisk, shared) as caller:
        assert caller.hears("ru")


@pytest.mark.parametrize(
    "keys", [[NO_RESULT], [ONSET_HEARD, NO_RESULT], [SPEECH + "rubbish"], [SPEECH + "certainty=7"]]
)
def test_a_recogniser_that_dies_leaves_the_rest_of_the_call_to_the_keys(keys: list[str]) -> None:
    with line(FakeAsterisk([*keys, "5"])) as caller:
        with pytest.raises(Deaf):
            hear(caller)
        assert not caller.hears("ru")
        assert caller.key(1) == "5"
        caller.finish("goodbye")


def test_a_recogniser_that_takes_no_grammar_is_as_good_as_dead() -> None:
    asterisk = FakeAsterisk([SAID])
    with line(asterisk) as caller:
        assert caller.hears("ru")
        asterisk.speech = False
        with pytest.raises(Deaf):
            hear(caller)


def test_a_recogniser_that_stands_still_is_no_silent_caller() -> None:
    class Still(FakeAsterisk):
        def _recognised(self) -> bytes:
            self.speech = False
            return super()._recognised()

    with line(Still()) as caller, pytest.raises(Deaf):
        hear(caller)


def test_an_answer_that_cannot_be_is_the_peers_fault() -> None:
    class Odd(FakeAsterisk):
        def _recognised(self) -> bytes:
            return b"200 result=1 (miracle) endpos=0\n"

    with line(Odd()) as caller, pytest.raises(BadPeer):
        hear(caller)
