"""One recording becomes many: pace, throat, room, microphone, noise, codec and hard cuts, at random."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, resample

from ivr.speech.training.codecs import Signal, a_law, coarse, filtered, gsm, lose_packets, mu_law
from ivr.speech.training.corpus import RATE, to_samples
from ivr.speech.training.noises import Others, random_noise

_BANDS = np.array([0, 100, 200, 300, 600, 1200, 2000, 2800, 3200, 3400, 3600, 4000.0])


def augment(sound: Signal, rng: np.random.Generator, others: Others) -> NDArray[np.float32]:
    """The recording as it may reach the recogniser, with silence around it."""
    sound = faster(sound, float(np.exp(rng.uniform(np.log(0.78), np.log(1.38)))))
    if rng.random() < 0.3:
        sound = in_a_room(sound, rng)
    before, after = int(RATE * rng.uniform(0.03, 0.8)), int(RATE * rng.uniform(0.08, 0.8))
    loudness = np.sqrt((sound**2).mean()) + 1
    sound = np.concatenate([np.zeros(before), sound, np.zeros(after)])
    if rng.random() < 0.5:
        sound = equalised(sound, rng)
    sound = sound + _noise(len(sound), loudness, rng, others)
    sound = equalised(sound, rng)
    sound = telephone_band(sound, rng) if rng.random() < 0.75 else sound
    return _through_codecs(_levelled(sound, rng), rng).astype(np.float32)


def faster(sound: Signal, times: float) -> Signal:
    """Played faster: pace, pitch and throat all change, as on a tape."""
    length = max(800, int(len(sound) / times))
    return np.asarray(resample(sound, length // 40 * 40)) if abs(times - 1) > 0.01 else sound


def cut_tightly(sound: Signal, rng: np.random.Generator) -> Signal:
    """A word without its edges, as words cut out of speech or by a switch that opens late."""
    loud = np.flatnonzero(np.abs(sound) > rng.uniform(0.02, 0.1) * np.abs(sound).max())
    start = max(0, loud[0] - rng.integers(0, 160))
    end = loud[-1] + rng.integers(1, 240)
    return sound[start:end]


def in_a_room(sound: Signal, rng: np.random.Generator) -> Signal:
    """With an echo that dies in 0.05 to 0.6 s."""
    dying = rng.uniform(0.05, 0.6)
    length = int(RATE * min(dying, 0.35))
    echo = rng.normal(size=length) * np.exp(-6.9 * np.arange(length) / (RATE * dying))
    echo *= rng.uniform(0.1, 0.7) / np.sqrt((echo**2).sum())
    echo[0] = 1
    return np.asarray(fftconvolve(sound, echo)[: len(sound)])


def equalised(sound: Signal, rng: np.random.Generator) -> Signal:
    """Through a microphone of its own."""
    wobble = np.convolve(np.pad(rng.normal(0, 3, len(_BANDS)), 1, "edge"), [0.25, 0.5, 0.25], "valid")
    tilt = np.interp(
        np.log(np.maximum(_BANDS, 50)), np.log([50, 4000]), [rng.uniform(-6, 6), rng.uniform(-8, 8)]
    )
    return filtered(sound, wobble + tilt, _BANDS)


def telephone_band(sound: Signal, rng: np.random.Generator) -> Signal:
    """Nothing below 100-350 Hz nor above 3.0-3.8 kHz."""
    low, high = rng.uniform(100, 350), rng.uniform(3000, 3800)
    below = np.clip(45 * (low - _BANDS) / low, 0, 60)
    above = np.clip(60 * (_BANDS - high) / 400, 0, 60)
    return filtered(sound, -below - above, _BANDS)


def _noise(length: int, loudness: float, rng: np.random.Generator, others: Others) -> Signal:
    if rng.random() < 0.25:
        return np.asarray(rng.normal(size=length) * loudness * 10 ** (-rng.uniform(40, 70) / 20))
    ratio = rng.uniform(2, 30) if rng.random() < 0.7 else rng.uniform(25, 50)
    noise = random_noise(length, rng, others)
    return np.asarray(noise / (noise.std() + 1e-9) * loudness * 10 ** (-ratio / 20))


def _levelled(sound: Signal, rng: np.random.Generator) -> Signal:
    """Quiet or loud; some shout so that the telephone clips."""
    sound = sound * (10 ** rng.uniform(2.3, 4.45) / (np.abs(sound).max() + 1))
    return np.clip(sound * rng.uniform(2, 8), -20000, 20000) if rng.random() < 0.06 else sound


def _through_codecs(sound: Signal, rng: np.random.Generator) -> Signal:
    if rng.random() < 0.08:
        sound = coarse(sound, int(rng.integers(7, 10)))
    if rng.random() < 0.12:
        sound = gsm(sound)
    if rng.random() < 0.08:
        sound = lose_packets(sound, rng, rng.uniform(0.01, 0.06))
    choice = rng.random()
    if choice < 0.8:
        sound = mu_law(sound) if choice < 0.4 else a_law(sound)
    return to_samples(sound).astype(np.float64)
