"""A call: the one who says, asks, repeats, counts the tries and keeps the keys that were pressed too early."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar, overload

from ivr.dialogue.confirming import confirmed
from ivr.dialogue.heard import Data, Heard, Trust
from ivr.dialogue.line import DIGITS, HASH, KEYS, Deaf, Key, Line, Prompt, Recording
from ivr.dialogue.questions import (
    BACK,
    NOT_UNDERSTOOD,
    OPERATOR,
    TOO_SHORT,
    AskAgain,
    Choice,
    Digits,
    Greeted,
    NoAnswer,
    Question,
    Timers,
    Unsuitable,
    Waits,
    chosen,
    grammar,
    masked,
    said,
    said_instead,
    unfinished,
)

REPEATS_ALLOWED = 10
"""How often one question may be repeated at the caller's wish before a repeat counts as a failure."""
BY_VOICE = 2
"""Failures after which a question is put for the keys alone; one, once that has happened in a call."""
REFUSED_S = 2.0
"""Seconds, the last of them not whole, after a refusal in which who spoke may answer before the question."""
PATIENCE_S = 30.0
"""Seconds that a caller gets who asks for a moment."""
WAITING = "speech/wait"
STRAY_S = 1.0
"""Seconds after a refused answer in which a key still belongs to it: a twelfth digit, a key pressed twice."""

