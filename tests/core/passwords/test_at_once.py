"""Limits hold, and nothing is done by halves, when fifty ask in the same moment."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import text

from account_core import AccountError, MustChange, State, StorageUnavailable
from tests.core.passwords.company import LAST4, OWN, OWN_MOBILE, UNKNOWN, WRONG4, Company

CALLS = 50


def at_once(ask: Callable[[int], object]) -> Counter[str]:
    """What fifty who begin together are told."""
    together = threading.Barrier(CALLS)

    def one(place: int) -> str:
        together.wait()
        while True:
            try:
                return type(ask(place)).__name__
            except StorageUnavailable:  # a slow machine: nothing was done, and the caller asks again
                continue
            except AccountError as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(CALLS) as calls:
        return Counter(calls.map(one, range(CALLS)))


def test_three_of_fifty_resets_of_one_contract_are_done(company: Company) -> None:
    cases = [company.verified(caller=OWN_MOBILE) for _ in range(CALLS)]
    told = at_once(lambda place: company.resets.confirm(cases[place]))
    assert told == {"Promise": 3, "TooManyResets": 47}
    states = Counter(message.state for message in company.desk.recent(100, about="temporary password"))
    assert states == {State.REPLACED: 2, State.QUEUED: 1}
    (password,) = company.sms()
    assert isinstance(company.door.sign_in(OWN, password, company.visit()), MustChange)


def test_five_of_fifty_guesses_at_one_passport_are_looked_at(company: Company) -> None:
    for contract in (OWN, UNKNOWN):
        cases = [company.resets.begin(contract, company.visit(f"+7999000{n:04}")) for n in range(CALLS)]
        told = at_once(lambda place, cases=cases: company.resets.verify(cases[place], WRONG4))
        assert told == {"VerificationFailed": 5, "TooManyTries": 45}


def test_three_of_fifty_guesses_in_one_call_are_looked_at(company: Company) -> None:
    numbers = [f"7701111{n:04}" for n in range(CALLS)]
    company.add(*numbers, mobile="+79160000055")
    cases = [company.resets.begin(number, company.visit(f"+7999000{number[-4:]}", "one")) for number in numbers]
    told = at_once(lambda place: company.resets.verify(cases[place], WRONG4))
    assert told == {"VerificationFailed": 3, "TooManyTries": 47}


def test_a_calling_number_names_ten_of_fifty_contracts(company: Company) -> None:
    told = at_once(lambda place: company.resets.begin(f"770999990{place:02}", company.visit()))
    assert told == {"PassportNeeded": 10, "TooManyContracts": 40}


def test_three_of_fifty_guesses_at_a_password_are_answered(company: Company) -> None:
    password = company.reset()
    told = at_once(lambda place: company.door.sign_in(OWN, f"wrong {place}", company.visit()))
    assert told == {"WrongPassword": 3, "AccountLocked": 47}
    assert at_once(lambda place: company.door.sign_in(OWN, password, company.visit())) == {"AccountLocked": 50}


def test_one_of_fifty_uses_of_a_temporary_password_succeeds(company: Company) -> None:
    password = company.reset()
    told = at_once(lambda place: company.door.sign_in(OWN, password, company.visit()))
    assert told["MustChange"] == 1
    assert told["WrongPassword"] == 3  # it is used up: a second use is a wrong password like any other
    assert told["AccountLocked"] == 46


def test_a_right_password_is_never_refused_however_many_use_it_at_once(company: Company) -> None:
    company.door.change_password(OWN, company.reset(), "Own7password", company.visit())
    told = at_once(lambda place: company.door.sign_in(OWN, "Own7password", company.visit()))
    assert told == {"SignedIn": 50}


def test_every_decision_of_fifty_is_in_the_audit_trail(company: Company) -> None:
    cases = [company.verified(caller=OWN_MOBILE) for _ in range(CALLS)]
    at_once(lambda place: company.resets.confirm(cases[place]))
    with company.database.reading() as connection:
        decided = list(connection.scalars(text("SELECT facts FROM audit WHERE what = 'new password'")))
    assert Counter("refused" in facts for facts in decided) == {True: 47, False: 3}
    assert LAST4 not in str(decided)
