"""The notation of a prompt's text: words, slots `{name:kind}` and words in another language `<en>…</en>`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from ivr.spoken import KINDS, LANGUAGES, Fragment

SPOKEN = "/spoken"
"""Ends the key of a prompt as it is said to a caller who may answer by voice."""
_EITHER = re.compile(r"\[([^\[\]|]*)(?:\|([^\[\]|]*))?\]")
_TOKEN = re.compile(r"\{(?P<name>\w+):(?P<kind>\w+)\}|<(?P<tag>/?\w+)>")
_MARK = re.compile(r"\s*([,.?!;:])")
_SENTENCE_ENDS = re.compile(r"(?<=[.?!])\s+")


class BadText(ValueError):
    """A text that is not in the notation; the message says what is wrong with it."""


@dataclass(frozen=True)
class Words:
    """Fixed words: one fragment a sentence."""

    number: int
    """1 for the first fixed words of a prompt, 2 for the next; a recording is named after it."""
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True)
class Slot:
    """The place of a value."""

    name: str
    kind: str
    mark: str
    """The punctuation after the value; it is said, and so recorded, together with the value's last word."""


Piece = Words | Slot


def variants(text: str) -> tuple[str, str]:
    """A text as it is said where answers are keyed, and where they may be spoken: `[spoken|keyed]`."""
    return _EITHER.sub(lambda either: either[2] or "", text), _EITHER.sub(r"\1", text)


def parse(text: str, language: str) -> tuple[Piece, ...]:
    """The pieces of a text in their order. Raises `BadText`."""
    found = list(_pieces(" ".join(text.split()), language))
    if not found:
        raise BadText("there is nothing to say")
    number = count(1)
    return tuple(piece if isinstance(piece, Slot) else Words(next(number), piece) for piece in found)


def _pieces(text: str, language: str) -> Iterator[tuple[Fragment, ...] | Slot]:
    voice, at = language, 0
    for token in _TOKEN.finditer(text):
        yield from _words(text[at : token.start()], voice)
        at = token.end()
        if token["tag"]:
            voice = _next_voice(token["tag"], voice, language)
            continue
        mark = _MARK.match(text, at)
        at = mark.end() if mark else at
        yield Slot(token["name"], _known_kind(token["kind"]), mark[1] if mark else "")
    if voice != language:
        raise BadText(f"<{voice}> is not closed")
    yield from _words(text[at:], language)


def _words(text: str, voice: str) -> Iterator[tuple[Fragment, ...]]:
    if stray := re.search(r"[][{}<>|]", text):
        raise BadText(f"stray {stray[0]!r} near {text.strip()[:40]!r}")
    if re.search(r"\w", text):
        yield tuple(Fragment(voice, sentence) for sentence in _SENTENCE_ENDS.split(text.strip()))


def _next_voice(tag: str, voice: str, language: str) -> str:
    if tag == f"/{voice}" and voice != language:
        return language
    if tag not in LANGUAGES or voice != language or tag == language:
        raise BadText(f"<{tag}> cannot stand here")
    return tag


def _known_kind(kind: str) -> str:
    if kind not in KINDS:
        raise BadText(f"no kind of value is called {kind!r}; there are {', '.join(KINDS)}")
    return kind
