"""What the line would hear in a recording, with everything that led to it."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from ivr.prompts import BadCatalogue
from ivr.settings import Settings
from ivr.speech.aeap import UnknownQuestion
from ivr.speech.alternatives import weights
from ivr.speech.gate import FRAME_BYTES, FRAME_S, RATE, Gate
from ivr.speech.questions import Question, Questions, models
from ivr.speech.recogniser import BadModel
from ivr.speech.turn import Answer, Onset

LONGEST_S = 600.0
"""Seconds of the longest recording."""
AFTERWARDS_S = 5.0
"""Seconds of silence that follow, as on a line: longer than any answer needs to be over."""
NUMBERS = {"contract": 11}
"""Digits of the numbers that the line asks for."""
MOST = 10
"""Alternatives that are shown."""


class BadFile(Exception):
    """A recording, question or model that is of no use; says why in one line."""


def heard_in(settings: Settings, file: Path, question: str, language: str) -> dict[str, Any]:
    """What is heard in `file` as the answer to `question`. Raises `BadFile`."""
    samples = _samples(file)
    try:
        found = Questions.of(settings, models(settings)).find(_grammar(question, language))
    except (UnknownQuestion, BadModel, BadCatalogue) as fault:
        raise BadFile(str(fault)) from None
    onset_s, ended_s, answer = _listened(found, samples)
    return {"question": found.grammar.name, "onset_s": onset_s, "ended_s": ended_s, **_told(found, answer)}


def _grammar(question: str, language: str) -> str:
    if question.startswith(("number:", "answers:")):
        return question
    if question in NUMBERS:
        return f"number:{NUMBERS[question]}:{language}"
    return f"answers:{question}:{language}"


def _samples(file: Path) -> bytes:
    try:
        with wave.open(str(file), "rb") as opened:
            channels, width, rate, frames = opened.getparams()[:4]
            if width != 2 or channels not in (1, 2) or not 4000 <= rate <= 384_000:
                raise BadFile(
                    f"{file}: expected 16 bits, mono or stereo, 4,000 to 384,000 samples a second, "
                    f"not {8 * width} bits, {channels} channels, {rate}"
                )
            if frames > LONGEST_S * rate:
                raise BadFile(f"{file}: longer than {LONGEST_S:.0f} seconds")
            raw = opened.readframes(frames)
    except OSError as fault:
        raise BadFile(f"{file}: {fault.strerror or fault}") from None
    except (EOFError, wave.Error):
        raise BadFile(f"{file}: not a PCM WAV file") from None
    whole = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], dtype="<i2").reshape(-1, channels)
    if not len(whole):
        raise BadFile(f"{file}: there is nothing in it")
    mixed = whole.mean(axis=1, dtype=np.float32)
    narrow = mixed if rate == RATE else soxr.resample(mixed, rate, RATE)
    sound: bytes = np.clip(narrow, -32768, 32767).astype("<i2").tobytes()
    return sound + bytes(int(2 * RATE * AFTERWARDS_S))


def _listened(question: Question, samples: bytes) -> tuple[float | None, float | None, Answer | None]:
    """Seconds of the first syllable and of the decision, and the answer."""
    turn, onset_s = question.turn(Gate()), None
    for at in range(0, len(samples) - FRAME_BYTES + 1, FRAME_BYTES):
        event = turn.step(samples[at : at + FRAME_BYTES])
        now_s = round((at / FRAME_BYTES + 1) * FRAME_S, 2)
        if isinstance(event, Onset):
            onset_s = now_s
        elif isinstance(event, Answer):
            return onset_s, now_s, event
    return onset_s, None, turn.finish() if turn.speaking else None


def _told(question: Question, answer: Answer | None) -> dict[str, Any]:
    alternatives = answer.alternatives if answer else []
    heard = question.understand(alternatives)
    best = alternatives[0].words if alternatives else ()
    return {
        "text": " ".join(word.text for word in best),
        "words": [{"word": word.text, "confidence": round(word.confidence, 3)} for word in best],
        "alternatives": [
            {"text": " ".join(word.text for word in one.words), "share": round(share, 3)}
            for one, share in zip(alternatives[:MOST], weights(alternatives), strict=False)
        ],
        "decision": {"answer": heard.answer, "certainty": round(heard.certainty, 3)},
        "readings": [
            {"digits": one.digits, "certainty": round(one.certainty, 3)} for one in heard.readings[:MOST]
        ],
    }
