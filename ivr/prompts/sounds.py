"""The sounds of a catalogue in memory: what a caller hears of a key and its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ivr.prompts.catalogue import Entry, Prompts
from ivr.prompts.index import SUFFIX, Index
from ivr.prompts.joining import Part, joined, pauses
from ivr.prompts.text import Piece, Slot, Words
from ivr.spoken import BadValue, Fragment

REMEDY = "`ivr prompts build` makes it"
MOMENT = Part("silence", 20)
"""A moment of silence: what a caller hears of an optional prompt that cannot be said."""


class MissingSound(Exception):
    """Something that the catalogue says has no sound."""


class Sounds:
    """The sounds of every prompt of a catalogue. Raises `MissingSound` when there is not one of each."""

    def __init__(self, prompts: Prompts, folders: Mapping[str, Path], indexes: Mapping[str, Index]) -> None:
        self._prompts, self._folders, self._indexes = prompts, folders, indexes
        self._check()
        self._sounds = {MOMENT.sound: b"", **dict(self._load())}

    def heard(self, key: str, values: Mapping[str, object], language: str) -> bytes:
        """The A-law that a caller hears of a prompt. Raises as `parts` does."""
        return self.joined(self.parts(key, values, language))

    def joined(self, parts: list[Part]) -> bytes:
        """The A-law of an utterance."""
        return joined((self._sounds[part.sound], part.pause_ms) for part in parts)

    def parts(self, key: str, values: Mapping[str, object], language: str) -> list[Part]:
        """What the sound of a prompt is joined of. Raises `UnknownPrompt`, `BadValue` or `MissingSound`."""
        entry = self._prompts.entry(key, language)
        try:
            return self._parts(entry, values)
        except (MissingSound, BadValue):
            if not entry.optional:
                raise
            return [MOMENT]

    def _parts(self, entry: Entry, values: Mapping[str, object]) -> list[Part]:
        if recording := self._indexes[entry.language].recorded.get(entry.key):
            return [Part(recording, 0)]
        said = [pair for piece in entry.pieces for pair in self._piece(entry, piece, values)]
        between = pauses([fragment for fragment, _ in said])
        return [Part(sound, pause_ms) for (_, sound), pause_ms in zip(said, between, strict=True)]

    def _piece(self, entry: Entry, piece: Piece, values: Mapping[str, object]) -> list[tuple[Fragment, str]]:
        """What is said of a piece, and its sounds; a recording stands for the whole of it."""
        if isinstance(piece, Words):
            recording = self._indexes[entry.language].recorded.get(f"{entry.key}.{piece.number}")
            if recording:
                return [(piece.fragments[-1], recording)]
        return [(fragment, self._name(fragment)) for fragment in entry.said(piece, values)]

    def _name(self, fragment: Fragment) -> str:
        try:
            return self._indexes[fragment.language].fragments[fragment.text]
        except KeyError:
            raise MissingSound(f"no sound of {fragment.text!r} ({fragment.language}): {REMEDY}") from None

    def _load(self) -> Iterator[tuple[str, bytes]]:
        for language, index in self._indexes.items():
            for name in {*index.fragments.values(), *index.recorded.values()}:
                file = self._folders[language] / f"{name}{SUFFIX}"
                try:
                    yield name, file.read_bytes()
                except OSError as fault:
                    raise MissingSound(f"{file}: {fault.strerror}: {REMEDY}") from fault

    def _check(self) -> None:
        missing = sorted({fragment for entry in self._prompts for fragment in self._unsaid(entry)})
        if missing:
            language, text = missing[0]
            raise MissingSound(f"no sound of {text!r} ({language}), nor of {len(missing) - 1} more: {REMEDY}")

    def _unsaid(self, entry: Entry) -> Iterator[Fragment]:
        """Fragments of a prompt that have no sound. Tariffs are not counted: their names are not known here."""
        recorded = self._indexes[entry.language].recorded
        if entry.key in recorded:
            return
        for piece in entry.pieces:
            if isinstance(piece, Slot) or f"{entry.key}.{piece.number}" not in recorded:
                for fragment in entry.vocabulary(piece):
                    if fragment.text not in self._indexes[fragment.language].fragments:
                        yield fragment
