"""G.711 A-law, 8 kHz: the coding in which every sound is kept and sent.

Follows ITU-T G.711 for 16-bit samples: sign, 3 bits of segment, 4 bits of step, even bits inverted.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 8000
"""Samples a second, one byte each."""
SILENCE = b"\xd5"
"""The byte of the smallest positive sample."""


def _decoding_table() -> NDArray[np.int16]:
    """The sample of each of the 256 codes."""
    code = np.arange(256) ^ 0x55
    segment, step = (code >> 4) & 7, code & 15
    size = np.where(segment == 0, (step << 4) + 8, ((step << 4) + 0x108) << np.maximum(segment - 1, 0))
    return np.where(code & 0x80, size, -size).astype(np.int16)


def _encoding_table() -> NDArray[np.uint8]:
    """The code of each 16-bit sample, found at the sample + 32768: the nearest that can be decoded."""
    codes = np.argsort(_DECODED, kind="stable").astype(np.uint8)
    levels = _DECODED[codes].astype(np.int32)
    borders = (levels[1:] + levels[:-1]) // 2
    return codes[np.searchsorted(borders, np.arange(-32768, 32768), side="left")]


_DECODED = _decoding_table()
_ENCODED = _encoding_table()


def encode(samples: NDArray[np.int16]) -> bytes:
    """16-bit samples as A-law."""
    return _ENCODED[samples.astype(np.int32) + 32768].tobytes()


def decode(sound: bytes) -> NDArray[np.int16]:
    """A-law as 16-bit samples."""
    return _DECODED[np.frombuffer(sound, dtype=np.uint8)]
