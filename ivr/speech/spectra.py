"""What a spectrum tells: keys are pure tones, and notes are held longer than any sound of speech."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

Power = NDArray[np.float32]
"""Energy in bands of 50 Hz, from 0 up."""

PURE, TONES = 0.997, 0.95
"""Share of the energy in one narrow band, or in two, from which on a frame is a tone or a pair of them."""
LOWEST_TONE = 12
"""Band under which a tone may be a vowel; those of keys have 697-941 and 1,209-1,633 Hz."""
LOWEST, HIGHEST = 6, 68
"""Bands that a telephone carries."""
LAG = 6
"""Frames between two looks at a sound: 120 ms, in which speech has gone on to another."""
COLOUR_FRAMES = 250
"""Frames over which the sound of the line itself, and of noise, is averaged: 5 s."""
SPAN, FEWEST = 100, 40
"""Frames that are looked at, 2 s, and how many of them must be loud."""
HELD = 0.36
"""Likeness of sounds `LAG` apart, -1..1, from which on they are music: see docs/speech.md."""


def spectrum(samples: NDArray[np.float32]) -> Power:
    """The spectrum of one frame."""
    parts = np.fft.rfft(samples * _window(len(samples)))
    return np.asarray(parts.real**2 + parts.imag**2, np.float32)


_WINDOWS: dict[int, NDArray[np.float32]] = {}


def _window(length: int) -> NDArray[np.float32]:
    if length not in _WINDOWS:
        _WINDOWS[length] = np.hanning(length).astype(np.float32)
    return _WINDOWS[length]


def is_tones(power: Power) -> bool:
    """Whether nearly all energy lies in one band of 250 Hz, or in two that no vowel has alone."""
    power = power.copy()
    total = float(power.sum())
    first, one = _strongest(power)
    if one > PURE * total:
        return True
    second, other = _strongest(power)
    return min(first, second) >= LOWEST_TONE and one + other > TONES * total


def _strongest(power: Power) -> tuple[int, float]:
    """Place and energy of the strongest band, which is taken out."""
    peak = int(power.argmax())
    band = slice(max(peak - 2, 0), peak + 3)
    energy = float(power[band].sum())
    power[band] = 0
    return peak, energy


class Notes:
    """Whether what has been loud for a while is made of held notes."""

    def __init__(self) -> None:
        self._colour = np.zeros(HIGHEST - LOWEST, np.float32)
        self._frames = 0
        self._shapes: deque[NDArray[np.float32] | None] = deque([None] * LAG, maxlen=LAG)
        self._alike: deque[float] = deque([0.0] * SPAN, maxlen=SPAN)
        self._is_loud: deque[bool] = deque([False] * SPAN, maxlen=SPAN)
        self._sum, self._count = 0.0, 0

    def quiet(self) -> None:
        """Take note of a frame in which nothing is loud."""
        self._shapes.append(None)
        self._note(0.0, is_loud=False)

    def loud(self, power: Power) -> bool:
        """Take note of a loud frame; whether it is one of held notes."""
        shape = self._shape(power)
        before = self._shapes[0]
        self._shapes.append(shape)
        self._note(0.0 if before is None else float(np.dot(shape, before)), is_loud=True)
        return self._count >= FEWEST and self._sum >= HELD * self._count

    def _note(self, alike: float, *, is_loud: bool) -> None:
        self._sum += alike - self._alike[0]
        self._count += is_loud - self._is_loud[0]
        self._alike.append(alike)
        self._is_loud.append(is_loud)

    def _shape(self, power: Power) -> NDArray[np.float32]:
        """What is in this frame beside the colour of the line, with length 1."""
        strength = np.sqrt(np.sqrt(power[LOWEST:HIGHEST]))
        shape = strength - self._colour
        self._frames = min(self._frames + 1, COLOUR_FRAMES)
        self._colour += shape / self._frames
        shape -= shape.mean()
        return np.asarray(shape / (np.linalg.norm(shape) + 1e-6), np.float32)
