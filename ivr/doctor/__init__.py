"""Looks at every part of the line and says what is well and what to do. It changes nothing.

A check is a function of the settings that gives what it found; a new part adds its checks to `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ivr.doctor import asterisk, database, house, running
from ivr.doctor.found import Check, Found, State, wrong
from ivr.doctor.recorded import recordings
from ivr.settings import Settings

CHECKS: tuple[Check, ...] = (
    house.python,
    house.packages,
    house.disk,
    house.office_hours,
    database.schema_is_current,
    house.secrets_are_private,
    house.sounds,
    recordings,
    asterisk.version,
    asterisk.modules,
    running.ports,
    running.parts,
    running.deaths,
)
"""In the order in which a broken line is mended."""


def examine(settings: Settings) -> Iterator[Found]:
    """What is found, one part after the other. A check that fails itself is a finding as well."""
    for check in CHECKS:
        try:
            yield from check(settings)
        except Exception as fault:
            yield wrong(check.__name__.replace("_", " "), f"could not be checked: {fault}", "see the message")


__all__ = ["CHECKS", "Check", "Found", "State", "examine"]
