"""The folder of utterances that were joined during calls: what is said again is not joined again."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from ivr.prompts.index import SUFFIX

KEPT = 2000
"""Utterances kept; at 8 kB a second of speech some 80 MB."""
IN_USE_S = 120.0
"""Seconds after its last use before an utterance may be removed: a caller may be hearing it."""
_SWEEP_EVERY = 500


class Spool:
    """A bounded folder of sounds, shared by threads and processes."""

    def __init__(self, folder: Path, kept: int = KEPT, in_use_s: float = IN_USE_S) -> None:
        self._folder, self._kept, self._in_use_s = folder, kept, in_use_s
        self._written = count(1)
        self._sweeping = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)  # balances are spoken in it
        self.sweep()

    def path(self, name: str, make: Callable[[], bytes]) -> str:
        """The path, without its suffix, of the sound `name`; `make` gives it where it is not there."""
        path = f"{self._folder}/{name}"
        try:
            os.utime(path + SUFFIX)
        except FileNotFoundError:
            write_whole(Path(path + SUFFIX), make())
            if next(self._written) % _SWEEP_EVERY == 0:
                # a caller is waiting: let somebody else sweep
                threading.Thread(target=self.sweep, name="spool", daemon=True).start()
        return path

    def sweep(self) -> None:
        """Remove what was not used for longest, down to the number kept, but nothing that may be in use."""
        with self._sweeping:
            files = sorted(_ages(self._folder))
            unused_since = time.time() - self._in_use_s
            for last_used, file in files[: max(len(files) - self._kept, 0)]:
                if last_used > unused_since:
                    return
                _remove(Path(file), last_used)


def _ages(folder: Path) -> list[tuple[float, str]]:
    """When each file was last used."""
    found = []
    with os.scandir(folder) as files:
        for file in files:
            with suppress(FileNotFoundError):  # another process sweeps too
                found.append((file.stat().st_mtime, file.path))
    return found


def _remove(file: Path, last_used: float) -> None:
    """Remove a file, unless another process takes it into use at this very moment."""
    aside = file.with_suffix(".gone")
    with suppress(FileNotFoundError):
        file.rename(aside)
        if aside.stat().st_mtime > last_used:
            aside.rename(file)
        else:
            aside.unlink()


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it."""
    # not tempfile: it costs more than all the rest, and a caller is waiting
    part = Path(f"{file}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        part.write_bytes(content)
        part.replace(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
