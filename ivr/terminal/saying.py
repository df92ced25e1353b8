"""What a caller of a script says, and how it is understood: as it would be after a recogniser heard it."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.dialogue import Heard
from ivr.prompts import SPOKEN, Prompts
from ivr.speech.heard import Alternative, Word, decode, encode, grammar, understand

SAYS = "says: "
DIES = "(recogniser dies)"
STEP = -2.0
"""Natural logarithm of how much less likely each alternative is than the one before."""


def is_spoken(script_line: str) -> bool:
    """Whether a line of a script tells of a line that hears speech."""
    return script_line.startswith(SAYS) or script_line == DIES or SPOKEN in script_line


def heard(script_line: str, grammar_name: str, prompts: Prompts) -> Heard:
    """What is understood of `says: …`; it goes the way that it takes through Asterisk."""
    found = understand(_offered(script_line.removeprefix(SAYS)), grammar(grammar_name, prompts))
    return decode(encode(found))


def _offered(says: str) -> Iterator[Alternative]:
    for place, words in enumerate(says.split("|")):
        yield Alternative(tuple(map(Word, words.split())), STEP * place)
