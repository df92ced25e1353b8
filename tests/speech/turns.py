"""Turns of a caller, fed frame by frame as they come from Asterisk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.speech.gate import FRAME, FRAME_S, Gate
from ivr.speech.questions import Question
from ivr.speech.turn import Answer, Onset, Turn
from tests.speech.people import Samples


@dataclass(frozen=True)
class Heard:
    """What happened, and at which second."""

    onset_s: float | None
    answer_s: float | None
    answer: Answer | None

    @property
    def text(self) -> str:
        assert self.answer and self.answer.alternatives
        return " ".join(word.text for word in self.answer.alternatives[0].words)


def events(turn: Turn, samples: Samples) -> Iterator[tuple[float, Onset | Answer]]:
    for at in range(0, len(samples) - FRAME + 1, FRAME):
        if event := turn.step(samples[at : at + FRAME].tobytes()):
            yield (at / FRAME + 1) * FRAME_S, event


def heard(question: Question, samples: Samples, gate: Gate | None = None) -> Heard:
    onset_s = None
    for second, event in events(question.turn(gate or Gate()), samples):
        if isinstance(event, Answer):
            return Heard(onset_s, second, event)
        onset_s = second
    return Heard(onset_s, None, None)
