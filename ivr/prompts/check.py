"""Finds what is wrong with a catalogue and its sounds before a caller does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ivr.prompts import recorded
from ivr.prompts.catalogue import Entry, Prompts
from ivr.prompts.joining import BYTES_A_SECOND
from ivr.prompts.sounds import MissingSound, Sounds
from ivr.prompts.text import SPOKEN
from ivr.spoken import KINDS, LANGUAGES

LONGEST_S = 15.0
"""Seconds of speech that a caller still follows."""
LONGEST_OF = {"welcome": 5.0}
"""Prompts that have to be shorter than that, in seconds."""


@dataclass(frozen=True)
class Problem:
    """Something to mend."""

    language: str
    key: str
    fault: str

    def __str__(self) -> str:
        return f"{self.language}: {self.key}: {self.fault}"


def texts(prompts: Prompts) -> list[Problem]:
    """Languages, keys and slots that are in one catalogue and not in another."""
    absent = [
        Problem(language, "*", "no catalogue") for language in LANGUAGES if language not in prompts.languages
    ]
    keys = {key: None for language in prompts.languages for key in prompts.keys(language)}
    return absent + [problem for key in keys for problem in _differences(prompts, key)]


def _differences(prompts: Prompts, key: str) -> Iterator[Problem]:
    having = [language for language in prompts.languages if key in prompts.keys(language)]
    for language in prompts.languages:
        if language not in having and not key.endswith(SPOKEN):
            yield Problem(language, key, f"missing; there is one in {', '.join(having)}")
    first, *others = [prompts.entry(key, language) for language in having]
    for other in others:
        if _needs(other) != _needs(first):
            yield Problem(
                other.language, key, f"slots are {_needs(other)}, but {_needs(first)} in {first.language}"
            )
        if other.optional != first.optional:
            yield Problem(other.language, key, f"optional is not what it is in {first.language}")


def _needs(entry: Entry) -> str:
    return ", ".join(sorted(f"{slot.name}:{slot.kind}" for slot in entry.slots.values())) or "none"


def recordings(prompts: Prompts, folder: Path) -> list[Problem]:
    """Recordings that nothing is said with."""
    return [
        Problem(language, str(file), "no prompt is said with this recording")
        for language in prompts.languages
        for file in recorded.unused(prompts, folder, language)
    ]


def lengths(prompts: Prompts, sounds: Sounds) -> list[Problem]:
    """Prompts that take too long to listen to, with the longest usual values."""
    return [problem for entry in prompts for problem in _too_long(entry, sounds)]


def _too_long(entry: Entry, sounds: Sounds) -> Iterator[Problem]:
    values = {slot.name: KINDS[slot.kind].long for slot in entry.slots.values()}
    try:
        seconds = len(sounds.heard(entry.key, values, entry.language)) / BYTES_A_SECOND
    except MissingSound as missing:
        yield Problem(entry.language, entry.key, str(missing))
        return
    allowed = LONGEST_OF.get(entry.key, LONGEST_S)
    if seconds > allowed:
        yield Problem(entry.language, entry.key, f"{seconds:.1f} s long; {allowed:.0f} s at most")
