"""How the recogniser tells the line what it heard: as the text of a result in Asterisk's speech interface."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from ivr.dialogue import Heard, Reading
from ivr.speech.alternatives import Alternative, Word, joined
from ivr.speech.grammar import BadGrammar, Grammar, grammar
from ivr.speech.understanding import is_meant, understand

__all__ = [
    "ONSET",
    "REFUSED",
    "Alternative",
    "BadGrammar",
    "BadHeard",
    "Grammar",
    "Heard",
    "Reading",
    "Word",
    "decode",
    "encode",
    "grammar",
    "is_meant",
    "joined",
    "understand",
]

ONSET = "onset"
"""The text of the result that says no more than that the caller began to speak."""
REFUSED = "refused"
"""The text of the result that says that nothing is known of the question."""
LONGEST = 1500
"""Bytes of a text: res_agi.c formats a whole reply into 2,048."""


class BadHeard(ValueError):
    """A text that tells nothing: whoever sent it is no recogniser of ours."""


def encode(heard: Heard) -> str:
    """`heard` in ASCII without quotes or blanks, at most `LONGEST` bytes: the words may be left out,
    then unlikely readings."""
    fields = [("certainty", f"{heard.certainty:.3f}")]
    if heard.answer is not None:
        fields.append(("answer", heard.answer))
    fields += [("reading", f"{reading.digits}:{reading.certainty:.3f}") for reading in heard.readings]
    if heard.words:
        fields.append(("words", heard.words))
    while len(text := urlencode(fields, safe=":")) > LONGEST and len(fields) > 1:
        fields.pop()
    return text


def decode(text: str) -> Heard:
    """What `encode` wrote. Raises `BadHeard`."""
    try:
        fields = parse_qsl(text, strict_parsing=True, errors="strict", max_num_fields=100)
        told = dict(fields)
        found = tuple(_reading(value) for name, value in fields if name == "reading")
        words = told.get("words", "")
        return Heard(told.get("answer"), _share(told["certainty"]), found, words if words.isprintable() else "")
    except (ValueError, KeyError) as bad:
        raise BadHeard(f"tells nothing in {len(text)} characters") from bad


def _reading(text: str) -> Reading:
    digits, _, certainty = text.partition(":")
    if not (digits.isascii() and digits.isdigit()):
        raise ValueError(digits)
    return Reading(digits, _share(certainty))


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share <= 1:  # NaN is in no range
        raise ValueError(text)
    return share
