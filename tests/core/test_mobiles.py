"""A mobile is the same mobile, however it is written."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_core.mobiles import e164


@pytest.mark.parametrize(
    "text",
    [
        "+79161234567",
        "89161234567",
        "79161234567",
        "9161234567",
        "8 (916) 123-45-67",
        "+7 916 123 45 67",
        "8\u00a0916\u00a01234567",
    ],
)
def test_every_way_to_write_a_russian_mobile_is_one(text: str) -> None:
    assert e164(text) == "+79161234567"


@given(st.integers(9 * 10**9, 10**10 - 1), st.sampled_from(["+7", "8", "7"]))
def test_the_quick_way_agrees_with_phonenumbers(national: int, prefix: str) -> None:
    parsed = phonenumbers.parse(f"{prefix}{national}", "RU")
    assert e164(f"{prefix}{national}") == phonenumbers.format_number(
        parsed, phonenumbers.PhoneNumberFormat.E164
    )


@pytest.mark.parametrize(
    ("text", "mobile"), [("+375 29 123-45-67", "+375291234567"), ("+7 701 123 45 67", "+77011234567")]
)
def test_a_mobile_of_another_country_keeps_its_country(text: str, mobile: str) -> None:
    assert e164(text) == mobile


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "+7495",
        "+74951234567",
        "8 800 250 08 90",
        "мобильный",
        "89161234567 доб. 5",
        "+791612345678",
        "0" * 1000,
    ],
)
def test_what_is_no_mobile_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"mobile"):
        e164(text)
