"""Every way to say a number: digits, and the numerals that somebody may dictate them with."""

from __future__ import annotations

from hypothesis import strategies as st

UNITS = ["ноль нуль", "один одна", "два две", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]
TEENS = [
    *("десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать"),
    *("пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать"),
]
TENS = [
    "",
    "",
    "двадцать",
    "тридцать",
    "сорок",
    "пятьдесят",
    "шестьдесят",
    "семьдесят",
    "восемьдесят",
    "девяносто",
]
HUNDREDS = [
    *("", "сто", "двести", "триста", "четыреста"),
    *("пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"),
]
COUNTS = ["", "", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]


@st.composite
def groups(draw: st.DrawFn, digits: str) -> list[str]:
    """The words of each group in which somebody says `digits`."""
    if not digits:
        return []
    zeros = len(digits) - len(digits.lstrip("0"))
    size = draw(st.integers(1, min(4, len(digits))))
    if 2 <= zeros <= 9 and draw(st.booleans()):
        said, size = f"{COUNTS[zeros]} ноль", zeros  # as a recogniser hears «два нуля»
    else:
        said = draw(group(digits[:size]))
    return [said, *draw(groups(digits[size:]))]


@st.composite
def group(draw: st.DrawFn, digits: str) -> str:
    """One group of one to four digits; a zero before it is said by itself."""
    if digits[0] == "0" and len(digits) > 1:
        return f"{draw(one('0'))} {draw(group(digits[1:]))}"
    if len(digits) == 1:
        return draw(one(digits))
    if len(digits) == 4:
        thousands = "тысяча" if digits[0] == "1" else f"{draw(one(digits[0]))} тысяч"
        return " ".join([thousands, *filter(None, [below_thousand(int(digits[1:]))])])
    return below_thousand(int(digits))


def one(digit: str) -> st.SearchStrategy[str]:
    """One digit."""
    return st.sampled_from(UNITS[int(digit)].split())


def below_thousand(number: int) -> str:
    """0..999 as one number; nothing for 0."""
    hundreds, rest = divmod(number, 100)
    tens, unit = divmod(rest, 10)
    words = [HUNDREDS[hundreds], TEENS[unit] if tens == 1 else TENS[tens]]
    if unit and tens != 1:
        words.append(UNITS[unit].split()[0])
    return " ".join(filter(None, words))


NUMBERS = st.text("0123456789", min_size=11, max_size=11)


@st.composite
def dictations(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Eleven digits and the groups of words that they are said in."""
    digits = draw(NUMBERS)
    return digits, draw(groups(digits))
