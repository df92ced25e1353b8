"""Recordings of people, which win over the synthetic voice.

`recorded/welcome.wav` is a whole prompt; `recorded/balance/amount.1.wav` the first fixed words of one that has
slots; `recorded/words/двести.wav` a word or group that values are made of.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from ivr.prompts.catalogue import Entry
from ivr.prompts.text import Words
from ivr.spoken import Fragment

WORDS = "words"
"""The folder of recorded words."""


def recordings(prompts: Path, language: str) -> dict[str, Path]:
    """The recordings of a language by what they are named after."""
    folder = prompts / language / "recorded"
    files = sorted(folder.rglob("*.wav"))
    # file systems differ in how they write «й»: as one letter or as two
    return {unicodedata.normalize("NFC", file.relative_to(folder).as_posix()[:-4]): file for file in files}


def names(entry: Entry) -> Iterator[str]:
    """What recordings of a prompt are named after."""
    if entry.fixed:
        yield entry.key
    yield from (f"{entry.key}.{piece.number}" for piece in entry.pieces if isinstance(piece, Words))


def word(fragment: Fragment) -> str:
    """What a recording of a fragment is named after: its words without the mark."""
    return f"{WORDS}/{fragment.text.rstrip(' .,?!;:—').replace('/', ' ')}"
