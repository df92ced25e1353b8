"""What every kind of value has in common, and the languages that values are said in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from types import ModuleType

from ivr.spoken import english, russian

LANGUAGES: dict[str, ModuleType] = {"ru": russian, "en": english}
"""The languages that values can be said in, and the module of each that has its words."""


class Kind(ABC):
    """One kind of value."""

    takes: str
    """What a value must be, for people."""
    long: object
    """A usual value that takes long to say."""

    @abstractmethod
    def accepts(self, value: object) -> bool:
        """Whether `words` can say the value."""

    @abstractmethod
    def words(self, value: object, language: str) -> list[str]:
        """The runs of words of an accepted value."""

    @abstractmethod
    def read(self, typed: str) -> object:
        """The value of what a person typed; a `ValueError` or `ArithmeticError` when it is none."""

    @abstractmethod
    def samples(self) -> Iterable[object]:
        """Values that between them use every run of words that there is."""

    def voice(self, value: object, language: str) -> str:
        """The language whose voice says the value in a sentence of `language`."""
        return language
