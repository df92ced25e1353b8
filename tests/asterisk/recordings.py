"""What is in the recordings of a line's calls."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ivr.recording.shelf import HEADER, Recording, Shelf
from ivr.voice.alaw import decode, encode
from tests.asterisk.ear import ALIKE, correlation
from tests.asterisk.house import Line
from tests.asterisk.switch import until

PIECE = 2000
"""Samples of the pieces in which a sound is looked for."""
LOUD = 300.0
"""Root mean square of a piece that is worth looking for."""
LEVELS = {"caller": 4000, "agent": 9000, "colleague": 18_000}
"""Voices that consist of one sample each: whoever speak together are known by the sum."""
NEAR = 400
"""Steps of 16 bits by which coding and the others' silence change a sample."""
RUN = 400
"""Samples in a row that a level has to last: a prompt or music passes through it."""
VOICES = {name: encode(np.array([level], np.int16)) for name, level in LEVELS.items()}


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


def share(recording: Recording, sound: bytes) -> float:
    """How much of `sound` (A-law) is in it, from 0 to 1. A busy machine leaves short gaps in a recording."""
    heard, looked_for = samples(recording).astype(np.float32), decode(sound).astype(np.float32)
    pieces = [looked_for[at : at + PIECE] for at in range(0, len(looked_for) - PIECE + 1, PIECE)]
    loud = [piece for piece in pieces if np.sqrt(np.mean(piece**2)) > LOUD]
    found = [piece for piece in loud if correlation(heard, piece).max(initial=0) >= ALIKE]
    return len(found) / len(loud)


def seconds_of(recording: Recording, who: str) -> float:
    """For how long one hears the voice of `who`, alone or together with others."""
    others = [level for name, level in LEVELS.items() if name != who]
    sums = [sum(some) for n in range(len(others) + 1) for some in combinations(others, n)]
    heard = samples(recording).astype(int) - LEVELS[who]
    lasting = [np.convolve(np.abs(heard - more) <= NEAR, np.ones(RUN), "valid") == RUN for more in sums]
    return float(sum(np.count_nonzero(run) for run in lasting)) / 8000
