"""What an answer is when it is heard as if others had said it: lower and slower, higher and faster.

A net that is unsure of one throat is often sure of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import log

import numpy as np
import soxr

from ivr.speech.alternatives import Alternative, weights
from ivr.speech.gate import RATE

THROATS = (0.87, 1.15)
"""Times the length of an answer, as on a tape played faster or slower. Two more gain next to nothing."""
SURE = 0.95
"""Share of likelihood of the best alternative from which an answer is not heard again."""
OWN = 2
"""Weight of what was heard in the caller's own throat; each other has one."""
LONGEST_S = 12.0
"""Seconds of voice that are heard again at most: no number takes longer, and a television never ends."""


def is_sure(heard: Sequence[Alternative]) -> bool:
    """Whether one alternative outweighs all others by far, or nothing was heard at all."""
    return max(weights(heard), default=1.0) >= SURE


def stretched(samples: bytes, times: float) -> bytes:
    """16-bit samples, so many times as long and as much lower."""
    sound = soxr.resample(np.frombuffer(samples, "<i2").astype(np.float32), RATE, RATE * times)
    other: bytes = np.rint(sound).clip(-32768, 32767).astype("<i2").tobytes()
    return other


def at_pace(heard: Iterable[Alternative], times: float) -> list[Alternative]:
    """What was heard of stretched samples, with the pauses and lengths of those that were said."""
    return [
        Alternative(
            tuple(
                replace(word, pause_s=word.pause_s / times, length_s=word.length_s / times)
                for word in one.words
            ),
            one.score,
        )
        for one in heard
    ]


def pooled(hearings: Sequence[Sequence[Alternative]]) -> list[Alternative]:
    """The alternatives of several hearings, the caller's own throat first: each by the mean of its shares.

    That of the caller's own counts twice. A hearing in which nothing was heard has no say.
    """
    weighed = [OWN, *[1] * (len(hearings) - 1)]
    known: dict[tuple[str, ...], Alternative] = {}
    shares: dict[tuple[str, ...], float] = defaultdict(float)
    for heard, weight in zip(hearings, weighed, strict=True):
        for one, share in zip(heard, weights(heard), strict=True):
            texts = tuple(word.text for word in one.words)
            known.setdefault(texts, one)
            shares[texts] += share * weight / sum(weighed)
    likely = sorted(((share, texts) for texts, share in shares.items() if share), reverse=True)
    return [Alternative(known[texts].words, log(share)) for share, texts in likely]
