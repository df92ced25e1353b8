"""The ear itself: what it takes for heard and what it does not."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.voice import alaw
from tests.asterisk.ear import Ear
from tests.asterisk.media import Heard, timeline

PAUSE = alaw.SILENCE * 4000


def voice(seed: int, seconds: float) -> bytes:
    """Something like speech: noise of a vowel's band that swells and fades with the syllables."""
    chance = np.random.default_rng(seed)
    count = round(seconds * alaw.RATE)
    noise = np.convolve(chance.normal(size=count), np.ones(6) / 6, "same")
    syllables = 0.2 + np.abs(np.sin(np.arange(count) / alaw.RATE * np.pi * chance.uniform(3, 5)))
    return alaw.encode((noise * syllables * 6000).clip(-32768, 32767).astype(np.int16))


SOUNDS = {
    "welcome": voice(1, 1.5),
    "menu": voice(2, 3.0),
    "sum 100": voice(3, 1.0) + voice(4, 0.8),
    "sum 200": voice(3, 1.0) + voice(5, 0.8),
    "beep": voice(6, 0.3),
}
EAR = Ear(SOUNDS)


def test_sounds_are_found_in_order_and_at_their_moments() -> None:
    said = EAR.listen(PAUSE + SOUNDS["welcome"] + PAUSE + SOUNDS["menu"] + SOUNDS["beep"])
    assert [s.name for s in said] == ["welcome", "menu", "beep"]
    assert [round(s.at_s, 3) for s in said] == [0.5, 2.5, 5.5]
    assert all(s.whole and s.score > 0.99 for s in said)


def test_a_sound_cut_short_is_known_and_how_much_was_heard() -> None:
    [said] = EAR.listen(PAUSE + SOUNDS["menu"][:9600] + PAUSE)
    assert said.name == "menu"
    assert said.heard_s == pytest.approx(1.2, abs=0.05)
    assert not said.whole


@pytest.mark.parametrize("name", ["sum 100", "sum 200"])
def test_of_two_sounds_with_one_beginning_the_right_one_is_meant(name: str) -> None:
    assert EAR.names(PAUSE + SOUNDS[name] + PAUSE) == [name]


def test_the_same_sound_twice_is_heard_twice() -> None:
    assert EAR.names(SOUNDS["beep"] + PAUSE + SOUNDS["beep"]) == ["beep", "beep"]


def test_silence_noise_and_a_stranger_are_nothing_known() -> None:
    assert EAR.names(PAUSE) == []
    assert EAR.names(b"") == []
    assert EAR.names(PAUSE + voice(99, 3.0)) == []


def test_a_sound_is_known_through_a_quieter_and_noisy_line() -> None:
    samples = alaw.decode(PAUSE + SOUNDS["menu"]).astype(float) * 0.5
    noisy = samples + np.random.default_rng(7).normal(scale=100, size=len(samples))
    assert EAR.names(alaw.encode(noisy.astype(np.int16))) == ["menu"]


def test_lost_packets_leave_silence_and_move_nothing() -> None:
    packets = [
        Heard(10.0 + n * 0.02, 1, 5000 + n * 160, SOUNDS["menu"][n * 160 :][:160])
        for n in range(150)
        if n != 70
    ]
    heard = timeline(packets, since=9.5)
    assert len(heard) == 4000 + 24000
    assert heard[4000 + 70 * 160 :][:160] == alaw.SILENCE * 160
    assert heard[4000 + 71 * 160 :] == SOUNDS["menu"][71 * 160 :]


@pytest.mark.parametrize("at", [0.1, 0.3, 1.0])
def test_a_hole_in_a_sound_does_not_hide_it(at: float) -> None:
    before = round(at * alaw.RATE)
    heard = PAUSE + SOUNDS["menu"][:before] + alaw.SILENCE * 1608 + SOUNDS["menu"][before:] + PAUSE
    [said] = EAR.listen(heard, patient=True)
    assert said.name == "menu"
    assert said.whole


def test_the_end_of_a_sound_alone_is_not_that_sound() -> None:
    for end in (SOUNDS["menu"][16000:], SOUNDS["sum 100"][8000:]):
        assert EAR.listen(PAUSE + end + PAUSE, patient=True) == []


def test_another_voice_after_a_cut_is_no_hole() -> None:
    [said] = EAR.listen(PAUSE + SOUNDS["menu"][:9600] + voice(42, 3.0))
    assert said.heard_s == pytest.approx(1.2, abs=0.05)


def test_late_packets_are_put_where_they_belong() -> None:
    packets = [
        Heard(10.0 + n * 0.02 + (0.015 if n % 3 else 0), 1, n * 160, SOUNDS["welcome"][n * 160 :][:160])
        for n in range(75)
    ]
    assert timeline(packets, since=10.0) == SOUNDS["welcome"]


def test_a_new_stream_is_put_at_its_moment() -> None:
    packets = [Heard(1.0, 1, 0, b"a" * 160), Heard(2.0, 2, 999_000, b"b" * 160)]
    assert timeline(packets, since=1.0) == b"a" * 160 + alaw.SILENCE * (8000 - 160) + b"b" * 160
