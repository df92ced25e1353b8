"""Recordings of calls: whether they can be written, and who could read them."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Iterator

from ivr.doctor.found import Found, resting, well, wrong
from ivr.recording.shelf import ROOM_MB, Recording, Shelf
from ivr.settings import Settings

WHAT = "recordings"
OVER_S = 60.0
"""Seconds after which an empty recording stays empty."""


def recordings(settings: Settings) -> Iterator[Found]:
    """Whether calls are recorded as the settings want it."""
    shelf = Shelf(settings)
    found = list(shelf.all())
    kept = f"{len(found):,} calls, {sum(one.bytes for one in found) // 1_000_000:,} MB"
    if trouble := _trouble(settings, shelf, found):
        yield trouble
    elif settings.recording:
        yield well(WHAT, f"{kept}, kept for {settings.recording_days} days")
    else:
        yield resting(WHAT, "calls are not recorded (IVR_RECORDING)" + (f"; there are {kept}" if found else ""))


def _trouble(settings: Settings, shelf: Shelf, found: list[Recording]) -> Found | None:
    place = shelf.folder
    if place.is_dir() and stat.S_IMODE(place.stat().st_mode) & 0o077:
        return wrong(WHAT, f"others can read {place}", f"chmod 700 {place}")
    if not settings.recording:
        return None
    if place.exists() and not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        to_do = f"make it a folder of the user {os.getuid()}, who runs the line"
        return wrong(WHAT, f"{place} cannot be written: no call is recorded", to_do)
    if shelf.free_mb() < ROOM_MB:
        told = f"{shelf.free_mb():,} MB free, below {ROOM_MB:,}: no call is recorded"
        return wrong(WHAT, told, "make room, or set IVR_RECORDING_DAYS lower")
    now = dt.datetime.now(dt.UTC)
    if empty := [one for one in found if one.is_empty and (now - one.changed_at).total_seconds() > OVER_S]:
        log = settings.var / "log" / "asterisk.log"
        told = f"{len(empty)} are empty, the last of {empty[0].changed_at.astimezone():%Y-%m-%d %H:%M}"
        return wrong(WHAT, told, f"see {log} and {log.with_name('application.log')}; erase them afterwards")
    return None
