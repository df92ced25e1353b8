"""One answer: from the question to the caller's first syllable, and on to the end of what is said."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from ivr.speech.alternatives import Alternative, joined
from ivr.speech.ending import NO_WORD_S, PART_S, SHORTEST_S, Ending, known
from ivr.speech.gate import DEAF_DB, FRAME_BYTES, FRAME_S, ONSET_FRAMES, Gate
from ivr.speech.recogniser import Recogniser

BEFORE_S = 0.3
"""Seconds before the first voice that are heard too: many words begin without voice."""
HANG_S = 0.5
"""Seconds of a pause that the recogniser gets to hear; the rest costs nothing."""
AHEAD_S = 0.4
"""Seconds of quiet that are put before the recogniser at a pause, so that it tells the words up to it at once:
it judges a sound by what follows."""
DEAF_AFTER_S = 3.0
"""Seconds of sound without a word after which only louder sounds count."""


@dataclass(frozen=True)
class Onset:
    """The caller has begun to speak."""


@dataclass(frozen=True)
class Answer:
    """The caller has finished."""

    alternatives: list[Alternative]
    speech_s: float
    """Seconds from the first syllable to now."""
    fed_s: float
    """Seconds that the recogniser heard."""
    took_s: float
    """Seconds that the end of the recognition took."""


class Turn:
    """Hears one answer. `hear` belongs to one thread at a time and takes up to some 10 ms."""

    def __init__(self, gate: Gate, recogniser: Callable[[], Recogniser], ending: Ending) -> None:
        self._gate, self._make, self._ending = gate, recogniser, ending
        self._recogniser: Recogniser | None = None
        self._kept: deque[bytes] = deque(maxlen=round(BEFORE_S / FRAME_S) + ONSET_FRAMES)
        self._recent: deque[bool] = deque(maxlen=3)
        self._open = self._ahead = False
        self._parts: list[list[Alternative]] = []
        self._before: list[str] = []
        self._words: list[str] = []
        self._quiet = self._since = self._fed = 0
        self.over = False
        gate.listen_anew()

    @property
    def speaking(self) -> bool:
        """Whether the caller has begun and not finished."""
        return self._since > 0 and not self.over

    def hear(self, frames: bytes) -> Onset | Answer | None:
        """Hear whole frames of 16-bit samples (`FRAME_BYTES` each). After an answer nothing is heard."""
        began = False
        fresh: list[bytes] = []
        for at in range(0, len(frames), FRAME_BYTES):
            began |= self._step(frames[at : at + FRAME_BYTES], fresh)
        if fresh:
            self._feed(b"".join(fresh))
        if began:
            return Onset()
        return self._answer() if self._since and not self.over and self._is_over() else None

    def finish(self) -> Answer:
        """The answer so far, for there is no more to hear."""
        return self._answer()

    def _step(self, frame: bytes, fresh: list[bytes]) -> bool:
        """Take one frame; what the recogniser is to hear goes to `fresh`. True for the first syllable."""
        step = self._gate.hear(frame)
        self._recent.append(step.voiced)
        first = step.begins and not self._since
        if first or self._since:
            self._since += 1
        if step.begins and not self._open:
            self._open, self._quiet = True, 0
            fresh.extend(self._kept)
            self._kept.clear()
        if self._since:
            self._quiet = 0 if self._open and sum(self._recent) >= 2 else self._quiet + 1
        if self._quiet * FRAME_S > HANG_S:
            self._open = False
        if self._open:
            self._ahead = self._ahead and self._quiet > 0
            fresh.append(frame)
        else:
            self._kept.append(frame)
        return first

    def _feed(self, samples: bytes) -> None:
        if self._recogniser is None:
            self._recogniser = self._make()
        self._recogniser.feed(samples)
        self._fed += len(samples) // FRAME_BYTES
        self._words = self._before + self._recogniser.so_far()
        if self._fed * FRAME_S >= DEAF_AFTER_S and not known(self._words):
            self._gate.margin_db = DEAF_DB

    def _is_over(self) -> bool:
        silence_s, since_s = self._quiet * FRAME_S, self._since * FRAME_S
        if since_s >= self._ending.longest_s or (since_s >= NO_WORD_S and not known(self._words)):
            return True
        if silence_s < SHORTEST_S:
            return False
        if not self._ahead and self._ending.near(self._words):
            self._look_ahead()
        if silence_s >= PART_S and self._recogniser:
            self._end_part()
            return self._ending.enough(joined(self._parts))
        return self._ending.over(silence_s, self._words)

    def _look_ahead(self) -> None:
        self._ahead = True
        if self._recogniser:
            self._feed(bytes(round(AHEAD_S / FRAME_S) * FRAME_BYTES))

    def _end_part(self) -> None:
        """Take all that the recogniser knows: what is said after a long pause is for another."""
        if self._recogniser:
            self._parts.append(self._recogniser.finish())
            self._recogniser, self._before = None, self._words

    def _answer(self) -> Answer:
        began = perf_counter()
        self._end_part()
        self.over = True
        return Answer(joined(self._parts), self._since * FRAME_S, self._fed * FRAME_S, perf_counter() - began)
