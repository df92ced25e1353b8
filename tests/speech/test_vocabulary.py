"""The vocabulary of the speech model: words, how they are said, and the texts that are made of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from ivr.speech import numerals
from ivr.speech.training import other_words
from ivr.speech.training.g2p import pronounce
from ivr.speech.training.lexicon import read_lexicon
from ivr.speech.training.phones import GARBAGE, SILENCE, SOUNDS
from ivr.speech.training.texts import SENTENCES, WISHES, in_groups, make_text, number
from ivr.speech.training.transcripts import Followers, GraphMaker


@pytest.mark.parametrize(
    ("word", "sounds"),
    [
        ("бал+анс", "b A l a n s"),
        ("пар+оль", "p A r o lj"),
        ("счёт", "sch o t"),
        ("код", "k o t"),  # a voiced consonant at the end is not voiced
        ("сбр+осить", "z b r o sj I tj"),  # nor is a voiceless one before a voiced one voiceless
        ("+инглиш", "i n g lj I sh"),
        ("верн+уться", "vj I r n u ts A"),
        ("язык+и", "j I z y kj i"),
        ("жив+ой", "zh y v o j"),
    ],
)
def test_letters_become_sounds(word: str, sounds: str) -> None:
    assert " ".join(pronounce(word)) == sounds


@pytest.mark.parametrize("word", ["", "+", "balance", "кот2"])
def test_what_is_no_russian_word_is_refused(word: str) -> None:
    with pytest.raises(ValueError, match="not a Russian word"):
        pronounce(word)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [("да", "there already"), ("balance", "not a Russian word"), ("кот\tk q t", "no such sound")],
)
def test_a_wrong_line_of_the_vocabulary_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    words = tmp_path / "words.txt"
    words.write_text(f"# words\nда\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=f"line 3: .*{complaint}"):
        read_lexicon(words)


def test_every_numeral_that_is_understood_is_in_the_vocabulary() -> None:
    assert set(read_lexicon()) >= numerals.OF["ru"]


def test_every_wish_is_said_in_words_of_the_vocabulary() -> None:
    assert {word for wish in WISHES for word in wish.split()} <= set(read_lexicon())


def test_every_sentence_for_somebody_else_has_strange_words() -> None:
    known = set(read_lexicon())
    assert all(set(sentence.split()) - known for sentence in SENTENCES)


def test_half_of_the_strange_words_are_like_known_ones(tmp_path: Path) -> None:
    listed = tmp_path / "words.dic"
    listed.write_text("7\nстоляр/A\nсемьянин\nнастоять/B\nслон\nкит/C\nсто\nмышь\n", encoding="utf-8")
    chosen = other_words.choose(random.Random(1), 4, ["сто", "семь"], listed)
    assert len({"столяр", "семьянин", "настоять"} & set(chosen)) >= 2
    assert len(chosen) == 4 and "сто" not in chosen


def test_among_strange_words_a_small_word_is_strange_too() -> None:
    maker = GraphMaker(read_lexicon(), {}, Followers.counted([[0]]))

    def sounds(text: str) -> set[str]:
        return {SOUNDS[output // 2] for output in maker.graph(text.split(), garbage=True).outputs}

    assert sounds("на слона") == {SILENCE, GARBAGE}
    assert sounds("слон да") == {SILENCE, GARBAGE, "d", "a"}
    assert sounds("на счету") >= {"n", "sch"}


@given(st.integers(0, 999_999))
def test_numbers_are_said_as_everybody_says_them(value: int) -> None:
    assert " ".join(number(value)) == num2words(value, lang="ru")


def test_zeros_before_a_group_are_said() -> None:
    assert in_groups("0071", [4]) == [["ноль", "ноль", "семьдесят", "один"]]
    assert in_groups("7700", [2, 2]) == [["семьдесят", "семь"], ["ноль", "ноль"]]


@given(st.integers(0, 2**32))
def test_made_up_texts_are_words(seed: int) -> None:
    text = make_text(random.Random(seed), ["да", "нет"], ["слон"])
    assert text and all(word and word == word.strip().lower() for phrase in text for word in phrase)
