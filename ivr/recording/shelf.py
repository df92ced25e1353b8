"""Where the recordings of calls lie: `var/recordings/<day>/<call>.wav`, for their owner alone."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.settings import Settings

HEADER = 44
"""Bytes before the voice in a file of Asterisk's (format_wav.c); the last 4 tell how many follow."""
BYTES_A_SECOND = 16_000
"""8 kHz, 16 bits."""
ROOM_MB = 500
"""Free space that recordings leave to the accounts, the logs and the sounds, in megabytes."""
SUFFIX = ".wav"
LONGEST_NAME = 120


class NoRoom(OSError):
    """The disk is nearly full: there is something more important to write than recordings."""


@dataclass(frozen=True)
class Recording:
    """One recording, as it is now: it may still grow."""

    call: str
    """The id of the call."""
    day: dt.date
    """On which it began, in the machine's time zone."""
    path: Path
    bytes: int
    changed_at: dt.datetime
    """Aware."""

    @property
    def length_s(self) -> float:
        """Seconds of voice in it."""
        return max(0, self.bytes - HEADER) / BYTES_A_SECOND

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever written: its call ended at once, or the disk was full."""
        return self.bytes <= HEADER


class Shelf:
    """The recordings of one instance. May be used by many threads and processes at once."""

    def __init__(self, settings: Settings) -> None:
        self.folder = settings.var.absolute() / "recordings"

    def make_ready(self, day: dt.date) -> Path:
        """The folder of `day`, where there is room for one more. Raises `OSError` where there is not."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        of_day = self.folder / day.isoformat()
        of_day.mkdir(mode=0o700, exist_ok=True)
        if not os.access(of_day, os.W_OK | os.X_OK):
            raise PermissionError(f"{of_day} cannot be written")
        if self.free_mb() < ROOM_MB:
            raise NoRoom(f"{self.free_mb():,} MB free, {ROOM_MB:,} are left to the rest of the line")
        return of_day

    def place(self, call: str, day: dt.date) -> Path:
        """A new, empty file for the recording of `call`. Raises `OSError`, also where there is one already.

        Asterisk keeps the mode of a file that is there (app_mixmonitor.c opens with O_TRUNC).
        """
        path = self.make_ready(day) / file_name(call)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600))
        return path

    def find(self, call: str) -> Recording | None:
        """The recording of `call`, if there is one."""
        for day, folder in self.days():
            if found := _recording(folder / file_name(call), day):
                return found
        return None

    def all(self) -> Iterator[Recording]:
        """Every recording, those of the last day first, and of a day those that changed last."""
        for day, folder in self.days():
            found = (_recording(path, day) for path in folder.glob(f"*{SUFFIX}"))
            yield from sorted(filter(None, found), key=lambda one: one.changed_at, reverse=True)

    def days(self) -> list[tuple[dt.date, Path]]:
        """The days that have a folder, the last first. What is no folder of a day is nothing of ours."""
        try:
            folders = [path for path in self.folder.iterdir() if path.is_dir() and not path.is_symlink()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(((day, path) for path in folders if (day := _day(path.name))), reverse=True)

    def erase(self, call: str) -> bool:
        """Erase the recording of `call`; whether there was one."""
        found = self.find(call)
        if found:
            found.path.unlink(missing_ok=True)
        return found is not None

    def erase_before(self, day: dt.date) -> int:
        """Erase the folders of all days before `day`; how many recordings there were."""
        count = 0
        for old, folder in self.days():
            if old < day:
                count += sum(1 for _ in folder.glob(f"*{SUFFIX}"))
                shutil.rmtree(folder)
        return count

    def free_mb(self) -> int:
        """Megabytes that are free where recordings are written."""
        place = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        return shutil.disk_usage(place).free // 1_000_000


def file_name(call: str) -> str:
    """The name of a file for the recording of `call`: letters, digits, - and . alone, so in no other folder."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", call)[:LONGEST_NAME].lstrip(".") + SUFFIX


def mend(recording: Recording) -> None:
    """Let the header tell how much voice there is: Asterisk writes that at the end, and not when it is killed.

    May raise `OSError`.
    """
    voice = recording.bytes - HEADER
    with recording.path.open("r+b") as file:
        header = file.read(HEADER)
        if header[36:40] == b"data" and struct.unpack_from("<I", header, 40)[0] != voice:
            for at, size in ((4, voice + HEADER - 8), (40, voice)):
                file.seek(at)
                file.write(struct.pack("<I", size))
            file.flush()
            os.utime(file.fileno(), (recording.changed_at.timestamp(),) * 2)


def _recording(path: Path, day: dt.date) -> Recording | None:
    try:
        known = path.lstat()
    except OSError:
        return None
    if not stat.S_ISREG(known.st_mode):
        return None
    changed = dt.datetime.fromtimestamp(known.st_mtime, dt.UTC)
    return Recording(path.name.removesuffix(SUFFIX), day, path, known.st_size, changed)


def _day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(name) if len(name) == 10 else None
    except ValueError:
        return None
