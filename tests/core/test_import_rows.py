"""A row that is read at a glance is the row that is read with care."""

from __future__ import annotations

import csv
import datetime as dt
import hmac
import io

from hypothesis import given
from hypothesis import strategies as st

from account_core import Keys
from account_core.imports.payments import Payments
from account_core.imports.rows import Rules
from account_core.imports.subscribers import Subscribers

KEY = b"a key for tests only, 32 bytes or more"
SUBSCRIBERS, PAYMENTS = Subscribers(Keys(KEY)), Payments(dt.date(2026, 11, 22))

nearly = st.sampled_from
word = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12)
amount = nearly(["0", "1234.50", '"1234,50"', "-0.5", "1234,50", '"5"', '"7.1', "5.123", "-", "", "007", "+5"])
SUBSCRIBER = st.tuples(
    nearly(["77012345678", "7701234567", "７7012345678", " 77012345678", ""]),
    st.one_of(nearly(["Иванов Пётр", " Иванов", "О'Нил (младший)", '"Иванов, Пётр"', ""]), word),
    nearly(["", "+79161234567", "89161234567", "79161234567", "8 916 1234567", "+7916123456", "9161234567"]),
    st.one_of(nearly(["", "a@b.ru", "a.b+c@d-e.example.ru", "a@b", "@", "почта@пример.рф"]), word),
    nearly(["ru", "en", "RU", "", "de"]),
    nearly(["", "1234", "123", "12345", "١٢٣٤"]),
    amount,
    st.one_of(nearly(["Простой", "Дом + мобильный", ""]), word),
    nearly(["active", "closed", "Active", "gone", ""]),
)
PAYMENT = st.tuples(
    nearly(["p-1", "2026/11/12:7", "", "п1", "p 1", '"p1"']),
    nearly(["77012345678", "7701234567", ""]),
    amount,
    nearly(
        ["2026-11-12", "12.11.2026", "2026-02-30", "2026-11-12T10:00:00+03:00", "2027-01-01", "1999-12-31", ""]
    ),
)


def agrees(rules: Rules, fields: tuple[str, ...], separator: str, end: str) -> bool:
    """Whether the line is not plain, or the same both ways."""
    line = separator.join(fields) + end
    found = rules.plain(separator).fullmatch(line)
    if not found:
        return False
    try:
        at_a_glance = rules.rows([found.groups("")], 7)
    except ValueError:
        return False
    (record,) = csv.reader(io.StringIO(line, newline=""), delimiter=separator, strict=True)
    assert at_a_glance == [rules.row(7, [field.strip() for field in record])]
    return True


@given(SUBSCRIBER, nearly([",", ";"]), nearly(["\n", "\r\n"]))
def test_of_subscribers(fields: tuple[str, ...], separator: str, end: str) -> None:
    agrees(SUBSCRIBERS, fields, separator, end)


@given(PAYMENT, nearly([",", ";"]), nearly(["\n", "\r\n"]))
def test_of_payments(fields: tuple[str, ...], separator: str, end: str) -> None:
    agrees(PAYMENTS, fields, separator, end)


def test_an_ordinary_row_is_read_at_a_glance() -> None:
    plain = (
        "77012345678",
        "Иванов Пётр",
        "+79161234567",
        "a@b.ru",
        "ru",
        "1234",
        '"1234,50"',
        "Дом + мобильный",
        "active",
    )
    assert agrees(SUBSCRIBERS, plain, ",", "\n")
    assert agrees(PAYMENTS, ("p-1", "77012345678", "500", "2026-11-12"), ",", "\r\n")


@given(
    st.binary(min_size=32, max_size=200),
    st.from_regex("[0-9]{11}", fullmatch=True),
    st.from_regex("[0-9]{4}", fullmatch=True),
)
def test_a_passport_is_hashed_as_rfc_2104_says(key: bytes, contract: str, last4: str) -> None:
    assert Keys(key).passport(contract, last4) == hmac.digest(key, (contract + last4).encode(), "sha256")
