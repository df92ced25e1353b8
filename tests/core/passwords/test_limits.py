"""How often a new password may be asked for, and how often its proof may be tried."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select

from account_core import (
    ResetLimits,
    SignedIn,
    TooManyContracts,
    TooManyResets,
)
from account_core.password_tables import TryRow
from tests.core.clock import Clock
from tests.core.passwords.company import (
    CLOSED,
    HOUR_S,
    LAST4,
    OWN,
    OWN_MOBILE,
    STRANGER,
    UNKNOWN,
    WRONG4,
    Company,
    heard,
)


def test_a_contract_has_three_new_passwords_a_day(company: Company, clock: Clock) -> None:
    for _ in range(3):
        company.reset()
        clock.pass_by(HOUR_S)
    case = company.verified(caller=OWN_MOBILE)
    with pytest.raises(TooManyResets) as refused:
        company.resets.confirm(case)
    assert refused.value.again_in_s == 21 * HOUR_S
    clock.pass_by(21 * HOUR_S)
    company.resets.confirm(case)
    with pytest.raises(TooManyResets):
        company.resets.confirm(case)


def test_a_caller_who_is_not_verified_does_not_hear_that_there_were_too_many(company: Company) -> None:
    for _ in range(3):
        company.reset()
    assert heard(company, OWN, WRONG4) == heard(company, UNKNOWN, WRONG4)


def test_a_contract_has_five_tries_at_its_passport_a_day_and_a_call_has_three(
    company: Company, clock: Clock
) -> None:
    for contract in (OWN, UNKNOWN):
        tries = [heard(company, contract, WRONG4, call).split(" ", 1)[1] for call in "aaaabbbbc"]
        tries = [told.replace(contract, "…") for told in tries]
        assert tries == [
            "not verified; 2 more tries",
            "not verified; 1 more tries",
            "not verified; 0 more tries",
            "3 tries at passport digits are the limit of one call",
            "not verified; 1 more tries",
            "not verified; 0 more tries",
            *["5 tries at passport digits are the limit of one contract"] * 3,
        ]
        assert heard(company, contract, LAST4).startswith("TooManyTries")
        clock.pass_by(24 * HOUR_S)
    assert heard(company, OWN, LAST4) == "ends in 4567"


def test_a_call_cannot_try_a_fourth_time_with_another_contract(company: Company) -> None:
    for contract in (UNKNOWN, CLOSED, OWN):
        heard(company, contract, WRONG4, "one call")
    assert heard(company, OWN, LAST4, "one call").startswith("TooManyTries 3")


def test_used_up_tries_do_not_stop_the_holder_who_calls_from_his_mobile(company: Company) -> None:
    for call in "aaabbb":
        heard(company, OWN, WRONG4, call)
    company.reset(caller=OWN_MOBILE)


def test_a_calling_number_names_ten_different_contracts_a_day(company: Company, clock: Clock) -> None:
    numbers = [f"770999999{n:02}" for n in range(10)]
    for number in numbers:
        company.resets.begin(number, company.visit())
    for number in (OWN, UNKNOWN, CLOSED):
        with pytest.raises(TooManyContracts):
            company.resets.begin(number, company.visit())
    company.resets.begin(numbers[0], company.visit())
    company.resets.begin(OWN, company.visit("+79990000001"))
    clock.pass_by(24 * HOUR_S)
    company.resets.begin(OWN, company.visit())
    with company.database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(TryRow)) == 1


def test_all_withheld_numbers_together_have_a_limit_of_their_own(company: Company) -> None:
    company = Company(company.database, company.clock, limits=ResetLimits(contracts_withheld=20))
    for n in range(20):
        company.resets.begin(f"77099999{n:03}", company.visit(None))
    with pytest.raises(TooManyContracts):
        company.resets.begin(OWN, company.visit(None))
    company.resets.begin(OWN, company.visit(STRANGER))


def test_asking_for_passwords_never_locks_the_account(company: Company) -> None:
    company.door.change_password(OWN, company.reset(), "Own7password", company.visit())
    for call in "aaaabbbb":
        heard(company, OWN, WRONG4, call)
    company.reset()
    company.reset()
    with pytest.raises(TooManyResets):
        company.reset()
    assert company.door.sign_in(OWN, "Own7password", company.visit()) == SignedIn(OWN)


def test_a_clock_that_jumps_ahead_and_back_shuts_nobody_out(company: Company, clock: Clock) -> None:
    clock.pass_by(365 * 24 * HOUR_S)
    for call in "aaabbb":
        heard(company, OWN, WRONG4, call)
    for _ in range(3):
        company.reset()
    clock.pass_by(-365 * 24 * HOUR_S)
    assert heard(company, OWN, LAST4, "c") == "ends in 4567"
    company.reset()


def test_a_clock_that_is_set_back_a_little_forgets_no_try(company: Company, clock: Clock) -> None:
    for call in "aaabb":
        heard(company, OWN, WRONG4, call)
    clock.pass_by(-HOUR_S)
    assert heard(company, OWN, LAST4, "c").startswith("TooManyTries")


def test_tries_that_are_too_old_are_forgotten(company: Company, clock: Clock) -> None:
    for n in range(5):
        heard(company, f"7709999000{n}", WRONG4)
    clock.pass_by(24 * HOUR_S + 1)
    heard(company, OWN, WRONG4)
    with company.database.writing() as connection:
        assert connection.execute(delete(TryRow)).rowcount == 2
