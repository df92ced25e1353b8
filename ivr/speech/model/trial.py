"""A trial of a model, in a process of its own: a broken model ends that process, not ours.

`python -m ivr.speech.model.trial FOLDER` prints what it saw as one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray
from vosk import KaldiRecognizer, Model, SetLogLevel

from ivr.speech.doubt import SOUNDS, can_doubt
from ivr.speech.model import layout

RATE = 8000
"""Samples a second, as telephones send."""
SECONDS = 5.0
"""Of sound to hear."""
Samples = NDArray[np.int16]
STREAMS = 5
"""Recognisers at once, from which the memory of one is known."""


def trial(folder: str) -> dict[str, Any]:
    """Load the model and let it hear syllables that are no words, with a run-time grammar."""
    SetLogLevel(-1)
    before, began = _memory_mb(), time.perf_counter()
    model = Model(folder)
    sounds = Model(f"{folder}/{SOUNDS}") if can_doubt(Path(folder)) else None
    seen: dict[str, Any] = {"load_s": time.perf_counter() - began, "memory_mb": _memory_mb() - before}
    words, rate = _known_words(model, folder), layout.rate(Path(folder))
    recognisers = [_recogniser(model, rate, words) for _ in range(STREAMS)]
    before, sound = _memory_mb(), _speechlike(SECONDS)
    said, seen["real_time_factor"] = _hear(recognisers[0], sound, rate)
    for recogniser in recognisers[1:]:
        _hear(recogniser, sound[: len(sound) // 2], rate)
    if sounds:
        seen["real_time_factor"] += _hear(KaldiRecognizer(sounds, RATE), sound, RATE)[1]
    seen["stream_mb"] = max(0.0, _memory_mb() - before) / STREAMS
    seen["outside_grammar"] = sorted(said - set(words))
    return seen


def _known_words(model: Model, folder: str) -> list[str]:
    """Two words for a grammar: the first that the model has."""
    words = layout.vocabulary(Path(folder))
    return [word for word in words if word.isalpha() and model.vosk_model_find_word(word) >= 0][:2]


def _recogniser(model: Model, rate: int, words: list[str]) -> KaldiRecognizer:
    recogniser = KaldiRecognizer(model, rate, json.dumps(words, ensure_ascii=False))
    recogniser.SetWords(True)
    return recogniser


def _hear(recogniser: KaldiRecognizer, sound: Samples, rate: int) -> tuple[set[str], float]:
    """The words heard, and seconds of processor per second of sound."""
    said: set[str] = set()
    began, sound_s = time.process_time(), len(sound) / RATE
    wide = soxr.resample(sound, RATE, rate) if rate != RATE else sound
    for start in range(0, len(wide), rate // 10):
        if recogniser.AcceptWaveform(wide[start : start + rate // 10].tobytes()):
            said |= set(json.loads(recogniser.Result())["text"].split())
    said |= set(json.loads(recogniser.FinalResult())["text"].split())
    return said, (time.process_time() - began) / sound_s


def _speechlike(seconds: float) -> Samples:
    """Noise and overtones that come and go some four times a second, as syllables do."""
    chance, time_s = np.random.default_rng(0), np.arange(int(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * 130 * n * time_s) / n for n in range(1, 20))
    syllables = np.clip(np.sin(2 * np.pi * 4 * time_s) + 0.3, 0, None)
    sound = 3000 * syllables * (buzz + 0.5 * chance.normal(size=len(time_s))) + chance.normal(0, 8, len(time_s))
    return np.clip(sound, -32768, 32767).astype("<i2")


def _memory_mb() -> float:
    """Memory of this process that is in use."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    print(json.dumps(trial(sys.argv[1]), ensure_ascii=False))  # noqa: T201 - the parent reads it
