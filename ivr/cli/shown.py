"""What commands take and show: contract numbers, and texts of strangers that must not move the cursor."""

from __future__ import annotations

import re

from ivr.cli import Mend

LINE = "\n"


def contract_number(text: str) -> str:
    """`text`, if it is a contract number. Raises `Mend`."""
    if not re.fullmatch("[0-9]{11}", text):
        raise Mend("a contract is a number of eleven digits")
    return text


def printable(text: str, keep: str = "") -> str:
    """`text` with a mark in place of every character that a terminal would obey, other than those to `keep`."""
    return "".join(letter if letter.isprintable() or letter in keep else "\ufffd" for letter in text)
