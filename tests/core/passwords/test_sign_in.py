"""Signing in, the temporary password's single use, the lock after three wrong ones."""

from __future__ import annotations

import pytest

from account_core import (
    AccountLocked,
    Audit,
    BadPassword,
    Fault,
    MustChange,
    PasswordPolicy,
    SignedIn,
    SignInRefused,
    TicketOver,
    WrongPassword,
)
from tests.core.clock import Clock
from tests.core.passwords.company import CLOSED, OWN, OWN_MOBILE, QUICK, UNKNOWN, WITHOUT_MOBILE, Company

HOUR_S = 3600
PERMANENT = "Own7password"


@pytest.fixture
def permanent(company: Company) -> str:
    """The permanent password that `OWN` has."""
    company.door.change_password(OWN, company.reset(), PERMANENT, company.visit())
    return PERMANENT


def heard(company: Company, login: str, password: str) -> str:
    """What somebody who signs in is told."""
    try:
        return repr(company.door.sign_in(login, password, company.visit()))
    except SignInRefused as refusal:
        return f"{type(refusal).__name__} {refusal}"


@pytest.mark.parametrize("login", [OWN, OWN_MOBILE, "89161234567", "8 (916) 123-45-67", f" {OWN}\n"])
def test_the_login_is_the_contract_number_or_the_mobile(company: Company, permanent: str, login: str) -> None:
    assert company.door.sign_in(login, permanent, company.visit()) == SignedIn(OWN)


def test_the_temporary_password_serves_once_and_only_to_set_a_permanent_one(company: Company) -> None:
    temporary = company.reset()
    change = company.door.sign_in(OWN, temporary, company.visit())
    assert isinstance(change, MustChange)
    assert heard(company, OWN, temporary).startswith("WrongPassword")
    assert company.door.set_password(change, PERMANENT, company.visit()) == SignedIn(OWN)
    assert heard(company, OWN, PERMANENT) == f"SignedIn(contract='{OWN}')"
    with pytest.raises(TicketOver):
        company.door.set_password(change, "Other7password", company.visit())


def test_a_bad_permanent_password_does_not_use_up_the_right_to_set_one(company: Company) -> None:
    temporary = company.reset()
    change = company.door.sign_in(OWN, temporary, company.visit())
    assert isinstance(change, MustChange)
    for bad, fault in {"short": Fault.TOO_SHORT, temporary: Fault.UNCHANGED}.items():
        with pytest.raises(BadPassword) as refused:
            company.door.set_password(change, bad, company.visit())
        assert fault in refused.value.faults
    assert company.door.set_password(change, PERMANENT, company.visit())


def test_the_right_to_set_a_permanent_password_is_over_after_a_quarter_of_an_hour(
    company: Company, clock: Clock
) -> None:
    change = company.door.sign_in(OWN, company.reset(), company.visit())
    assert isinstance(change, MustChange)
    clock.pass_by(15 * 60)
    with pytest.raises(TicketOver):
        company.door.set_password(change, PERMANENT, company.visit())


@pytest.mark.parametrize("ticket", ["", "wrong", "\0", "я"])
def test_no_permanent_password_without_the_ticket(company: Company, ticket: str) -> None:
    company.door.sign_in(OWN, company.reset(), company.visit())
    for contract in (OWN, UNKNOWN, CLOSED, WITHOUT_MOBILE, ""):
        with pytest.raises(TicketOver):
            company.door.set_password(MustChange(contract, ticket), PERMANENT, company.visit())


@pytest.mark.parametrize("told", [f"Aa{OWN}", f"Aa{OWN_MOBILE}", "the temporary one"])
def test_without_the_ticket_nobody_is_told_what_is_wrong_with_a_new_password(
    company: Company, told: str
) -> None:
    new = company.reset() if told == "the temporary one" else told
    with pytest.raises(TicketOver):
        company.door.set_password(MustChange(OWN, "wrong"), new, company.visit())


def test_a_new_reset_ends_a_ticket(company: Company) -> None:
    change = company.door.sign_in(OWN, company.reset(), company.visit())
    assert isinstance(change, MustChange)
    company.reset()
    with pytest.raises(TicketOver):
        company.door.set_password(change, PERMANENT, company.visit())


def test_the_temporary_password_is_over_after_48_hours_and_a_clock_turned_back_revives_no_used_one(
    company: Company, clock: Clock
) -> None:
    old = company.reset()
    clock.pass_by(48 * HOUR_S)
    assert heard(company, OWN, old).startswith("WrongPassword")
    used = company.reset()
    company.door.sign_in(OWN, used, company.visit())
    clock.pass_by(-10 * 365 * 24 * HOUR_S)
    assert heard(company, OWN, used).startswith("WrongPassword")


def test_a_temporary_password_of_a_clock_that_was_ahead_does_not_live_longer(
    company: Company, clock: Clock
) -> None:
    clock.pass_by(365 * 24 * HOUR_S)
    password = company.reset()
    clock.pass_by(-365 * 24 * HOUR_S)
    assert heard(company, OWN, password).startswith("WrongPassword")
    assert isinstance(company.door.sign_in(OWN, company.reset(), company.visit()), MustChange)


