"""How well the line hears people: digits, whole contract numbers, answers, and speech that means nothing to it.

    python -m bench.recognition [--recordings FOLDER]… [--model NAME=FOLDER]… [--strings 20] [--whisper 10]

What is measured is the path of a call: voice gate, recogniser, end of speech, understanding, and the choice
among 1,000,000 contracts under 40 prefixes. Without --recordings: the words of the one person that
come with the tests. Numbers are joined from words said alone, and taken as recorded where somebody says eleven
digits.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.listeners import Line, Listener, Whisper, digits
from bench.speakers import RATE, Samples, Speaker, joined, over_the_line, read_speakers
from ivr.speech.training.texts import ONES, in_groups

PEOPLE = Path(__file__).parents[1] / "tests" / "speech" / "people"
CONTRACTS, PREFIXES = 1_000_000, 40
LENGTH = 11
CONDITIONS = {"quiet": 45.0, "20 dB": 20.0, "15 dB": 15.0, "10 dB": 10.0}
"""Speech above noise."""
Grouping = Callable[[random.Random], Sequence[int]]


def _mixed(chance: random.Random) -> list[int]:
    sizes: list[int] = []
    while sum(sizes) < 11:
        sizes.append(min(chance.choice([1, 2, 2, 3, 3]), 11 - sum(sizes)))
    return sizes


WAYS: dict[str, Grouping] = {
    "digit by digit": lambda chance: [1] * 11,
    "pairs": lambda chance: [1, 2, 2, 2, 2, 2],
    "hundreds": lambda chance: [2, 3, 3, 3],
    "mixed": _mixed,
}


@dataclass(frozen=True)
class Said:
    """One contract number as somebody said it."""

    number: str
    words: list[str]
    sound: Samples


@dataclass
class Score:
    """What became of a row of numbers."""

    said: int = 0
    digit_errors: int = 0
    digits: int = 0
    at_once: int = 0
    by_data: int = 0
    wrong: int = 0
    wrong_and_sure: int = 0


def contracts(seed: int = 890) -> set[str]:
    """Contract numbers clustered as an operator's are."""
    chance = random.Random(seed)
    prefixes = [f"77{n:02}" for n in chance.sample(range(100), PREFIXES)]
    numbers: set[str] = set()
    while len(numbers) < CONTRACTS:
        numbers.add(chance.choice(prefixes) + f"{chance.randrange(10**7):07}")
    return numbers


def sayings(speaker: Speaker, numbers: Sequence[str], way: str, ratio_db: float, count: int) -> Iterator[Said]:
    """Contract numbers that this person can say with the recorded words; fewer when words are missing."""
    chance = random.Random(f"{speaker.name} {way}")
    for attempt in range(count * 20):
        number = chance.choice(numbers)
        words = [word for group in in_groups(number, WAYS[way](chance)) for word in group]
        if all(word in speaker.words for word in words):
            yield Said(number, words, over_the_line(joined(speaker, words, chance), ratio_db, attempt))
            count -= 1
            if not count:
                return


def recorded(speaker: Speaker, ratio_db: float) -> Iterator[Said]:
    """The recordings in which this person says eleven digits, in whatever way."""
    for at, (text, sound) in enumerate(speaker.phrases):
        if len(number := digits(text)) == LENGTH:
            yield Said(number, text.split(), over_the_line(sound, ratio_db, at))


def score(listener: Listener, said: Sequence[Said], existing: set[str]) -> Score:
    """Let a listener hear them all."""
    result = Score()
    for one in said:
        heard = listener.number(one.sound)
        result.said += 1
        result.digits += len(one.number)
        result.digit_errors += min(
            len(one.number), distance(one.number, heard.readings[0] if heard.readings else "")
        )
        result.at_once += heard.readings[:1] == [one.number]
        picked = next((reading for reading in heard.readings if reading in existing), None)
        result.by_data += picked == one.number
        wrong = picked is not None and picked != one.number
        result.wrong += wrong
        result.wrong_and_sure += wrong and heard.sure and picked == heard.readings[0]
    return result


