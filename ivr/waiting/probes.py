"""Asking from outside whether the part `waiting` lives."""

from __future__ import annotations

import time
from pathlib import Path

from ivr.settings import Settings

DEAD_S = 10.0
"""Seconds without a sign of life after which it counts as dead."""


def sign_of_life(settings: Settings) -> Path:
    """Where it writes, twice a second, the time of a clock that nobody sets."""
    return settings.var / "run" / "waiting.alive"


def waiting_is_well(settings: Settings, within_s: float) -> bool:
    """Whether it lives; told at once."""
    try:
        return 0 <= time.monotonic() - float(sign_of_life(settings).read_text()) < DEAD_S
    except (OSError, ValueError):
        return False
