"""Vosk: one model in memory, and a recogniser for each answer that knows the words of its question alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import exp, log
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import soxr
import vosk

from ivr.speech.alternatives import AT_MOST, UNKNOWN, Alternative, Word, shares
from ivr.speech.doubt import Doubt, Doubts, Found, can_doubt
from ivr.speech.gate import RATE
from ivr.speech.model import layout
from ivr.speech.throats import LONGEST_S, THROATS, at_pace, is_sure, pooled, stretched

NEGLIGIBLE = -50.0
"""Logarithm of a likelihood, beside the best, under which an alternative is none."""
AGAIN_S = 0.2
"""Seconds after which an answer is heard in no further throat: a slow machine is not to be waited for."""
HISS = np.random.default_rng(0).normal(0, 2, 2 * RATE).round().astype(np.int32)
"""What is added to all that is heard, inaudible and always the same: of digital silence, which no microphone
makes, a model has learnt nothing and hears words in it."""

vosk.SetLogLevel(-2)  # errors alone: warnings come with every long answer


class BadModel(Exception):
    """A folder that holds no model for us; the message says what it lacks."""


class Model:
    """A model in memory. It may be used by many threads."""

    def __init__(self, folder: Path) -> None:
        """Raises `BadModel`."""
        if missing := layout.missing(folder):
            raise BadModel(f"{folder}: no Vosk model with run-time grammars, it has no {', '.join(missing)}")
        try:
            self._rate = layout.rate(folder)
            self._model = vosk.Model(str(folder))
            self._doubts = Doubts(folder, self._model) if can_doubt(folder) else None
        except Exception as fault:
            raise BadModel(f"{folder}: Vosk cannot load it") from fault
        self.folder = folder

    def knows(self, word: str) -> bool:
        """Whether `word` can be heard at all."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def recogniser(self, words: Mapping[str, int], way_out: bool) -> Recogniser:
        """Hears these words, and no others; with a way out, others come out as `[unk]`, and words are doubted.
        Without one, what it is unsure of may be heard again.

        The number of a word is how often it is said beside the others. Words that the model does not know
        cannot be heard. Raises `BadModel` when it knows none.
        """
        heard = [word for word in sorted(words) if self.knows(word) for _ in range(words[word])]
        if not heard:
            raise BadModel(f"{self.folder}: knows none of the words of this question")
        # Each word by itself: in a string of several, their order would be favoured. Vosk makes a bigram of the
        # strings and counts them, so that a word that is there twice counts twice.
        grammar = json.dumps(heard + [UNKNOWN] * way_out, ensure_ascii=False)
        doubt = Doubt(self._doubts) if way_out and self._doubts else None
        return Recogniser(lambda: _Ear(self._model, self._rate, grammar), doubt, again=not way_out)


class _Ear:
    """Vosk's own recogniser, which hears telephone sound whatever the rate of its model is."""

    def __init__(self, model: vosk.Model, rate: int, grammar: str) -> None:
        self._vosk = vosk.KaldiRecognizer(model, rate, grammar)
        self._vosk.SetMaxAlternatives(AT_MOST)
        self._vosk.SetWords(True)
        self._wider = soxr.ResampleStream(RATE, rate, 1, dtype="int16") if rate != RATE else None

    def hear(self, samples: bytes) -> None:
        """Hear more: 16-bit samples."""
        self._accept(samples, last=False)

    def so_far(self) -> list[str]:
        """The likeliest words."""
        words: str = json.loads(self._vosk.PartialResult())["partial"]
        return words.split()

    def offered(self) -> Found:
        """What it offers at the end of what it heard."""
        if self._wider:
            self._accept(b"", last=True)
        found: Found = json.loads(self._vosk.FinalResult()).get("alternatives", [])
        return found

    def _accept(self, samples: bytes, *, last: bool) -> None:
        if self._wider:
            samples = self._wider.resample_chunk(np.frombuffer(samples, "<i2"), last=last).tobytes()
        if samples:
            self._vosk.AcceptWaveform(samples)


