"""Questions are values, and so is every way in which one may be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.dialogue.line import HASH, REPEAT, Key

BACK = "back"
"""The answer of a caller who pressed `#` with nothing entered."""
OPERATOR = "operator"
"""The answer of a caller who wants a person."""


class NoAnswer(Exception):
    """The caller failed to answer `question` in all the tries that it allows."""

    def __init__(self, question: Question, failures: int) -> None:
        super().__init__(f"no answer to {question.prompt} in {failures} tries")
        self.question, self.failures = question, failures


class AskAgain(Exception):
    """The caller wants to hear the question again."""


class Unsuitable(Exception):
    """An answer was understood and will not do. `prompt`, spoken with `values`, tells the caller why."""

    def __init__(self, prompt: str, **values: object) -> None:
        super().__init__(prompt)
        self.prompt, self.values = prompt, values


@dataclass(frozen=True)
class Digits:
    """A question that is answered with digits; it is complete at the last one, with no `#` needed."""

    prompt: str
    length: int
    """Digits in a whole answer."""
    short: str = "number/short"
    """Prompt that tells what was `heard` when too few digits came."""
    silence: str = "not-heard"
    """Prompt for a caller who keyed nothing."""
    tries: int = 3
    secret: bool = False
    """True keeps the answer out of every record and is never read back."""


@dataclass(frozen=True)
class Choice:
    """A menu: `options` gives the answer that each key stands for. `*` repeats, `#` goes back."""

    prompt: str
    options: Mapping[Key, str]
    wrong: str = "not-understood"
    silence: str = "not-heard"
    tries: int = 3
    silence_means: str | None = None
    """The answer that a caller gives who says nothing at all in all tries; None raises `NoAnswer`."""


Question = Digits | Choice


@dataclass(frozen=True)
class Timers:
    """How long the line waits for keys. There is no limit on an entry as a whole."""

    first_key_s: float = 6.0
    """Seconds from the end of the prompt to the first key."""
    between_keys_s: float = 4.0
    """Seconds from one key to the next."""


def masked(digits: str) -> str:
    """Digits for a record: only the last four can be read."""
    return "…" + digits[-4:]


def chosen(question: Choice, key: Key | None) -> str:
    """The answer that `key` gives (None: no key came). Raises `AskAgain` or `Unsuitable`."""
    if key is None:
        raise Unsuitable(question.silence)
    if key in question.options:
        return question.options[key]
    if key == REPEAT:
        raise AskAgain
    if key == HASH:
        return BACK
    raise Unsuitable(question.wrong)


def unfinished(question: Digits, entered: str, key: Key | None) -> str:
    """What too few digits mean that ended with `key` (None: with a pause). Raises `AskAgain`, `Unsuitable`."""
    if key == REPEAT:
        raise AskAgain
    if entered == "0":
        return OPERATOR
    if entered and question.secret:
        raise Unsuitable(question.short)
    if entered:
        raise Unsuitable(question.short, heard=entered)
    if key == HASH:
        return BACK
    raise Unsuitable(question.silence)
