"""Dates, hours and digits are said so that an ear can follow, and all of it can be recorded ahead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hours.opening import Opening
from ivr.spoken import KINDS, LANGUAGES, BadValue, read, say, vocabulary

THIS_YEAR = date.today().year
LAST_YEAR = THIS_YEAR - 1


def said(kind: str, value: object, language: str = "ru") -> str:
    return " ".join(fragment.text for fragment in say(kind, value, language))


@pytest.mark.parametrize(
    ("kind", "value", "russian", "english"),
    [
        ("date", date(THIS_YEAR, 11, 12), "двенадцатого ноября", "November twelfth"),
        ("date", date(THIS_YEAR, 3, 3), "третьего марта", "March third"),
        ("date", date(THIS_YEAR, 1, 30), "тридцатого января", "January thirtieth"),
        ("date", date(THIS_YEAR, 5, 31), "тридцать первого мая", "May thirty-first"),
        (
            "date",
            date(2009, 8, 20),
            "двадцатого августа, две тысячи девятого года",
            "August twentieth, two thousand nine",
        ),
        ("date", date(2000, 1, 1), "первого января, двухтысячного года", "January first, two thousand"),
        (
            "date",
            date(2041, 2, 2),
            "второго февраля, две тысячи сорок первого года",
            "February second, twenty forty-one",
        ),
        ("hour", 8, "восьми", "eight AM"),
        ("hour", 12, "двенадцати", "noon"),
        ("hour", 20, "двадцати", "eight PM"),
        ("hour", 24, "двадцати четырёх", "midnight"),
        ("pairs", "5678", "пятьдесят шесть, семьдесят восемь", "five six, seven eight"),
        ("pairs", "0500", "ноль пять, ноль ноль", "zero five, zero zero"),
        ("groups", "7", "семь", "seven"),
        ("groups", "770", "семь, семьдесят", "seven, seven zero"),
        ("groups", "705", "семь, ноль пять", "seven, zero five"),
        ("groups", "007", "ноль, ноль семь", "zero, zero seven"),
        ("groups", "7701", "семьдесят семь, ноль один", "seven seven, zero one"),
        (
            "groups",
            "77012345678",
            "семь, семьдесят, двенадцать, тридцать четыре, пятьдесят шесть, семьдесят восемь",
            "seven, seven zero, one two, three four, five six, seven eight",
        ),
        ("place", 3, "третье", "third"),
        ("place", 21, "двадцать первое", "twenty-first"),
        ("place", 40, "сороковое", "fortieth"),
        ("wait", 0, "меньше минуты", "less than a minute"),
        ("wait", 1, "примерно одну минуту", "about one minute"),
        ("wait", 2, "примерно две минуты", "about two minutes"),
        ("wait", 11, "примерно одиннадцать минут", "about eleven minutes"),
        ("wait", 21, "примерно двадцать одну минуту", "about twenty-one minutes"),
        ("wait", 95, "больше часа", "more than an hour"),
        ("opening", Opening(0, date(2026, 11, 23), 8), "сегодня с восьми", "today from eight AM"),
        ("opening", Opening(1, date(2026, 11, 24), 21), "завтра с двадцати одного", "tomorrow from nine PM"),
        ("opening", Opening(2, date(2026, 11, 24), 0), "во вторник с полуночи", "on Tuesday from midnight"),
        (
            "opening",
            Opening(9, date(2027, 1, 9), 9),
            "девятого января, с девяти",
            "January ninth, from nine AM",
        ),
        ("told", "Нет связи.", "Нет связи.", "Нет связи."),
        ("tariff", " Домашний  300 ", "Домашний 300", "Домашний 300"),
    ],
)
def test_values_as_words(kind: str, value: object, russian: str, english: str) -> None:
    assert (said(kind, value), said(kind, value, "en")) == (russian, english)


VALUES = {
    "money": st.one_of(
        st.integers(-(10**14) + 1, 10**14 - 1),
        st.tuples(*[st.sampled_from([0, 1, 2, 11, 20, 21, 100, 101, 999])] * 4, st.integers(0, 99)).map(
            lambda n: ((n[0] * 1000 + n[1]) * 1000 + n[2]) * 100_000 + n[3] * 100 + n[4]
        ),
    ),
    "date": st.dates(date(2000, 1, 1), date(2049, 12, 31)),
    "hour": st.integers(0, 24),
    "span": st.integers(1, 168),
    "groups": st.from_regex(r"[0-9]{1,32}", fullmatch=True),
    "place": st.integers(1, 99),
    "wait": st.integers(0, 10**6),
    "opening": st.tuples(st.integers(0, 365), st.integers(0, 23)).map(
        lambda when: Opening(when[0], date(2026, 11, 23) + timedelta(when[0]), when[1])
    ),
    "pairs": st.from_regex(r"([0-9]{2}){1,16}", fullmatch=True),
}
WORDS = {
    (kind, language, mark): vocabulary(kind, language, mark)
    for kind in VALUES
    for language in LANGUAGES
    for mark in ("", ".")
}


def test_every_kind_is_tried_here() -> None:
    assert {*VALUES, "tariff", "told"} == set(KINDS)


@given(
    st.data(), st.sampled_from(sorted(VALUES)), st.sampled_from(sorted(LANGUAGES)), st.sampled_from(["", "."])
)
def test_whatever_is_said_is_in_the_vocabulary(
    data: st.DataObject, kind: str, language: str, mark: str
) -> None:
    assert set(say(kind, data.draw(VALUES[kind]), language, mark)) <= WORDS[kind, language, mark]


@pytest.mark.parametrize("year", [THIS_YEAR, LAST_YEAR])
def test_every_day_of_a_year_is_in_the_vocabulary(year: int) -> None:
    days = (date(year, 1, 1) + timedelta(day) for day in range(365))
    assert {fragment for day in days for fragment in say("date", day, "ru", ".")} <= WORDS["date", "ru", "."]


@pytest.mark.parametrize("kind", sorted(VALUES))
def test_the_vocabulary_is_small_enough_to_be_recorded(kind: str) -> None:
    assert len(WORDS[kind, "ru", "."]) < 800


def test_the_long_example_of_each_kind_can_be_said() -> None:
    assert all(say(kind, KINDS[kind].long, language) for kind in KINDS for language in LANGUAGES)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("date", date(1999, 12, 31)),
        ("date", date(2050, 1, 1)),
        ("date", "2026-01-01"),
        ("hour", -1),
        ("hour", 25),
        ("hour", True),
        ("groups", ""),
        ("groups", "1" * 33),
        ("groups", "12a"),
        ("groups", "١٢"),
        ("groups", 12),
        ("pairs", "123"),
        ("tariff", ""),
        ("tariff", "  "),
        ("tariff", "a\nb"),
        ("tariff", "a" * 81),
        ("tariff", None),
    ],
)
def test_values_of_another_kind_are_refused(kind: str, value: object) -> None:
    with pytest.raises(BadValue, match=f"^{kind} takes"):
        say(kind, value, "ru")


def test_a_name_is_said_by_the_voice_of_its_letters() -> None:
    assert [say("tariff", name, "ru")[0].language for name in ("Домашний", "Smart L", "3000")] == [
        "ru",
        "en",
        "ru",
    ]


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("date", "2026-11-12", date(2026, 11, 12)),
        ("hour", "8", 8),
        ("groups", "007", "007"),
        ("tariff", "Smart", "Smart"),
    ],
)
def test_values_are_read_from_what_people_type(kind: str, typed: str, value: object) -> None:
    assert read(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"), [("date", "12.13.2026"), ("hour", "eight"), ("groups", "12 34"), ("hour", "99")]
)
def test_what_cannot_be_read_is_told(kind: str, typed: str) -> None:
    with pytest.raises(BadValue, match=f"^{kind} takes .*, not '{typed}'$"):
        read(kind, typed)
