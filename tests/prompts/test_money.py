"""Amounts are said as people say them, in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from ivr.spoken import BadValue, read, say

AMOUNTS = st.one_of(
    st.integers(0, 10**14 - 1), st.integers(0, 10**6), st.integers(0, 10**7).map(lambda n: n * 100)
)


def said(kopecks: int, language: str = "ru") -> str:
    return " ".join(fragment.text for fragment in say("money", kopecks, language))


@pytest.mark.parametrize(
    ("kopecks", "words"),
    [
        (0, "ноль рублей"),
        (1, "одна копейка"),
        (2, "две копейки"),
        (11, "одиннадцать копеек"),
        (100, "один рубль"),
        (200, "два рубля"),
        (500, "пять рублей"),
        (1100, "одиннадцать рублей"),
        (1200, "двенадцать рублей"),
        (1400, "четырнадцать рублей"),
        (2100, "двадцать один рубль"),
        (11100, "сто одиннадцать рублей"),
        (12102, "сто двадцать один рубль, две копейки"),
        (20000, "двести рублей"),
        (100000, "одна тысяча рублей"),
        (100101, "одна тысяча один рубль, одна копейка"),
        (123450, "одна тысяча двести тридцать четыре рубля, пятьдесят копеек"),
        (1100000, "одиннадцать тысяч рублей"),
        (2100000, "двадцать одна тысяча рублей"),
        (2200000, "двадцать две тысячи рублей"),
        (11100000, "сто одиннадцать тысяч рублей"),
        (100000100, "один миллион один рубль"),
        (200000000, "два миллиона рублей"),
        (11100000000, "сто одиннадцать миллионов рублей"),
        (100000000000, "один миллиард рублей"),
        (-34500, "минус триста сорок пять рублей"),
        (-7, "минус семь копеек"),
    ],
)
def test_russian_amounts_are_declined(kopecks: int, words: str) -> None:
    assert said(kopecks) == words


@pytest.mark.parametrize(
    ("kopecks", "words"),
    [
        (0, "zero roubles"),
        (100, "one rouble"),
        (101, "one rouble, one kopeck"),
        (12102, "one hundred twenty-one roubles, two kopecks"),
        (100000100, "one million one roubles"),
        (10100, "one hundred one roubles"),
        (100000, "one thousand roubles"),
        (-34500, "minus three hundred forty-five roubles"),
    ],
)
def test_english_amounts(kopecks: int, words: str) -> None:
    assert said(kopecks, "en") == words


@given(AMOUNTS)
def test_russian_amounts_agree_with_num2words(kopecks: int) -> None:
    full = num2words(Decimal(kopecks) / 100, lang="ru", to="currency", currency="RUB")
    if kopecks % 100 == 0:
        full = full.removesuffix(", ноль копеек")
    elif kopecks < 100:
        full = full.removeprefix("ноль рублей, ")
    assert said(kopecks) == full


@given(AMOUNTS)
def test_english_amounts_agree_with_num2words(kopecks: int) -> None:
    roubles, rest = divmod(kopecks, 100)
    parts = [f"{_english(roubles)} rouble{'s' * (roubles != 1)}"] if roubles or not rest else []
    parts += [f"{_english(rest)} kopeck{'s' * (rest != 1)}"] if rest else []
    assert said(kopecks, "en") == ", ".join(parts)


def _english(number: int) -> str:
    words: str = num2words(number, lang="en")
    return words.replace(" and ", " ").replace(",", "")


@pytest.mark.parametrize("value", [10**14, -(10**14), 1.5, True, "100", None, Decimal(1)])
def test_only_whole_kopecks_below_a_billion_roubles_can_be_said(value: object) -> None:
    with pytest.raises(BadValue, match="money takes an amount"):
        say("money", value, "ru")


@pytest.mark.parametrize(
    ("typed", "kopecks"),
    [("121,02", 12102), ("121.02", 12102), ("-345", -34500), ("−7", -700), ("0,1", 10), (" 5 ", 500)],
)
def test_amounts_are_typed_in_roubles(typed: str, kopecks: int) -> None:
    assert read("money", typed) == kopecks


@pytest.mark.parametrize("typed", ["", "abc", "1,234", "1e3", "nan", "--1", "1 000", "١٢", "9" * 20, "\x00"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(BadValue, match="money takes"):
        read("money", typed)
