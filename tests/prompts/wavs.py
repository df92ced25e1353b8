"""WAV files for tests."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def tone(seconds: float, *, hertz: float = 440.0, rate: int = 16000, loud: float = 0.5) -> NDArray[np.int16]:
    """A plain tone; `loud` is its peak, of 1."""
    at = np.arange(int(seconds * rate)) / rate
    return np.round(32767 * loud * np.sin(2 * np.pi * hertz * at)).astype(np.int16)


def silence(seconds: float, rate: int = 16000) -> NDArray[np.int16]:
    return np.zeros(int(seconds * rate), dtype=np.int16)


def write(file: Path, samples: NDArray[np.int16], rate: int = 16000, channels: int = 1) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(file), "wb") as out:
        out.setparams((channels, 2, rate, 0, "NONE", ""))
        out.writeframes(samples.astype("<i2").tobytes())
    return file
