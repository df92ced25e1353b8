"""Which parts died of late, beside their logs: a part that dies again and again looks well in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

KEPT = 50
"""Deaths of a part that are remembered, the latest."""


class Deaths:
    """The deaths of the part whose log is `log`; kept beside it, one a line."""

    def __init__(self, log: Path) -> None:
        self._file = log.with_suffix(".deaths")

    def note(self, why: str) -> None:
        """It has died just now."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with suppress(OSError):  # a full disk is no reason to restart nothing
            lines = [*self._lines(), f"{now} {why}"][-KEPT:]
            self._file.write_text("\n".join(lines) + "\n")

    def within(self, time: dt.timedelta) -> list[tuple[dt.datetime, str]]:
        """When it died and why, the latest last."""
        since = dt.datetime.now(dt.UTC) - time
        return [death for death in self._known() if death[0] >= since]

    def _known(self) -> Iterator[tuple[dt.datetime, str]]:
        for line in self._lines():
            at, _, why = line.partition(" ")
            with suppress(ValueError):
                yield dt.datetime.fromisoformat(at), why

    def _lines(self) -> list[str]:
        try:
            return self._file.read_text().splitlines()
        except FileNotFoundError:
            return []
