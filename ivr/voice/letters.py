"""Latin letters in Russian ones: the Russian voice knows no others («Тариф Smart»)."""

from __future__ import annotations

import re

_SOUNDS = {
    "sch": "щ", "sh": "ш", "ch": "ч", "zh": "ж", "kh": "х", "ph": "ф", "th": "т", "ck": "к", "qu": "кв",
    "ya": "я", "yu": "ю", "yo": "ё", "ee": "и", "oo": "у", "a": "а", "b": "б", "c": "к", "d": "д", "e": "е",
    "f": "ф", "g": "г", "h": "х", "i": "и", "j": "дж", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о",
    "p": "п", "q": "к", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в", "w": "в", "x": "кс", "y": "и",
    "z": "з",
}  # fmt: skip
_LATIN = re.compile("|".join(sorted(_SOUNDS, key=len, reverse=True)), re.IGNORECASE)


def in_cyrillic(text: str) -> str:
    """A text with its Latin letters as a Russian would read them: `Тариф смарт`."""
    return _LATIN.sub(lambda letters: _SOUNDS[letters[0].lower()], text)
