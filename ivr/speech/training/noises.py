"""What is heard beside the caller: noise of lines, cars and crowds, hum, clicks, tones, other people."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ivr.speech.training.codecs import Signal, filtered
from ivr.speech.training.corpus import RATE

Others = Callable[[np.random.Generator], Signal]
"""Gives some speech of somebody."""


def random_noise(length: int, rng: np.random.Generator, others: Others) -> Signal:
    """Noise of a random kind; its level is the business of whoever mixes it in."""
    kind = rng.choice(6, p=[0.32, 0.12, 0.2, 0.18, 0.12, 0.06])
    if kind == 0:
        return coloured(length, rng)
    if kind == 1:
        return hum(length, rng)
    if kind == 2:
        return babble(length, rng, others)
    if kind == 3:
        return bursts(length, rng)
    return clicks(length, rng) if kind == 4 else tones(length, rng)


def coloured(length: int, rng: np.random.Generator) -> Signal:
    """From hiss to the rumble of a car."""
    frequencies = np.array([0, 60, 120, 250, 500, 1000, 2000, 4000.0])
    tilt = rng.uniform(-9, 2)  # decibels an octave
    return filtered(rng.normal(size=length), tilt * np.log2(np.maximum(frequencies, 60) / 1000), frequencies)


def hum(length: int, rng: np.random.Generator) -> Signal:
    """The mains and their overtones."""
    time, base = np.arange(length) / RATE, rng.choice([50, 60, 100])
    waves = (rng.uniform() / n * np.sin(2 * np.pi * base * n * time + rng.uniform(0, 6)) for n in range(1, 8))
    return np.asarray(sum(waves) + 0.2 * rng.normal(size=length))


def babble(length: int, rng: np.random.Generator, others: Others) -> Signal:
    """Several people who talk at once."""
    mixed = np.zeros(length)
    for _ in range(rng.integers(3, 8)):
        voice = others(rng)
        voice = np.tile(voice, length // len(voice) + 1)
        start = rng.integers(0, len(voice) - length + 1)
        mixed += voice[start : start + length] / (voice.std() + 1)
    return mixed


def bursts(length: int, rng: np.random.Generator) -> Signal:
    """Noise that comes and goes: a street."""
    knots = np.arange(0, length + 800, 800)
    level = np.interp(np.arange(length), knots, rng.uniform(size=len(knots)) ** 2)
    gains = np.array([rng.uniform(-10, 5), 0, rng.uniform(-15, 5)])
    return filtered(rng.normal(size=length) * level, gains, np.array([0, 1000, 4000.0]))


def clicks(length: int, rng: np.random.Generator) -> Signal:
    """Keys, doors, a hand on the microphone."""
    sound = rng.normal(size=length) * 0.1
    for _ in range(rng.integers(1, 8)):
        start, size = int(rng.integers(0, length)), int(rng.integers(5, 400))
        end = min(length, start + size)
        fading = np.exp(-np.arange(end - start) / (size / 4))
        sound[start:end] += rng.normal(size=end - start) * fading * rng.uniform(1, 6)
    return sound


def tones(length: int, rng: np.random.Generator) -> Signal:
    """Something that sings: music far away, a signal."""
    time = np.arange(length) / RATE
    sound = 0.05 * rng.normal(size=length)
    for _ in range(rng.integers(2, 7)):
        start, size = rng.integers(0, length), rng.integers(800, 8000)
        pitch = 110 * 2 ** rng.uniform(0, 4)
        sound[start : start + size] += rng.uniform(0.2, 1) * np.sin(
            2 * np.pi * pitch * time[start : start + size]
        )
    return sound
