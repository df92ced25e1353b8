"""The folder of utterances that were joined during calls: what is said again is not joined again."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ivr.prompts.index import SUFFIX

KEPT = 1000
"""Utterances kept; at 8 kB a second of speech some 30 MB."""
IN_USE_S = 10.0
"""Seconds after its last use before an utterance may be removed. Asterisk opens it in milliseconds, and what
is open can be heard to its end."""
MEMORY = Path("/dev/shm")  # noqa: S108  # each spool in it is a private folder with a name of its own
ROOM = 256 * 2**20
"""Free bytes that memory must have to be used; containers often have 64 MB."""
_NAME = "line0890-spool-"


class Spool:
    """A private folder of sounds for one process, bounded; many threads may use it at once.

    It lies in memory where there is room: a new file costs a tenth of what it costs on a disk, and what callers
    were told is on no disk.
    """

    def __init__(self, beside: Path, kept: int = KEPT, in_use_s: float = IN_USE_S) -> None:
        self._kept, self._in_use_s = kept, in_use_s
        place = MEMORY if _has_room(MEMORY) else beside
        place.mkdir(parents=True, exist_ok=True)
        remove_forsaken(place)
        self.folder, held = _new_folder(place)
        self._remove = weakref.finalize(self, _removed, self.folder, held)
        self._used: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def path(self, name: str, make: Callable[[], bytes]) -> str:
        """The path, without its suffix, of the sound `name`; `make` gives it where it is not there."""
        path = f"{self.folder}/{name}"
        if not self._is_kept(name) or not os.path.exists(path + SUFFIX):  # noqa: PTH110
            try:
                write_new(path + SUFFIX, make())
            except FileExistsError:  # another call is just writing it
                write_whole(path + SUFFIX, make())
            self._keep(name)
        return path

    def close(self) -> None:
        """Remove the folder; the end of the process does so too. No call may be in progress."""
        self._remove()

    def _is_kept(self, name: str) -> bool:
        """Whether `name` is there as a whole; it then counts as used."""
        with self._lock:
            if name not in self._used:
                return False
            self._used[name] = time.monotonic()
            self._used.move_to_end(name)
            return True

    def _keep(self, name: str) -> None:
        """`name` is there as a whole from now on; what was not used for longest makes room."""
        now = time.monotonic()
        with self._lock:
            self._used[name] = now
            self._used.move_to_end(name)
            while len(self._used) > self._kept:
                oldest, used = next(iter(self._used.items()))
                if used > now - self._in_use_s:
                    return
                del self._used[oldest]
                with suppress(FileNotFoundError):
                    os.unlink(f"{self.folder}/{oldest}{SUFFIX}")  # noqa: PTH108


def remove_forsaken(place: Path) -> None:
    """Remove the spools of ours in `place` whose process is gone: it held a lock on its folder."""
    for folder in place.glob(f"{_NAME}*"):
        with suppress(OSError):  # another user's, still held, or just removed by somebody else
            held = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(held)


def _new_folder(place: Path) -> tuple[Path, int]:
    """A folder that only its owner may read, for balances are spoken in it, and the lock that keeps it."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_NAME, dir=place))
        with suppress(FileNotFoundError):
            held = os.open(folder, os.O_RDONLY)
            fcntl.flock(held, fcntl.LOCK_EX)
            if folder.exists():
                return folder, held
            os.close(held)  # another process took it for forsaken, before it was locked


def _removed(folder: Path, held: int) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    os.close(held)


def write_whole(path: str | Path, content: bytes) -> None:
    """Write a file so that nobody ever sees a part of it."""
    # A caller may be waiting: tempfile and Path cost more than all the rest.
    part = f"{path}.{os.getpid()}-{threading.get_ident()}.part"
    _write(part, os.O_TRUNC, content)
    try:
        os.rename(part, path)  # noqa: PTH104
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise


def write_new(path: str, content: bytes) -> None:
    """Write a file that nobody knows of before it is whole. Raises `FileExistsError` when there is one."""
    _write(path, os.O_EXCL, content)


def _write(path: str, how: int, content: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how, 0o666)
    try:
        try:
            written = os.write(file, content)
        finally:
            os.close(file)
        if written != len(content):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path)
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise


def _has_room(place: Path) -> bool:
    try:
        room = os.statvfs(place)
    except OSError:
        return False
    return os.access(place, os.W_OK) and room.f_bavail * room.f_frsize >= ROOM
