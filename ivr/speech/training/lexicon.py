"""The vocabulary: which words the model knows, and how each of them may be said."""

from __future__ import annotations

from pathlib import Path

from ivr.speech.training.g2p import pronounce
from ivr.speech.training.phones import INDEX

WORDS_RU = Path(__file__).with_name("words-ru.txt")
Pronunciation = tuple[str, ...]
Lexicon = dict[str, tuple[Pronunciation, ...]]


def read_lexicon(path: Path = WORDS_RU) -> Lexicon:
    """The words of a file in the order of its lines. ValueError names the line that is wrong."""
    lexicon: Lexicon = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            word, pronunciations = _entry(line)
        except ValueError as wrong:
            raise ValueError(f"{path.name}, line {number}: {wrong}") from None
        if word in lexicon:
            raise ValueError(f"{path.name}, line {number}: {word!r} is there already")
        lexicon[word] = pronunciations
    return lexicon


def _entry(line: str) -> tuple[str, tuple[Pronunciation, ...]]:
    marked, *said = line.strip().split("\t")
    pronunciations = tuple(tuple(way.split()) for way in said) or (pronounce(marked),)
    for sound in {sound for way in pronunciations for sound in way}:
        if sound not in INDEX:
            raise ValueError(f"no such sound as {sound!r}")
    if not all(pronunciations):
        raise ValueError("an empty pronunciation")
    return marked.replace("+", "").lower(), pronunciations
