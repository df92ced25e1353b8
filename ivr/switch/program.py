"""Finds an Asterisk that is new enough, or gets one."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.cli import Mend
from ivr.settings import Settings
from ivr.switch import parts

Version = tuple[int, ...]
FLOOR: Version = (22, 10, 1)
"""The first release without CVE-2026-57191: a stranger's SIP message overflowed a buffer."""
MUSIC = ("asterisk-moh-opsound-wav",)
PACKAGES = ("asterisk", *MUSIC)
MODULES = "usr/lib/*-linux-gnu*/asterisk/modules"
SYSTEM_MODULES = (MODULES, "usr/lib64/asterisk/modules", "usr/lib/asterisk/modules")
SYSTEM_DATA = ("usr/share/asterisk", "var/lib/asterisk")


@dataclass(frozen=True)
class Asterisk:
    """An Asterisk that can be started here."""

    argv: tuple[str, ...]
    """What runs it; options follow."""
    modules: Path
    data: Path
    """Folder of its XML documentation, without which modules refuse their settings."""
    music: Path
    """Folder of music on hold."""

    def version(self) -> Version:
        """What it says of itself; `()` when it does not run."""
        return version_in(_told([*self.argv, "-V"]))


def find(settings: Settings) -> Asterisk | None:
    """The Asterisk that the line would use, or None when `ensure` would have to get it first."""
    installed = _installed()
    if installed and (music := _music(installed, settings)):
        return replace(installed, music=music)
    for suite in (None, parts.TESTING):
        if root := parts.here("asterisk", PACKAGES, suite, folder=settings.parts):
            return _unpacked(root)
    return None


def ensure(settings: Settings) -> Asterisk:
    """An Asterisk of at least `FLOOR`: the system's, or one unpacked into `settings.parts`. Raises `Mend`."""
    if found := find(settings):
        return found
    if installed := _installed():
        parts.ensure("music", MUSIC, folder=settings.parts)
        return replace(installed, music=_music(installed, settings) or installed.music)
    try:
        suite = None if _candidate() >= FLOOR else parts.TESTING
        asterisk = _unpacked(parts.ensure("asterisk", PACKAGES, suite, folder=settings.parts))
    except Mend as missing:
        raise Mend(f"Asterisk {said(FLOOR)} or newer is needed: {missing.message}") from None
    if asterisk.version() < FLOOR:
        raise Mend(f"Asterisk {said(FLOOR)} or newer is needed; {asterisk.argv[-1]} is not, or does not run")
    return asterisk


def version_in(text: str) -> Version:
    """The first version number in `text` (`Asterisk 22.10.1+dfsg` and the like), or `()`."""
    found = re.search(r"\d+(\.\d+)+", text)
    return tuple(map(int, found[0].split("."))) if found else ()


def said(version: Version) -> str:
    """`version` as people write it."""
    return ".".join(map(str, version))


def _installed() -> Asterisk | None:
    """The Asterisk of the system, if it is new enough."""
    program = shutil.which("asterisk", path="/usr/local/sbin:/usr/sbin:/sbin") or shutil.which("asterisk")
    modules, data = _first(SYSTEM_MODULES), _first(SYSTEM_DATA, "documentation")
    if not (program and modules and data):
        return None
    asterisk = Asterisk((program,), modules, data, data / "moh")
    return asterisk if asterisk.version() >= FLOOR else None


def _music(installed: Asterisk, settings: Settings) -> Path | None:
    """Music on hold for the system's Asterisk: its own, or the part `music`."""
    if any(installed.music.glob("*.wav")):
        return installed.music
    root = parts.here("music", MUSIC, folder=settings.parts)
    return root / "usr" / "share" / "asterisk" / "moh" if root else None


def _unpacked(root: Path) -> Asterisk:
    return Asterisk(
        argv=tuple(parts.command(root, "usr/sbin/asterisk")),
        modules=next(root.glob(MODULES)),
        data=root / "usr" / "share" / "asterisk",
        music=root / "usr" / "share" / "asterisk" / "moh",
    )


def _candidate() -> Version:
    """The version that the machine's own release offers; `()` for none."""
    offered = re.search(r"Candidate: (?:\d+:)?(\S+)", _told(["apt-cache", "policy", "asterisk"]))
    return version_in(offered[1]) if offered else ()


def _first(patterns: Iterable[str], holding: str = ".") -> Path | None:
    found = (path for pattern in patterns for path in sorted(Path("/").glob(pattern)))
    return next((path for path in found if (path / holding).exists()), None)


def _told(command: Sequence[str]) -> str:
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env={"LC_ALL": "C"}
        ).stdout
    except FileNotFoundError:
        return ""
