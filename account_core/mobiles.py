"""Mobile numbers as subscribers write them, and as the network does: E.164."""

from __future__ import annotations

import re

HOME_REGION = "RU"
"""Country whose national form numbers without `+` are read in."""

RUSSIAN_MOBILE = r"(?:\+7|7|8)(9[0-9]{9})"
"""Codes that begin with 9 are those of mobiles; which of them are given out changes too often to be checked."""

_RUSSIAN = re.compile(RUSSIAN_MOBILE)
_BETWEEN = str.maketrans("", "", " ()-\u00a0")


def e164(text: str) -> str:
    """The mobile that `text` means: `8 (916) 123-45-67` is `+79161234567`. Raises `ValueError`."""
    if found := _RUSSIAN.fullmatch(text.translate(_BETWEEN)):
        return "+7" + found[1]
    return _by_the_book(text)


def _by_the_book(text: str) -> str:
    import phonenumbers  # exact for the whole world, and some fifty times slower

    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        raise ValueError("the mobile is not a telephone number") from None
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise ValueError("the mobile is not a telephone number")
    kind = phonenumbers.number_type(number)
    if kind not in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE):
        raise ValueError("the number is not a mobile")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
