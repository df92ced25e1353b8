"""Gives Asterisk the file of what a caller is to hear."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from ivr.prompts.catalogue import Entry, Prompts
from ivr.prompts.index import SUFFIX, Index, sounds_folder
from ivr.prompts.joining import BYTES_A_SECOND, SILENCE, joined_name
from ivr.prompts.sounds import REMEDY, MissingSound, Sounds
from ivr.prompts.spool import Spool
from ivr.spoken import LANGUAGES

SILENT_BYTES = BYTES_A_SECOND // 50
Told = Callable[[str, str], str | None]
"""Gives the path of the sound of words, in a language, that are in no catalogue; None when there is none."""


def _nothing(words: str, language: str) -> str | None:
    return None


class SoundBank:
    """The sounds of a catalogue as files. It may be used by many threads at once.

    `spool` outlives the bank: after a reload calls go on with the old one. None makes one of its own.

    Raises `MissingSound` when not every prompt can be said: then nothing has changed, and a bank that is in use
    can go on.
    """

    def __init__(self, prompts: Prompts, var: Path, spool: Spool | None = None, told: Told = _nothing) -> None:
        self._folders = {language: sounds_folder(var.absolute(), language) for language in LANGUAGES}
        indexes = {language: Index.read(folder) for language, folder in self._folders.items()}
        self._prompts = prompts
        self._sounds = Sounds(prompts, self._folders, indexes)
        self._fixed = {(entry.key, entry.language): self._fixed_path(entry) for entry in prompts if entry.fixed}
        self._told = told
        self._telling = {
            (entry.key, entry.language): slot.name
            for entry in prompts
            for slot in entry.slots.values()
            if slot.kind == "told"
        }
        self._spool = spool or Spool(var.absolute() / "spool")

    def sound(self, key: str, values: Mapping[str, object], language: str) -> str:
        """The path of the sound of a prompt, as Asterisk wants it: without its suffix.

        Raises `UnknownPrompt`, `BadValue` or `MissingSound`.
        """
        key = self._prompts.entry(key, language).key
        fixed = self._fixed.get((key, language))
        if fixed is not None:
            return fixed
        telling = self._telling.get((key, language))
        if telling and (path := self._told(str(values.get(telling)), language)):
            return path
        parts = self._sounds.parts(key, values, language)
        return self._spool.path(joined_name(parts), lambda: self._sounds.joined(parts))

    def silence(self) -> str:
        """The path of a moment of silence, for a line that listens and has nothing to say."""
        return self._spool.path("silence", lambda: SILENCE * SILENT_BYTES)

    def _fixed_path(self, entry: Entry) -> str:
        path = self._folders[entry.language] / joined_name(self._sounds.parts(entry.key, {}, entry.language))
        if not path.with_suffix(SUFFIX).is_file():
            raise MissingSound(f"no sound of {entry.key} ({entry.language}): {REMEDY}")
        return str(path)
