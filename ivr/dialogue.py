"""The vocabulary of a call: what a flow may say, ask and return, and the line that it is said on.

A flow is a function of a `Call` that returns what comes next. What the caller chose is a value; that the talk
is over is an exception (`Hangup`, `NoAnswer`), and `ivr.call_loop` is the one place where those end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, overload

Key = str
"""One key of a telephone: a character of `KEYS`."""
KEYS = "0123456789*#"

BACK = "back"
"""The answer of a caller who pressed `#` with nothing entered."""
OPERATOR = "operator"
"""The answer of a caller who wants a person."""

REPEATS_ALLOWED = 10
"""How often one question may be repeated at the caller's wish before a repeat counts as a failure."""

T = TypeVar("T")


class Hangup(Exception):
    """The caller is gone. Nothing more can be said."""


class NoAnswer(Exception):
    """The caller failed to answer `question` in all the tries that it allows."""

    def __init__(self, question: Question, failures: int) -> None:
        super().__init__(f"no answer to {question.prompt} in {failures} tries")
        self.question, self.failures = question, failures


class Unsuitable(Exception):
    """An answer was understood and will not do. `prompt`, spoken with `values`, tells the caller why."""

    def __init__(self, prompt: str, **values: object) -> None:
        super().__init__(prompt)
        self.prompt, self.values = prompt, values


@dataclass(frozen=True)
class Prompt:
    """Something to say: a key of the catalogue `prompts/*.yaml` and the values of its slots."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class Line(Protocol):
    """The telephone line of one call. Each method raises `Hangup` when the caller is gone."""

    def play(self, prompt: Prompt, language: str) -> Key | None:
        """Say `prompt`; stop at the first key and return it; None after the whole prompt."""

    def key(self, within_s: float) -> Key | None:
        """The next key, or None when none came within `within_s` seconds."""


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


@dataclass(frozen=True)
class Handover:
    """The caller is put through to a person."""

    queue: str
    about: str
    """Why, in words for the agent."""


@dataclass(frozen=True)
class Goodbye:
    """The talk has come to its end; the caller has heard so."""


Flow = Callable[["Call"], "Next"]
Next = Flow | Handover | Goodbye


@dataclass
class Call:
    """One caller on one line, and what has passed between them so far."""

    line: Line
    id: str
    """Unique over all calls and nodes: the switch's own id of the call."""
    caller: str | None = None
    """The calling number in E.164, or None when it is withheld or not a number."""
    language: str = "ru"
    timers: Timers = field(default_factory=Timers)
    path: list[str] = field(default_factory=list)
    """What was asked and chosen, in order, with no digit of a secret: the story for the agent."""
    contract: str | None = None
    """The contract that the call is about, once it is known."""
    verified: str | None = None
    """How the caller was tied to the contract: `calling-number` or `contract-number`."""
    ahead: deque[Key] = field(default_factory=deque)
    """Keys pressed and not yet used."""

    def say(self, prompt: str, **values: object) -> None:
        """Say `prompt`. A key stops it and is kept for the next question."""
        if not self.ahead:
            self._play(Prompt(prompt, values))

    @overload
    def ask(self, question: Question, **values: object) -> str: ...
    @overload
    def ask(self, question: Digits, understand: Callable[[str], T], **values: object) -> T | str: ...

    def ask(
        self, question: Question, understand: Callable[[str], Any] | None = None, **values: object
    ) -> Any:
        """Put `question` until it is answered; the answer, `BACK` or `OPERATOR`.

        `understand` turns digits into what they name, or raises `Unsuitable`: the caller hears why and is asked
        again. Raises `NoAnswer` after `question.tries` failures of any kind.
        """
        raise NotImplementedError

    def _play(self, prompt: Prompt) -> None:
        key = self.line.play(prompt, self.language)
        if key is not None:
            self.ahead.append(key)
