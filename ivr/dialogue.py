"""The vocabulary of a call: what a flow may say, ask and return, and the line that it is said on.

A flow is a function of a `Call` that returns what comes next. What the caller chose is a value; that the talk
is over is an exception (`Hangup`, `NoAnswer`), and `ivr.call_loop` is the one place where those end.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, overload

Key = str
"""One key of a telephone: a character of `KEYS`."""
DIGITS = "0123456789"
REPEAT, HASH = "*", "#"
KEYS = DIGITS + REPEAT + HASH

BACK = "back"
"""The answer of a caller who pressed `#` with nothing entered."""
OPERATOR = "operator"
"""The answer of a caller who wants a person."""

REPEATS_ALLOWED = 10
"""How often one question may be repeated at the caller's wish before a repeat counts as a failure."""
STRAY_S = 1.0
"""Seconds after a refused answer in which a key still belongs to it: a twelfth digit, a key pressed twice."""

T = TypeVar("T")


class Hangup(Exception):
    """The caller is gone. Nothing more can be said."""


class NoAnswer(Exception):
    """The caller failed to answer `question` in all the tries that it allows."""

    def __init__(self, question: Question, failures: int) -> None:
        super().__init__(f"no answer to {question.prompt} in {failures} tries")
        self.question, self.failures = question, failures


class _AskAgain(Exception):
    """The caller wants to hear the question again."""


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

    def play(self, prompt: Prompt, language: str, stops: str = KEYS) -> Key | None:
        """Say `prompt`; the first key of `stops` ends it and is returned; None after the whole prompt."""

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


@dataclass(frozen=True)
class Home:
    """Back to the main menu."""


Next = Callable[..., "Next"] | Home | Handover | Goodbye
"""What a flow returns: the next flow, or how the talk ends. A flow takes the call and the services it needs."""


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
    clock: Callable[[], float] = time.monotonic
    _ahead: deque[Key] = field(default_factory=deque)
    """Keys pressed and not yet used."""
    _closing_hash: bool = False
    """True just after an entry that was complete without `#`: a `#` pressed out of habit means nothing."""

    def say(self, prompt: str, /, **values: object) -> None:
        """Say `prompt`. A key stops it and is kept for the next question."""
        if self._closing_hash and self._ahead and self._ahead[0] == HASH:
            self._ahead.popleft()
        if not self._ahead:
            self._play(Prompt(prompt, values))

    def say_last(self, prompt: str, /, **values: object) -> None:
        """Say `prompt` as the end of the talk: keys pressed before are of no use any more."""
        self._ahead.clear()
        self.say(prompt, **values)

    @overload
    def ask(self, question: Question, /, **values: object) -> str: ...
    @overload
    def ask(self, question: Digits, understand: Callable[[str], T], /, **values: object) -> T | str: ...

    def ask(
        self, question: Question, understand: Callable[[str], Any] | None = None, /, **values: object
    ) -> Any:
        """Put `question` until it is answered; the answer, `BACK` or `OPERATOR`.

        `understand` turns digits into what they name, or raises `Unsuitable`: the caller hears why and is asked
        again. Raises `NoAnswer` after `question.tries` failures of any kind.
        """
        failures = repeats = 0
        while True:
            try:
                return self._try(question, understand, values)
            except _AskAgain:
                repeats += 1
                failures += repeats > REPEATS_ALLOWED
            except Unsuitable as refusal:
                failures += 1
                self._refuse(refusal, told=failures < question.tries)
                if failures == question.tries and refusal.prompt == question.silence:
                    return self._silent(question, failures)
            if failures >= question.tries:
                raise NoAnswer(question, failures)

    def _try(
        self, question: Question, understand: Callable[[str], Any] | None, values: Mapping[str, object]
    ) -> Any:
        key = self._first_key(Prompt(question.prompt, values))
        if isinstance(question, Choice):
            answer = _chosen(question, key)
            self.path.append(f"{question.prompt}: {answer}")
            return answer
        answer = self._entry(question, key)
        if answer in (BACK, OPERATOR):
            self.path.append(f"{question.prompt}: {answer}")
            return answer
        self.path.append(f"{question.prompt}: {'secret' if question.secret else masked(answer)}")
        return understand(answer) if understand else answer

    def _first_key(self, prompt: Prompt) -> Key | None:
        self._closing_hash = False
        if not self._ahead:
            self._play(prompt)
        return self._ahead.popleft() if self._ahead else self.line.key(self.timers.first_key_s)

    def _entry(self, question: Digits, key: Key | None) -> str:
        entered = ""
        while key is not None and key in DIGITS:
            entered += key
            if len(entered) == question.length:
                self._closing_hash = True
                return entered
            key = self._ahead.popleft() if self._ahead else self.line.key(self.timers.between_keys_s)
        return _unfinished(question, entered, key)

    def _refuse(self, refusal: Unsuitable, *, told: bool) -> None:
        self.path.append(refusal.prompt)
        self._ahead.clear()
        self._closing_hash = False
        refused_at = self.clock()
        while told and not self._ahead:
            key = self.line.play(Prompt(refusal.prompt, refusal.values), self.language)
            if key is None:
                return
            if self.clock() - refused_at >= STRAY_S:
                self._ahead.append(key)

    def _silent(self, question: Question, failures: int) -> str:
        if isinstance(question, Choice) and question.silence_means is not None:
            return question.silence_means
        raise NoAnswer(question, failures)

    def _play(self, prompt: Prompt) -> None:
        stops = KEYS.replace(HASH, "") if self._closing_hash else KEYS
        key = self.line.play(prompt, self.language, stops)
        if key is not None:
            self._ahead.append(key)


def masked(digits: str) -> str:
    """Digits for a record: only the last four can be read."""
    return "…" + digits[-4:]


def _chosen(question: Choice, key: Key | None) -> str:
    if key is None:
        raise Unsuitable(question.silence)
    if key in question.options:
        return question.options[key]
    if key == REPEAT:
        raise _AskAgain
    if key == HASH:
        return BACK
    raise Unsuitable(question.wrong)


def _unfinished(question: Digits, entered: str, key: Key | None) -> str:
    if key == REPEAT:
        raise _AskAgain
    if entered == "0":
        return OPERATOR
    if entered and question.secret:
        raise Unsuitable(question.short)
    if entered:
        raise Unsuitable(question.short, heard=entered)
    if key == HASH:
        return BACK
    raise Unsuitable(question.silence)
