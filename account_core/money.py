"""Money is a whole number of kopecks, from the file to the voice. No float ever holds an amount."""

from __future__ import annotations

import re

from account_core.errors import BadMoney

ROUBLE = 100
"""Kopecks."""

_GROUPS = r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3}){1,3}"
_AMOUNT = re.compile(rf"([+\-\u2212]?)([0-9]{{1,12}}|{_GROUPS})(?:[.,]([0-9]{{1,2}}))?")
_SPACES = str.maketrans("", "", " \u00a0\u202f")


def parse_roubles(text: str) -> int:
    """The kopecks of `1234,50`, `-1234.5` or `1 234`. Raises `BadMoney`, also for 13 digits of roubles."""
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        raise BadMoney(text)
    sign, roubles, kopecks = found.groups("")
    amount = int(roubles.translate(_SPACES) + kopecks.ljust(2, "0"))
    return amount if sign in ("", "+") else -amount


def format_roubles(amount: int) -> str:
    """Kopecks for a reader: 123450 is `1 234,50 ₽`."""
    roubles, kopecks = divmod(abs(amount), ROUBLE)
    sign = "-" if amount < 0 else ""
    return f"{sign}{roubles:,}".replace(",", " ") + f",{kopecks:02} ₽"
