"""What is done to a recorded or synthesised sound before a telephone gets it."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

from ivr.voice.alaw import RATE, encode

VERSION = 1
"""Grows with every change of this module that can be heard; older sounds are then made anew."""
LEVEL_DB = -20.0
"""Level of active speech, decibels below the largest sample."""
PEAK = 0.97
"""The largest sample allowed, of 1."""
LOWEST_HZ = 100.0
"""Frequencies below are hum: no telephone carries them."""
SILENT_DB = 40.0
"""Decibels under the loudest moment at which a sound is taken for silent."""
MARGIN_S = 0.02
"""Seconds kept before and after the first and last audible moment."""
FADE_S = 0.004
"""Seconds of fade at both ends."""
LONGEST_S = 60.0
"""Seconds of the longest recording taken."""

_FRAME = RATE // 100

Samples = NDArray[np.float32]


class BadSound(Exception):
    """A file that is no usable sound; the message says why."""


def telephone(file: Path) -> bytes:
    """A WAV file as A-law of one loudness, without silence around it. Raises `BadSound`."""
    samples, rate = _read(file)
    narrow = _without_hum(soxr.resample(samples, rate, RATE, quality="VHQ"))
    return encode(_faded(_levelled(_trimmed(narrow, file))))


def _read(file: Path) -> tuple[Samples, int]:
    """Samples of -1..1 and their rate; two channels are mixed."""
    try:
        with wave.open(str(file), "rb") as sound:
            channels, width, rate, frames = sound.getparams()[:4]
            raw = sound.readframes(min(frames, int(LONGEST_S * rate) + 1))
    except (OSError, EOFError, wave.Error) as fault:
        raise BadSound(f"{file}: not a PCM WAV file ({fault})") from fault
    if width != 2 or channels not in (1, 2) or not 4000 <= rate <= 384_000:
        raise BadSound(f"{file}: expected 16 bits, mono or stereo, not {8 * width} bits, {channels} channels")
    if len(raw) > LONGEST_S * rate * channels * width:
        raise BadSound(f"{file}: longer than {LONGEST_S:.0f} seconds")
    samples = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], dtype="<i2")
    mixed: Samples = samples.reshape(-1, channels).mean(axis=1, dtype=np.float32) / np.float32(32768)
    return mixed, rate


def _without_hum(samples: Samples) -> Samples:
    if not len(samples):
        return samples
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum *= np.clip(hertz / LOWEST_HZ * 2 - 1, 0, 1)
    return np.fft.irfft(spectrum, len(samples)).astype(np.float32)


def _powers(samples: Samples) -> Samples:
    """Mean square of each hundredth of a second."""
    padded = np.pad(samples, (0, -len(samples) % _FRAME))
    powers: Samples = np.square(padded).reshape(-1, _FRAME).mean(axis=1)
    return powers


def _trimmed(samples: Samples, file: Path) -> Samples:
    powers = _powers(samples)
    loudest = powers.max(initial=0.0)
    if loudest < 1e-8:
        raise BadSound(f"{file}: there is nothing to hear in it")
    audible = np.flatnonzero(powers > loudest * 10 ** (-SILENT_DB / 10))
    margin = int(MARGIN_S * RATE)
    return samples[max(audible[0] * _FRAME - margin, 0) : (audible[-1] + 1) * _FRAME + margin]


def _levelled(samples: Samples) -> Samples:
    """One loudness: the mean level of the moments of speech; single peaks are rounded, not cut."""
    powers = _powers(samples)
    active = powers[powers > powers.max() * 10 ** (-25 / 10)]
    louder: Samples = samples * np.float32(10 ** (LEVEL_DB / 20) / np.sqrt(active.mean()))
    knee = PEAK / 2
    over = np.abs(louder) > knee
    louder[over] = np.sign(louder[over]) * (knee + knee * np.tanh((np.abs(louder[over]) - knee) / knee))
    return louder


def _faded(samples: Samples) -> NDArray[np.int16]:
    fade = min(int(FADE_S * RATE), len(samples) // 2)
    if fade:
        ramp = np.linspace(0, 1, fade, dtype=np.float32)
        samples[:fade] *= ramp
        samples[-fade:] *= ramp[::-1]
    rounded: NDArray[np.int16] = np.round(samples * 32767).astype(np.int16)
    return rounded
