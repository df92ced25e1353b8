"""The words of Russian numbers, money, dates and hours."""

from __future__ import annotations

from datetime import date

from ivr.spoken.numbers import Grammar, Noun, listed

_UNITS = listed("""
    ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать
    четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать
""")
_TENS = listed("""
    двадцать тридцать сорок пятьдесят шестьдесят семьдесят восемьдесят девяносто
""")
_HUNDREDS = listed("""
    сто двести триста четыреста пятьсот шестьсот семьсот восемьсот девятьсот
""")
_FEMININE = {1: "одна", 2: "две"}

_ORDINALS = listed("""
    первого второго третьего четвёртого пятого шестого седьмого восьмого девятого десятого одиннадцатого
    двенадцатого тринадцатого четырнадцатого пятнадцатого шестнадцатого семнадцатого восемнадцатого
    девятнадцатого двадцатого
""")
_MONTHS = listed("""
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
""")
_HOURS = listed("""
    ноля одного двух трёх четырёх пяти шести семи восьми девяти десяти одиннадцати двенадцати тринадцати
    четырнадцати пятнадцати шестнадцати семнадцати восемнадцати девятнадцати двадцати
""")


def below_hundred(number: int, feminine: bool = False) -> str:
    """Words of 0..99: `двадцать один`, feminine `двадцать одна`."""
    tens, unit = divmod(number, 10)
    if number < 20:
        return _FEMININE.get(number, _UNITS[number]) if feminine else _UNITS[number]
    if not unit:
        return _TENS[tens - 2]
    return f"{_TENS[tens - 2]} {below_hundred(unit, feminine)}"


def form(number: int, noun: Noun) -> str:
    """The noun after a number: 1 рубль, 2 рубля, 5 рублей, 11 рублей, 21 рубль."""
    if number % 100 in range(11, 15):
        return noun.many
    return {1: noun.one, 2: noun.few, 3: noun.few, 4: noun.few}.get(number % 10, noun.many)


def hundred(hundreds: int) -> str:
    """Words of 100..900."""
    return _HUNDREDS[hundreds - 1]


def pair(two: str) -> str:
    """Two digits as they are dictated: 56 `пятьдесят шесть`, 05 `ноль пять`, 00 `ноль ноль`."""
    return f"ноль {below_hundred(int(two))}" if two[0] == "0" else below_hundred(int(two))


def lone(digit: str) -> str:
    """One digit."""
    return _UNITS[int(digit)]


def day(when: date) -> list[str]:
    """`двенадцатого ноября`: apart, the two words are hardly understood."""
    return [f"{_ordinal(when.day)} {_MONTHS[when.month - 1]}"]


def year(number: int) -> str:
    """`две тысячи двадцать пятого года`."""
    return "двухтысячного года" if number == 2000 else f"две тысячи {_ordinal(number - 2000)} года"


def _ordinal(number: int) -> str:
    """Genitive ordinals of 1..49."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    tens, unit = divmod(number, 10)
    return f"{_TENS[tens - 2]} {_ORDINALS[unit - 1]}" if unit else ("тридцатого", "сорокового")[tens - 3]


def hour(number: int) -> str:
    """An hour of the day after «с» and «до», before «часов»: `восьми`, `двадцати`, `двадцати четырёх`."""
    return _HOURS[number] if number <= 20 else f"{_HOURS[20]} {_HOURS[number - 20]}"


SOON = ("сегодня", "завтра")
"""Today and tomorrow."""
ON_DAYS = ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье")
_PLACES = listed("""
    первое второе третье четвёртое пятое шестое седьмое восьмое девятое десятое одиннадцатое двенадцатое
    тринадцатое четырнадцатое пятнадцатое шестнадцатое семнадцатое восемнадцатое девятнадцатое
""")
_ROUND_PLACES = listed("""
    двадцатое тридцатое сороковое пятидесятое шестидесятое семидесятое восьмидесятое девяностое
""")
_MINUTE = Noun("минуту", "минуты", "минут", feminine=True)


def from_hour(number: int) -> str:
    """From an hour of the day on: `с восьми`."""
    return {0: "с полуночи", 1: "с часа ночи"}.get(number) or f"с {hour(number)}"


def place(number: int) -> str:
    """The place 1..99 in a queue: `двадцать первое`."""
    if number < 20:
        return _PLACES[number - 1]
    tens, unit = divmod(number, 10)
    return f"{_TENS[tens - 2]} {_PLACES[unit - 1]}" if unit else _ROUND_PLACES[tens - 2]


def wait(minutes: int) -> str:
    """How long one waits, after «ждать»: `примерно двадцать одну минуту`."""
    if minutes in (0, 60):
        return "больше часа" if minutes else "меньше минуты"
    words = below_hundred(minutes, feminine=True)
    return f"примерно {words.removesuffix('одна')}{'одну' * words.endswith('одна')} {form(minutes, _MINUTE)}"


GRAMMAR = Grammar(
    below_hundred=below_hundred,
    hundred=hundred,
    form=form,
    pair=pair,
    lone=lone,
    milliard=Noun("миллиард", "миллиарда", "миллиардов"),
    million=Noun("миллион", "миллиона", "миллионов"),
    thousand=Noun("тысяча", "тысячи", "тысяч", feminine=True),
    rouble=Noun("рубль", "рубля", "рублей"),
    kopeck=Noun("копейка", "копейки", "копеек", feminine=True),
    hour=Noun("час", "часа", "часов"),
    minus="минус",
)
