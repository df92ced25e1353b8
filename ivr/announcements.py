"""What is announced to every caller, such as an outage: kept in files until it is taken back or out of date.

A file is looked at anew by every call: whoever announces something tells nobody else of it.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ivr.prompts.index import SUFFIX
from ivr.prompts.joining import name_of
from ivr.prompts.spool import write_whole
from ivr.spoken import LANGUAGES

IN_USE_S = 3600.0
"""Seconds for which the sound of an announcement that is over may still be heard by a caller."""


@dataclass(frozen=True)
class Announcement:
    """Words for every caller in one language."""

    text: str
    until: dt.datetime | None = None
    """Aware; None: until it is taken back."""


class Announcements:
    """The announcements of one instance, one a language. May be used by many threads and processes at once."""

    def __init__(self, var: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._clock = var.absolute() / "announcements", clock
        self._files = {language: str(self._file(language)) for language in LANGUAGES}
        self._read: dict[str, tuple[tuple[int, int], Announcement]] = {}

    def now(self, language: str) -> str | None:
        """The words that are announced in `language` now."""
        found = self._seen(language)
        over = found and found.until and found.until.timestamp() <= self._clock()
        return found.text if found and not over else None

    def _seen(self, language: str) -> Announcement | None:
        """As `kept`; the file is read only when it is another than was read last."""
        try:
            file = os.stat(self._files[language])  # noqa: PTH116  # every call does so; Path takes longer
        except OSError:
            return None
        which = file.st_ino, file.st_ctime_ns
        read = self._read.get(language)
        if read and read[0] == which:
            return read[1]
        if found := self.kept(language):
            self._read[language] = which, found
        return found

    def kept(self, language: str) -> Announcement | None:
        """What was announced and not taken back, out of date or not."""
        try:
            told = json.loads(self._file(language).read_text(encoding="utf-8"))
            until = told["until"] and dt.datetime.fromisoformat(told["until"])
            return Announcement(told["text"], until)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def sound(self, text: str, language: str) -> str | None:
        """The path of the sound of `text`, without its suffix; None when it was never announced."""
        path = self._folder / name_of((language, text))
        return str(path) if path.with_suffix(SUFFIX).is_file() else None

    def announce(self, announcement: Announcement, language: str, sound: bytes) -> None:
        """Say `sound` (A-law) to every caller from now on, in place of what was announced before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        write_whole((self._folder / name_of((language, announcement.text))).with_suffix(SUFFIX), sound)
        until = announcement.until.isoformat() if announcement.until else None
        told = json.dumps({"text": announcement.text, "until": until}, ensure_ascii=False)
        write_whole(self._file(language), told.encode())

    def take_back(self, language: str) -> bool:
        """Announce nothing in `language` any more; whether there was something."""
        was_there = self._file(language).is_file()
        self._file(language).unlink(missing_ok=True)
        return was_there

    def _file(self, language: str) -> Path:
        return self._folder / f"{language}.json"

    def _sweep(self) -> None:
        announced = {found.text for language in LANGUAGES if (found := self.kept(language))}
        kept = {name_of((language, text)) for language in LANGUAGES for text in announced}
        for file in self._folder.glob(f"*{SUFFIX}"):
            if file.stem not in kept and file.stat().st_mtime < self._clock() - IN_USE_S:
                file.unlink(missing_ok=True)
