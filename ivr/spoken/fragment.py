"""The unit of speech that is recorded ahead of time and joined during a call."""

from __future__ import annotations

from typing import NamedTuple


class Fragment(NamedTuple):
    """Words that one voice says in one breath."""

    language: str
    text: str
    """The words and the mark after them: `двести`, `тридцать рублей,`, `Здравствуйте!`."""
