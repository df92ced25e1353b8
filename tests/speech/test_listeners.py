"""What the benchmark writes down of a text: digits, however they are said."""

from __future__ import annotations

import pytest

from bench.listeners import digits


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("семь семь ноль один два", "77012"),
        ("7, 7, 0, 1, 2", "77012"),
        ("двадцать ноль три", "2003"),
        ("сто двадцать три", "123"),
        ("сто три", "103"),
        ("двести двадцать пять", "225"),
        ("сто двенадцать пять", "1125"),
        ("десять два", "102"),
        ("две тысячи триста", "2300"),
        ("Номер: семьсот семьдесят, двенадцать, 34", "7701234"),
    ],
)
def test_numerals_are_joined_as_they_are_meant(text: str, number: str) -> None:
    assert digits(text) == number
