"""The line of one call, as the dialogue sees it: something to say, keys to hear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

Key = str
"""One key of a telephone: a character of `KEYS`."""
DIGITS = "0123456789"
REPEAT, HASH = "*", "#"
KEYS = DIGITS + REPEAT + HASH

T = TypeVar("T")


class Hangup(Exception):
    """The caller is gone. Nothing more can be said."""


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

    def listening(self, work: Callable[[], T], keep: Callable[[Key], object]) -> T:
        """Do `work` and return its result; `keep` the keys that are pressed meanwhile."""
