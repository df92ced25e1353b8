"""A temporary password ends with the mobile that it was sent to, and with the contract, when a file says so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from account_core import (
    Imports,
    MustChange,
    Refused,
    SignedIn,
    State,
    TicketOver,
    VerificationFailed,
    WrongPassword,
)
from account_core.imports import subscribers
from account_core.imports.subscribers import Subscribers
from account_core.password_tables import PasswordRow
from tests.core.passwords.company import LAST4, OWN, OWN_EMAIL, OWN_MOBILE, Company

Import = Callable[..., None]
MOVES = pytest.mark.parametrize("move", [{"mobile": "89990001122"}, {"mobile": ""}, {"status": "closed"}])
NEW = "Own7password"


@pytest.fixture
def bring_in(company: Company, tmp_path: Path) -> Import:
    """Imports a file in which the contract is as it was, but for what the test says."""

    def run(**differences: str) -> None:
        as_it_was = {"contract_number": OWN, "name": "Иванова", "mobile": OWN_MOBILE, "email": OWN_EMAIL}
        as_it_was |= {"language": "ru", "passport_last4": LAST4, "balance": "0", "tariff": "Простой"}
        row = {**as_it_was, "status": "active", **differences}
        file = tmp_path / "subscribers.csv"
        file.write_text(f"{','.join(Subscribers.columns)}\n{','.join(row.values())}\n")
        assert Imports(company.database, company.keys).subscribers(file).changed == bool(differences)

    return run


def in_force(company: Company) -> bool:
    """Whether anything is kept that a temporary password, or what it was exchanged for, would do."""
    columns = (PasswordRow.temporary, PasswordRow.ticket)
    with company.database.reading() as connection:
        return any(any(row) for row in connection.execute(select(*columns)))


@MOVES
def test_a_temporary_password_is_void(company: Company, bring_in: Import, move: dict[str, str]) -> None:
    password = company.reset()
    bring_in(**move)
    with pytest.raises(WrongPassword):
        company.door.sign_in(OWN, password, company.visit())
    bring_in(name="Иванова")
    assert not in_force(company)


@MOVES
def test_what_it_was_exchanged_for_is_void(company: Company, bring_in: Import, move: dict[str, str]) -> None:
    change = company.door.sign_in(OWN, company.reset(), company.visit())
    assert isinstance(change, MustChange)
    bring_in(**move)
    with pytest.raises(TicketOver):
        company.door.set_password(change, NEW, company.visit())
    assert not in_force(company)


@MOVES
def test_its_message_is_taken_back_queued_or_dead(
    company: Company, bring_in: Import, move: dict[str, str]
) -> None:
    company.gateway.answers.append(Refused("no such number"))
    company.reset()
    company.resets.confirm(company.verified(caller=OWN_MOBILE))
    bring_in(**move)
    states = {told.state for told in company.desk.recent(about="temporary password")}
    assert states == {State.REPLACED}
    company.gateway.asked.clear()
    assert company.sms() == []


def test_another_name_or_address_changes_nothing(company: Company, bring_in: Import) -> None:
    password = company.reset()
    bring_in()
    bring_in(name="Петрова", email="other@example.org", balance="5")
    assert isinstance(company.door.sign_in(OWN, password, company.visit()), MustChange)


def test_the_permanent_password_stays(company: Company, bring_in: Import) -> None:
    company.door.change_password(OWN, company.reset(), NEW, company.visit())
    bring_in(mobile="89990001122")
    assert isinstance(company.door.sign_in(OWN, NEW, company.visit()), SignedIn)


def test_a_password_asked_for_while_the_file_comes_in_is_void_or_not_made(
    company: Company, bring_in: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, voided, asked = company.verified(caller=OWN_MOBILE), threading.Event(), threading.Event()
    real = subscribers.void

    def void(*arguments: object) -> None:
        real(*arguments)
        voided.set()
        asked.wait(0.5)  # whoever asks now is to wait for the import

    monkeypatch.setattr(subscribers, "void", void)
    with ThreadPoolExecutor(1) as other:
        imported = other.submit(bring_in, mobile="89990001122")
        assert voided.wait(20)
        with pytest.raises(VerificationFailed):
            company.resets.confirm(case)
        asked.set()
        imported.result()
    assert not in_force(company)
    assert company.sms() == []
