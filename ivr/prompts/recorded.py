"""Recordings of people, which win over the synthetic voice.

`recorded/welcome.wav` is a whole prompt; `recorded/balance/amount.1.wav` the first fixed words of one that has
slots; `recorded/words/двести.wav` a word or group that values are made of; `recorded/tariffs/Домашний.wav` the
name of a tariff.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from ivr.prompts.catalogue import Entry, Prompts
from ivr.prompts.text import Words
from ivr.spoken import Fragment

WORDS, TARIFFS = "words/", "tariffs/"


def recordings(prompts: Path, language: str) -> dict[str, Path]:
    """The recordings of a language by what they are named after."""
    folder = prompts / language / "recorded"
    files = sorted(folder.rglob("*.wav"))
    # file systems differ in how they write «й»: as one letter or as two
    return {unicodedata.normalize("NFC", file.relative_to(folder).as_posix()[:-4]): file for file in files}


def of_fragment(fragment: Fragment, found: Mapping[str, Path]) -> Path | None:
    """The recording of a fragment among those `found`; one does for every mark that may follow the words."""
    words = _words(fragment)
    return found.get(WORDS + words) or found.get(TARIFFS + words)


def names(entry: Entry) -> Iterator[str]:
    """What recordings of a prompt are named after."""
    if entry.fixed:
        yield entry.key
    yield from (f"{entry.key}.{piece.number}" for piece in entry.pieces if isinstance(piece, Words))


def unused(prompts: Prompts, folder: Path, language: str) -> list[Path]:
    """Recordings that no prompt is said with."""
    entries = [entry for entry in prompts if entry.language == language]
    of_prompts = {name for entry in entries for name in names(entry)}
    of_words = {
        WORDS + _words(fragment)
        for entry in prompts
        for piece in entry.pieces
        for fragment in entry.vocabulary(piece)
        if fragment.language == language
    }
    return [
        file
        for name, file in recordings(folder, language).items()
        if name not in of_prompts | of_words and not name.startswith(TARIFFS)
    ]


def _words(fragment: Fragment) -> str:
    return fragment.text.rstrip(" .,?!;:—").replace("/", " ")
