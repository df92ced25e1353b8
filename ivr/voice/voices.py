"""The synthetic voices, and how a fragment is put before one so that it sounds like a part of a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.spoken import Fragment
from ivr.voice.letters import in_cyrillic


@dataclass(frozen=True)
class Voice:
    """One voice of one synthesiser."""

    language: str
    driver: str
    """Name of its pyttsx3 driver."""
    name: str
    lead: str = ""
    """Words before a fragment from the middle of a sentence."""
    follow: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Words after a fragment that is not the end of its sentence, by its mark: they make the voice go on.

    Empty where the synthesiser cannot cut a fragment out of its sentence.
    """


FESTIVAL = {
    "ru": Voice(
        language="ru",
        driver="festival",
        name="msu_ru_nsh_clunits",
        lead="На счёте ровно",
        follow={"": " тридцать рублей.", ",": ", тридцать копеек."},
    ),
    "en": Voice(
        language="en",
        driver="festival",
        name="cmu_us_slt_arctic_hts",
        lead="Just",
        follow={"": " two.", ",": ", two."},
    ),
}
"""The voices that a caller understands."""

ESPEAK = {"ru": Voice("ru", "espeak", "zle/ru"), "en": Voice("en", "espeak", "gmw/en-us")}
"""The last resort: a stranger hardly understands the Russian one."""

_VOWELS = "аеёиоуыэюя"


def spelled(fragment: Fragment, voice: Voice, pronunciation: Mapping[str, str]) -> str:
    """What the voice is told to say for a fragment; brackets enclose what is kept of it."""
    text = _plain(fragment.text, pronunciation)
    words, mark = _split(in_cyrillic(text) if voice.language == "ru" else text)
    begins, ends = fragment.text[:1].isupper(), mark == "."
    if not voice.follow or (begins and ends):
        said = f"{words}{mark}"
        return said if voice.follow else said.replace("+", "")  # only Festival knows the stress mark
    lead = "" if begins else f"{voice.lead} "
    return f"{lead}[{words}]{mark if ends else voice.follow[mark and ',']}"


def _split(text: str) -> tuple[str, str]:
    """Words, and the mark after them. These voices end a question like a statement."""
    words = text.rstrip(" .,?!;:")
    mark = text[len(words) :].strip()[:1]
    return words, "." if mark in {"?", "!"} else mark


def _plain(text: str, pronunciation: Mapping[str, str]) -> str:
    """A text of letters, digits and marks alone: nothing in it means anything to a synthesiser."""
    spellings = {words.lower(): sounds for words, sounds in pronunciation.items()}
    longest_first = sorted(map(re.escape, spellings), key=len, reverse=True)
    if spellings:
        known = re.compile(rf"\b({'|'.join(longest_first)})\b", re.IGNORECASE)
        text = known.sub(lambda words: spellings[words[0].lower()], text)
    text = re.sub(r"\s*[—–]", ",", text)
    text = re.sub(rf"\+(?![{_VOWELS}])", " ", text, flags=re.IGNORECASE)
    return " ".join(re.sub(r"[^0-9A-Za-zА-Яа-яЁё .,?!;:+'-]", " ", text).split())
