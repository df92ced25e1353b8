"""When an answer is over: a pause never tears a number apart, and a whole one is not waited on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.speech.alternatives import Alternative, Word
from ivr.speech.ending import (
    GREETED_S,
    NEARLY_S,
    NOTHING_S,
    OPEN_S,
    PART_S,
    SHORTEST_S,
    WORDS_S,
    AfterDigits,
    AfterWords,
    said,
)
from ivr.speech.numerals import VALUES

DIGITS = ["ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]
CONTRACT = AfterDigits(11, between_s=4.0)
digits = st.lists(st.sampled_from(DIGITS), min_size=1, max_size=20)
numerals = st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=12)


def alternative(text: str, score: float = 0.0) -> Alternative:
    return Alternative(tuple(map(Word, text.split())), score)


@given(st.lists(st.sampled_from(DIGITS), min_size=1, max_size=10))
def test_a_number_that_lacks_digits_is_waited_for_as_long_as_for_a_key(words: list[str]) -> None:
    assert CONTRACT.patience_s(words) == CONTRACT.between_s


@given(digits)
def test_every_answer_is_over_at_last(words: list[str]) -> None:
    assert CONTRACT.patience_s(words) <= 4.0
    assert AfterWords().patience_s(words) <= NOTHING_S


@given(st.lists(st.sampled_from(DIGITS), min_size=11, max_size=11))
def test_the_last_digit_ends_a_number_after_the_shortest_silence(words: list[str]) -> None:
    assert CONTRACT.patience_s(words) == SHORTEST_S


@given(numerals)
def test_words_count_at_least_one_digit_and_at_most_four_each(words: list[str]) -> None:
    assert len(words) / 3 <= said(words) <= 4 * len(words)


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("семьсот семьдесят двенадцать тридцать четыре пятьсот шестьдесят семь восемь", 11),
        ("сто двадцать", 3),
        ("семь семь ноль один", 4),
        ("двадцать три тридцать четыре", 4),
        ("э-э оператор", 0),
    ],
)
def test_digits_are_counted_as_people_group_them(words: str, count: int) -> None:
    assert said(words.split()) == count


def test_a_round_word_at_the_end_may_go_on() -> None:
    ten = ["семь", "семь", "ноль", "один", "два", "три", "четыре", "пять"]
    assert CONTRACT.patience_s([*ten, "пятьсот"]) == OPEN_S > SHORTEST_S


def test_a_word_instead_of_a_number_is_over_as_words_are() -> None:
    assert CORRECTED.patience_s(["оператор"]) == WORDS_S


def test_a_number_is_waited_for_after_a_courtesy_and_over_in_spite_of_one() -> None:
    polite = AfterDigits(11, answers={"алло": "nothing", "сейчас": "wait", "спасибо": "nothing"})
    assert polite.patience_s(["алло"]) == polite.patience_s(["сейчас"]) == GREETED_S
    assert polite.patience_s(["алло", *DIGITS, "один", "спасибо"]) == SHORTEST_S
    assert polite.patience_s(["сейчас", *DIGITS]) == polite.between_s


CORRECTED = AfterDigits(11, between_s=4.0, answers={"нет": "no", "не так": "restart", "оператор": "operator"})


@given(digits, st.lists(st.sampled_from(DIGITS), min_size=1, max_size=10))
def test_a_number_that_is_said_anew_is_waited_for_as_the_first(before: list[str], after: list[str]) -> None:
    words = [*before, "нет", "не", "так", *after]
    assert CORRECTED.patience_s(words) == CONTRACT.patience_s(after)
    assert CORRECTED.near(words) == CONTRACT.near(after)
    assert CORRECTED.part_s(words) == CONTRACT.part_s(after)


def test_after_a_correction_the_number_is_waited_for_and_after_a_wish_nothing() -> None:
    assert CORRECTED.patience_s(["семь", "семь", "нет"]) == 4.0
    assert CORRECTED.patience_s(["нет"]) == CORRECTED.patience_s(["семь", "семь", "оператор"]) == WORDS_S


def test_what_was_taken_back_makes_no_number_whole() -> None:
    eleven = " ".join(["два"] * 11)
    assert CORRECTED.enough([alternative(eleven)], PART_S)
    assert not CORRECTED.enough([alternative(f"семь семь нет {' '.join(['два'] * 9)}")], PART_S)
    assert CORRECTED.enough([alternative(f"семь семь нет {eleven}")], PART_S)


def test_a_wish_is_waited_for_after_a_greeting() -> None:
    greeted = AfterWords(courtesies=frozenset({"здравствуйте"}))
    assert greeted.patience_s(["здравствуйте"]) == greeted.patience_s(["[unk]", "здравствуйте"]) > NOTHING_S
    assert greeted.patience_s(["здравствуйте", "баланс"]) == WORDS_S


def test_a_phrase_that_says_all_is_waited_on_less_than_one_that_others_may_follow() -> None:
    menu = AfterWords(frozenset({"баланс"}))
    assert SHORTEST_S < menu.patience_s(["баланс"]) < WORDS_S
    for more in (["[unk]", "баланс"], ["баланс", "[unk]"], ["да"], ["баланс", "пароль"]):
        assert menu.patience_s(more) == WORDS_S


@pytest.mark.parametrize("ending", [CONTRACT, AfterWords()])
def test_a_sound_without_words_is_over_after_a_second(ending: AfterDigits | AfterWords) -> None:
    for nothing in ([], ["[unk]", "[unk]"]):
        assert ending.patience_s(nothing) == NOTHING_S


def test_one_digit_that_was_missed_is_not_waited_for_when_an_alternative_has_it() -> None:
    ten = " ".join(["два"] * 10)
    assert CONTRACT.enough([alternative(ten), alternative(f"{ten} три", -1.0)], PART_S)
    assert not CONTRACT.enough([alternative(ten), alternative(f"{ten} три", -3.0)], PART_S)
    assert not CONTRACT.enough([alternative(ten), alternative("пять " * 9, -3.0)], PART_S)


def test_a_number_that_is_likelier_whole_than_not_is_not_waited_for() -> None:
    ten = " ".join(["два"] * 10)
    assert CONTRACT.part_s(ten.split()) == NEARLY_S < PART_S == CONTRACT.part_s(["два"] * 9)
    whole = [alternative(f"{ten} {last}", -0.5) for last in ("три", "пять")]
    assert CONTRACT.enough([alternative(ten), *whole], NEARLY_S)
    assert not CONTRACT.enough([alternative(ten), whole[0]], NEARLY_S)


def test_a_missing_group_is_waited_for() -> None:
    eleven = " ".join(["два"] * 11)
    assert not CONTRACT.enough([alternative("семь семь ноль"), alternative(eleven, -9.0)], PART_S)
