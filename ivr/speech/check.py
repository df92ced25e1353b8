"""Finds questions that callers cannot answer by voice, and words that the recogniser does not know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ivr.dialogue import Choice
from ivr.prompts import Prompts
from ivr.prompts.check import Problem
from ivr.speech.grammar import LANGUAGES
from ivr.speech.numerals import WORDS


def vocabulary(model: Path) -> frozenset[str]:
    """The words that a model in Vosk's format knows. Raises `OSError`."""
    lines = (model / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.split()[0] for line in lines if line.strip())


def unanswerable(prompts: Prompts, questions: Iterable[Choice]) -> Iterator[Problem]:
    """Answers that can be keyed and have no words; `answer: []` says that they are keyed only."""
    for language in sorted(LANGUAGES.intersection(prompts.languages)):
        for question in questions:
            if question.prompt not in prompts.keys(language):
                continue  # a catalogue that lacks it is told of elsewhere
            entry = prompts.entry(question.prompt, language)
            named = {*entry.answers, *prompts.phrases(None, language).values()}
            for answer in sorted({*question.options.values()} - named):
                yield Problem(
                    language, entry.key, f"no words for the answer {answer!r}; [] if it is keyed only"
                )


def unheard(prompts: Prompts, known: Collection[str]) -> Iterator[Problem]:
    """Words that the recogniser would never hear."""
    for language in sorted(LANGUAGES.intersection(prompts.languages)):
        keys: list[str | None] = [None, *prompts.keys(language)]
        for key in keys:
            spoken = {word for phrase in prompts.phrases(key, language) for word in phrase.split()}
            for word in sorted(spoken - {*known}):
                if key is None or word not in " ".join(prompts.phrases(None, language)).split():
                    yield Problem(language, key or "everywhere", f"the recogniser does not know {word!r}")
        for word in sorted(WORDS - {*known}):
            yield Problem(language, "*", f"the recogniser does not know the numeral {word!r}")
