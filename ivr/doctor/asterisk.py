"""Asterisk as a program: which one, and whether it has what our configuration loads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.doctor.found import Found, well, wrong
from ivr.settings import Settings
from ivr.switch import program


def version(settings: Settings) -> Iterator[Found]:
    """Whether there is an Asterisk without known holes."""
    found = program.find(settings)
    if not found:
        yield wrong(
            "Asterisk", f"none of {program.said(program.FLOOR)} or newer is here", "`ivr setup` gets it"
        )
        return
    told = program.said(found.version()) or "does not run"
    if found.version() >= program.FLOOR:
        yield well("Asterisk", f"{told}, {found.argv[-1]}")
    else:
        to_do = f"remove {settings.parts / 'asterisk'} and run `ivr setup`"
        yield wrong("Asterisk", f"{told}, older than {program.said(program.FLOOR)}", to_do)


def modules(settings: Settings) -> Iterator[Found]:
    """Whether Asterisk has the modules that asterisk_conf/modules.conf names."""
    if not (found := program.find(settings)):
        return
    names = wanted(settings)
    missing = sorted(name for name in names if not (found.modules / name).is_file())
    if missing:
        told = f"{found.modules} lacks {', '.join(missing)}"
        yield wrong("modules", told, "install Asterisk with these modules (Debian: asterisk-modules)")
    else:
        yield well("modules", f"all {len(names)} of modules.conf")


def wanted(settings: Settings) -> set[str]:
    """The modules that our configuration loads."""
    conf = settings.home / "asterisk_conf"
    files = [conf / "modules.conf", *([conf / "modules" / "recording.conf"] if settings.recording else [])]
    return {
        name
        for file in files
        for name in re.findall(r"^(?:require|load) = (\S+)", file.read_text(), re.MULTILINE)
    }
