"""The letters of an SMS: the default alphabet of GSM, and UCS-2 for all others."""

from __future__ import annotations

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""3GPP TS 23.038, 6.2.1: each takes one septet."""
_EXTENSION = "\f^{}\\[~]|€"
"""3GPP TS 23.038, 6.2.1.1: each takes two."""
_SEPTETS = dict.fromkeys(_BASIC, 1) | dict.fromkeys(_EXTENSION, 2)


def septets(text: str) -> int | None:
    """The length of `text` in the default alphabet; None when it has letters that are not in it."""
    lengths = [_SEPTETS.get(letter) for letter in text]
    return None if None in lengths else sum(length or 0 for length in lengths)


def ucs2(text: str) -> int:
    """The length of `text` in UCS-2; a letter outside the basic plane counts twice."""
    return len(text.encode("utf-16-be", "surrogatepass")) // 2
