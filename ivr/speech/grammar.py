"""What may be said in answer to a question, by the name that the line and the recogniser give it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ivr.dialogue.heard import LOST, NOTHING, WAIT
from ivr.prompts import Prompts, UnknownPrompt
from ivr.speech import numerals
from ivr.speech.phrases import IDLE, RESTART, WEAK, YES, Kind

LONGEST_NUMBER = 20
"""Digits of a number that may be asked for."""
ONLY_AT_NUMBERS = frozenset({RESTART, LOST})
"""Answers that mean nothing where no number is asked for."""
BESIDE_DIGITS = ONLY_AT_NUMBERS | IDLE
"""Answers that are given in more than one word where a number is asked for: «мой номер», «не так»."""
_NAME = re.compile(
    r"(?:number:(?P<length>\d{1,2})|answers:(?P<key>[\w/-]{1,80})):(?P<language>[a-z]{2})", re.ASCII
)


class BadGrammar(ValueError):
    """A name that no grammar has."""


@dataclass(frozen=True)
class Grammar:
    """What may be said in answer to one question."""

    name: str
    answers: Mapping[str, str]
    """What each phrase means; those that are understood everywhere are among them."""
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    """How much phrases count beside others; those that are not here are plain."""
    length: int | None = None
    """Digits of the number that is asked for; None: no number is."""

    @cached_property
    def words(self) -> list[str]:
        """Every word that the recogniser should listen for."""
        spoken = {word for phrase in self.answers for word in phrase.split()}
        return sorted(spoken | numerals.OF[self.name[-2:]] if self.length else spoken)


def grammar(name: str, prompts: Prompts) -> Grammar:
    """The grammar that is called `number:<length>:<language>` or `answers:<prompt key>:<language>`.

    Raises `BadGrammar`.
    """
    named = _NAME.fullmatch(name)
    if named is None or named["language"] not in numerals.OF:
        raise BadGrammar(f"no grammar is called {name[:100]!r}")
    everywhere = prompts.phrases(None, named["language"])
    if named["key"]:
        try:
            answers = prompts.phrases(named["key"], named["language"])
        except UnknownPrompt as unknown:
            raise BadGrammar(str(unknown)) from None
        own = prompts.entry(named["key"], named["language"]).answers
        kinds = _kinds(answers, everywhere, named["language"], yes_or_no=not WEAK.isdisjoint(own))
        answers = {
            phrase: answer
            for phrase, answer in answers.items()
            if answer not in ONLY_AT_NUMBERS and not (" " in phrase and everywhere.get(phrase) in IDLE)
        }
        return Grammar(name, answers, kinds)
    length = int(named["length"])
    if not 1 <= length <= LONGEST_NUMBER:
        raise BadGrammar(f"{name}: a number has 1 to {LONGEST_NUMBER} digits")
    # Each word more is one that a digit is taken for («понял» was heard in every third «пять» in noise), so
    # there are few: no yes, no no that a yes is taken for, and of several words only what goes with numbers.
    idle = tuple(phrase for phrase, answer in everywhere.items() if answer == YES)
    answers = {
        phrase: answer
        for phrase, answer in everywhere.items()
        if not phrase.endswith(idle) and (" " not in phrase or answer in BESIDE_DIGITS)
    }
    return Grammar(name, answers, _kinds(answers, everywhere, named["language"], yes_or_no=False), length)


def _kinds(
    answers: Mapping[str, str], everywhere: Mapping[str, str], language: str, *, yes_or_no: bool
) -> dict[str, Kind]:
    """What `everywhere` is a yes, a no or a courtesy is one here too, whatever it answers.

    Where a yes or a no is asked for, it goes before a digit: «нет, в конце один».
    """
    kinds = {}
    for phrase, answer in answers.items():
        meanings = {answer, everywhere.get(phrase)}
        if NOTHING in meanings:
            kinds[phrase] = Kind.COURTESY
        elif WAIT in meanings:
            kinds[phrase] = Kind.MOMENT
        elif yes_or_no and phrase in numerals.OF[language]:
            kinds[phrase] = Kind.DIGIT
        elif not meanings.isdisjoint(WEAK):
            kinds[phrase] = Kind.WEAK
    return kinds
