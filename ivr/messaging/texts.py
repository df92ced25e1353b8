"""What the line writes, and the words that it understands: `prompts/<language>/messages.yaml`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path

from account_core import format_roubles
from ivr.prompts.catalogue import BadCatalogue, read_table

HOME_LANGUAGE = "ru"
"""The language of a subscriber whose own is not known or not written."""
LANGUAGES = (HOME_LANGUAGE, "en")
LONGEST = 40
"""Characters of a message that could be one of our words; a longer one is not looked at."""
_SLOT = re.compile(r"\{(\w+):(\w+)\}")
_MARKS = re.compile(r"[^\w\s]|_")


class Wish(StrEnum):
    """What a subscriber may ask for."""

    PASSWORD = "password"  # noqa: S105 - a word
    BALANCE = "balance"
    HELP = "help"
    """What nobody understood asks for, too."""


def _money(value: object, language: str) -> str:
    amount = format_roubles(abs(int(str(value))))
    return amount if language == HOME_LANGUAGE else _english(amount)


def _english(amount: str) -> str:
    return "RUB " + amount.removesuffix(" ₽").replace(",", ".").replace(" ", ",").replace("\u00a0", ",")


KINDS: Mapping[str, Callable[[object, str], str]] = {"money": _money, "plain": lambda value, _: str(value)}


class Texts:
    """The texts and words of all languages."""

    def __init__(self, tables: Mapping[str, Mapping[str, object]]) -> None:
        self._tables = tables
        self._wishes = {
            word: found for language in tables for word, found in _words(tables[language], language)
        }

    @classmethod
    def load(cls, folder: Path) -> Texts:
        """Those in `folder`/<language>/messages.yaml. Raises `BadCatalogue`."""
        files = {language: folder / language / "messages.yaml" for language in LANGUAGES}
        return cls({language: _checked(file, read_table(file)) for language, file in files.items()})

    def keys(self, language: str) -> list[str]:
        """All keys of a language."""
        return list(self._tables[language])

    def text(self, key: str, language: str, **values: object) -> str:
        """The text `key` with its slots filled, in `language` or, where that is not written, at home."""
        known = language if language in self._tables else HOME_LANGUAGE
        text = str(self._tables[known][key])
        return _SLOT.sub(lambda slot: KINDS[slot[2]](values[slot[1]], known), text)

    def wish(self, said: str) -> tuple[Wish, str | None]:
        """What somebody wants who wrote `said`, and the language that it was in; None where nobody can tell."""
        if len(said) > LONGEST:
            return Wish.HELP, None
        return self._wishes.get(_plain(said), (Wish.HELP, None))


def _words(table: Mapping[str, object], language: str) -> list[tuple[str, tuple[Wish, str]]]:
    found = []
    for wish in (Wish.PASSWORD, Wish.BALANCE):
        words = table[f"words/{wish}"]
        found += [(_plain(word), (wish, language)) for word in words] if isinstance(words, list) else []
    return found


def _plain(said: str) -> str:
    """A word as it is compared: no accents, no marks around it, one space between two, no capitals."""
    letters = unicodedata.normalize("NFKD", said).casefold()
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(_MARKS.sub(" ", bare).split())


def _checked(file: Path, table: Mapping[str, object]) -> Mapping[str, object]:
    for key, told in table.items():
        words = isinstance(told, list) and all(isinstance(word, str) for word in told)
        if not (words if key.startswith("words/") else isinstance(told, str)):
            raise BadCatalogue(f"{file}: {key}: expected a text, or a list of words under words/")
        for _, kind in _SLOT.findall(str(told)):
            if kind not in KINDS:
                raise BadCatalogue(f"{file}: {key}: no kind of value is called {kind!r}")
    if missing := {f"words/{wish}" for wish in (Wish.PASSWORD, Wish.BALANCE)} - table.keys():
        raise BadCatalogue(f"{file}: {', '.join(sorted(missing))} missing")
    return table
