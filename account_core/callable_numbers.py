"""Which numbers the line may ever call: telephones of its own country, written in full."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberType

DIALLED = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
"""No premium rate, no shared cost, no satellite: nobody can make the line pay."""


def may_be_called(number: str, country: str) -> bool:
    """Whether `number` is an ordinary telephone of `country` (ISO 3166) in E.164."""
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", number, re.ASCII):
        return False
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    return (
        phonenumbers.is_valid_number_for_region(parsed, country)
        and phonenumbers.number_type(parsed) in DIALLED
        and phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number
    )
