"""New throats out of old ones: pitch, length of the throat, breath and pace are changed apart (WORLD)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyworld
from numpy.typing import NDArray

from ivr.speech.training.corpus import RATE, Utterance, to_samples

FRAME_MS = 10.0
Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Throat:
    """How a new speaker differs from the recorded one."""

    pitch: float
    """Times the recorded pitch."""
    melody: float
    """Times the ups and downs of the recorded melody: 0 is a drone."""
    shortness: float
    """Times the formants: above 1 a shorter throat, as a woman's or a child's."""
    breath: float
    """0 as recorded, 1 a whisper."""
    tremor: float
    """Unsteadiness of the pitch, as a share of it."""
    tilt: float
    """Decibels an octave above 1 kHz: positive when shouting, negative when murmuring."""


def random_throat(rng: np.random.Generator, mean_pitch: float) -> Throat:
    """A throat that people may have, given the mean pitch of the recorded one in Hz (0: nothing is voiced)."""
    target = float(np.exp(rng.uniform(np.log(75), np.log(380))))
    # A high voice has a short throat, though loosely so.
    shortness = float(np.clip((target / max(mean_pitch, 60)) ** 0.25 * rng.normal(1, 0.08), 0.78, 1.38))
    return Throat(
        pitch=target / mean_pitch if mean_pitch else 1.0,
        melody=rng.uniform(0.2, 1.8),
        shortness=shortness,
        breath=1.0 if rng.random() < 0.05 else max(0.0, rng.normal(0, 0.25)),
        tremor=max(0.0, rng.normal(0, 0.02)),
        tilt=rng.normal(0, 2.0),
    )


def revoice(said: Utterance, rng: np.random.Generator) -> Utterance:
    """The same words in another voice and at an uneven pace."""
    sound = said.sound.astype(np.float64)
    coarse, times = pyworld.dio(sound, RATE, frame_period=FRAME_MS)
    pitch = pyworld.stonemask(sound, coarse, times, RATE)
    envelope = pyworld.cheaptrick(sound, pitch, times, RATE)
    breath = pyworld.d4c(sound, pitch, times, RATE)
    voiced = pitch > 0
    throat = random_throat(rng, float(np.exp(np.log(pitch[voiced]).mean())) if voiced.any() else 0.0)
    frames = _uneven(len(pitch), rng)
    new_pitch = _pitch(pitch, throat, rng)[frames]
    new_envelope = np.ascontiguousarray(_envelope(envelope, throat)[frames])
    new_breath = np.ascontiguousarray(_breath(breath, throat)[frames])
    spoken = pyworld.synthesize(np.ascontiguousarray(new_pitch), new_envelope, new_breath, RATE, FRAME_MS)
    peak = np.abs(spoken).max() + 1e-9
    speaker = f"{said.speaker} {throat.pitch:.1f} {throat.shortness:.1f}"
    return Utterance(speaker, said.text, to_samples(spoken * (16000 / peak)))


def _uneven(count: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Which frames to say, at a pace that changes every quarter of a second."""
    knots = np.arange(0, count + 50, 25)
    pace = np.exp(np.log(rng.uniform(0.7, 1.45)) + rng.normal(0, 0.2, len(knots)))
    passed = np.cumsum(1 / np.interp(np.arange(count), knots, pace))
    return np.searchsorted(passed, np.arange(0, passed[-1])).clip(0, count - 1)


def _pitch(pitch: Curve, throat: Throat, rng: np.random.Generator) -> Curve:
    if throat.breath >= 1:
        return np.zeros_like(pitch)
    voiced = pitch > 0
    mean = np.log(pitch[voiced]).mean() if voiced.any() else 0.0
    moved = np.exp(mean + (np.log(np.maximum(pitch, 1)) - mean) * throat.melody) * throat.pitch
    unsteady = moved * (1 + throat.tremor * rng.normal(size=len(pitch)))
    return np.where(voiced, unsteady.clip(55, 700), 0.0)


def _envelope(envelope: Curve, throat: Throat) -> Curve:
    bins = np.arange(envelope.shape[1])
    source = (bins / throat.shortness).clip(0, bins[-1])
    low = np.floor(source).astype(int)
    high, part = np.minimum(low + 1, bins[-1]), source - low
    warped = np.exp((1 - part) * np.log(envelope[:, low]) + part * np.log(envelope[:, high]))
    octaves = np.log2(np.maximum(bins * (RATE / 2 / bins[-1]), 125) / 1000)
    return np.asarray(warped * 10 ** (throat.tilt * octaves / 10))


def _breath(breath: Curve, throat: Throat) -> Curve:
    share = min(throat.breath, 1.0)
    return np.asarray(breath + (1 - breath) * share)
