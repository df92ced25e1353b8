"""The line over a real channel: a telephone that really presses keys, an ear that really hears."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from ivr.agi.line import AgiLine, UnplayableSound
from ivr.agi.protocol import Gone
from ivr.agi.wire import Wire
from ivr.dialogue import Hangup, Prompt
from tests.asterisk.ear import Ear
from tests.asterisk.phone import Phone
from tests.asterisk.switch import Switch
from tests.asterisk.test_ear import SOUNDS
from tests.wire.behind import behind

Talk = Callable[[AgiLine], object]
"""What one call does."""
EAR = Ear(SOUNDS)
STOP_S = 0.25
"""Seconds from the end of a key to the last of the prompt; 0.01 and less where the machine has time."""
MENU, WELCOME = Prompt("menu"), Prompt("welcome")


class Application:
    """Does `talk` with every caller and keeps what came of it."""

    paths = frozenset({"line"})

    def __init__(self, folder: Path, talk: Talk) -> None:
        self._folder, self._talk = folder, talk
        self.outcomes: list[object] = []
        self.names: list[str] = []
        self.began, self.ended = threading.Event(), threading.Event()

    def call(self, wire: Wire) -> None:
        """Clear the guard of the dialplan as the real one does, then talk."""
        self.names.append(wire.env["agi_calleridname"])
        self.began.set()
        line = AgiLine(wire, lambda key, values, language: str(self._folder / key))
        try:
            line.set_variable("TIMEOUT(absolute)", 0)
            self.outcomes.append(self._talk(line))
            line.finish("goodbye")
        except (Hangup, UnplayableSound) as fault:
            self.outcomes.append(fault)
            raise
        finally:
            self.ended.set()

    def reload(self) -> None:
        """Nothing to read."""

    def close(self) -> None:
        """Nothing to let go."""


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sounds")
    for name, voice in SOUNDS.items():
        (folder / f"{name}.alaw").write_bytes(voice)
    (folder / "empty.alaw").write_bytes(b"")
    return folder


@contextmanager
def serving(switch: Switch, folder: Path, talk: Talk) -> Iterator[Application]:
    """`talk` behind the application port of `switch`."""
    application = Application(folder, talk)
    with behind(switch.settings.agi_port, application):
        yield application


@pytest.fixture(scope="module")
def phone(switch: Switch) -> Phone:
    return Phone(switch.settings.sip_port)


def test_keys_pressed_one_by_one_all_arrive(switch: Switch, phone: Phone, sounds: Path) -> None:
    def collect(line: AgiLine) -> str:
        return "".join(iter(lambda: line.key(2.0) or "", ""))

    with serving(switch, sounds, collect) as application, phone.call("0890") as call:
        call.keys("0123456789*#")
        call.wait_for_end()
    assert application.outcomes == ["0123456789*#"]
    assert call.hung_up_by_line


def test_a_caller_hears_each_prompt_whole_and_once(switch: Switch, phone: Phone, sounds: Path) -> None:
    def talk(line: AgiLine) -> None:
        line.play(WELCOME, "ru")
        line.play(MENU, "ru")

    with serving(switch, sounds, talk), phone.call("0890") as call:
        call.wait_for_end()
    said = EAR.listen(call.heard())
    assert [s.name for s in said] == ["welcome", "menu"]
    assert all(s.whole and s.score > 0.99 for s in said)
    assert said[1].at_s - said[0].ended_s < 0.1


def test_a_key_stops_the_prompt_at_once(switch: Switch, phone: Phone, sounds: Path) -> None:
    with serving(switch, sounds, lambda line: line.play(MENU, "ru")) as application, phone.call("0890") as call:
        [press] = call.keys("5", at=call.answered_at + 1.0)
        call.wait_for_end()
    [said] = EAR.listen(call.heard())
    assert application.outcomes == ["5"]
    assert not said.whole
    assert said.ended_s - call.heard_at(press.released_at) < STOP_S


def test_a_key_that_does_not_count_lets_the_prompt_go_on(switch: Switch, phone: Phone, sounds: Path) -> None:
    def talk(line: AgiLine) -> str | None:
        return line.play(MENU, "ru", stops="12")

    with serving(switch, sounds, talk) as application, phone.call("0890") as call:
        call.keys("#", at=call.answered_at + 0.5)
        call.wait_for_end()
    assert application.outcomes == [None]
    assert EAR.listen(call.heard())[0].whole


def test_keys_typed_ahead_are_kept_over_prompts_and_a_long_look_up(
    switch: Switch, phone: Phone, sounds: Path
) -> None:
    def talk(line: AgiLine) -> str:
        ahead = deque[str]()
        keyed = ""
        while len(keyed) < 11 and (key := line.key(3.0)):
            keyed += key
        line.listening(lambda: time.sleep(0.4), ahead.append)
        while key := ahead.popleft() if ahead else line.play(MENU, "ru"):
            keyed += key
        return keyed

    with serving(switch, sounds, talk) as application, phone.call("0890") as call:
        call.keys("77012345678" + "1*#0", tone_s=0.06, gap_s=0.06)
        call.wait_for_end()
    assert application.outcomes == ["77012345678" + "1*#0"]


@pytest.mark.parametrize("after_s", [0.0, 0.3, 1.4, 2.0])
def test_a_caller_who_hangs_up_at_any_moment_ends_the_talk(
    switch: Switch, phone: Phone, sounds: Path, after_s: float
) -> None:
    def talk(line: AgiLine) -> None:
        line.play(WELCOME, "ru")
        line.key(1.0)
        line.play(MENU, "ru")

    with serving(switch, sounds, talk) as application:
        with phone.call("0890") as call:
            assert application.began.wait(5)
            time.sleep(after_s)
            call.hang_up()
        assert application.ended.wait(2)
    assert [type(outcome) for outcome in application.outcomes] == [Gone]


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_sound_that_cannot_be_played_is_no_hangup_and_no_silence(
    switch: Switch, phone: Phone, sounds: Path, name: str
) -> None:
    def talk(line: AgiLine) -> str | None:
        with pytest.raises(UnplayableSound, match=name):
            line.play(Prompt(name), "ru")
        return line.play(WELCOME, "ru")

    with serving(switch, sounds, talk) as application, phone.call("0890") as call:
        call.wait_for_end()
    assert application.outcomes == [None]
    assert EAR.names(call.heard()) == ["welcome"]


def test_a_hostile_name_of_a_caller_is_only_a_name(switch: Switch, sounds: Path) -> None:
    name = 'a"; SET VARIABLE IVR_NEXT queue ${SHELL} \\'
    stranger = Phone(switch.settings.sip_port, name=name)

    def talk(line: AgiLine) -> str:
        line.set_variable("IVR_ABOUT", application.names[-1])
        return line.variable("IVR_ABOUT")

    with serving(switch, sounds, talk) as application, stranger.call("0890") as call:
        call.wait_for_end()
    # PJSIP leaves the backslashes of the quoted name where they are.
    assert application.names == [name.replace("\\", "\\\\").replace('"', '\\"')]
    assert application.outcomes == application.names


def test_fifty_callers_at_once_are_each_understood(switch: Switch, phone: Phone, sounds: Path) -> None:
    def talk(line: AgiLine) -> str:
        first = line.play(MENU, "ru") or ""
        return first + "".join(iter(lambda: line.key(2.0) or "", ""))

    def caller(number: int) -> str:
        with phone.call("0890") as call:
            call.wait_for(lambda: call.packets > 0)
            call.keys(keyed := f"{number:04}")
            call.wait_for_end()
            return keyed

    with serving(switch, sounds, talk) as application, ThreadPoolExecutor(50) as callers:
        keyed = list(callers.map(caller, range(50)))
    assert sorted(map(str, application.outcomes)) == keyed
