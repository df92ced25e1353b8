"""What may be said in answer to a question, by the name that the line and the recogniser give it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ivr.prompts import Prompts, UnknownPrompt
from ivr.speech import numerals

LONGEST_NUMBER = 20
"""Digits of a number that may be asked for."""
RESTART = "restart"
"""The answer that takes back the digits before it; where no number is asked for there are none."""
IDLE = frozenset({"yes", "nothing"})
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
    if named["key"]:
        try:
            answers = prompts.phrases(named["key"], named["language"])
            return Grammar(name, {phrase: answer for phrase, answer in answers.items() if answer != RESTART})
        except UnknownPrompt as unknown:
            raise BadGrammar(str(unknown)) from None
    length = int(named["length"])
    if not 1 <= length <= LONGEST_NUMBER:
        raise BadGrammar(f"{name}: a number has 1 to {LONGEST_NUMBER} digits")
    # A yes or a thank-you is no answer here, and each word more is one that a digit is taken for.
    answers = prompts.phrases(None, named["language"])
    return Grammar(name, {phrase: answer for phrase, answer in answers.items() if answer not in IDLE}, length)
