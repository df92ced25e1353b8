"""Vosk: one model in memory, and a recogniser for each answer that knows the words of its question alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import vosk

from ivr.speech.alternatives import AT_MOST, Alternative, Word, weights
from ivr.speech.ending import UNKNOWN
from ivr.speech.gate import RATE

FILES = ("am/final.mdl", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst", "graph/words.txt")
"""What a model with run-time grammars has; the large models of Vosk have another kind of graph."""

SOUNDS = "sounds"
"""The folder in a model's folder of another on the same net, whose words are single sounds: any speech at all.
The bundled model has it, and others may."""
ANY_SOUNDS = -15.0
"""Added to the logarithm of the likelihood of the best row of single sounds, each as likely as the next.

The best row always fits better than words: by 8 on average when the words are right (in 98 of 100 by less than
15), by 25 when they are not."""
NEGLIGIBLE = -50.0
"""Logarithm of a likelihood, beside the best, under which an alternative is none."""
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
        if missing := [name for name in FILES if not (folder / name).is_file()]:
            raise BadModel(f"{folder}: no Vosk model with run-time grammars, it has no {', '.join(missing)}")
        sounds = folder / SOUNDS
        try:
            self._model = vosk.Model(str(folder))
            self._sounds = vosk.Model(str(sounds)) if sounds.is_dir() else None
        except Exception as fault:
            raise BadModel(f"{folder}: Vosk cannot load it") from fault
        self.folder = folder

    def knows(self, word: str) -> bool:
        """Whether `word` can be heard at all."""
        return bool(self._model.vosk_model_find_word(word) >= 0)

    def recogniser(self, words: Mapping[str, int], way_out: bool) -> Recogniser:
        """Hears these words, and no others; with a way out, others come out as `[unk]`, and what is much
        likelier as a row of any sounds.

        The number of a word is how often it is said beside the others. Words that the model does not know
        cannot be heard. Raises `BadModel` when it knows none.
        """
        heard = [word for word in sorted(words) for _ in range(words[word]) if self.knows(word)]
        if not heard:
            raise BadModel(f"{self.folder}: knows none of the words of this question")
        # Each word by itself: in a string of several, their order would be favoured. Vosk makes a bigram of the
        # strings and counts them, so that a word that is there twice counts twice.
        grammar = json.dumps(heard + [UNKNOWN] * way_out, ensure_ascii=False)
        sounds = vosk.KaldiRecognizer(self._sounds, RATE) if way_out and self._sounds else None
        return Recogniser(vosk.KaldiRecognizer(self._model, RATE, grammar), sounds)


class Recogniser:
    """Hears one answer. Vosk's own endpoints are passed over: they would tear a number apart at its pauses."""

    def __init__(self, words: vosk.KaldiRecognizer, sounds: vosk.KaldiRecognizer | None) -> None:
        self._heard = 0
        self._words, self._sounds = words, sounds
        words.SetMaxAlternatives(AT_MOST)
        words.SetWords(True)
        if sounds:
            sounds.SetMaxAlternatives(1)

    def feed(self, samples: bytes) -> None:
        """Hear more: 16-bit samples. Takes up to 10 ms, in which other threads run."""
        clean = np.frombuffer(samples, dtype="<i2").astype(np.int32)
        at = np.arange(self._heard, self._heard + len(clean)) % len(HISS)
        self._heard += len(clean)
        heard = (clean + HISS[at]).clip(-32768, 32767).astype("<i2").tobytes()
        self._words.AcceptWaveform(heard)
        if self._sounds:
            self._sounds.AcceptWaveform(heard)

    def so_far(self) -> list[str]:
        """The likeliest words up to some 0.4 s before the last sample."""
        words: str = json.loads(self._words.PartialResult())["partial"]
        return words.split()

    def finish(self) -> list[Alternative]:
        """What may have been said, the likeliest first. Nothing can be fed afterwards."""
        found = _found(self._words)
        return _alternatives(found + self._any_sounds(found))

    def _any_sounds(self, found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The alternative that nothing of what was asked for was said, all of it one unknown word."""
        told = [word for one in found[:1] for word in one.get("result", [])]
        if not (self._sounds and told):
            return []
        unknown = {"word": UNKNOWN, "start": told[0]["start"], "end": told[-1]["end"]}
        return [
            {"confidence": one["confidence"] + ANY_SOUNDS, "result": [unknown]} for one in _found(self._sounds)
        ]


def _found(recogniser: vosk.KaldiRecognizer) -> list[dict[str, Any]]:
    """Vosk's alternatives: words with times and the logarithm of the likelihood of all."""
    found: list[dict[str, Any]] = json.loads(recogniser.FinalResult()).get("alternatives", [])
    return found


def _alternatives(found: Sequence[dict[str, Any]]) -> list[Alternative]:
    """What is likely enough to be looked at, the same words once."""
    best = max((one["confidence"] for one in found), default=0.0)
    found = [one for one in found if one["confidence"] - best > NEGLIGIBLE]
    confidence = _Confidence(found, weights([Alternative((), one["confidence"]) for one in found]))
    merged: dict[tuple[str, ...], Alternative] = {}
    for one in found:
        words = tuple(_words(one.get("result", []), confidence))
        texts = tuple(word.text for word in words)
        score = one["confidence"] - best
        if texts in merged:  # the same words, silences elsewhere
            score = log(exp(merged[texts].score) + exp(score))
        if texts:
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
