"""Russian letters to sounds by rule. The stress is a `+` before the stressed vowel; `ё` is always stressed."""

from __future__ import annotations

import re

VOWELS = "аеёиоуыэюя"
_CONSONANTS = {
    **{
        "б": "b",
        "в": "v",
        "г": "g",
        "д": "d",
        "ж": "zh",
        "з": "z",
        "й": "j",
        "к": "k",
        "л": "l",
        "м": "m",
        "н": "n",
    },
    **{"п": "p", "р": "r", "с": "s", "т": "t", "ф": "f", "х": "x", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch"},
}
_SOFTENED = {"b", "v", "g", "d", "z", "k", "l", "m", "n", "p", "r", "s", "t", "f", "x"}
_SOFTENERS = "еёиюяь"
_STRESSED = dict(zip("аяоёуюыэеи", "aaoouuyeei", strict=True))
_DEVOICED = {"b": "p", "v": "f", "g": "k", "d": "t", "z": "s", "zh": "sh"}
_VOICED = {"p": "b", "f": "v", "k": "g", "t": "d", "s": "z", "sh": "zh"}
_VOICELESS = {"p", "f", "k", "t", "s", "sh", "ts", "ch", "sch", "x"}


def pronounce(marked: str) -> tuple[str, ...]:
    """The sounds of a word such as `бал+анс`. ValueError for a letter that Russian lacks, or for none."""
    word, stress = _stress(marked.lower())
    if not word or re.search("[^а-яё]", word):
        raise ValueError(f"{marked!r} is not a Russian word")
    reflexive = re.search("ть?ся$", word)
    stem = word[: reflexive.start()] if reflexive else word
    sounds = [sound for i in range(len(stem)) for sound in _sounds(word, i, stress)]
    return tuple(_assimilated(sounds + (["ts", "A"] if reflexive else [])))


def _stress(marked: str) -> tuple[str, int | None]:
    """The word without its mark, and where the stress is; None leaves every vowel without stress."""
    word = marked.replace("+", "")
    if "+" in marked:
        return word, marked.index("+")
    if "ё" in word:
        return word, word.index("ё")
    vowels = [i for i, letter in enumerate(word) if letter in VOWELS]
    return word, vowels[0] if len(vowels) == 1 else None


def _sounds(word: str, i: int, stress: int | None) -> list[str]:
    letter, before, after = word[i], word[i - 1 : i], word[i + 1 : i + 2]
    if letter in VOWELS:
        return _vowel(letter, before, stressed=i == stress, last=not after)
    if letter in "ьъ" or letter == after:  # a doubled consonant is said once
        return []
    if word[i : i + 2] in ("сч", "зч"):
        return ["sch"]
    if before and before in "сз" and letter == "ч":
        return []
    if before and before in "сз" and letter in "тд" and after == "н":  # лестница, поздно
        return []
    sound = _CONSONANTS[letter]
    return [sound + "j" if sound in _SOFTENED and after and after in _SOFTENERS else sound]


def _vowel(letter: str, before: str, *, stressed: bool, last: bool) -> list[str]:
    with_j = (letter in "еёюя" and (not before or before in VOWELS + "ьъ")) or (letter == "и" and before == "ь")
    after_hard = bool(before) and before in "жшц"
    if letter == "ё":
        sound = "o"
    elif stressed:
        sound = "y" if letter == "и" and after_hard else _STRESSED[letter]
    else:
        sound = _reduced(letter, before, after_hard=after_hard, last=last)
    return ["j", sound] if with_j else [sound]


def _reduced(letter: str, before: str, *, after_hard: bool, last: bool) -> str:
    """What is left of a vowel without stress."""
    if letter in "ую":
        return "u"
    if letter == "ы" or (letter in "ие" and after_hard):
        return "y"
    if letter in "иеэ" or (not last and (letter == "я" or (letter == "а" and before in ("ч", "щ")))):
        return "I"
    return "A"


def _assimilated(sounds: list[str]) -> list[str]:
    """A consonant takes its voice from the next one; at the end of a word it has none."""
    out = list(sounds)
    for i in reversed(range(len(out))):
        hard, soft = _parts(out[i])
        following = _parts(out[i + 1])[0] if i + 1 < len(out) else None
        if hard in _DEVOICED and (following is None or following in _VOICELESS):
            out[i] = _DEVOICED[hard] + soft
        elif hard in _VOICED and following in ("b", "d", "g", "z", "zh"):
            out[i] = _VOICED[hard] + soft
    return out


def _parts(sound: str) -> tuple[str, str]:
    return (sound[:-1], "j") if sound.endswith("j") and sound != "j" else (sound, "")