def test_a_clock_that_is_set_back_a_little_ends_no_password(company: Company, clock: Clock) -> None:
    password = company.reset()
    clock.pass_by(-10)
    assert isinstance(company.door.sign_in(OWN, password, company.visit()), MustChange)


def test_three_wrong_passwords_in_a_row_lock_the_account_until_a_reset(
    company: Company, permanent: str
) -> None:
    tries = [heard(company, login, "wrong") for login in (OWN, OWN_MOBILE, OWN, OWN)]
    assert tries == [
        *[f"WrongPassword wrong login or password; {left} more tries" for left in (2, 1, 0)],
        "AccountLocked locked after too many wrong passwords: ask for a new one",
    ]
    with pytest.raises(AccountLocked):
        company.door.sign_in(OWN, permanent, company.visit())
    with pytest.raises(AccountLocked):
        company.door.change_password(OWN, permanent, "Other7password", company.visit())
    temporary = company.reset()
    assert heard(company, OWN, permanent) == f"SignedIn(contract='{OWN}')"
    assert isinstance(company.door.sign_in(OWN, temporary, company.visit()), MustChange)


def test_a_right_password_begins_the_count_anew(company: Company, permanent: str) -> None:
    for _ in range(4):
        assert [heard(company, OWN, "wrong")[-12:] for _ in range(2)] == ["2 more tries", "1 more tries"]
        assert company.door.sign_in(OWN, permanent, company.visit())


@pytest.mark.parametrize(
    "login", [UNKNOWN, CLOSED, WITHOUT_MOBILE, "+79995554433", "", "\0", "\udcff", "x" * 9999]
)
def test_a_login_that_leads_nowhere_is_refused_and_locked_like_any_other(company: Company, login: str) -> None:
    assert [heard(company, login, "wrong") for _ in range(5)] == [
        heard(company, OWN, "wrong") for _ in range(5)
    ]


def test_a_mobile_of_two_contracts_is_no_login(company: Company, permanent: str) -> None:
    company.add("77000000009", mobile=OWN_MOBILE)
    assert heard(company, OWN_MOBILE, permanent).startswith("WrongPassword")
    assert heard(company, OWN, permanent).startswith("SignedIn")


@pytest.mark.parametrize("password", ["", "\0", "\udcff", "x" * 10**6, "' OR 1=1 --"])
def test_hostile_passwords_are_wrong_ones(company: Company, permanent: str, password: str) -> None:
    assert heard(company, OWN, password) == "WrongPassword wrong login or password; 2 more tries"


def test_a_password_is_changed_by_who_knows_the_old_one(company: Company, permanent: str) -> None:
    with pytest.raises(WrongPassword):
        company.door.change_password(OWN, "wrong", "Other7password", company.visit())
    with pytest.raises(BadPassword):
        company.door.change_password(OWN, permanent, permanent, company.visit())
    company.door.change_password(OWN, permanent, "Other7password", company.visit())
    assert heard(company, OWN, permanent).startswith("WrongPassword")
    assert heard(company, OWN, "Other7password").startswith("SignedIn")


@pytest.mark.parametrize(("login", "own"), [(OWN, OWN_MOBILE), (OWN_MOBILE, OWN)])
def test_only_who_knows_the_old_password_is_told_that_a_new_one_holds_a_number_of_the_contract(
    company: Company, permanent: str, login: str, own: str
) -> None:
    with pytest.raises(WrongPassword):
        company.door.change_password(login, "wrong", f"Aa{own}", company.visit())
    with pytest.raises(BadPassword) as refused:
        company.door.change_password(login, permanent, f"Aa{own}", company.visit())
    assert refused.value.faults == [Fault.OWN_NUMBER]
    assert heard(company, login, permanent).startswith("SignedIn")


def test_hashes_of_old_parameters_are_renewed_at_the_next_sign_in(company: Company, permanent: str) -> None:
    stronger = Company(company.database, company.clock, PasswordPolicy(memory_kib=16, rounds=1))
    assert stronger.door.sign_in(OWN, permanent, company.visit())
    with stronger.database.reading() as connection:
        (hashed,) = connection.exec_driver_sql("SELECT permanent FROM passwords").scalars()
    assert hashed.startswith("$argon2id$v=19$m=16,t=1,p=1$")
    assert stronger.door.sign_in(OWN, permanent, company.visit())
    assert QUICK.memory_kib == 8


def test_the_audit_trail_tells_who_tried_and_no_password(company: Company, permanent: str) -> None:
    heard(company, OWN, "Wrong1password")
    heard(company, OWN_MOBILE, permanent)
    refused, right = Audit.story(company.database, OWN)[-2:]
    assert (refused.what, refused.facts["decided"]) == ("sign-in", "wrong login or password; 2 more tries")
    assert right.facts["decided"] == "right permanent password"
    assert "Wrong1" not in str(refused.facts) and permanent not in str(right.facts)


def test_a_password_typed_as_login_is_kept_nowhere(company: Company) -> None:
    heard(company, "Secret7password", "x")
    with company.database.reading() as connection:
        facts = str(connection.exec_driver_sql("SELECT facts FROM audit").all())
    assert "word" not in facts.replace("wrong login or password", "")
