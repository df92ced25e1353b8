"""Numbers as people say them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue import Reading
from ivr.prompts import Prompts
from ivr.settings import HOME
from ivr.speech.alternatives import AT_MOST, LONGEST
from ivr.speech.heard import Alternative, Heard, Word, grammar, joined, understand
from ivr.speech.numbers import lengths, readings
from ivr.speech.numerals import WORDS
from tests.speech.dictation import NUMBERS, dictations, one

PROMPTS = Prompts.load(HOME / "prompts")
CONTRACT = grammar("number:11:ru", PROMPTS)
SHORT = grammar("number:4:ru", PROMPTS)


def heard(*said: str, question=CONTRACT, step: float = -1.0) -> Heard:
    return understand([alternative(words, step * place) for place, words in enumerate(said)], question)


def alternative(said: str, score: float = 0.0) -> Alternative:
    """Words of one alternative; `,` is a pause before the next word."""
    words = [
        Word(word.strip(","), pause_s=0.5 * word.startswith(",")) for word in said.replace(", ", " ,").split()
    ]
    return Alternative(tuple(words), score)


def digits(found: Heard) -> list[str]:
    return [reading.digits for reading in found.readings]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("семь семь ноль один два три четыре пять шесть семь восемь", "77012345678"),
        ("семьсот семьдесят двенадцать три четыре пятьсот шестьдесят семь восемь", "77012345678"),
        ("семьдесят семь ноль двенадцать тридцать четыре пятьдесят шесть семьдесят восемь", "77012345678"),
        ("восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь", "89161234567"),
        ("семь тысяч семьсот двенадцать три четыре пять шесть семь восемь девять", "77123456789"),
    ],
)
def test_people_group_as_they_like(said: str, meant: str) -> None:
    assert digits(heard(said, question=grammar(f"number:{len(meant)}:ru", PROMPTS)))[0] == meant


@given(dictations())
def test_of_every_dictation_the_digits_are_among_the_readings(dictated: tuple[str, list[str]]) -> None:
    meant, groups = dictated
    assert meant in digits(heard(" ".join(groups)))


@given(dictations())
def test_what_has_one_reading_is_read_with_certainty(dictated: tuple[str, list[str]]) -> None:
    meant, groups = dictated
    found = heard(" ".join(groups))
    if len(found.readings) == 1:
        assert digits(found) == [meant]
        assert found.readings[0].certainty == pytest.approx(1)


@given(NUMBERS.flatmap(lambda number: st.tuples(st.just(number), st.tuples(*map(one, number)))))
def test_digit_by_digit_there_is_hardly_a_doubt(dictated: tuple[str, tuple[str, ...]]) -> None:
    best = heard(" ".join(dictated[1])).readings[0]
    assert best.digits == dictated[0]
    assert best.certainty > 0.9


def test_a_hundred_and_twenty_is_three_digits_or_five() -> None:
    assert digits(heard("сто двадцать", question=grammar("number:3:ru", PROMPTS))) == ["120"]
    assert digits(heard("сто двадцать", question=grammar("number:5:ru", PROMPTS))) == ["10020"]


@given(st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=5))
def test_the_likeliest_count_of_digits_is_that_of_the_likeliest_reading(said: list[str]) -> None:
    words = [Word(word) for word in said]
    searched = {length: max(readings(words, length).values(), default=None) for length in range(1, 25)}
    assert lengths(words) == pytest.approx(
        {length: best for length, best in searched.items() if best is not None}
    )


def test_a_part_that_was_heard_by_itself_begins_after_a_pause() -> None:
    """«Двадцать», a long pause, «три сорок пять»: rather 20 3 45 than 23 40 5."""
    rest = "три сорок пять семь семь ноль один два три"
    found = understand(joined([[alternative("двадцать")], [alternative(rest)]]), CONTRACT)
    assert found.readings[0] == Reading("20345770123", pytest.approx(0.93, abs=0.01))
    assert heard(f"двадцать {rest}").readings[0].certainty == pytest.approx(0.5, abs=0.01)


def test_a_pause_speaks_for_a_new_group() -> None:
    six = grammar("number:6:ru", PROMPTS)
    assert digits(heard("двадцать, пять тридцать шесть семь", question=six))[0] == "205367"
    assert digits(heard("двадцать пять тридцать, шесть семь", question=six))[0] == "253067"


@pytest.mark.parametrize("correction", ["нет", "нет [unk] так", "стоп", "заново", "отмена"])
def test_what_came_before_a_correction_is_dropped(correction: str) -> None:
    assert digits(heard(f"девять девять {correction} один два три четыре", question=SHORT)) == ["1234"]


def test_a_correction_after_which_nothing_comes_is_the_answer() -> None:
    assert heard("один два три четыре нет").answer == "no"


def test_a_yes_takes_nothing_back() -> None:
    assert digits(heard("да один два три четыре", question=SHORT)) == ["1234"]
    assert digits(heard("один два да три четыре", question=SHORT)) == ["1234"]


def test_hesitation_is_passed_over() -> None:
    assert digits(heard("[unk] один два [unk] три четыре", question=SHORT)) == ["1234"]


def test_who_asks_for_a_person_in_the_middle_of_a_number_gets_one() -> None:
    assert heard("семь семь ноль соедините с оператором").answer == "operator"


def test_too_few_digits_and_too_many_are_no_number() -> None:
    for said in ("один два три", "один два три четыре пять"):
        assert not heard(said, question=SHORT).readings


def test_nobody_counts_seven_zeros() -> None:
    assert digits(heard("семь семь ноль один два три")) == []
    assert digits(heard("три ноль один", question=SHORT)) == ["0001"]


def test_the_readings_of_all_alternatives_are_weighed_together() -> None:
    found = heard("один два три четыре", "одна две три четыре", "один два три пять", question=SHORT)
    assert digits(found) == ["1234", "1235"]
    assert found.readings[0].certainty == pytest.approx(0.91, abs=0.01)


def test_two_zeros_may_be_meant_where_two_and_zero_are_heard() -> None:
    found = heard("два ноль девять один", question=SHORT)
    assert digits(found) == ["2091", "0091"]
    assert found.readings[0].certainty > 0.95


words = st.lists(st.sampled_from([*sorted(WORDS), "[unk]", "нет", "оператор"]), max_size=LONGEST + 20)


@given(st.lists(st.tuples(words, st.floats(-50, 0)), max_size=AT_MOST + 20))
def test_whatever_is_offered_there_are_few_readings_each_of_the_right_length(offered) -> None:
    found = understand([alternative(" ".join(said), score) for said, score in offered], CONTRACT)
    assert len(found.readings) <= AT_MOST
    assert all(len(number) == 11 and number.isdigit() for number in digits(found))
    assert sum(reading.certainty for reading in found.readings) <= 1.001
    certain = [reading.certainty for reading in found.readings]
    assert certain == sorted(certain, reverse=True)


def test_the_most_ambiguous_speech_does_not_explode() -> None:
    found = heard(*["сто двадцать три " * 6] * AT_MOST, question=grammar("number:20:ru", PROMPTS))
    assert 0 < len(found.readings) <= AT_MOST


def test_parts_that_were_heard_one_by_one_are_one_number() -> None:
    parts = [[alternative("один два"), alternative("один три", -1)], [], [alternative("три четыре")]]
    assert digits(understand(joined(parts), SHORT)) == ["1234", "1334"]


def test_many_parts_with_many_alternatives_are_bounded() -> None:
    part = [alternative(word, -place) for place, word in enumerate(["один", "два", "три"] * 10)]
    assert len(joined([part] * 8)) == AT_MOST