T = TypeVar("T")


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
    trust: Trust = field(default_factory=Trust)
    path: list[str] = field(default_factory=list)
    """What was asked and chosen, in order, with no digit of a secret: the story for the agent."""
    contract: str | None = None
    """The contract that the call is about, once it is known."""
    verified: str | None = None
    """How the caller was tied to the contract: `calling-number` or `contract-number`."""
    about: str = ""
    """Why the caller was handed over, once that was done."""
    since: int | None = None
    """Tenths of a second since 1970 at which the caller began to wait for a person."""
    recording: Recording | None = None
    """None: calls are not recorded."""
    clock: Callable[[], float] = time.monotonic
    asked: Callable[[Question, int], object] = lambda question, ahead: None
    """Told of each question before it is put, and how many keys are there already: a page hides a secret's."""
    heard: Callable[[Question, Heard], object] = lambda question, heard: None
    """Told of what was understood of speech, before anything comes of it: a page shows it to who said it."""
    _ahead: deque[Key] = field(default_factory=deque)
    """Keys pressed and not yet used."""
    _insisted: str | None = None
    """What the caller said last and would do where less hangs on it."""
    _speaks: bool = True
    """False once speech has not served."""
    _closing_hash: bool = False
    """True from an entry that was complete without `#` to the end of what is said next: a `#` means nothing."""

    def say(self, prompt: str, /, **values: object) -> None:
        """Say `prompt`. A key stops it and is kept for the next question."""
        self._drop_closing_hash()
        if not self._ahead:
            self._play(Prompt(prompt, values))

    def say_last(self, prompt: str, /, **values: object) -> None:
        """Say `prompt` as the end of the talk: keys pressed before are of no use any more."""
        self._ahead.clear()
        self.say(prompt, **values)

    def listening(self, work: Callable[[], T]) -> T:
        """Do `work`, such as asking the accounts; keys pressed meanwhile are kept for the next question."""
        return self.line.listening(work, self._ahead.append)

    @overload
    def ask(self, question: Question, /, **values: object) -> str: ...
    @overload
    def ask(
        self, question: Digits, understand: Callable[[str], T], data: Data | None = None, /, **values: object
    ) -> T | str: ...

    def ask(
        self,
        question: Question,
        understand: Callable[[str], Any] | None = None,
        data: Data | None = None,
        /,
        **values: object,
    ) -> Any:
        """Put `question` until it is answered; the answer, `BACK` or `OPERATOR`.

        `understand` turns digits into what they name, or raises `Unsuitable`: the caller hears why and is asked
        again. `data` tells which of the numbers that were heard may be meant. Raises `NoAnswer` after
        `question.tries` failures of any kind.
        """
        self.asked(question, len(self._ahead))
        with self._off_the_record(question):
            return self._put(question, Prompt(question.prompt, values), understand, data)

    def _off_the_record(self, question: Question) -> AbstractContextManager[None]:
        return self.recording.paused() if self.recording and question.secret else nullcontext()

    def _put(
        self, question: Question, prompt: Prompt, understand: Callable[[str], Any] | None, data: Data | None
    ) -> Any:
        failures = repeats = greetings = 0
        at_once: Key | Heard | None = None
        while True:
            answer = at_once or self._first(question, prompt, by_voice=self._by_voice(question, failures))
            early, at_once = at_once is not None, None
            try:
                return self._understood(question, answer, understand, data)
            except AskAgain:
                repeats += 1
                failures += repeats > REPEATS_ALLOWED
            except Greeted:
                greetings += 1
                if greetings > 1:
                    failures += 1
                    at_once = self._refuse(question, Unsuitable(NOT_UNDERSTOOD), answer, failures)
            except Waits:
                repeats += 1
                failures += repeats > REPEATS_ALLOWED
                at_once = self._patient(question)
            except Unsuitable as refusal:
                if early and refusal.prompt in (NOT_UNDERSTOOD, TOO_SHORT) and repeats < REPEATS_ALLOWED:
                    repeats += 1  # whoever was still speaking has not heard the question again
                    continue
                failures += 1
                at_once = self._refuse(question, refusal, answer, failures)
                if failures == question.tries and refusal.prompt == question.silence:
                    return self._silent(question, failures)
            if failures >= question.tries:
                raise NoAnswer(question, failures)
            if isinstance(question, Choice):
                question = replace(question, known_after_s=0.0)

    def _first(self, question: Question, prompt: Prompt, *, by_voice: bool) -> Key | Heard | None:
        """Put `question`: the first key, or all that was said, of the answer."""
        self._drop_closing_hash()
        if self._ahead:
            self._closing_hash = False
            return self._ahead.popleft()
        within_s = question.within_s or self.timers.first_key_s
        if by_voice and self.line.hears(self.language):
            try:
                return self._heard_first(question, prompt, within_s)
            except Deaf:
                if isinstance(question, Choice) and question.weighty and question.silence_means:
                    raise NoAnswer(question, 1) from None  # silence means nothing where nobody listened
        self._play(prompt)
        return self._ahead.popleft() if self._ahead else self.line.key(within_s)

    def _by_voice(self, question: Question, failures: int) -> bool:
        return not question.keyed and failures < (BY_VOICE if self._speaks else 1)

    def _heard_first(self, question: Question, prompt: Prompt, within_s: float) -> Key | Heard | None:
        words = grammar(question, self.language)
        first = self.line.hear(prompt, words, self.language, within_s)
        if first == HASH and self._closing_hash:  # it stopped the prompt, and means nothing
            first = self.line.hear(prompt, words, self.language, within_s)
        self._closing_hash = False
        if isinstance(first, Heard):
            self.heard(question, first)
        return first

    def _drop_closing_hash(self) -> None:
        if self._closing_hash and self._ahead and self._ahead[0] == HASH:
            self._ahead.popleft()
            self._closing_hash = False

    def _understood(
        self,
        question: Question,
        first: Key | Heard | None,
        understand: Callable[[str], Any] | None,
        data: Data | None,
    ) -> Any:
        insisted, self._insisted = self._insisted, None
        if isinstance(question, Choice):
            if isinstance(first, Heard):
                answer = self._spoken(question, first, insisted)
            else:
                answer = chosen(question, first)
            self.path.append(f"{question.prompt}: {answer}")
            return answer
        answer = self._number(question, first, data)
        if answer in (BACK, OPERATOR):
            self.path.append(f"{question.prompt}: {answer}")
            return answer
        self.path.append(f"{question.prompt}: {'secret' if question.secret else masked(answer)}")
        return self.listening(partial(understand, answer)) if understand else answer

    def _spoken(self, question: Choice, heard: Heard, insisted: str | None) -> str:
        """The answer that was spoken, if it is certain enough; one that is not is, when it is said again."""
        try:
            return said(question, heard, self.trust, insisted)
        except Unsuitable:
            self._insisted = heard.answer if heard.certainty >= self.trust.answer else None
            raise

    def _number(self, question: Digits, first: Key | Heard | None, data: Data | None) -> str:
        if not isinstance(first, Heard):
            return self._entry(question, first)
        if not first.readings:
            return said_instead(question, first, self.trust.answer)
        return confirmed(self, first.readings, data)

    def _entry(self, question: Digits, key: Key | None) -> str:
        entered = ""
        while key is not None and key in DIGITS:
            entered += key
            if len(entered) == question.length:
                self._closing_hash = True
                return entered
            key = self._ahead.popleft() if self._ahead else self.line.key(self.timers.between_keys_s)
        return unfinished(question, entered, key)

    def _refuse(
        self, question: Question, refusal: Unsuitable, answer: Key | Heard | None, failures: int
    ) -> Key | Heard | None:
        """Say why an answer will not do; the next answer, when a caller who speaks gives it at once."""
        self.path.append(refusal.prompt)
        self._ahead.clear()
        self._closing_hash = False
        if failures >= question.tries:
            return None
        by_voice = self._by_voice(question, failures)
        self._speaks &= by_voice or not isinstance(answer, Heard)
        # A yes to «давайте ещё раз» is none to a question, so only for numbers it is heard through.
        through = by_voice and isinstance(answer, Heard) and isinstance(question, Digits)
        return self._told(question, Prompt(refusal.prompt, refusal.values), through=through)

    def _patient(self, question: Question) -> Key | Heard | None:
        """Give a caller who spoke time; the answer, when it comes before the question is put again."""
        wait = Prompt(WAITING)
        with suppress(Deaf):
            return self._heard_first(question, wait, PATIENCE_S)
        return self.line.play(wait, self.language) or self.line.key(PATIENCE_S)

    def _told(self, question: Question, prompt: Prompt, *, through: bool) -> Key | Heard | None:
        began = self.clock()
        while True:
            first = self._heard_or_key(question, prompt) if through else self.line.play(prompt, self.language)
            if isinstance(first, Heard) or first is None or self.clock() - began >= STRAY_S:
                return first

    def _heard_or_key(self, question: Question, prompt: Prompt) -> Key | Heard | None:
        with suppress(Deaf):
            return self._heard_first(question, prompt, REFUSED_S)
        return self.line.play(prompt, self.language)

    def _silent(self, question: Question, failures: int) -> str:
        if isinstance(question, Choice) and question.silence_means is not None:
            return question.silence_means
        raise NoAnswer(question, failures)

    def _play(self, prompt: Prompt) -> None:
        stops = KEYS.replace(HASH, "") if self._closing_hash else KEYS
        key = self.line.play(prompt, self.language, stops)
        self._closing_hash = False
        if key is not None:
            self._ahead.append(key)
