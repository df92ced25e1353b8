"""Questions are values, and so is every way in which one may be answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from ivr.dialogue.heard import LOST, NOTHING, SHORT, WAIT, Heard, Trust
from ivr.dialogue.line import HASH, REPEAT, Key

BACK = "back"
"""The answer of a caller who pressed `#` with nothing entered."""
OPERATOR = "operator"
"""The answer of a caller who wants a person."""


NOT_UNDERSTOOD = "speech/not-understood"
"""Prompt for a caller who said something that is no answer."""
TOO_SHORT = "speech/short"
"""Prompt for a caller who said digits, but not as many as were asked for."""


class NoAnswer(Exception):
    """The caller failed to answer `question` in all the tries that it allows."""

    def __init__(self, question: Question, failures: int) -> None:
        super().__init__(f"no answer to {question.prompt} in {failures} tries")
        self.question, self.failures = question, failures


class AskAgain(Exception):
    """The caller wants to hear the question again."""


class Greeted(Exception):
    """The caller said hello or thanks, and no more."""


class Waits(Exception):
    """The caller needs a moment to answer."""


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
    """Prompt for a caller who keyed nothing, or does not have the number at hand."""
    tries: int = 3
    secret: bool = False
    """True keeps the answer out of every record; it is never read back, and keyed only."""
    within_s: float | None = None
    """Seconds in which an answer has to begin; None: those of the call."""

    @property
    def keyed(self) -> bool:
        """Whether speech is no answer."""
        return self.secret


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
    within_s: float | None = None
    """Seconds in which an answer has to begin; None: those of the call."""

    weighty: bool = False
    """True where much hangs on the answer: it has to be heard more surely than another."""
    known_after_s: float = 0.0
    """Seconds of the prompt, said for the first time, in which a yes belongs to what went before it."""
    keyed: bool = False
    """True where a machine may speak in a caller's stead: it presses no keys."""
    secret: ClassVar = False


Question = Digits | Choice


def grammar(question: Question, language: str) -> str:
    """The name of what may be said in answer."""
    kind = f"number:{question.length}" if isinstance(question, Digits) else f"answers:{question.prompt}"
    return f"{kind}:{language}"


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


def said(question: Choice, heard: Heard, trust: Trust, insisted: str | None = None) -> str:
    """The answer that was spoken, if it is certain enough. Raises as `chosen` does.

    `insisted` was the answer before, of which the line was not quite certain either.
    """
    weighty = question.weighty and heard.answer != insisted
    if heard.answer is None or heard.certainty < (trust.weighty if weighty else trust.answer):
        raise Unsuitable(NOT_UNDERSTOOD)
    if heard.answer == "yes" and heard.after_s < question.known_after_s:
        raise AskAgain
    if heard.answer in question.options.values():
        return heard.answer
    return _understood_everywhere(heard.answer)


def said_instead(question: Digits, heard: Heard, sure: float) -> str:
    """What was spoken instead of a number. Raises as `unfinished` does, and `Greeted`, `Waits`."""
    if heard.answer is None or heard.certainty < sure:
        raise Unsuitable(NOT_UNDERSTOOD)
    if heard.answer == SHORT:
        raise Unsuitable(TOO_SHORT)
    if heard.answer == LOST:
        raise Unsuitable(question.silence)
    if heard.answer in ("no", "restart"):
        raise AskAgain
    return OPERATOR if heard.answer == OPERATOR else _understood_everywhere(heard.answer)


def _understood_everywhere(answer: str) -> str:
    if answer in ("repeat", OPERATOR):  # where nobody can be put through, it is no mistake to ask for a person
        raise AskAgain
    if answer == NOTHING:
        raise Greeted
    if answer == WAIT:
        raise Waits
    if answer == BACK:
        return BACK
    raise Unsuitable(NOT_UNDERSTOOD)


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
