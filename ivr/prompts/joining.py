"""Joins the sounds of fragments into the sound of one utterance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import NamedTuple

from ivr.spoken import Fragment

BYTES_A_SECOND = 8000
"""Headerless A-law of 8 kHz."""
SILENCE = b"\xd5"
"""One sample of silence."""

PAUSES_MS = {".": 350, "!": 350, "?": 350, ",": 150, ";": 200, ":": 200, "—": 150}
"""Milliseconds of silence after a fragment that ends with that mark."""
RUN_ON_MS = 40
"""Milliseconds after a fragment without a mark: strangers understand more amounts with than without it."""
OTHER_VOICE_MS = 400
"""Milliseconds between two voices."""


class Part(NamedTuple):
    """A sound within an utterance."""

    sound: str
    """Its name: the hash of what it was made of."""
    pause_ms: int
    """Silence after it."""


def pauses(fragments: Sequence[Fragment]) -> list[int]:
    """Milliseconds of silence after each fragment; none after the last."""
    between = [
        OTHER_VOICE_MS if this.language != following.language else PAUSES_MS.get(this.text[-1], RUN_ON_MS)
        for this, following in pairwise(fragments)
    ]
    return [*between, 0]


def joined_name(parts: Sequence[Part]) -> str:
    """The name of an utterance; that of its sound when there is one alone."""
    if len(parts) == 1:
        return parts[0].sound
    return name_of(f"{sound} {pause_ms}" for sound, pause_ms in parts)


def name_of(facts: Iterable[str]) -> str:
    """A name that any difference in the facts makes another."""
    return sha256("\n".join(facts).encode()).hexdigest()[:32]


def joined(sounds: Iterable[tuple[bytes, int]]) -> bytes:
    """Sounds, each with the milliseconds of silence after it, as one sound."""
    return b"".join(sound + SILENCE * (pause_ms * BYTES_A_SECOND // 1000) for sound, pause_ms in sounds)
