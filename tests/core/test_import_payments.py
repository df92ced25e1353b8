"""A payment is entered once, adds to the balance, and is what the caller hears as the last one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from account_core import Accounts, Database, ImportReport, Imports, Keys, Payment
from account_core.ledger import check
from account_core.tables import Entry

Subscriber = Callable[..., str]
Lines = Callable[..., Path]
TODAY = dt.date.today()


@pytest.fixture
def imports(database: Database) -> Imports:
    return Imports(database, Keys(b"a key for tests only, 32 bytes or more"))


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    def write(*rows: str) -> Path:
        file = tmp_path / "payments.csv"
        file.write_text("\n".join(["payment_id,contract_number,amount,paid_at", *rows, ""]))
        return file

    return write


def outcome(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.rejected


def test_payments_add_up_and_the_last_by_date_is_told(
    database: Database, imports: Imports, lines: Lines, subscriber: Subscriber
) -> None:
    subscriber("77012345678")
    subscriber("77012345679")
    file = lines(
        "p1,77012345678,500,2026-10-12",
        'p2,77012345678,"250,50",12.11.2026',
        "p3,77012345679,1,2026-11-01T23:59:59+03:00",
        "p4,77012345678,100.00,2026-09-01",
    )
    assert outcome(imports.payments(file)) == (4, 0, 0, 0)
    account = Accounts(database).find("77012345678", caller=None, call_id="1")
    assert (account.balance, account.last_payment) == (85050, Payment(25050, dt.date(2026, 11, 12)))
    assert check(database).mismatches == []


def test_the_same_payment_is_entered_once_however_often_it_comes(
    database: Database, imports: Imports, lines: Lines, subscriber: Subscriber
) -> None:
    subscriber("77012345678")
    imports.payments(lines("p1,77012345678,500,2026-10-12"))
    again = imports.payments(lines("p1,77012345678,500.00,2026-10-12", "p2,77012345678,1,2026-10-13"))
    assert outcome(again) == (1, 0, 1, 0)
    assert Accounts(database).find("77012345678", caller=None, call_id="1").balance == 50100


def test_a_debt_of_a_closed_contract_can_be_paid(
    imports: Imports, lines: Lines, subscriber: Subscriber
) -> None:
    subscriber("77012345678", status="closed")
    assert outcome(imports.payments(lines("p1,77012345678,500,2026-10-12"))) == (1, 0, 0, 0)


WRONG = {
    "there is no such contract": "p2,77099999999,5,2026-10-12",
    "the payment_id belongs to another payment that was entered earlier": "p0,77012345678,5,2026-10-12",
    "the same payment_id stands in the file before": "p1,77012345678,500,2026-10-12",
    "the contract number is not eleven digits": "p2,7701234567,5,2026-10-12",
    "the payment_id is empty, too long or not made of letters, digits and .:/#_-": ",77012345678,5,2026-10-12",
    "the amount is not above zero": "p2,77012345678,-5,2026-10-12",
    "not an amount of roubles: '5.001' (write 1234,50 or 1234.50)": "p2,77012345678,5.001,2026-10-12",
    "paid_at is not a day (write 2026-11-12)": "p2,77012345678,5,2026-02-30",
    "paid_at is in the future, or before 2000": f"p2,77012345678,5,{TODAY + dt.timedelta(2)}",
    "has 3 fields instead of 4": "p2,77012345678,5",
}


@pytest.mark.parametrize(("reason", "wrong"), WRONG.items(), ids=WRONG)
def test_one_wrong_row_keeps_the_whole_file_out(
    database: Database, imports: Imports, lines: Lines, subscriber: Subscriber, reason: str, wrong: str
) -> None:
    subscriber("77012345678")
    imports.payments(lines("p0,77012345678,500,2026-10-12"))
    report = imports.payments(lines("p1,77012345678,500,2026-10-12", wrong, "p9,77012345678,9,2026-10-12"))
    assert not report.done
    assert [(reject.line, reject.reason) for reject in report.first_rejects] == [(3, reason)]
    assert Accounts(database).find("77012345678", caller=None, call_id="1").balance == 50000


def test_keep_going_enters_the_payments_that_are_right(
    database: Database, imports: Imports, lines: Lines, subscriber: Subscriber
) -> None:
    subscriber("77012345678")
    imports.payments(lines("p0,77012345678,1,2026-10-12"))
    report = imports.payments(lines("p1,77012345678,2,2026-10-12", *WRONG.values()), keep_going=True)
    assert outcome(report) == (1, 0, 0, len(WRONG))
    with database.reading() as connection:
        assert connection.scalar(select(func.sum(Entry.amount))) == 300
    assert check(database).mismatches == []