class Recogniser:
    """Hears one answer. Vosk's own endpoints are passed over: they would tear a number apart at its pauses."""

    def __init__(self, make: Callable[[], _Ear], doubt: Doubt | None, *, again: bool) -> None:
        self._make, self._doubt, self._again = make, doubt, again
        self._ear, self._fed = make(), 0
        self._samples = bytearray()

    def feed(self, samples: bytes) -> None:
        """Hear more: 16-bit samples. Takes up to 10 ms, in which other threads run."""
        hissing = _hissing(samples, self._fed)
        self._fed += len(samples) // 2
        if self._again and self._fed <= LONGEST_S * RATE:
            self._samples += samples
        self._ear.hear(hissing)
        if self._doubt:
            self._doubt.feed(hissing)

    def so_far(self) -> list[str]:
        """The likeliest words up to some 0.4 s before the last sample."""
        return self._ear.so_far()

    def finish(self) -> list[Alternative]:
        """What may have been said, the likeliest first. Nothing can be fed afterwards."""
        found = self._ear.offered()
        return _alternatives(self._doubt.weighed(found) if self._doubt else found)

    def again(self, heard: list[Alternative]) -> list[Alternative]:
        """`heard`, which `finish` gave, and what it is when others say the same, where that may help.

        Takes some 10 ms for each second of it.
        """
        if not self._again or is_sure(heard) or self._fed > LONGEST_S * RATE:
            return heard
        began, hearings = perf_counter(), [heard]
        for times in THROATS:
            if perf_counter() - began < AGAIN_S:
                hearings.append(self._in_another_throat(times))
        return pooled(hearings)

    def _in_another_throat(self, times: float) -> list[Alternative]:
        other = self._make()
        other.hear(_hissing(stretched(bytes(self._samples), times), 0))
        return at_pace(_alternatives(other.offered()), times)


def _hissing(samples: bytes, at: int) -> bytes:
    """The samples of an answer from number `at` on, with the hiss."""
    clean = np.frombuffer(samples, dtype="<i2").astype(np.int32)
    hiss = HISS[np.arange(at, at + len(clean)) % len(HISS)]
    return (clean + hiss).clip(-32768, 32767).astype("<i2").tobytes()


def _alternatives(found: Found) -> list[Alternative]:
    """Vosk gives words with times and, for each alternative, the logarithm of its likelihood.

    An alternative without words is one too: a breath is likelier nothing than the digit that comes next to it.
    """
    best = max((one["confidence"] for one in found), default=0.0)
    found = [one for one in found if one["confidence"] - best > NEGLIGIBLE]
    confidence = _Confidence(found, shares([one["confidence"] for one in found]))
    merged: dict[tuple[str, ...], Alternative] = {}
    for one in found:
        words = tuple(_words(one.get("result", []), confidence))
        texts = tuple(word.text for word in words)
        score = one["confidence"] - best
        if texts in merged:  # the same words, silences elsewhere
            score = log(exp(merged[texts].score) + exp(score))
        merged[texts] = Alternative(merged[texts].words if texts in merged else words, score)
    return sorted(merged.values(), key=lambda one: -one.score)


def _words(result: Sequence[dict[str, Any]], confidence: _Confidence) -> Iterator[Word]:
    ended_s = 0.0
    for at, told in enumerate(result):
        pause_s = max(told["start"] - ended_s, 0.0) if at else 0.0
        ended_s = told["end"]
        sure = confidence.of(told["word"], told["start"], told["end"])
        yield Word(told["word"], sure, pause_s, told["end"] - told["start"])


class _Confidence:
    """How sure a word is: the share of all alternatives that hear it at the same moment."""

    def __init__(self, found: Sequence[dict[str, Any]], shares: Sequence[float]) -> None:
        self._known: dict[tuple[str, float, float], float] = {}
        self._times: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
        self._shares = shares
        for number, one in enumerate(found):
            for told in one.get("result", []):
                self._times[told["word"]].append((told["start"], told["end"], number))

    def of(self, word: str, start_s: float, end_s: float) -> float:
        """0..1. Alternatives share most of their words, so each is counted once."""
        key = word, start_s, end_s
        if key not in self._known:
            middle = (start_s + end_s) / 2
            agreeing = {number for start, end, number in self._times[word] if start <= middle <= end}
            self._known[key] = min(1.0, sum(self._shares[number] for number in agreeing))
        return self._known[key]
