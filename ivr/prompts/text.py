"""The notation of a prompt's text: words, slots `{name:kind}` and words in another language `<en>…</en>`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ivr.spoken import KINDS, LANGUAGES, Fragment

_TOKEN = re.compile(r"\{(?P<name>\w+):(?P<kind>\w+)\}|<(?P<tag>/?\w+)>")
_MARK = re.compile(r"\s*([,.?!;:])")
_SENTENCE_ENDS = re.compile(r"(?<=[.?!])\s+")


class BadText(ValueError):
    """A text that is not in the notation; the message says what is wrong with it."""


@dataclass(frozen=True)
class Words:
    """Fixed words: one fragment a sentence."""

    fragments: tuple[Fragment, ...]


@dataclass(frozen=True)
class Slot:
    """The place of a value."""

    name: str
    kind: str
    mark: str
    """The punctuation after the value; it is said, and so recorded, together with the value's last word."""


Piece = Words | Slot


def parse(text: str, language: str) -> tuple[Piece, ...]:
    """The pieces of a text in their order. Raises `BadText`."""
    pieces = tuple(_pieces(" ".join(text.split()), language))
    if not pieces:
        raise BadText("there is nothing to say")
    return pieces


def _pieces(text: str, language: str) -> Iterator[Piece]:
    voice, at = language, 0
    for token in _TOKEN.finditer(text):
        if token.start() < at:
            continue
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


def _words(text: str, voice: str) -> Iterator[Words]:
    if stray := re.search(r"[{}<>]", text):
        raise BadText(f"stray {stray[0]!r} near {text.strip()[:40]!r}")
    if re.search(r"\w", text):
        yield Words(tuple(Fragment(voice, sentence) for sentence in _SENTENCE_ENDS.split(text.strip())))


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
