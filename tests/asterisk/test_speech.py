"""Speech on real calls: a telephone, a real Asterisk, the real speech server, and AGI commands one by one.

What the commands give back here is what docs/speech.md tells of Asterisk.
"""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue

import pytest

from ivr.speech.heard import decode
from ivr.voice.alaw import encode
from tests.asterisk.listener import listening
from tests.asterisk.phone import Phone, PhoneCall
from tests.asterisk.scene import AGENTS, LONG, lay_sounds
from tests.asterisk.stub import Agi, stub
from tests.asterisk.switch import Switch, free_ports, running
from tests.speech.people import say

NUMBER = encode(say("семь семь ноль один два три четыре пять шесть семь восемь", before_s=0, after_s=0))
NO = encode(say("нет", before_s=0, after_s=0))


class Channel:
    """AGI commands to the channel of one call."""

    def __init__(self, agi: Agi, folder: str) -> None:
        self._agi, self._folder = agi, folder

    def create(self) -> str:
        return self._agi.command("SPEECH CREATE ivr")

    def ask(self, grammar: str) -> str:
        return self._agi.command(f'SPEECH SET grammar "{grammar}"')

    def recognise(self, sound: str = "long", within_s: int = 20) -> str:
        return self._agi.command(f"SPEECH RECOGNIZE {self._folder}/{sound} {within_s}")

    def answer(self) -> str:
        """The text of the answer that comes after the onset."""
        return text(self.recognise("quiet", 30))


def text(reply: str) -> str:
    found = re.search(r'text0="([^"]*)"', reply)
    assert found, reply
    return found[1]


@contextmanager
def talking(switch: Switch) -> Iterator[tuple[PhoneCall, Channel]]:
    """A call, and the AGI commands to it."""
    with ringing(switch) as channels, Phone(switch.settings.sip_port).call("0890") as call:
        yield call, channels.get(timeout=20)


@contextmanager
def ringing(switch: Switch) -> Iterator[Queue[Channel]]:
    """Whoever calls is in the queue."""
    (switch.settings.var / "quiet.alaw").write_bytes(b"\xd5" * 8000)
    channels: Queue[Channel] = Queue()
    over = threading.Event()

    def behave(agi: Agi) -> None:
        agi.command("SET VARIABLE TIMEOUT(absolute) 0")
        channels.put(Channel(agi, str(switch.settings.var)))
        over.wait(100)

    with stub(switch.settings.agi_port, line=behave):
        try:
            yield channels
        finally:
            over.set()


def test_a_number_is_spoken_into_the_prompt(switch: Switch) -> None:
    with listening(switch.settings), talking(switch) as (call, channel):
        assert channel.create() == "200 result=1\n"
        channel.ask("number:11:ru")
        later = threading.Timer(1.0, call.speak, [NUMBER])
        later.start()
        assert text(channel.recognise()) == "onset"
        heard = decode(channel.answer())
        assert heard.readings
        assert all(len(reading.digits) == 11 for reading in heard.readings)
        # The prompt stopped while the caller went on speaking.
        stopped = call.answered_at + (call.heard().rindex(LONG * 160) + 160) / 8000
        assert call.spoke_at < stopped < call.spoken_at - 2


def test_one_connection_serves_question_after_question(switch: Switch) -> None:
    with listening(switch.settings), talking(switch) as (call, channel):
        channel.create()
        for _ in range(2):
            channel.ask("answers:main-menu:ru")
            call.speak(NO)
            assert text(channel.recognise()) == "onset"
            assert not decode(channel.answer()).readings
        channel.ask("number:99:ru")
        assert text(channel.recognise()) == "refused"


def test_a_key_ends_the_listening(switch: Switch) -> None:
    with listening(switch.settings), talking(switch) as (call, channel):
        channel.create()
        channel.ask("number:11:ru")
        threading.Timer(0.5, call.keys, ["7"]).start()
        assert "(digit) digit=7" in channel.recognise()


def test_no_server_is_known_at_once(switch: Switch) -> None:
    with talking(switch) as (_, channel):
        began = time.monotonic()
        assert channel.create() == "200 result=0\n"
        assert time.monotonic() - began < 2


def test_a_server_elsewhere_is_found_by_its_name() -> None:
    ports = free_ports()
    elsewhere = f"localhost:{ports['speech_port']}"
    with running(local={"extensions.conf": AGENTS}, **ports, speech_server=elsewhere) as switch:
        lay_sounds(switch.settings.var)
        with listening(switch.settings), talking(switch) as (call, channel):
            assert channel.create() == "200 result=1\n"
            channel.ask("answers:main-menu:ru")
            call.speak(NO)
            assert text(channel.recognise()) == "onset"


def test_a_full_server_is_known_at_once(switch: Switch) -> None:
    full = switch.settings.model_copy(update={"speech_streams": 1})
    phone = Phone(switch.settings.sip_port)
    with listening(full), ringing(switch) as channels, phone.call("0890"), phone.call("0890"):
        assert channels.get(timeout=20).create() == "200 result=1\n"
        assert channels.get(timeout=20).create() == "200 result=0\n"


@pytest.mark.parametrize("when", ["while the prompt plays", "in the middle of a word"])
def test_a_server_that_is_killed_ends_the_listening_without_a_text(switch: Switch, when: str) -> None:
    with listening(switch.settings) as server, talking(switch) as (call, channel):
        channel.create()
        channel.ask("number:11:ru")
        if when == "in the middle of a word":
            call.speak(NUMBER)
            assert text(channel.recognise()) == "onset"
        threading.Timer(0.7, server.send_signal, [signal.SIGKILL]).start()
        began = time.monotonic()
        assert re.fullmatch(r"200 result=1 \(speech\) endpos=\d+ results=0 *\n", channel.recognise())
        assert time.monotonic() - began < 3.7


def test_a_dead_server_makes_every_setting_slow(switch: Switch) -> None:
    with listening(switch.settings) as server, talking(switch) as (_, channel):
        channel.create()
        channel.ask("number:11:ru")
        server.kill()
        server.wait()
        began = time.monotonic()
        assert channel.ask("number:11:ru") == "200 result=1\n"
        assert time.monotonic() - began > 0.9
