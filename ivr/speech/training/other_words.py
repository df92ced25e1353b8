"""Russian words outside the vocabulary: what the model has to tell from its own words, and how they are said.

Hunspell's Russian list gives the words, espeak-ng their stress (Debian's `hunspell-ru` and `espeak-ng`).
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from ivr.speech.training.g2p import VOWELS, pronounce

HUNSPELL = Path("/usr/share/hunspell/ru_RU.dic")
FORTUNES = Path("/usr/share/games/fortunes/ru")
_ESPEAK_VOWELS = set("aAVeEioOuUyI8@")


def choose(rng: random.Random, count: int, known: Collection[str], words: Path = HUNSPELL) -> list[str]:
    """Words of 3 to 11 letters that the vocabulary lacks; half of them are like words that it has."""
    listed = (line.strip().split("/")[0] for line in words.read_text(encoding="utf-8").splitlines())
    fit = sorted({word for word in listed if re.fullmatch("[а-яё]{3,11}", word) and word not in known})
    alike = list(filter(_like(known), fit))
    chosen = rng.sample(alike, min(count // 2, len(alike)))
    rest = sorted(set(fit) - set(chosen))
    return chosen + rng.sample(rest, min(count - len(chosen), len(rest)))


def _like(known: Collection[str]) -> Callable[[str], object]:
    """Whether a word begins as a known one does, or has a whole short one in it: «столяр», «данные»."""
    begins = sorted({word[:4] for word in known if len(word) != 1})
    inside = sorted(word for word in known if 3 <= len(word) <= 5)
    return re.compile(f"(?:{'|'.join(begins)})|.*(?:{'|'.join(inside)})").match


def sentences(folder: Path = FORTUNES) -> list[str]:
    """Pieces of two to nine words out of Debian's `fortunes-ru`; none when it is not installed."""
    files = sorted(file for file in folder.glob("*") if file.suffix not in (".dat", ".u8"))
    text = "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files).lower()
    pieces = (" ".join(piece.split()) for piece in re.split(r"[^а-яё \n-]+|\n\s*\n|-{2,}| - ", text))
    return sorted({piece for piece in pieces if re.fullmatch("[а-яё]+( [а-яё]+){1,8}", piece)})


def pronunciations(words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The sounds of those words whose stress espeak-ng tells; nothing without espeak-ng."""
    fit = [word for word in words if re.fullmatch("[а-яё]+", word)]
    marked = {word: _mark(word, said) for word, said in _said(fit).items()}
    return {word: pronounce(stressed) for word, stressed in marked.items() if stressed}


def _said(words: list[str]) -> dict[str, str]:
    """What espeak-ng says of each word: one line a word; when the count is wrong, each half is asked."""
    if not words:
        return {}
    command = ["espeak-ng", "-v", "ru", "-q", "-x", "--stdin", "-b", "1"]
    try:
        asked = subprocess.run(
            command, input=".\n".join(words) + ".\n", capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return {}
    lines = [line.strip() for line in asked.stdout.splitlines() if line.strip()]
    if len(lines) == len(words):
        return dict(zip(words, lines, strict=True))
    half = len(words) // 2
    return {**_said(words[:half]), **_said(words[half:])} if half else {}


def _mark(word: str, said: str) -> str | None:
    """The word with a `+` before the vowel that espeak-ng stresses; None when the two do not fit."""
    count, stressed = 0, None
    for letter in said.replace("@-", ""):
        if letter == "'":
            stressed = count
        elif letter in _ESPEAK_VOWELS:
            count += 1
    vowels = [i for i, letter in enumerate(word) if letter in VOWELS]
    if stressed is None or count != len(vowels) or stressed >= count:
        return None
    return word[: vowels[stressed]] + "+" + word[vowels[stressed] :]
