"""Whether words were said, or other speech that the recogniser took for them.

A recogniser that knows twenty words hears them in whatever is said. So the same sound is also heard as a row
of single sounds, each as likely as the next, by a second model on the same net. The best row always fits better
than words; when it fits much better, the words were not said.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import vosk

from ivr.speech.alternatives import UNKNOWN, shares
from ivr.speech.gate import RATE

SOUNDS = "sounds"
"""The folder, in the folder of a model, of the model of its single sounds. Models of others have none."""
ALL = 16.0
"""How much better a row of sounds has to fit (natural logarithm) to be as likely as a word that is all that was
said: it fits better by 8 on average when it was said, below 16 in 98 of 100, by 25 when not."""
EACH = 8.0
"""The same for each word more."""
ONE = 6.0
"""The same for one word beside speech that is no word asked for."""
LIKELY, MOST = 0.08, 8
"""Share of likelihood from which an alternative is doubted, and how many words are: each costs some 15 ms."""
Found = Sequence[dict[str, Any]]
"""Alternatives of Vosk, the likeliest first: `confidence` is a logarithm of likelihood, `result` the words."""


def can_doubt(model: Path) -> bool:
    """Whether a model in a folder has its sounds, with the net that they share with its words."""
    return (model / SOUNDS / "am" / "final.mdl").is_file()


class Doubts:
    """What all doubts about the words of one model share. It may be used by many threads."""

    def __init__(self, model: Path, words: vosk.Model) -> None:
        self._words, self._sounds = words, vosk.Model(str(model / SOUNDS))

    def sounds(self) -> vosk.KaldiRecognizer:
        """Hears any sounds."""
        return _one_best(vosk.KaldiRecognizer(self._sounds, RATE))

    def was_said(self, word: str, part: bytes) -> bool:
        """Whether `part`, all samples of one word, is that word."""
        grammar = json.dumps([word], ensure_ascii=False)
        as_word, as_sounds = _one_best(vosk.KaldiRecognizer(self._words, RATE, grammar)), self.sounds()
        for recogniser in (as_word, as_sounds):
            recogniser.AcceptWaveform(part)
        return _likelihood(as_sounds) - _likelihood(as_word) <= ONE


class Doubt:
    """Hears all of one answer while it is said: at its end nobody is to wait for that."""

    def __init__(self, doubts: Doubts) -> None:
        self._doubts, self._sounds, self._heard = doubts, doubts.sounds(), bytearray()

    def feed(self, samples: bytes) -> None:
        """Hear more: 16-bit samples."""
        self._heard += samples
        self._sounds.AcceptWaveform(samples)

    def weighed(self, found: Found) -> Found:
        """The alternatives with what speaks against them."""
        if not found or not (told := found[0].get("result")):
            return found
        if all(word["word"] != UNKNOWN for word in told):
            unknown = {"word": UNKNOWN, "start": told[0]["start"], "end": told[-1]["end"]}
            enough = ALL + EACH * (len(told) - 1)
            return [*found, {"confidence": _likelihood(self._sounds) - enough, "result": [unknown]}]
        said = {key: self._was_said(word) for key, word in _doubtful(found).items()}
        return [{**one, "result": _without_unsaid(one.get("result", []), said)} for one in found]

    def _was_said(self, word: dict[str, Any]) -> bool:
        start, end = (2 * round(word[edge] * RATE) for edge in ("start", "end"))
        return self._doubts.was_said(word["word"], bytes(self._heard[start:end]))


def _one_best(recogniser: vosk.KaldiRecognizer) -> vosk.KaldiRecognizer:
    """Vosk tells likelihoods with alternatives alone; one is enough."""
    recogniser.SetMaxAlternatives(1)
    return recogniser


def _likelihood(recogniser: vosk.KaldiRecognizer) -> float:
    """Logarithm of the likelihood of all that it heard; 0 of next to nothing."""
    best: list[dict[str, float]] = json.loads(recogniser.FinalResult()).get("alternatives", [])
    return best[0]["confidence"] if best else 0.0


_Key = tuple[str, float, float]


def _doubtful(found: Found) -> dict[_Key, dict[str, Any]]:
    """The words of the likely alternatives, each once."""
    weighed = zip(found, shares([one["confidence"] for one in found]), strict=True)
    likely = [one for one, share in weighed if share >= LIKELY]
    told = (word for one in likely for word in one.get("result", []) if word["word"] != UNKNOWN)
    return dict(islice({_key(word): word for word in told}.items(), MOST))


def _key(word: dict[str, Any]) -> _Key:
    """Alternatives put the edges of the same word some frames apart."""
    return word["word"], round(word["start"], 1), round(word["end"], 1)


def _without_unsaid(words: Found, said: dict[_Key, bool]) -> list[dict[str, Any]]:
    """`words`, unknown where it was something else that was said."""
    return [word if said.get(_key(word), True) else {**word, "word": UNKNOWN} for word in words]
