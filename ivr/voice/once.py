"""Has a text of an operator spoken that is in no catalogue."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from ivr.prompts.joining import BYTES_A_SECOND, joined, pauses
from ivr.prompts.text import BadText, Slot, parse
from ivr.spoken import Fragment
from ivr.voice.plan import Spoken, pronunciations
from ivr.voice.sound import BadSound, telephone
from ivr.voice.synthesis import speak
from ivr.voice.voices import Voice, spelled

LETTERS = {"ru": "А-Яа-яЁёA-Za-z", "en": "A-Za-z"}
"""What the voice of a language can say; Latin letters in Russian words are read as a Russian would."""
MARKS = " .,?!;:—–()«»\"'+-"
LONGEST_S = 20.0
"""Seconds that an announcement may take: every caller has to hear it."""
LONGEST = 400
"""Characters of a text that is tried at all."""


class CannotSay(ValueError):
    """A text that no caller would understand; the message says why."""


def spoken(text: str, language: str, folder: Path, voices: Callable[[], Mapping[str, Voice]]) -> bytes:
    """The A-law of `text`; `folder` is that of the catalogue. Raises `CannotSay` or what `voices` raises."""
    fragments = sentences(text, language)
    voice, known = voices()[language], pronunciations(folder, language)
    orders = [Spoken(voice, spelled(fragment, voice, known)) for fragment in fragments]
    sounds: dict[Spoken, bytes] = {}

    def finish(order: Spoken, file: Path) -> None:
        with suppress(BadSound):  # silence: what the voice makes of a letter that has no sound
            sounds[order] = telephone(file)

    speak(list(dict.fromkeys(orders)), finish)
    if unspoken := [fragment for fragment, order in zip(fragments, orders, strict=True) if order not in sounds]:
        raise CannotSay(f"the voice cannot say {unspoken[0].text!r}")
    said = joined((sounds[order], ms) for order, ms in zip(orders, pauses(fragments), strict=True))
    if len(said) > LONGEST_S * BYTES_A_SECOND:
        raise CannotSay(f"too long: {len(said) / BYTES_A_SECOND:.0f} s; {LONGEST_S:.0f} s at most")
    return said


def sentences(text: str, language: str) -> list[Fragment]:
    """The sentences of `text`. Raises `CannotSay`."""
    if len(text) > LONGEST:
        raise CannotSay(f"too long: {len(text)} characters; {LONGEST} at most")
    if re.search(r"\d", text):
        raise CannotSay("write numbers in words: the voice declines none")
    if stray := re.search(rf"[^{LETTERS[language]}{re.escape(MARKS)}\s]", text):
        raise CannotSay(f"the voice of {language!r} cannot say {stray[0]!r}")
    ended = text.strip() if text.strip()[-1:] in tuple(".?!") else f"{text.strip()}."
    try:
        pieces = parse(ended[:1].upper() + ended[1:], language)
    except BadText as bad:
        raise CannotSay(str(bad)) from None
    return [fragment for piece in pieces if not isinstance(piece, Slot) for fragment in piece.fragments]
