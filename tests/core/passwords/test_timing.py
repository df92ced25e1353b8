"""What is refused takes the same time, whyever it is refused: a thief with a stop-watch learns nothing.

Each case is timed 500 times, all cases in turn in a random order, and compared by rank (Mann-Whitney): by the
clock on the wall, as a thief would, and by the processor's, which is the finer measure on a busy machine. Two
runs of the same case are among them and show the noise; the last tests show that the measure would notice.
"""

from __future__ import annotations

import gc
import itertools
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from sqlalchemy import event

from account_core import Database, PassportNeeded, ResetRefused, SignInRefused
from tests.core.passwords.company import LAST4, WRONG4, Company

pytestmark = pytest.mark.alone
TIMES = 500
APART = 4.0
"""Standard deviations of the rank sum. Two runs of the same come this far apart once in 16,000 comparisons."""
SEEN = 0.05
"""The least part of the time that counts: a row that is there is read from its page, one that is not is not.

A quiet machine sees those microseconds in 500 turns. A thief has three wrong passwords for an account, a
network between, and a hash that takes a thousand times as long as the one of these tests.
"""
RIGHT, RIGHT_AGAIN, CLOSED, WITHOUT_MOBILE, WITHOUT_PASSPORT, UNKNOWN = range(6)
ON_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)

Ask = Callable[[int], object]
Samples = dict[str, np.ndarray]


def number(kind: int, n: int) -> str:
    """The contract number `n` of a kind. There are as many as measurements, so that none is asked for twice."""
    return f"7780{kind}{n:06}"


@pytest.fixture
def company(company: Company) -> Company:
    for kind, differences in {
        RIGHT: {"mobile": "+79161111111"},
        RIGHT_AGAIN: {"mobile": "+79161111111"},
        CLOSED: {"mobile": "+79161111111", "status": "closed"},
        WITHOUT_MOBILE: {"mobile": None},
        WITHOUT_PASSPORT: {"mobile": "+79161111111", "passport": None},
    }.items():
        company.add(*(number(kind, n) for n in range(TIMES)), **differences)
    hashed = company.passwords.hashed("Own7password")
    company.give_passwords([number(RIGHT, n) for n in range(TIMES)], permanent=hashed)
    company.give_passwords([number(RIGHT_AGAIN, n) for n in range(TIMES)], permanent=hashed, temporary=hashed)
    return company


def naming(company: Company) -> dict[str, Ask]:
    """Callers from other phones who name contracts."""

    def ask(kind: int) -> Ask:
        return lambda n: company.resets.begin(number(kind, n), company.visit(f"+7999{kind}{n:06}"))

    kinds = {"right": RIGHT, "right again": RIGHT_AGAIN, "closed": CLOSED, "without mobile": WITHOUT_MOBILE}
    return {name: ask(kind) for name, kind in {**kinds, "unknown": UNKNOWN}.items()}


def proofs(company: Company) -> dict[str, Ask]:
    """Callers whose proof is refused."""

    def ask(kind: int, digits: str) -> Ask:
        def refused(n: int) -> None:
            with pytest.raises(ResetRefused):
                company.resets.verify(PassportNeeded(number(kind, n), company.visit()), digits)

        return refused

    return {
        "wrong digits": ask(RIGHT, WRONG4),
        "wrong digits again": ask(RIGHT_AGAIN, WRONG4),
        "closed": ask(CLOSED, LAST4),
        "without mobile": ask(WITHOUT_MOBILE, LAST4),
        "without passport": ask(WITHOUT_PASSPORT, LAST4),
        "unknown": ask(UNKNOWN, LAST4),
    }


def wrong_passwords(company: Company) -> dict[str, Ask]:
    """Sign-ins with a wrong password."""

    def ask(kind: int) -> Ask:
        def refused(n: int) -> None:
            with pytest.raises(SignInRefused):
                company.door.sign_in(number(kind, n), "wrong", company.visit())

        return refused

    kinds = {"permanent": RIGHT, "reset pending": RIGHT_AGAIN, "never any": WITHOUT_MOBILE, "closed": CLOSED}
    return {name: ask(kind) for name, kind in {**kinds, "unknown": UNKNOWN}.items()}


