"""The sounds of the prompts: what a caller hears of a key and its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ivr.prompts.catalogue import Entry, Prompts
from ivr.prompts.index import SUFFIX, Index, sounds_folder
from ivr.prompts.joining import Part, joined, joined_name, pauses
from ivr.prompts.spool import Spool
from ivr.prompts.text import Piece, Slot, Words
from ivr.spoken import LANGUAGES, BadValue, Fragment

MOMENT = Part("", 20)
"""A moment of silence: what a caller hears of an optional prompt that cannot be said."""


class MissingSound(Exception):
    """Something that the catalogue says has no sound: `ivr prompts build` makes it."""


class SoundBank:
    """All sounds of a catalogue, held in memory. It may be used by many threads at once.

    Raises `MissingSound` when not every prompt of the catalogue can be said.
    """

    def __init__(self, prompts: Prompts, var: Path) -> None:
        self._prompts = prompts
        self._folders = {language: sounds_folder(var.absolute(), language) for language in LANGUAGES}
        self._indexes = {language: Index.read(folder) for language, folder in self._folders.items()}
        self._check()
        self._sounds = {name: file.read_bytes() for name, file in self._files()}
        self._fixed = {(entry.key, entry.language): self._fixed_path(entry) for entry in prompts if entry.fixed}
        self._spool = Spool(var.absolute() / "spool")

    def sound(self, key: str, values: Mapping[str, object], language: str) -> str:
        """The path of the sound of a prompt, as Asterisk wants it: without its suffix.

        Raises `UnknownPrompt`, `BadValue` or `MissingSound`.
        """
        fixed = self._fixed.get((key, language))
        if fixed is not None:
            return fixed
        parts = self.parts(key, values, language)
        return self._spool.path(joined_name(parts), lambda: self._joined(parts))

    def heard(self, key: str, values: Mapping[str, object], language: str) -> bytes:
        """The A-law that a caller hears of a prompt, as `sound` gives the path of."""
        return self._joined(self.parts(key, values, language))

    def parts(self, key: str, values: Mapping[str, object], language: str) -> list[Part]:
        """What the sound of a prompt is joined of."""
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
        if isinstance(piece, Slot):
            return [(fragment, self._name(fragment)) for fragment in entry.said(piece, values)]
        if recording := self._indexes[entry.language].recorded.get(f"{entry.key}.{piece.number}"):
            return [(piece.fragments[-1], recording)]
        return [(fragment, self._name(fragment)) for fragment in piece.fragments]

    def _name(self, fragment: Fragment) -> str:
        try:
            return self._indexes[fragment.language].fragments[fragment.text]
        except KeyError:
            raise MissingSound(f"no sound of {fragment.text!r} ({fragment.language})") from None

    def _joined(self, parts: list[Part]) -> bytes:
        return joined((self._sounds[part.sound] if part.sound else b"", part.pause_ms) for part in parts)

    def _fixed_path(self, entry: Entry) -> str:
        path = self._folders[entry.language] / joined_name(self._parts(entry, {}))
        if not path.with_suffix(SUFFIX).is_file():
            raise MissingSound(f"no sound of {entry.key} ({entry.language}); `ivr prompts build` makes it")
        return str(path)

    def _files(self) -> Iterator[tuple[str, Path]]:
        for language, index in self._indexes.items():
            for name in {*index.fragments.values(), *index.recorded.values()}:
                yield name, self._folders[language] / f"{name}{SUFFIX}"

    def _check(self) -> None:
        missing = sorted({fragment for entry in self._prompts for fragment in self._unsaid(entry)})
        if missing:
            language, text = missing[0]
            raise MissingSound(
                f"{len(missing)} sounds are missing, such as {text!r} ({language}); `ivr prompts build` makes them"
            )

    def _unsaid(self, entry: Entry) -> Iterator[Fragment]:
        recorded = self._indexes[entry.language].recorded
        if entry.key in recorded:
            return
        replaced = {
            fragment
            for piece in entry.pieces
            if isinstance(piece, Words) and f"{entry.key}.{piece.number}" in recorded
            for fragment in piece.fragments
        }
        for fragment in entry.vocabulary() - replaced:
            if fragment.text not in self._indexes[fragment.language].fragments:
                yield fragment
