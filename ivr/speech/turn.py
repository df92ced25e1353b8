"""One answer: from the question to the caller's first syllable, and on to the end of what is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from ivr.speech.alternatives import Alternative, joined
from ivr.speech.ending import NO_WORD_S, PART_S, SHORTEST_S, Ending, known
from ivr.speech.gate import DEAF_DB, FRAME_BYTES, FRAME_S, Gate
from ivr.speech.recogniser import Recogniser
from ivr.speech.voice import HANG_S, Piece, Voice

STEP_S = 0.1
"""Seconds of voice that are decoded at a time: each time costs something of its own."""
AHEAD_S = 0.4
"""Seconds of quiet that are put before the recogniser at a pause, so that it tells the words up to it at once:
it judges a sound by what follows. In the middle of a number words are heard in it that nobody said."""
LATE_S = 0.25
"""Seconds that an answer may have waited for the recogniser and be heard again all the same."""
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
    """Hears one answer.

    `hear` is quick, and may be called while `listen` decodes in a thread: for some 10 ms or, when an answer is
    heard again, some 0.1 s. It does so as soon as `due` says that there is something to do, with what `take`
    gives. `step` does all of it.
    """

    def __init__(self, gate: Gate, recogniser: Callable[[], Recogniser], ending: Ending) -> None:
        self._voice = Voice(gate)
        self._make, self._ending = recogniser, ending
        self._recogniser: Recogniser | None = None
        self._parts: list[list[Alternative]] = []
        self._again: list[list[Alternative]] = []
        self._before: list[str] = []
        self._so_far: list[str] | None = None
        self._ahead = self._found = False
        self._fed, self._due_s = 0, 0.0
        # After each answer that meant nothing half as much is heard of the next.
        self._most_s = max(ending.least_s, ending.most_s / 2**gate.in_vain)
        self._look_s, self._limit_s = SHORTEST_S, min(NO_WORD_S, ending.longest_s)
        self.over = False

    @property
    def speaking(self) -> bool:
        """Whether the caller has begun and not finished."""
        return self._voice.since_s > 0 and not self.over

    @property
    def behind_s(self) -> float:
        """Seconds of voice that wait to be decoded."""
        return 0.0 if self.over else self._voice.waiting_s

    @property
    def due(self) -> bool:
        """Whether there is anything for `listen` to do."""
        voice = self._voice
        return self.speaking and (
            voice.waiting_s >= STEP_S or voice.quiet_s >= self._look_s or voice.since_s >= self._limit_s
        )

    def hear(self, frames: bytes) -> Onset | None:
        """Hear whole frames of 16-bit samples (`FRAME_BYTES` each)."""
        starts = range(0, len(frames), FRAME_BYTES)
        first = [self._voice.hear(frames[at : at + FRAME_BYTES]) for at in starts]
        return Onset() if any(first) else None

    def take(self) -> Piece:
        """What `listen` is to hear next."""
        return self._voice.take()

    def listen(self, piece: Piece) -> Answer | None:
        """Decode what was taken; the answer, once it is over."""
        self._due_s = piece.since_s
        if piece.spoken:
            self._ahead, self._look_s = False, SHORTEST_S
        if piece.samples:
            self._feed(piece.samples)
            self._listen_for_words()
        began = perf_counter()
        return self._answer(piece.since_s, began) if self._is_over(piece) else None

    def step(self, frames: bytes) -> Onset | Answer | None:
        """Hear `frames` and decode what is due. After an answer nothing is heard."""
        began = self.hear(frames)
        return began or (self.listen(self.take()) if self.due else None)

    def finish(self) -> Answer:
        """The answer so far, for there is no more to hear."""
        self._due_s = self._voice.since_s
        return self._answer(self._voice.since_s, perf_counter())

    def _feed(self, samples: bytes) -> None:
        if self._recogniser is None:
            self._recogniser = self._make()
        self._recogniser.feed(samples)
        self._fed += len(samples) // FRAME_BYTES
        self._so_far = None

    def _words(self) -> list[str]:
        if self._so_far is None:
            self._so_far = self._before + (self._recogniser.so_far() if self._recogniser else [])
            self._found |= bool(known(self._so_far))
        return self._so_far

    def _listen_for_words(self) -> None:
        """A sound in which there has been no word for a while is not the caller's, unless it gets louder."""
        if not self._found and self._fed * FRAME_S >= DEAF_AFTER_S and not known(self._words()):
            self._voice.deafen(DEAF_DB)

    def _is_over(self, piece: Piece) -> bool:
        if self._fed * FRAME_S >= self._most_s:
            return True
        if piece.since_s >= self._limit_s:
            self._limit_s = self._ending.longest_s
            if piece.since_s >= self._limit_s or not known(self._words()):
                return True
        if piece.quiet_s < SHORTEST_S:
            return False
        if not self._ahead and self._ending.near(self._words()):
            self._look_ahead()
        part_s = self._ending.part_s(self._words())
        if piece.quiet_s >= part_s:
            self._due_s = piece.since_s - piece.quiet_s + part_s
            self._end_part()
            if self._parts and self._ending.enough(joined(self._parts), piece.quiet_s):
                return True
        patience_s = self._ending.patience_s(self._words())
        self._look_s = self._next_look_s(piece.quiet_s, (part_s, PART_S, patience_s))
        self._due_s = piece.since_s - max(0.0, piece.quiet_s - patience_s)
        return piece.quiet_s >= patience_s and self._stays_over(piece.quiet_s)

    def _stays_over(self, quiet_s: float) -> bool:
        """Whether the answer is over by all that the recogniser knows too: the last word so far may be none."""
        self._end_part()
        if self._ending.enough(joined(self._parts), quiet_s):
            return True
        patience_s = self._ending.patience_s(self._words())
        self._look_s = min(self._look_s, patience_s)
        return quiet_s >= patience_s

    def _next_look_s(self, quiet_s: float, moments: tuple[float, ...]) -> float:
        """At which silence something may be known that is not known yet."""
        if not self._ahead and quiet_s <= HANG_S:
            return quiet_s + STEP_S
        return min((moment for moment in moments if moment > quiet_s), default=quiet_s + STEP_S)

    def _look_ahead(self) -> None:
        self._ahead = True
        if self._recogniser:
            self._feed(bytes(round(AHEAD_S / FRAME_S) * FRAME_BYTES))

    def _end_part(self) -> None:
        """Take all that the recogniser knows: what is said after a long pause is for another."""
        if self._recogniser:
            heard = self._recogniser.finish()
            late = self._voice.since_s - self._due_s > LATE_S
            self._parts.append(heard)
            self._again.append(heard if late else self._recogniser.again(heard))
            self._recogniser, self._so_far = None, None
            self._before = [word.text for word in joined(self._parts)[0].words]

    def _answer(self, since_s: float, began: float) -> Answer:
        self._end_part()
        self.over = True
        return Answer(joined(self._again), since_s, self._fed * FRAME_S, perf_counter() - began)
