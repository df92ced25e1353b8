"""Finds questions that callers cannot answer by voice, and words that the recogniser does not know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from ivr.dialogue import Choice
from ivr.prompts import Prompts
from ivr.prompts.check import Problem
from ivr.speech.numerals import OF


def unanswerable(prompts: Prompts, questions: Iterable[Choice], language: str) -> Iterator[Problem]:
    """Answers that can be keyed and have no words; `answer: []` says that they are keyed only."""
    for question in questions:
        if question.prompt not in prompts.keys(language):
            continue  # a catalogue that lacks it is told of elsewhere
        entry = prompts.entry(question.prompt, language)
        named = {*entry.answers, *prompts.phrases(None, language).values()}
        for answer in sorted({*question.options.values()} - named):
            yield Problem(language, entry.key, f"no words for the answer {answer!r}; [] if it is keyed only")


def unheard(prompts: Prompts, known: Collection[str], language: str) -> Iterator[Problem]:
    """Words that the recogniser would never hear."""
    everywhere = _words(prompts.phrases(None, language))
    for word in sorted((everywhere | OF[language]) - {*known}):
        yield Problem(language, "everywhere", f"the recogniser does not know {word!r}")
    for key in prompts.keys(language):
        for word in sorted(_words(prompts.phrases(key, language)) - everywhere - {*known}):
            yield Problem(language, key, f"the recogniser does not know {word!r}")


def _words(phrases: Iterable[str]) -> set[str]:
    return {word for phrase in phrases for word in phrase.split()}
