"""The coding of every sound: ITU-T G.711 A-law."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.voice.alaw import SILENCE, decode, encode

EVERY_CODE = bytes(range(256))
EVERY_SAMPLE = np.arange(-32768, 32768).astype(np.int16)


@pytest.mark.parametrize(
    ("code", "sample"),
    # decoder output values of G.711, table 1a, at 16 bits: 13-bit values times 8
    [(0xD5, 8), (0x55, -8), (0xD4, 24), (0xC5, 264), (0xF5, 528), (0x80, 5504), (0xAA, 32256), (0x2A, -32256)],
)
def test_codes_of_the_standard(code: int, sample: int) -> None:
    assert decode(bytes([code])).tolist() == [sample]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_decodes_as_the_reference_does() -> None:
    audioop = pytest.importorskip("audioop")
    assert decode(EVERY_CODE).tobytes() == audioop.alaw2lin(EVERY_CODE, 2)


def test_every_code_survives() -> None:
    assert encode(decode(EVERY_CODE)) == EVERY_CODE


def test_every_sample_becomes_the_nearest_that_can_be_coded() -> None:
    levels = np.unique(decode(EVERY_CODE)).astype(np.int32)
    nearest = np.abs(EVERY_SAMPLE.astype(np.int32)[:, None] - levels).min(axis=1)
    assert (np.abs(decode(encode(EVERY_SAMPLE)).astype(np.int32) - EVERY_SAMPLE) == nearest).all()


def test_silence_is_the_quietest_code() -> None:
    assert abs(int(decode(SILENCE)[0])) == min(abs(decode(EVERY_CODE).astype(int)))
