"""The gate in front of the recogniser: voice opens it, silence, hiss and keys do not."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.speech.gate import DEAF_DB, FRAME, FRAME_S, MARGIN_DB, WARY, Gate
from ivr.speech.spectra import Notes, spectrum
from tests.speech.people import RATE, Samples, music, say, silence, words


def passed(sound: Samples, gate: Gate | None = None) -> list[bool]:
    """Which frames are taken for voice."""
    gate = gate or Gate()
    return [
        gate.hear(sound[at : at + FRAME].tobytes()).voiced for at in range(0, len(sound) - FRAME + 1, FRAME)
    ]


def begins_s(sound: Samples) -> float | None:
    """The second at which speech is noticed."""
    gate = Gate()
    for at in range(0, len(sound) - FRAME + 1, FRAME):
        if gate.hear(sound[at : at + FRAME].tobytes()).begins:
            return (at / FRAME + 1) * FRAME_S
    return None


def noise(seconds: float, level: float) -> Samples:
    return np.random.default_rng(1).normal(0, level, round(seconds * RATE)).astype(np.int16)


def tones(seconds: float, *hertz: float) -> Samples:
    at = np.arange(round(seconds * RATE)) / RATE
    return (sum(np.sin(2 * np.pi * f * at) for f in hertz) * 6000).astype(np.int16)


@pytest.mark.parametrize("word", sorted(words()))
def test_every_word_is_noticed(word: str) -> None:
    said = np.concatenate([silence(1), words()[word], silence(0.5)])
    noticed_s = begins_s(said)
    assert noticed_s is not None
    assert 1.0 < noticed_s < 1.0 + len(words()[word]) / RATE + 0.1


@pytest.mark.parametrize("word", ["нет", "два", "семь"])
def test_a_caller_who_speaks_from_the_first_moment_on_is_noticed(word: str) -> None:
    assert begins_s(np.concatenate([words()[word], silence(0.5)])) is not None


def test_words_are_noticed_within_a_fifth_of_a_second_of_their_first_voice() -> None:
    delays_s = []
    for samples in words().values():
        level = np.sqrt(np.convolve(np.square(samples.astype(np.float64)), np.ones(80) / 80, "same"))
        voice = int(np.flatnonzero(level > level.max() / 4)[0])
        delays_s.append((begins_s(np.concatenate([silence(1), samples])) or 9) - 1 - voice / RATE)
    assert np.median(delays_s) <= 0.14
    assert np.percentile(delays_s, 90) <= 0.2


@pytest.mark.parametrize("level", [0.0, 6.0, 100.0, 1000.0])
def test_no_hiss_is_voice(level: float) -> None:
    assert begins_s(noise(5, level)) is None


@pytest.mark.parametrize("pair", [(697, 1209), (941, 1336), (852, 1633), (425,), (1100,), (2100,)])
def test_no_tone_is_voice(pair: tuple[float, ...]) -> None:
    keys = np.concatenate([np.concatenate([tones(0.1, *pair), silence(0.1)]) for _ in range(20)])
    assert begins_s(np.concatenate([silence(0.5), keys])) is None


def test_speech_is_found_in_noise() -> None:
    said = say("семь семь ноль один два три", before_s=3)
    noisy = (said + noise(len(said) / RATE, 400)[: len(said)]).astype(np.int16)
    assert begins_s(noisy) is not None


def test_a_steady_sound_becomes_background() -> None:
    rng = np.random.default_rng(2)
    hum = sum(
        np.sin(2 * np.pi * f * np.arange(20 * RATE) / RATE + rng.uniform(0, 6)) for f in range(150, 900, 150)
    )
    heard = passed((hum * 1500).astype(np.int16))
    assert sum(heard[-250:]) == 0


def test_most_of_music_is_held_back() -> None:
    heard = passed(np.concatenate([silence(1), music(20)]))
    assert sum(heard[200:]) < 0.3 * len(heard[200:])


def test_speech_is_never_taken_for_held_notes() -> None:
    notes, held = Notes(), False
    for samples in words().values():
        for at in range(0, len(samples) - FRAME + 1, FRAME):
            held |= notes.loud(spectrum(samples[at : at + FRAME].astype(np.float32)))
    assert not held


def test_after_answers_that_meant_nothing_only_louder_sounds_are_voice() -> None:
    gate = Gate()
    for _ in range(WARY):
        gate.meant(anything=False)
    gate.listen_anew()
    assert gate.margin_db == DEAF_DB
    gate.meant(anything=True)
    gate.listen_anew()
    assert gate.margin_db == MARGIN_DB


@pytest.mark.parametrize("level", [6.0, 200.0, 400.0])
def test_talk_without_a_pause_is_let_through(level: float) -> None:
    talk = say("семь семь ноль один два три четыре пять шесть семь восемь девять", 0.02, 0, 0)
    noisy = (np.tile(talk, 2) + noise(2 * len(talk) / RATE, level)[: 2 * len(talk)]).astype(np.int16)
    heard = passed(noisy)
    assert sum(heard[200:]) > 0.4 * len(heard[200:])


def test_a_click_begins_nothing() -> None:
    sound = silence(2)
    sound[8000:8400] = 20000
    assert begins_s(sound) is None
