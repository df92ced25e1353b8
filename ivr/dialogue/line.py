"""The line of one call, as the dialogue sees it: something to say, keys and speech to hear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from ivr.dialogue.heard import Heard

Key = str
"""One key of a telephone: a character of `KEYS`."""
DIGITS = "0123456789"
REPEAT, HASH = "*", "#"
KEYS = DIGITS + REPEAT + HASH

T = TypeVar("T")


class Hangup(Exception):
    """The caller is gone. Nothing more can be said."""


class Deaf(Exception):
    """The line does not hear speech any more: the question has to be put for the keys."""


@dataclass(frozen=True)
class Prompt:
    """Something to say: a key of the catalogue `prompts/*.yaml` and the values of its slots."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


class Recording(Protocol):
    """The recording of one call. A caller is told of it first."""

    def possible(self) -> bool:
        """Whether the call can be recorded, or is."""

    def begin(self) -> None:
        """Record from now on, if it is not recorded yet."""

    def paused(self) -> AbstractContextManager[None]:
        """Nothing that passes meanwhile is in the recording."""


class Line(Protocol):
    """The telephone line of one call. Each method raises `Hangup` when the caller is gone."""

    def play(self, prompt: Prompt, language: str, stops: str = KEYS) -> Key | None:
        """Say `prompt`; the first key of `stops` ends it and is returned; None after the whole prompt."""

    def key(self, within_s: float) -> Key | None:
        """The next key, or None when none came within `within_s` seconds."""

    def hears(self, language: str) -> bool:
        """Whether a caller may answer by voice in that language."""

    def hear(self, prompt: Prompt, grammar: str, language: str, within_s: float) -> Key | Heard | None:
        """Say `prompt`, with its invitation to speak, and give the first key or what the caller says.

        `grammar` names what may be said. Either ends the prompt, and a key outdoes speech. None when neither
        began within `within_s` seconds of its end. Raises `Deaf`.
        """

    def listening(self, work: Callable[[], T], keep: Callable[[Key], object]) -> T:
        """Do `work` and return its result; `keep` the keys that are pressed meanwhile."""
