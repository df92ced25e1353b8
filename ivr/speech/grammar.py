"""What may be said in answer to a question, by the name that the line and the recogniser give it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ivr.dialogue.heard import NOTHING
from ivr.prompts import Prompts, UnknownPrompt
from ivr.speech import numerals
from ivr.speech.phrases import RESTART, WEAK, YES, Kind

LONGEST_NUMBER = 20
"""Digits of a number that may be asked for."""
IDLE = frozenset({YES, NOTHING})
"""Answers that mean nothing where a number is asked for."""
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
        return Grammar(name, {phrase: answer for phrase, answer in answers.items() if answer != RESTART}, kinds)
    length = int(named["length"])
    if not 1 <= length <= LONGEST_NUMBER:
        raise BadGrammar(f"{name}: a number has 1 to {LONGEST_NUMBER} digits")
    # A yes or a thank-you is no answer here, nor a no that a yes is taken for: «неправильно». Each word more is
    # one that a digit is taken for.
    idle = tuple(phrase for phrase, answer in everywhere.items() if answer in IDLE)
    answers = {phrase: answer for phrase, answer in everywhere.items() if not phrase.endswith(idle)}
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
        elif yes_or_no and phrase in numerals.OF[language]:
            kinds[phrase] = Kind.DIGIT
        elif not meanings.isdisjoint(WEAK):
            kinds[phrase] = Kind.WEAK
    return kinds
