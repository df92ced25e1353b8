"""The words of English numbers, money, dates and hours."""

from __future__ import annotations

from datetime import date

from ivr.spoken.numbers import Grammar, Noun, listed

_UNITS = listed("""
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
""")
_TENS = listed("""
    twenty thirty forty fifty sixty seventy eighty ninety
""")
_ORDINALS = listed("""
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
    fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
""")
_MONTHS = listed("""
    January February March April May June July August September October November December
""")


def below_hundred(number: int, feminine: bool = False) -> str:
    """Words of 0..99. English knows no gender."""
    if number < 20:
        return _UNITS[number]
    tens, unit = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{_UNITS[unit]}" if unit else _TENS[tens - 2]


def form(number: int, noun: Noun) -> str:
    """The noun after a number: 1 rouble, 21 roubles."""
    return noun.one if number == 1 else noun.many


def hundred(hundreds: int) -> str:
    """Words of 100..900."""
    return f"{_UNITS[hundreds]} hundred"


def pair(two: str) -> str:
    """Two digits one by one: 56 `five six`."""
    return f"{lone(two[0])} {lone(two[1])}"


def lone(digit: str) -> str:
    """One digit."""
    return _UNITS[int(digit)]


def day(when: date) -> list[str]:
    """`November` `twelfth`."""
    return [_MONTHS[when.month - 1], _ordinal(when.day)]


def year(number: int) -> str:
    """`twenty twenty-five`, and `two thousand nine` before 2010."""
    rest = number - 2000
    if rest < 10:
        return f"two thousand {_UNITS[rest]}" if rest else "two thousand"
    return f"twenty {below_hundred(rest)}"


def _ordinal(number: int) -> str:
    """Ordinals of 1..31."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    tens, unit = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{_ORDINALS[unit - 1]}" if unit else "thirtieth"


def hour(number: int) -> str:
    """An hour of the day after `from` and `to`: `eight a.m.`, `noon`, `eight p.m.`, `midnight`."""
    if number % 12 == 0:
        return "noon" if number == 12 else "midnight"
    return f"{_UNITS[number % 12]} {'AM' if number < 12 else 'PM'}"


SOON = ("today", "tomorrow")
"""Today and tomorrow."""
ON_DAYS = ("on Monday", "on Tuesday", "on Wednesday", "on Thursday", "on Friday", "on Saturday", "on Sunday")
_ROUND_PLACES = listed("""
    twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth
""")


def from_hour(number: int) -> str:
    """From an hour of the day on: `from eight AM`."""
    return f"from {hour(number)}"


def place(number: int) -> str:
    """The place 1..99 in a queue: `twenty-first`."""
    if number < 20:
        return _ORDINALS[number - 1]
    tens, unit = divmod(number, 10)
    return f"{_TENS[tens - 2]}-{_ORDINALS[unit - 1]}" if unit else _ROUND_PLACES[tens - 2]


def wait(minutes: int) -> str:
    """How long one waits: `about one minute`."""
    if minutes in (0, 60):
        return "more than an hour" if minutes else "less than a minute"
    return f"about {below_hundred(minutes)} minute{'s' * (minutes > 1)}"


GRAMMAR = Grammar(
    below_hundred=below_hundred,
    hundred=hundred,
    form=form,
    pair=pair,
    lone=lone,
    milliard=Noun("billion", "billion", "billion"),
    million=Noun("million", "million", "million"),
    thousand=Noun("thousand", "thousand", "thousand"),
    rouble=Noun("rouble", "roubles", "roubles"),
    kopeck=Noun("kopeck", "kopecks", "kopecks"),
    hour=Noun("hour", "hours", "hours"),
    minus="minus",
)
