"""The rules of single fields, shared by the plain pattern and the careful reading of a row."""

from __future__ import annotations

import re

LONGEST_TEXT = 200
"""Characters of a name or a tariff."""

CONTRACT = "[0-9]{11}"
EMAIL = r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
TEXT = rf"[\w.'’()/«»№&+!-][\w .'’()/«»№&+!-]{{0,{LONGEST_TEXT - 1}}}(?<! )"
"""A text with nothing in it that needs a second look."""


def roubles(separator: str) -> str:
    """A pattern of an amount in two pairs of groups, roubles and kopecks: one within quotes, one without."""
    point = "[.,]" if separator != "," else "[.]"
    return rf'(?:"(-?[0-9]{{1,12}})(?:[.,]([0-9]{{1,2}}))?"|(-?[0-9]{{1,12}})(?:{point}([0-9]{{1,2}}))?)'


def matching(pattern: str, value: str, fault: str) -> str:
    """`value` if it is all of `pattern`. Raises `ValueError` with `fault`."""
    if not re.fullmatch(pattern, value):
        raise ValueError(fault)
    return value


def contract(number: str) -> str:
    """An eleven-digit contract number."""
    return matching(CONTRACT, number, "the contract number is not eleven digits")


def text(value: str, what: str) -> str:
    """Words that can be printed, and not too many."""
    if not value:
        raise ValueError(f"{what} is empty")
    if not value.isprintable() or len(value) > LONGEST_TEXT:
        raise ValueError(f"{what} holds characters that cannot be printed, or more than {LONGEST_TEXT}")
    return value
