"""Money is exact, from the text of a file to the text for a reader."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from account_core import BadMoney, format_roubles, parse_roubles

KOPECKS = st.integers(-(10**14) + 1, 10**14 - 1)


@given(KOPECKS)
def test_what_is_written_for_a_reader_is_read_back_as_the_same_amount(amount: int) -> None:
    assert parse_roubles(format_roubles(amount).removesuffix(" ₽")) == amount


@given(KOPECKS, st.sampled_from(".,"), st.sampled_from(["", " ", "\t"]))
def test_comma_and_point_mean_the_same(amount: int, point: str, around: str) -> None:
    written = f"{Decimal(amount) / 100:.2f}".replace(".", point)
    assert parse_roubles(around + written + around) == amount


@given(st.text(max_size=20))
def test_a_text_is_an_amount_or_is_refused_with_what_to_write(text: str) -> None:
    try:
        amount = parse_roubles(text)
    except BadMoney as error:
        assert "write 1234,50" in str(error)
        assert len(str(error)) < 300
    else:
        exact = Decimal(
            text.strip().replace(",", ".").replace("\u2212", "-").translate({32: None, 160: None, 8239: None})
        )
        assert exact * 100 == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234,50", 123450),
        ("1234.5", 123450),
        ("0,07", 7),
        ("-0,07", -7),
        ("+5", 500),
        ("\u2212250", -25000),
        ("1 234 567,89", 123456789),
        ("1\u00a0234,50", 123450),
        ("000", 0),
    ],
)
def test_amounts_as_people_and_programs_write_them(text: str, amount: int) -> None:
    assert parse_roubles(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "1,234.50",
        "1.234,50",
        "12,345",
        "1,2,3",
        "1e5",
        "NaN",
        "inf",
        "0x10",
        "１２",
        "12 34",
        "--5",
        "5-",
        ".5",
        "5.",
        "1_000",
        "1" * 13,
    ],
)
def test_anything_doubtful_is_no_amount(text: str) -> None:
    with pytest.raises(BadMoney):
        parse_roubles(text)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (123450, "1 234,50 ₽"),
        (0, "0,00 ₽"),
        (-5, "-0,05 ₽"),
        (-123456789, "-1 234 567,89 ₽"),
        (99999, "999,99 ₽"),
    ],
)
def test_an_amount_is_written_in_groups_with_two_digits_of_kopecks(amount: int, text: str) -> None:
    assert format_roubles(amount) == text