def distance(right: str, heard: str) -> int:
    """Digits to put in, take out or change."""
    row = list(range(len(heard) + 1))
    for i, a in enumerate(right, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(heard, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def numbers_table(listener: Listener, speakers: Sequence[Speaker], existing: set[str], count: int) -> None:
    """Whole contract numbers by speaker, way of saying them, and noise."""
    listed = sorted(existing)
    print("| who | how | noise | numbers | digits | first guess | among contracts | wrong pick | … and sure |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for speaker in speakers:
        for way in WAYS:
            for condition, ratio_db in CONDITIONS.items():
                if not _measured(way, condition, noisy=not speaker.simulated):
                    continue
                got = score(listener, list(sayings(speaker, listed, way, ratio_db, count)), existing)
                if got.said:
                    print(_row(speaker, way, condition, got), flush=True)
        for condition, ratio_db in CONDITIONS.items():
            if whole := list(recorded(speaker, ratio_db)):
                got = score(listener, whole, existing | {one.number for one in whole})
                print(_row(speaker, "as recorded", condition, got), flush=True)


def _measured(way: str, condition: str, *, noisy: bool) -> bool:
    """Noise is tried on two ways of saying a number; without noise, all ways or these two."""
    telling = way in ("digit by digit", "mixed")
    if noisy:
        return telling or condition == "quiet"
    return telling and condition == "quiet"


def _row(speaker: Speaker, way: str, condition: str, got: Score) -> str:
    shares = (got.at_once, got.by_data, got.wrong, got.wrong_and_sure)
    digits = f"{100 * (1 - got.digit_errors / got.digits):.1f} %"
    cells = [
        speaker.name,
        way,
        condition,
        str(got.said),
        digits,
        *(f"{100 * n / got.said:.1f} %" for n in shares),
    ]
    return f"| {' | '.join(cells)} |"


def digits_table(listener: Listener, speakers: Sequence[Speaker]) -> None:
    """Digits said alone."""
    print("| who | noise | digits | right |\n| --- | --- | --- | --- |")
    for speaker in speakers:
        takes = [(str(ONES.index(word)), take) for word in ONES for take in speaker.words.get(word, [])]
        for condition, ratio_db in CONDITIONS.items() if takes else []:
            if condition != "quiet" and speaker.simulated:
                continue
            times = range(max(1, 20 // len(takes)))
            sounds = [(d, over_the_line(take, ratio_db, seed)) for seed in times for d, take in takes]
            right = sum(listener.digit(sound) == digit for digit, sound in sounds)
            print(
                f"| {speaker.name} | {condition} | {len(sounds)} | {100 * right / len(sounds):.1f} % |",
                flush=True,
            )


def answers_table(line: Line, speakers: Sequence[Speaker]) -> None:
    """Words that answer a question, and other speech that is taken for an answer."""
    print("| who | what | right | of | taken for something else |\n| --- | --- | --- | --- | --- |")
    for speaker in speakers:
        for question in ("main-menu", "number/right"):
            known = [(line.meaning(question, text), sound) for text, sound in speaker.phrases]
            meant = [(answer, sound) for answer, sound in known if answer]
            heard = [(answer, line.answer(question, over_the_line(sound, 45, 1))) for answer, sound in meant]
            right, other = sum(a == h for a, h in heard), sum(h not in (a, None) for a, h in heard)
            if heard:
                print(
                    f"| {speaker.name} | answers to {question} | {right} | {len(heard)} | {other} |", flush=True
                )
        _false_accepts(line, speaker)


def _false_accepts(line: Line, speaker: Speaker) -> None:
    strange = [sound for text, sound in speaker.phrases if line.is_strange(text) and len(sound) > RATE // 2][
        :150
    ]
    for question in ("main-menu", "number/right") if strange else ():
        taken = sum(line.answer(question, over_the_line(sound, 45, 2)) is not None for sound in strange)
        print(f"| {speaker.name} | other speech at {question} | | {len(strange)} | {taken} |", flush=True)
    numbers = sum(bool(line.number(over_the_line(sound, 45, 2)).readings) for sound in strange)
    if strange:
        print(
            f"| {speaker.name} | other speech at the contract number | | {len(strange)} | {numbers} |",
            flush=True,
        )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--recordings", type=Path, action="append", help="a folder with manifest.tsv")
    options.add_argument("--speaker", action="append", help="only these speakers")
    options.add_argument(
        "--model", action="append", default=[], metavar="NAME=FOLDER", help="beside the bundled one"
    )
    options.add_argument("--strings", type=int, default=20, help="numbers a row of the table")
    options.add_argument(
        "--whisper", type=int, default=0, help="numbers a speaker for Whisper base, if installed"
    )
    chosen = options.parse_args()
    speakers = [
        speaker
        for folder in chosen.recordings or [PEOPLE]
        for name, speaker in read_speakers(folder).items()
        if not chosen.speaker or name in chosen.speaker
    ]
    speakers += [
        simulated
        for speaker in speakers
        if len(speaker.words) > 20 and not speaker.simulated
        for simulated in (speaker.faster(f"{speaker.name}, 1.3 x faster tape", 1.3),
                          speaker.faster(f"{speaker.name}, 0.75 x slower tape", 0.75))
    ]  # fmt: skip
    existing = contracts()
    for name, folder in [("bundled", None), *(given.split("=", 1) for given in chosen.model)]:
        line = Line(Path(folder) if folder else None)
        print(f"\n## {name}\n")
        began, processor = time.perf_counter(), time.process_time()
        digits_table(line, speakers)
        print()
        numbers_table(line, speakers, existing, chosen.strings)
        print()
        answers_table(line, speakers)
        print(f"\n{line.cost()}; {time.process_time() - processor:.0f} s of processor, ", end="")
        print(f"{time.perf_counter() - began:.0f} s in all, {_memory_mb():.0f} MB at most")
    if chosen.whisper:
        print("\n## Whisper base\n")
        whisper = Whisper()
        people = [speaker for speaker in speakers if not speaker.simulated]
        digits_table(whisper, people)
        print()
        numbers_table(whisper, people, existing, chosen.whisper)


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
