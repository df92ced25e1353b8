"""What a telephone line does to sound: band, companding, GSM, lost packets, clipping."""

from __future__ import annotations

import io

import numpy as np
import soundfile
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from ivr.speech.training.corpus import RATE

Signal = NDArray[np.float64]
"""Sound in units of 16-bit samples."""
PACKET = RATE // 50
"""Samples in a packet of 20 ms."""
_MU, _A = 255.0, 87.6


def filtered(sound: Signal, gains_db: Signal, frequencies: Signal) -> Signal:
    """Sound with a gain for each frequency in Hz, straight lines between them."""
    length = next_fast_len(len(sound))
    gains = np.interp(np.fft.rfftfreq(length, 1 / RATE), frequencies, gains_db)
    return np.asarray(irfft(rfft(sound, length) * 10 ** (gains / 20), length)[: len(sound)])


def mu_law(sound: Signal) -> Signal:
    """Through 8 bits of G.711 as in America and Japan."""
    part = np.clip(sound / 32768, -1, 1)
    pressed = np.sign(part) * np.log1p(_MU * np.abs(part)) / np.log1p(_MU)
    pressed = np.round((pressed + 1) / 2 * 255) / 255 * 2 - 1
    return np.asarray(np.sign(pressed) * ((1 + _MU) ** np.abs(pressed) - 1) / _MU * 32768)


def a_law(sound: Signal) -> Signal:
    """Through 8 bits of G.711 as everywhere else."""
    size = np.abs(np.clip(sound / 32768, -1, 1))
    scale = 1 + np.log(_A)
    pressed = np.where(size < 1 / _A, _A * size / scale, (1 + np.log(np.maximum(_A * size, 1))) / scale)
    steps = np.abs(np.round((np.sign(sound) * pressed + 1) / 2 * 255) / 255 * 2 - 1)
    linear = np.where(steps < 1 / scale, steps * scale / _A, np.exp(steps * scale - 1) / _A)
    return np.asarray(np.sign(sound) * linear * 32768)


def gsm(sound: Signal) -> Signal:
    """Through GSM full rate, as an old mobile."""
    stream = io.BytesIO()
    part = np.clip(sound / 32768, -1, 1)
    soundfile.write(stream, part, RATE, format="WAV", subtype="GSM610")
    stream.seek(0)
    heard, _ = soundfile.read(stream)
    return np.asarray(np.pad(heard * 32768, (0, max(0, len(sound) - len(heard))))[: len(sound)])


def coarse(sound: Signal, bits: int) -> Signal:
    """Through a converter of few bits that the loudest sound fills, as cheap recordings."""
    step = (np.abs(sound).max() + 1) / 2.0 ** (bits - 1)
    return np.asarray(np.round(sound / step) * step)


def lose_packets(sound: Signal, rng: np.random.Generator, share: float) -> Signal:
    """Some packets are silent, others repeat the one before, as telephones conceal a loss."""
    heard = sound.copy()
    for start in range(PACKET, len(sound) - PACKET, PACKET):
        if rng.random() < share:
            before = heard[start - PACKET : start] * 0.8
            heard[start : start + PACKET] = before if rng.random() < 0.5 else 0
    return heard
