"""What the recogniser is to listen for, by the name that Asterisk gives to a question."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ivr.prompts import Prompts
from ivr.settings import Settings
from ivr.speech.aeap import UnknownQuestion
from ivr.speech.alternatives import Alternative
from ivr.speech.ending import AfterDigits, AfterWords, Ending
from ivr.speech.gate import Gate
from ivr.speech.grammar import BadGrammar, Grammar, grammar
from ivr.speech.heard import Heard, understand
from ivr.speech.numerals import THOUSAND, VALUES, WORDS
from ivr.speech.phrases import Kind, conclusive
from ivr.speech.recogniser import BadModel, Model, Recogniser
from ivr.speech.turn import Turn

logger = logging.getLogger(__name__)
RARE = frozenset({"нуль", "одна", "две", *THOUSAND})
"""Forms that few dictate with."""


@dataclass(frozen=True)
class Question:
    """One question, and all that is needed to hear its answer."""

    grammar: Grammar
    model: Model
    ending: Ending

    def turn(self, gate: Gate) -> Turn:
        """Listens to one caller's answer."""
        return Turn(gate, self._recogniser, self.ending)

    def understand(self, alternatives: list[Alternative]) -> Heard:
        """What the caller meant."""
        return understand(alternatives, self.grammar)

    def _recogniser(self) -> Recogniser:
        # The way out competes with real digits, which are then missed; a number is checked by its length.
        return self.model.recogniser(self._words, way_out=self.grammar.length is None)

    @cached_property
    def _words(self) -> dict[str, int]:
        """How often each word is said."""
        if self.grammar.length is None:
            return dict.fromkeys(self.grammar.words, 1)
        return {word: _often(word) for word in self.grammar.words}


def _often(word: str) -> int:
    """How often a word is said in numbers, beside «оператор» and the like, that are said once.

    Of ten numbers four are said digit by digit, the others in pairs, in hundreds or mixed, two each.
    With all words alike, «десять» is heard in «девять», «меню» in «один», and «нет» in «пять».
    """
    if word not in WORDS:
        return 1
    if word in RARE or 10 <= VALUES[word] < 20:
        return 9
    return 240 if VALUES[word] < 10 else 84 if VALUES[word] < 100 else 36


class Questions:
    """Every question that can be answered by voice. `find` may be called in any thread."""

    def __init__(self, prompts: Prompts, models: Mapping[str, Model], between_s: float) -> None:
        self._prompts, self._models, self._between_s = prompts, models, between_s

    @classmethod
    def of(cls, settings: Settings, models: Mapping[str, Model]) -> Questions:
        """The questions of this instance. Raises `BadCatalogue`."""
        return cls(Prompts.load(settings.home / "prompts"), models, settings.between_keys_s)

    def find(self, name: str) -> Question:
        """The question that the grammar `name` stands for. Raises `UnknownQuestion`."""
        try:
            found = grammar(name, self._prompts)
            model = self._models[name.rpartition(":")[2]]
        except BadGrammar as unknown:
            raise UnknownQuestion(str(unknown)) from None
        except KeyError:
            raise UnknownQuestion(f"no speech model for {name[-2:]}") from None
        if not any(map(model.knows, found.words)):
            raise UnknownQuestion(f"{found.name}: the model knows no word of it")
        return Question(found, model, self._ending(found))

    def _ending(self, asked: Grammar) -> Ending:
        if asked.length:
            return AfterDigits(asked.length, self._between_s, asked.answers)
        courtesies = frozenset(phrase for phrase, kind in asked.kinds.items() if kind <= Kind.MOMENT)
        return AfterWords(conclusive(asked.answers, asked.kinds), courtesies)


def models(settings: Settings) -> dict[str, Model]:
    """The models of this instance by language. Raises `BadModel` when not one can be loaded.

    A language whose model is bad is asked for keys, the others are heard.
    """
    folders = {"ru": str(settings.speech_model), "en": settings.speech_model_en}
    loaded: dict[str, Model] = {}
    faults: list[BadModel] = []
    for language, folder in ((language, folder) for language, folder in folders.items() if folder):
        try:
            loaded[language] = Model(Path(folder))
        except BadModel as fault:
            logger.error("callers in %r are asked for keys: %s", language, fault)
            faults.append(fault)
    if not loaded and faults:
        raise faults[0]
    return loaded
