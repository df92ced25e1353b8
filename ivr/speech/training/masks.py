"""What the net must do without for a moment: bands and frames (SpecAugment, Park et al., 2019)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct, idct

from ivr.speech.training.features import CEPSTRA, LIFTER

WIDEST = 7
"""Bands of 40 that are taken out at once."""
LONGEST = 8
"""Frames of 10 ms that are taken out at once: shorter than any sound that must be heard."""
OFTEN_S = 2.0
"""Seconds of speech to a gap in time, in the mean."""
_WEIGHTS = 1 + LIFTER / 2 * np.sin(np.pi * np.arange(CEPSTRA) / LIFTER)


def masked(frames: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Cepstra (frames, 40) with some bands, or some moments, as in the mean of all: half the times each."""
    spectra = idct(frames / _WEIGHTS, norm="ortho", axis=1)
    mean = spectra.mean(axis=0)
    if rng.random() < 0.5:
        for _ in range(rng.integers(1, 3)):
            width = int(rng.integers(1, WIDEST + 1))
            low = int(rng.integers(0, CEPSTRA - width))
            spectra[:, low : low + width] = mean[low : low + width]
    if rng.random() < 0.5:
        for _ in range(1 + int(len(frames) / 100 / OFTEN_S)):
            length = int(rng.integers(2, LONGEST + 1))
            start = int(rng.integers(0, max(1, len(frames) - length)))
            spectra[start : start + length] = mean
    return np.asarray(dct(spectra, norm="ortho", axis=1) * _WEIGHTS, np.float32)
