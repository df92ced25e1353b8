"""Passwords that are guessed first: the 30,000 of the `zxcvbn` package, which come from leaked ones."""

from __future__ import annotations

from functools import cache

TAIL = "0123456789!?.,@#$%*-_+= "
LONGEST_TAIL = 4
"""Characters after a common password that make it no better: `Password2026`."""
_RUSSIAN_KEYS = str.maketrans(
    "йцукенгшщзхъфывапролджэячсмитьбюё",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`",
)


def is_common(password: str) -> bool:
    """Whether `password` is listed, in any case, with a short tail, or typed with the Russian keyboard on."""
    typed = password.casefold().translate(_RUSSIAN_KEYS)
    return any(typed[: len(typed) - cut] in _listed() for cut in range(_tail(typed) + 1))


def _tail(typed: str) -> int:
    return min(len(typed) - len(typed.rstrip(TAIL)), LONGEST_TAIL)


@cache
def _listed() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # 0.1 s and 5 MB, needed only where one is chosen

    return frozenset(FREQUENCY_LISTS["passwords"])
