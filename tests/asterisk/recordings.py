"""What is in the recordings of a line's calls."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ivr.recording.shelf import HEADER, Recording, Shelf
from ivr.voice.alaw import decode, encode
from tests.asterisk.house import Line
from tests.asterisk.switch import until

NEAR = 24
"""Steps of 16 bits by which the other side's silence may change a sample."""


def recording_of(line: Line, caller: str) -> Recording:
    """The recording of the last call from `caller`, once there is one that is not empty."""
    shelf = Shelf(line.settings)

    def found() -> Recording | None:
        one = shelf.find(line.record(caller).call_id)
        return one if one and not one.is_empty else None

    until(lambda: found() is not None)
    recording = found()
    assert recording
    return recording


def samples(recording: Recording) -> NDArray[np.int16]:
    """Its voice, both sides together."""
    data = recording.path.read_bytes()[HEADER:]
    return np.frombuffer(data[: len(data) // 2 * 2], "<i2")


def voice(recording: Recording) -> bytes:
    """The same as A-law, for an `Ear`."""
    return encode(samples(recording))


def seconds_of(recording: Recording, byte: bytes) -> float:
    """For how long one hears the voice that consists of that one byte."""
    level = int(decode(byte)[0])
    return float(np.count_nonzero(np.abs(samples(recording).astype(int) - level) <= NEAR)) / 8000
