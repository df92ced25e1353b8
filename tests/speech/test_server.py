"""The real speech server over real sockets: what callers say, and everything that nobody should send."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from ivr.settings import Settings, load
from ivr.speech.aeap import PROTOCOL, UnknownQuestion
from ivr.speech.heard import decode
from ivr.speech.probes import speech_is_well
from ivr.speech.questions import Questions, models
from ivr.speech.server import SLOW_S, SpeechServer
from tests.asterisk.house import environment
from tests.asterisk.switch import free_ports
from tests.speech.asterisk import CONTRACT, MENU, Asterisk, calling, serving
from tests.speech.people import RATE, Samples, music, say, silence, words

NUMBER = "семь семь ноль один два три четыре пять шесть семь восемь"


@pytest.fixture(scope="module")
def server() -> Iterator[Settings]:
    with serving() as (settings, _):
        yield settings


@pytest.fixture
def asterisk(server: Settings) -> Iterator[Asterisk]:
    with calling(server) as connection:
        yield connection.setup()


def log(settings: Settings) -> str:
    return (settings.var / "speech.log").read_text()


def tones(seconds: float, *hertz: float) -> Samples:
    at = np.arange(round(seconds * RATE)) / RATE
    return (sum(np.sin(2 * np.pi * f * at) for f in hertz) * 6000).astype(np.int16)


# What callers say


def test_a_number_stops_the_prompt_at_its_first_syllable_and_is_read_at_its_end(asterisk: Asterisk) -> None:
    asterisk.ask(CONTRACT)
    first, *_ = asterisk.plays(say(NUMBER, after_s=6))
    assert (first["text"], first["grammar"]) == ("onset", CONTRACT)
    heard = decode(asterisk.wait_for_answer())
    assert heard.readings
    assert all(len(reading.digits) == 11 for reading in heard.readings)


def test_a_long_pause_does_not_tear_a_number_apart(asterisk: Asterisk) -> None:
    asterisk.ask(CONTRACT)
    asterisk.plays(say("семь семь ноль один два, три четыре пять шесть семь восемь", pause_s=3, after_s=6))
    assert len(decode(asterisk.wait_for_answer()).readings[0].digits) == 11


def test_questions_follow_each_other_on_one_connection(asterisk: Asterisk) -> None:
    for _ in range(3):
        asterisk.ask(MENU)
        asterisk.plays(say("пароль"))
        assert decode(asterisk.wait_for_answer())


def test_a_new_question_forgets_what_was_said_before(asterisk: Asterisk) -> None:
    asterisk.ask(CONTRACT)
    asterisk.plays(say("семь семь ноль один", after_s=0))
    asterisk.ask(MENU)
    asterisk.plays(say("нет"))
    assert asterisk.results[-1]["grammar"] == MENU
    assert not decode(asterisk.wait_for_answer()).readings


def test_an_answer_that_met_no_ear_is_told_again(asterisk: Asterisk) -> None:
    asterisk.ask(MENU)
    asterisk.plays(say("нет"))
    answer = asterisk.wait_for_answer()
    asterisk.results.clear()
    asterisk.plays(silence(1))
    assert asterisk.wait_for_answer() == answer


def test_who_listens_without_a_question_is_told_that_it_was_refused(asterisk: Asterisk) -> None:
    assert "error_msg" in asterisk.ask("number:11:en")
    asterisk.plays(silence(0.5))
    assert asterisk.wait_for_answer() == "refused"
    asterisk.ask(MENU)
    asterisk.plays(say("нет"))
    assert decode(asterisk.wait_for_answer())


def test_nothing_of_what_is_said_is_in_the_log(server: Settings, asterisk: Asterisk) -> None:
    asterisk.ask(CONTRACT)
    asterisk.plays(say(NUMBER, after_s=6))
    digits = decode(asterisk.wait_for_answer()).readings[0].digits
    assert CONTRACT in log(server)
    assert digits not in log(server)
    assert "семь" not in log(server)


# What is no speech


@pytest.mark.parametrize(
    "sound",
    [silence(4), silence(4, level=300.0), tones(4, 425), tones(4, 770, 1336), np.zeros(4 * RATE, np.int16)],
    ids=["a quiet line", "hiss", "a dial tone", "a key sent as sound", "no sound at all"],
)
def test_what_is_no_voice_stops_no_prompt(asterisk: Asterisk, sound: Samples) -> None:
    asterisk.ask(CONTRACT)
    assert asterisk.plays(sound) == []


def test_a_shout_that_clips_is_heard_as_well_as_it_can_be(asterisk: Asterisk) -> None:
    asterisk.ask(MENU)
    shout = np.clip(say("нет").astype(np.float64) * 30, -32768, 32767).astype(np.int16)
    asterisk.plays(shout)
    assert decode(asterisk.wait_for_answer())


def test_five_minutes_of_talk_are_cut_short(asterisk: Asterisk) -> None:
    asterisk.ask(MENU)
    talk = np.tile(say("спасибо здравствуйте сегодня номер", gap_s=0.05, before_s=0, after_s=0), 20)
    asterisk.plays(talk, speed=2)
    assert decode(asterisk.wait_for_answer())


def crowd() -> Samples:
    """Six people at once."""
    rng, known = np.random.default_rng(4), sorted(words())
    voices = [say(" ".join(rng.choice(known, 14)), after_s=0)[: 5 * RATE].astype(np.int32) for _ in range(6)]
    return np.concatenate([(sum(voices) // 2).clip(-32768, 32767).astype(np.int16), silence(2)])


def another_language() -> Samples:
    """Words backwards: they have the sound of speech and no word that is known."""
    return np.concatenate([say("спасибо здравствуйте сегодня номер рубля")[::-1], silence(2)])


@pytest.mark.parametrize(
    "sound", [crowd(), another_language(), music(8)], ids=["crowd", "another language", "music"]
)
def test_sounds_that_answer_nothing_come_to_an_end(
    server: Settings, asterisk: Asterisk, sound: Samples
) -> None:
    asterisk.ask(MENU)
    asterisk.plays(sound)
    if asterisk.results:
        asterisk.plays(silence(3))
        assert decode(asterisk.wait_for_answer()).certainty < 1
    assert speech_is_well(server, within_s=2)


# What nobody should send


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        '{"request":"set"}',
        "\0",
        "я" * 8000,
        json.dumps({"request": "setup", "id": "1"}),
        b"\1" * 20000,
    ],
    ids=["empty", "broken JSON", "a list", "no id", "NUL", "16 KB of text", "a second setup", "a giant frame"],
)
def test_a_peer_that_is_no_asterisk_is_put_out(
    server: Settings, asterisk: Asterisk, message: str | bytes
) -> None:
    asterisk.connection.send(message)
    assert asterisk.closed_with() in (1002, 1009)
    assert speech_is_well(server, within_s=2)


def test_voice_before_the_setup_is_put_out(server: Settings) -> None:
    with calling(server) as peer:
        peer.connection.send(b"\0" * 320)
        assert peer.closed_with() == 1002


def test_who_sends_no_voice_may_be_asked_again(server: Settings, asterisk: Asterisk) -> None:
    asterisk.ask(CONTRACT)
    time.sleep(1)  # a telephone that suppresses silence sends nothing
    asterisk.ask(MENU)
    asterisk.plays(say("нет"))
    assert decode(asterisk.wait_for_answer())


def test_who_sends_no_silence_is_answered(asterisk: Asterisk) -> None:
    asterisk.ask(MENU)
    asterisk.plays(say("пароль", after_s=0.1))  # and then nothing: a gateway that suppresses silence
    assert decode(asterisk.wait_for_answer()).answer == "password"


def test_silence_before_the_setup_is_put_out(server: Settings) -> None:
    with calling(server) as peer:
        assert peer.closed_with() == 1002


@pytest.mark.parametrize(
    "what", [{"request": "hello", "id": "1"}, {"request": "setup", "id": "1", "codecs": []}]
)
def test_who_talks_and_sets_nothing_up_is_put_out(server: Settings, what: dict[str, object]) -> None:
    with calling(server) as peer:
        peer.connection.send(json.dumps(what))
        assert peer.closed_with() == 1002


def test_messages_with_nothing_in_them_are_counted(asterisk: Asterisk) -> None:
    asterisk.ask(CONTRACT)
    with suppress(ConnectionClosed):
        for _ in range(5000):
            asterisk.connection.send(b"")
    assert asterisk.closed_with() in (1013, 1006)


def test_odd_and_tiny_frames_do_no_harm(asterisk: Asterisk) -> None:
    asterisk.ask(MENU)
    for size in (0, 1, 3, 7, 319, 321, 333):
        asterisk.connection.send(b"\1" * size)
    asterisk.plays(say("нет"))
    assert decode(asterisk.wait_for_answer())


def test_more_voice_than_anybody_can_say_is_put_out(asterisk: Asterisk) -> None:
    asterisk.ask(CONTRACT)
    with suppress(ConnectionClosed):
        for _ in range(200):
            asterisk.connection.send(b"\0" * 16000)
    assert asterisk.closed_with() in (1013, 1006)


def test_a_page_in_a_browser_is_turned_away(server: Settings) -> None:
    with pytest.raises(InvalidStatus):
        connect(
            f"ws://127.0.0.1:{server.speech_port}/",
            subprotocols=[Subprotocol(PROTOCOL)],
            origin=Origin("http://example.com"),
        )


def test_a_caller_may_leave_at_every_step(server: Settings) -> None:
    steps = [
        lambda peer: None,
        lambda peer: peer.setup(),
        lambda peer: peer.setup().ask(CONTRACT),
        lambda peer: [peer.setup().ask(CONTRACT), peer.plays(say("семь семь", after_s=0))],
        lambda peer: [peer.setup().ask(MENU), peer.plays(say("нет"))],
    ]
    for step in steps:
        for politely in (True, False):
            with calling(server) as peer:
                step(peer)
                if not politely:
                    peer.connection.socket.shutdown(socket.SHUT_RDWR)
    assert speech_is_well(server, within_s=2)
    assert "Traceback" not in log(server)


def test_five_hundred_at_once_are_served_or_refused_at_once() -> None:
    with serving(speech_streams=20) as (settings, _), ExitStack() as held:

        def begin(_: int) -> bool:
            with suppress(InvalidHandshake, ConnectionClosed, OSError, AssertionError):
                peer = held.enter_context(calling(settings))
                return bool(peer.setup())
            return False

        with ThreadPoolExecutor(50) as callers:
            served = sum(callers.map(begin, range(500)))
        assert served == 20
        assert speech_is_well(settings, within_s=5)
        held.close()
        with calling(settings) as peer:
            peer.setup().ask(MENU)
            peer.plays(say("нет"))
            assert decode(peer.wait_for_answer())


# The process


@dataclass(eq=False)
class Waiting:
    """A caller of whom so much waits to be decoded."""

    behind_s: float


def test_where_more_is_said_than_can_be_heard_only_who_waits_is_asked_anew() -> None:
    questions = Questions.of(load(), models(load()))
    server = SpeechServer(questions, 5, lambda: questions)
    late, other = Waiting(SLOW_S + 0.1), Waiting(0.0)
    server._streams |= {late, other}
    assert server._find(CONTRACT, late).grammar.name == CONTRACT
    with pytest.raises(UnknownQuestion):
        server._find(CONTRACT, other)
    late.behind_s = SLOW_S
    assert server._find(CONTRACT, other).grammar.name == CONTRACT


def test_health_is_asked_with_plain_http(server: Settings) -> None:
    asked = http.client.HTTPConnection("127.0.0.1", server.speech_port, timeout=5)
    asked.request("GET", "/health")
    assert asked.getresponse().read() == b"0 callers\n"
    asked.close()


def test_a_stop_lets_the_answer_in_hand_end() -> None:
    with serving() as (settings, process), calling(settings) as peer:
        peer.setup().ask(MENU)
        peer.plays(say("нет", after_s=0))
        process.send_signal(signal.SIGTERM)
        peer.plays(silence(2))
        assert decode(peer.wait_for_answer())
        assert process.wait(10) == 0


def test_prompts_are_read_again_at_a_hangup_signal(server: Settings) -> None:
    with serving() as (settings, process):
        process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while "read anew" not in log(settings):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_several_processes_share_the_port_and_end_together() -> None:
    with serving(speech_processes=2) as (settings, process):
        with calling(settings) as one, calling(settings) as other:
            for peer in (one, other):
                peer.setup().ask(MENU)
                peer.plays(say("нет"))
                assert decode(peer.wait_for_answer())
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert not speech_is_well(settings, within_s=0.5)


def test_a_folder_that_holds_no_model_is_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ivr", "speech"],
        env=environment(load(**free_ports(), speech_model=tmp_path)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "no Vosk model with run-time grammars" in done.stderr
