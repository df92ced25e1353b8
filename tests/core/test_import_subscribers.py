"""A file of subscribers comes in whole, or not at all; and the ledger tells why each balance is what it is."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from account_core import Accounts, Database, ImportReport, Imports, Keys, StorageUnavailable
from account_core.imports import beside, staging
from account_core.imports.subscribers import Subscribers
from account_core.ledger import check
from account_core.tables import AuditRow, Contract, Entry

KEYS = Keys(b"a key for tests only, 32 bytes or more")
Lines = Callable[..., Path]


@pytest.fixture
def imports(database: Database) -> Imports:
    return Imports(database, KEYS)


@pytest.fixture
def lines(tmp_path: Path) -> Lines:
    """Writes a file of the given lines below the header."""

    def write(*rows: str) -> Path:
        file = tmp_path / "subscribers.csv"
        file.write_text("\n".join([",".join(Subscribers.columns), *rows, ""]))
        return file

    return write


def line(number: int | str = 77012345678, **differences: str) -> str:
    """A line of the file; what the test does not say is that of an ordinary subscriber."""
    fields = {
        "contract_number": str(number),
        "name": "Иванов Пётр",
        "mobile": "",
        "email": "",
        "language": "ru",
    }
    fields |= {"passport_last4": "", "balance": "0", "tariff": "Простой", "status": "active"}
    return ",".join({**fields, **differences}.values())


def outcome(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.rejected


def entries(database: Database) -> list[tuple[str, str, int]]:
    with database.reading() as connection:
        query = select(Entry.contract, Entry.kind, Entry.amount).order_by(Entry.id)
        return [tuple(row) for row in connection.execute(query)]


def numbers(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(select(Contract.number).order_by(Contract.number)))


def test_a_caller_hears_what_the_file_said(database: Database, imports: Imports, lines: Lines) -> None:
    imports.subscribers(
        lines(line(mobile="8 (916) 123-45-67", balance='"1234,50"', name='"О\'Нил, Пётр"', language="EN"))
    )
    account = Accounts(database).by_mobile("+79161234567")
    assert account and (account.contract, account.balance, account.holder) == (
        "77012345678",
        123450,
        "О'Нил, Пётр",
    )
    assert (account.language, account.tariff, account.last_payment) == ("en", "Простой", None)


def test_of_a_passport_only_the_hash_is_kept(database: Database, imports: Imports, lines: Lines) -> None:
    imports.subscribers(lines(line(passport_last4="4509"), line(77012345679)))
    with database.reading() as connection:
        hashes = connection.scalars(select(Contract.passport).order_by(Contract.number)).all()
    assert hashes == [KEYS.passport("77012345678", "4509"), None]


def test_a_balance_of_a_new_contract_opens_its_ledger(
    database: Database, imports: Imports, lines: Lines
) -> None:
    report = imports.subscribers(
        lines(line(1 + 77012345678, balance="-5.07"), line(balance="10"), line(77012345680))
    )
    assert outcome(report) == (3, 0, 0, 0)
    assert sorted(entries(database)) == [("77012345678", "opening", 1000), ("77012345679", "opening", -507)]


def test_the_same_file_again_changes_nothing(database: Database, imports: Imports, lines: Lines) -> None:
    file = lines(line(balance="10"), line(77012345679, mobile="+79161234567", passport_last4="4509"))
    imports.subscribers(file)
    before = entries(database)
    assert outcome(imports.subscribers(file)) == (0, 0, 2, 0)
    assert entries(database) == before


def test_another_balance_is_a_correction_in_the_ledger(
    database: Database, imports: Imports, lines: Lines
) -> None:
    imports.subscribers(lines(line(balance="10"), line(77012345679, balance="3"), line(77012345680)))
    report = imports.subscribers(
        lines(line(balance="7.5"), line(77012345679, balance="3"), line(77012345680, balance="1"))
    )
    assert outcome(report) == (0, 2, 1, 0)
    assert sorted(entries(database)[-2:]) == [
        ("77012345678", "correction", -250),
        ("77012345680", "correction", 100),
    ]
    assert check(database).mismatches == []


def test_new_and_known_contracts_may_be_mixed(database: Database, imports: Imports, lines: Lines) -> None:
    imports.subscribers(lines(line(77000000002, balance="2"), line(77000000004, balance="4")))
    report = imports.subscribers(
        lines(
            line(77000000003, balance="3"), line(77000000002, status="closed"), line(77000000001, balance="1")
        )
    )
    assert outcome(report) == (2, 1, 0, 0)
    assert numbers(database) == ["77000000001", "77000000002", "77000000003", "77000000004"]
    assert check(database).mismatches == []


WRONG = {
    "the contract number is not eleven digits": line("7701234567"),
    "the name is empty": line(77000000001, name=" "),
    "the name holds characters that cannot be printed, or more than 200": line(77000000001, name="x" * 201),
    "the mobile is not a telephone number": line(77000000001, mobile="123"),
    "the number is not a mobile": line(77000000001, mobile="+74951234567"),
    "the e-mail is not one": line(77000000001, email="anna at home"),
    "the language is not ru or en": line(77000000001, language="de"),
    "the passport's last digits are not four digits": line(77000000001, passport_last4="45099"),
    "not an amount of roubles: '1.234,50' (write 1234,50 or 1234.50)": line(77000000001, balance='"1.234,50"'),
    "the tariff is empty": line(77000000001, tariff=""),
    "the status is not active or closed": line(77000000001, status="gone"),
    "has 8 fields instead of 9": line(77000000001).rsplit(",", 1)[0],
    "has 10 fields instead of 9": line(77000000001, balance="1,50"),
    "the same contract stands in the file before": line(),
    "the quotes are wrong: ',' expected after '\"'": line(77000000001, name='"Иванов" Пётр'),
}


@pytest.mark.parametrize(("reason", "wrong"), WRONG.items(), ids=WRONG)
def test_one_wrong_row_keeps_the_whole_file_out(
    database: Database, imports: Imports, lines: Lines, reason: str, wrong: str
) -> None:
    report = imports.subscribers(lines(line(), wrong, line(77000000009)))
    assert not report.done
    assert [(reject.line, reject.reason) for reject in report.first_rejects] == [(3, reason)]
    assert numbers(database) == entries(database) == []


def test_keep_going_takes_the_rows_that_are_right(database: Database, imports: Imports, lines: Lines) -> None:
    report = imports.subscribers(lines(line(balance="1"), *WRONG.values(), line(77000000009)), keep_going=True)
    assert report.done
    assert outcome(report) == (2, 0, 0, len(WRONG))
    assert numbers(database) == ["77000000009", "77012345678"]
    assert check(database).mismatches == []


def test_the_rejects_file_has_every_wrong_row_as_it_was_and_no_one_else_can_read_it(
    imports: Imports, lines: Lines
) -> None:
    file = lines(
        line(), line(77000000001, name='"Иванов,\nПётр"', status="gone"), "", line(passport_last4="4509")
    )
    report = imports.subscribers(file)
    assert report.rejects_file and report.rejects_file.stat().st_mode & 0o777 == 0o600
    with report.rejects_file.open(newline="") as rejects:
        rows = list(csv.reader(rejects))
    assert rows[0] == ["line", "reason", *Subscribers.columns]
    assert rows[1][:4] == [
        "3",
        "the name holds characters that cannot be printed, or more than 200",
        "77000000001",
        "Иванов,\nПётр",
    ]
    assert rows[2] == [
        "6",
        "the same contract stands in the file before",
        *line(passport_last4="4509").split(","),
    ]


def test_a_run_without_rejects_leaves_no_rejects_file_of_the_run_before(imports: Imports, lines: Lines) -> None:
    report = imports.subscribers(lines(line("x")))
    assert report.rejects_file and report.rejects_file.exists()
    assert imports.subscribers(lines(line())).rejects_file is None
    assert not report.rejects_file.exists()


def test_a_quote_that_is_never_closed_is_named_with_the_lines_that_it_swallows(
    imports: Imports, lines: Lines
) -> None:
    report = imports.subscribers(lines(line(), line(77000000001, name='"Иванов'), line(77000000002)))
    (reject,) = report.first_rejects
    assert (reject.line, reject.reason) == (3, "a quote is opened and not closed (lines 3 to 4 are lost to it)")


@pytest.mark.parametrize("in_order", [True, False], ids=["in order", "in no order"])
def test_a_large_file_is_the_same_to_every_way_of_reading_and_writing(
    database: Database, imports: Imports, lines: Lines, monkeypatch: pytest.MonkeyPatch, in_order: bool
) -> None:
    monkeypatch.setattr(beside, "WORTH_IT", 1000)
    count = staging.ROWS_A_STATEMENT * 70 + 7
    rows = [line(77_000_000_000 + n, balance=f"{n}.{n % 100:02}") for n in range(count)]
    rows[5000] = line(77_000_005_000, mobile="+375 29 123-45-67", balance="5000.00")
    if not in_order:
        rows[3000], rows[4000] = rows[4000], rows[3000]
    done: list[tuple[int, int]] = []
    file = lines(*rows)
    report = imports.subscribers(file, progress=lambda *bytes_read: done.append(bytes_read))
    assert outcome(report) == (count, 0, 0, 0)
    assert done[-1] == (file.stat().st_size,) * 2
    assert check(database).mismatches == []
    assert check(database).damage == []
    account = Accounts(database).by_mobile("+375291234567")
    assert account and (account.contract, account.balance) == ("77000005000", 500000)


def test_a_bad_end_of_a_large_file_is_told_too(
    database: Database, imports: Imports, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside, "WORTH_IT", 1000)
    file = lines(*(line(77_000_000_000 + n) for n in range(1000)), line(77000000000), line(name="\u200b"))
    report = imports.subscribers(file)
    assert [reject.line for reject in report.first_rejects] == [1003, 1002]
    assert numbers(database) == []


def test_an_import_is_noted_in_the_audit_trail_if_it_changed_something(
    database: Database, imports: Imports, lines: Lines
) -> None:
    imports.subscribers(lines(line("wrong")))
    imports.subscribers(lines(line()))
    with database.reading() as connection:
        notes = connection.execute(select(AuditRow.what, AuditRow.facts)).all()
    assert [tuple(note) for note in notes] == [
        ("import of subscribers", '{"file": "subscribers.csv", "added": 1, "changed": 0, "unchanged": 0}')
    ]


def test_calls_go_on_while_a_file_is_read(database: Database, imports: Imports, lines: Lines) -> None:
    imports.subscribers(lines(line()))
    heard: list[str] = []

    def call(_: int, __: int) -> None:
        heard.append(Accounts(database).find("77012345678", caller=None, call_id="1").contract)
        with database.writing():
            heard.append("and could write")

    imports.subscribers(lines(line(77012345679)), progress=call)
    assert heard[:2] == ["77012345678", "and could write"]


def test_an_outage_in_the_middle_leaves_the_old_state(
    database: Database, imports: Imports, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    imports.subscribers(lines(line(balance="5")))

    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("account_core.imports.run.Audit.note", broken)
    with pytest.raises(StorageUnavailable, match="disk is full"):
        imports.subscribers(lines(line(balance="6"), line(77012345679)))
    assert numbers(database) == ["77012345678"]
    assert entries(database) == [("77012345678", "opening", 500)]