def timed(cases: dict[str, Ask], times: int = TIMES) -> tuple[Samples, Samples]:
    """Seconds on the wall and of the processor, of so many runs of each case, all mixed."""
    turns = [(name, n) for name in cases for n in range(times)]
    random.shuffle(turns)
    wall, processor = ({name: np.zeros(times) for name in cases} for _ in range(2))
    gc.collect()
    gc.disable()
    try:
        for name, n in turns:
            began, began_working = time.perf_counter(), time.thread_time()
            cases[name](n)
            wall[name][n] = time.perf_counter() - began
            processor[name][n] = time.thread_time() - began_working
    finally:
        gc.enable()
    return wall, processor


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """How far apart two samples are: standard deviations of the rank sum under no difference at all."""
    ranks = np.argsort(np.argsort(np.concatenate([one, other]))) + 1
    m, n = len(one), len(other)
    return float((ranks[:m].sum() - m * (m + n + 1) / 2) / np.sqrt(m * n * (m + n + 1) / 12))


def none_stands_out(cases: dict[str, Ask], times: int = TIMES) -> None:
    """Fails on a pair of cases that is told apart twice, by the same clock and in the same direction.

    What a busy machine does to some of the turns does not come again; a leak does.
    """
    first = told_apart(cases, times)
    again = told_apart(cases, times) if first else {}
    leaks = {pair: (z, again[pair]) for pair, z in first.items() if z * again.get(pair, 0) > 0}
    assert not leaks, leaks


def told_apart(cases: dict[str, Ask], times: int) -> dict[tuple[str, str, str], float]:
    """The clock and the pairs of cases that it tells apart, with how far."""
    told = {}
    for clock, taken in zip(("wall", "processor"), timed(cases, times), strict=True):
        print(clock, {name: f"{np.median(sample) * 1e6:.0f} µs" for name, sample in taken.items()})
        for a, b in itertools.combinations(taken, 2):
            one, other = np.median(taken[a]), np.median(taken[b])
            if abs(one - other) >= SEEN * min(one, other):
                told[clock, a, b] = apart(taken[a], taken[b])
    return {pair: z for pair, z in told.items() if abs(z) >= APART}


@ON_SQLITE
def test_naming_a_contract_takes_the_same_time_whatever_it_is(company: Company) -> None:
    none_stands_out(naming(company))


def test_a_refused_proof_takes_the_same_time_whyever_it_is_refused(company: Company) -> None:
    asked = proofs(company)
    if (
        not company.database.is_sqlite
    ):  # a round trip takes longer there, and the server sees the same questions
        asked = {name: asked[name] for name in ("wrong digits", "wrong digits again", "unknown")}
    none_stands_out(asked)


@ON_SQLITE
def test_a_wrong_password_takes_the_same_time_whether_there_is_an_account_or_not(company: Company) -> None:
    none_stands_out(wrong_passwords(company), times=200)


@pytest.mark.parametrize("asking", [naming, proofs, wrong_passwords])
def test_the_same_questions_are_put_to_the_database_in_all_cases(
    company: Company, asking: Callable[[Company], dict[str, Ask]]
) -> None:
    asked = {}
    for name, ask in asking(company).items():
        with statements(company.database) as asked[name]:
            ask(0)
    first, *others = asked.values()
    assert len(first) > 3
    assert all(other == first for other in others)


@ON_SQLITE
def test_the_measure_would_notice_a_fifth_more(company: Company) -> None:
    """A tenth, on a machine with nothing else to do."""
    twice_the_same = {name: ask for name, ask in naming(company).items() if name.startswith("right")}
    _, processor = timed(twice_the_same, times=300)
    assert abs(apart(processor["right"], processor["right again"])) < APART
    assert abs(apart(processor["right"], processor["right again"] * 1.2)) > APART


@ON_SQLITE
def test_a_leak_is_found_both_times(company: Company) -> None:
    """Half as much again of the work, for one of two cases that are else the same."""
    cases = {name: ask for name, ask in naming(company).items() if name.startswith("right")}
    leaking = {**cases, "right again": lambda n: [cases["right again"](n), n % 2 and cases["right again"](n)]}
    with pytest.raises(AssertionError):
        none_stands_out(leaking, times=200)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The statements that the database gets meanwhile, without their values."""
    heard: list[str] = []

    def listen(connection: object, cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("PRAGMA busy_timeout"):  # names the patience left, to the millisecond
            heard.append(statement)

    event.listen(database.engine, "before_cursor_execute", listen)
    try:
        yield heard
    finally:
        event.remove(database.engine, "before_cursor_execute", listen)
