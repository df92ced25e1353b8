"""The folder of utterances that were joined during calls: what is said again is not joined again."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ivr.prompts.index import SUFFIX

KEPT = 5000
"""Utterances kept; at 8 kB a second of speech some 200 MB."""
IN_USE_S = 600.0
"""Seconds after its last use before an utterance may be removed: a caller may be hearing it."""
_SWEEP_EVERY = 256


class Spool:
    """A bounded folder of sounds, shared by threads and processes."""

    def __init__(self, folder: Path, kept: int = KEPT, in_use_s: float = IN_USE_S) -> None:
        self._folder, self._kept, self._in_use_s = folder, kept, in_use_s
        self._lock = threading.Lock()
        self._written = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.sweep()

    def path(self, name: str, make: Callable[[], bytes]) -> str:
        """The path, without its suffix, of the sound `name`; `make` gives it where it is not there."""
        path = f"{self._folder}/{name}"
        try:
            os.utime(path + SUFFIX)
        except FileNotFoundError:
            self._write(path + SUFFIX, make())
        return path

    def _write(self, path: str, sound: bytes) -> None:
        write_whole(Path(path), sound)
        with self._lock:
            self._written += 1
            due = self._written % _SWEEP_EVERY == 0
        if due:
            self.sweep()

    def sweep(self) -> None:
        """Remove what was not used for longest, down to the number kept, but nothing that may be in use."""
        files = sorted(_ages(self._folder))
        for last_used, path in files[: max(len(files) - self._kept, 0)]:
            if last_used > time.time() - self._in_use_s:
                return
            _remove(path, last_used)


def _ages(folder: Path) -> list[tuple[float, str]]:
    found = []
    for entry in os.scandir(folder):
        try:
            found.append((entry.stat().st_mtime, entry.path))
        except FileNotFoundError:  # another process sweeps too
            continue
    return found


def _remove(path: str, last_used: float) -> None:
    """Remove a file, unless another process takes it into use at this moment."""
    aside = f"{path}.gone"
    try:
        os.rename(path, aside)
        if os.stat(aside).st_mtime > last_used:
            os.rename(aside, path)
        else:
            os.unlink(aside)
    except FileNotFoundError:
        return


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it."""
    handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(part, 0o644)
        os.replace(part, path)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
