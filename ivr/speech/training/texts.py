"""What callers say to the line, made up at random: texts for synthetic speech.

A text is a list of phrases, a phrase a list of words; there is a pause between phrases.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

Text = list[list[str]]


def _words(text: str) -> list[str]:
    return text.split()


ONES = _words("ноль один два три четыре пять шесть семь восемь девять")
TEENS = _words(
    "десять одиннадцать двенадцать тринадцать четырнадцать "
    "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
)
TENS = _words("двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто")
HUNDREDS = _words("сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот")
NUMBERS = ONES + TEENS + TENS + HUNDREDS

WISHES = Path(__file__).with_name("wishes-ru.txt").read_text(encoding="utf-8").splitlines()
SENTENCES = Path(__file__).with_name("sentences-ru.txt").read_text(encoding="utf-8").splitlines()
"""What people say that is meant for somebody else, or that the line cannot help with."""
_SMALL = _words("а и в на но что как где или он она мы вы ты до за из от по про для бы же вот там тут эти был")
FILLERS = ["э", "эээ", "ммм", "эм", "ну вот", "значит", "сейчас", "так вот", "щас", "секундочку"]


def number(value: int, *, feminine: bool = False) -> list[str]:
    """The words of a number from 0 to 999,999."""
    if value >= 1000:
        count = value // 1000
        rest = number(value % 1000, feminine=feminine) if value % 1000 else []
        return [*number(count, feminine=True), _plural(count, "тысяча", "тысячи", "тысяч"), *rest]
    words = [HUNDREDS[value // 100 - 1]] if value >= 100 else []
    value %= 100
    if value >= 20:
        words.append(TENS[value // 10 - 2])
        value %= 10
    if value >= 10:
        words.append(TEENS[value - 10])
    elif value:
        words.append({1: "одна", 2: "две"}.get(value, ONES[value]) if feminine else ONES[value])
    return words or [ONES[0]]


def in_groups(digits: str, sizes: Sequence[int]) -> Text:
    """A row of digits said in groups: 0771 by (2, 2) is «ноль семь», «семьдесят один»."""
    text, rest = [], digits
    for size in sizes:
        group, rest = rest[:size], rest[size:]
        zeros = len(group[:-1]) - len(group[:-1].lstrip("0"))
        text.append([ONES[0]] * zeros + number(int(group)))
    return text


def make_text(
    rng: random.Random,
    lexicon_words: Sequence[str],
    other_words: Sequence[str],
    sentences: Sequence[str] = (),
) -> Text:
    """One text of a random kind.

    `other_words` are those that the model shall not take for its own, `sentences` what people say to others.
    """
    kinds: list[tuple[float, Callable[[], Text]]] = [
        (0.26, lambda: _digits(rng)),
        (0.15, lambda: _grouped(rng)),
        (0.03, lambda: _money(rng)),
        (0.15, lambda: [rng.choice(WISHES).split() for _ in range(rng.choice([1, 1, 1, 2]))]),
        (0.10, lambda: [[rng.choice(lexicon_words)] for _ in range(rng.choice([1, 2, 3, 4]))]),
        (0.12, lambda: [[rng.choice(other_words)] for _ in range(rng.choice([1, 1, 2, 3, 4]))]),
        (0.04, lambda: [[rng.choice(other_words), rng.choice(lexicon_words), rng.choice(other_words)]]),
        (0.12, lambda: [_sentence(rng, sentences)]),
        (0.08, lambda: _wish_beside(rng, sentences)),
        (0.03, lambda: _other_sentence(rng, other_words)),
    ]
    make = rng.choices([kind for _, kind in kinds], [share for share, _ in kinds])[0]
    text = make()
    if rng.random() < 0.06:
        text.insert(rng.randrange(len(text) + 1), rng.choice(FILLERS).split())
    return text


def _sentence(rng: random.Random, sentences: Sequence[str]) -> list[str]:
    """What people say to others: most of it out of `sentences`, if there are any."""
    return rng.choice(sentences if sentences and rng.random() < 0.75 else SENTENCES).split()


def _wish_beside(rng: random.Random, sentences: Sequence[str]) -> Text:
    """A wish with other words before it, behind it, or both, said in one breath or not."""
    phrases = [_sentence(rng, sentences)[: rng.randint(1, 4)] for _ in range(rng.choice([1, 1, 2]))]
    phrases.insert(rng.randrange(len(phrases) + 1), rng.choice(WISHES).split())
    return phrases if rng.random() < 0.3 else [in_one_breath(phrases)]


def in_one_breath(text: Text) -> list[str]:
    """All words of a text."""
    return [word for phrase in text for word in phrase]


def _other_sentence(rng: random.Random, other_words: Sequence[str]) -> Text:
    """No sense, but the small words and the length of a sentence."""
    length = rng.randint(2, 7)
    return [[rng.choice(_SMALL if rng.random() < 0.35 else other_words) for _ in range(length)]]


def _digits(rng: random.Random) -> Text:
    words = [rng.choice(ONES) for _ in range(rng.choice([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11]))]
    words = ["нуль" if word == ONES[0] and rng.random() < 0.05 else word for word in words]
    size = rng.choice([1, 2, 3, 4, 11, 11])
    return [words[i : i + size] for i in range(0, len(words), size)]


def _grouped(rng: random.Random) -> Text:
    length = rng.randint(2, 11)
    sizes: list[int] = []
    while sum(sizes) < length:
        sizes.append(min(rng.choice([1, 2, 2, 3, 3]), length - sum(sizes)))
    text = in_groups("".join(rng.choice("0123456789") for _ in range(length)), sizes)
    return [in_one_breath(text)] if rng.random() < 0.3 else text


def _money(rng: random.Random) -> Text:
    roubles = rng.choice([rng.randint(1, 999), rng.randint(1, 99_999), rng.randint(1, 999_999)])
    text = [[*number(roubles), *rng.choice([["рублей"], ["рубля"], ["рубль"], []])]]
    if rng.random() < 0.3:
        text.append([*number(rng.randint(1, 99), feminine=True), rng.choice(["копеек", "копейки", "копейка"])])
    return text


def _plural(count: int, one: str, few: str, many: str) -> str:
    if 10 < count % 100 < 15 or count % 10 in (0, 5, 6, 7, 8, 9):
        return many
    return one if count % 10 == 1 else few
