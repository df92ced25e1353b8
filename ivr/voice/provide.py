"""Finds Festival and its voices, or gets them."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from ivr.cli import Mend
from ivr.switch import parts
from ivr.voice import festival
from ivr.voice.voices import ESPEAK, FESTIVAL, Voice

log = logging.getLogger(__name__)

PACKAGES = ("festival", "festvox-ru", "festvox-us-slt-hts")
"""Debian's packages of Festival and the voices of `FESTIVAL`."""
_SYSTEM = Path("/usr/share/festival/voices")


def voices() -> Mapping[str, Voice]:
    """The voices in force by language, ready to speak.

    They are the system's, or unpacked in `settings.parts`, or else espeak's, with a warning. Raises `Mend` when
    there is none at all.
    """
    if _has_all(_SYSTEM) and (program := shutil.which("festival")):
        festival.register((program,))
        return FESTIVAL
    try:
        festival.register(_unpacked(parts.ensure("voices", PACKAGES)))
    except Mend as missing:
        if not _has_espeak():
            raise
        log.warning("%s; espeak speaks instead, and callers will hardly understand it", missing.message)
        return ESPEAK
    return FESTIVAL


def _has_all(folder: Path) -> bool:
    return all(any(folder.glob(f"*/{voice.name}")) for voice in FESTIVAL.values())


def _has_espeak() -> bool:
    try:
        import_module("pyttsx3.drivers.espeak")
    except (RuntimeError, OSError):  # its library is not installed
        return False
    return True


def _unpacked(root: Path) -> tuple[str, ...]:
    data = root / "usr" / "share" / "festival"
    # festival finds its program in FESTDATADIR and its voices in FESTLIBDIR: there is one folder of both
    where = (f"FESTDATADIR={data}", f"FESTLIBDIR={data}")
    return ("env", *where, *parts.command(root, "usr/bin/festival"))
