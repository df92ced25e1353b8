"""The commands about contracts: what they print, and how they end."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from account_core import Accounts, CallLog, CallRecord, open_database
from account_core.demo import CONTRACTS
from account_core.imports.subscribers import Subscribers
from account_core.tables import Contract
from ivr.cli import main

HEADER = ",".join(Subscribers.columns)
ROW = '77012345678,Иванов,,,ru,4509,"1234,50",Простой,active'


@pytest.fixture(autouse=True)
def instance(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.chdir(tmp_path)


def ivr(words: str) -> Result:
    return CliRunner().invoke(main, words.split())


def test_a_first_use_from_an_empty_database(url: str) -> None:
    assert ivr("db upgrade").output.startswith("the schema is now at ")
    assert ivr("db upgrade").output.startswith("the schema is already at ")
    assert ivr("demo-data").output == "200 demo contracts added, 0 were there\n"
    assert ivr("db check").output == "200 contracts: every balance is what the ledger says\n"
    account = Accounts(open_database(url)).find("77012345678", caller=None, call_id="1")
    assert account.balance == 123450
    assert account.mobile and account.last_payment
    assert dt.timedelta(0) < dt.date.today() - account.last_payment.at < dt.timedelta(30)
    assert Accounts(open_database(url)).by_mobile(account.mobile) == account


def test_demo_data_twice_is_demo_data_once(url: str) -> None:
    ivr("db upgrade")
    ivr("demo-data")
    assert ivr("demo-data").output == "0 demo contracts added, 200 were there\n"
    assert ivr("db check").exit_code == 0


def test_the_demo_company_has_all_that_a_company_has(url: str) -> None:
    ivr("db upgrade")
    ivr("demo-data")
    with open_database(url).reading() as connection:
        query = select(Contract.number, Contract.mobile, Contract.status, Contract.balance, Contract.language)
        rows = connection.execute(query).all()
    mobiles = [row.mobile for row in rows if row.mobile]
    assert len(rows) == len({row.number for row in rows}) == CONTRACTS
    assert len(mobiles) - len(set(mobiles)) > 5
    assert len(rows) - len(mobiles) > 10
    assert 5 < sum(row.status == "closed" for row in rows) < 30
    assert 10 < sum(row.balance < 0 for row in rows) < 100
    assert {row.language for row in rows} == {"ru", "en"}


def test_demo_data_stays_out_of_a_real_database_unless_forced(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(f"{HEADER}\n{ROW.replace('5678', '0000')}\n")
    ivr("db upgrade")
    ivr("subscribers import s.csv")
    refused = ivr("demo-data")
    assert refused.exit_code == 2
    assert "77012340000" in refused.stderr
    assert ivr("demo-data --force").output == "200 demo contracts added, 0 were there\n"


def test_an_import_says_what_it_did(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(f"{HEADER}\n{ROW}\n")
    (tmp_path / "p.csv").write_text("payment_id,contract_number,amount,paid_at\np1,77012345678,1,2026-11-12\n")
    ivr("db upgrade")
    assert ivr("subscribers import s.csv").output == "1 added, 0 changed, 0 as they were\n"
    assert ivr("payments import p.csv").output == "1 added, 0 changed, 0 as they were\n"
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o777 == 0o600


def test_an_import_with_a_wrong_row_names_it_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(f"{HEADER}\n{ROW}\n" + "1,,,,,,,,\n" * 30)
    ivr("db upgrade")
    done = ivr("subscribers import s.csv")
    assert done.exit_code == 2
    lines = done.stderr.splitlines()
    assert lines[0] == "line 3: the contract number is not eleven digits"
    assert lines[-3] == "... and 10 more"
    assert lines[-2] == "30 rejected, all in s.csv.rejects.csv"
    assert lines[-1] == "Error: nothing was imported; --keep-going leaves the wrong rows out"
    done = ivr("subscribers import --keep-going s.csv")
    assert (done.exit_code, done.stdout) == (0, "1 added, 0 changed, 0 as they were\n")


def test_a_name_that_cannot_be_one_is_one_line_and_2() -> None:
    ivr("db upgrade")
    done = ivr(f"subscribers import {'x' * 300}")
    assert (done.exit_code, done.stderr) == (2, f"Error: {'x' * 300}: File name too long\n")


def test_a_header_that_is_no_header_is_one_line_and_2(tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("x" * 200_000 + ",y\n")
    ivr("db upgrade")
    done = ivr("subscribers import s.csv")
    assert done.exit_code == 2
    assert done.stderr == "Error: s.csv: its first line is no header: field larger than field limit (131072)\n"


def test_a_file_is_imported_whatever_its_name(tmp_path: Path) -> None:
    name = b"s\xff.csv"
    (tmp_path / os.fsdecode(name)).write_text(f"{HEADER}\n{ROW}\n1,,,,,,,,\n")
    ivr("db upgrade")
    run = [sys.executable, "-m", "ivr", "subscribers", "import", "--keep-going", name]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "1 added, 0 changed, 0 as they were\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("bad", ["postgresql://u:hunter2@h:notaport/x", "sqlite:///%00x"])
def test_a_database_url_that_cannot_be_one_is_one_line_and_2(bad: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", bad)
    for words in ("db check", "db upgrade", "calls"):
        done = ivr(words)
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.exception
        assert "hunter2" not in done.output
    shown = ivr("settings --changed")
    assert shown.exit_code == 0
    assert "IVR_DATABASE_URL=" in shown.output and "hunter2" not in shown.output


def test_a_folder_in_which_nothing_can_be_kept_is_one_line_and_2(monkeypatch: pytest.MonkeyPatch) -> None:
    ivr("db upgrade")
    monkeypatch.setenv("IVR_VAR", "/proc/nope")
    for words in ("kannel", "kannel --run", "messages", "demo-data"):
        done = ivr(words)
        assert (done.exit_code, len(done.stderr.splitlines())) == (2, 1), done.exception
        assert "IVR_VAR" in done.stderr


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), "9" * 20, "9" * 5000])
@pytest.mark.parametrize("command", ["show", "retry"])
def test_a_number_that_no_message_has_is_refused_with_2(command: str, number: str) -> None:
    ivr("db upgrade")
    done = ivr(f"messages {command} -- {number}")
    assert done.exit_code == 2, done.exception


@pytest.mark.parametrize(
    "words", ["subscribers import none.csv", "payments import .", "subscribers import /bin/true"]
)
def test_a_bad_file_is_one_line_and_2(words: str) -> None:
    ivr("db upgrade")
    done = ivr(words)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", ["db check", "calls", "demo-data", "subscribers import s.csv"])
def test_a_database_that_is_not_there_is_one_line_and_2(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", "postgresql://line:hunter2@127.0.0.1:1/line")
    done = ivr(words)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert "hunter2" not in done.output


def test_a_check_names_the_balance_that_is_wrong_and_ends_with_1(url: str) -> None:
    ivr("db upgrade")
    ivr("demo-data")
    with open_database(url).writing() as connection:
        connection.execute(text("UPDATE contracts SET balance = balance + 1 WHERE number = '77012345678'"))
    done = ivr("db check")
    assert done.exit_code == 1
    assert done.stderr == "contract 77012345678: the balance is 1 234,51 ₽, the ledger says 1 234,50 ₽\n"


def test_calls_are_shown_with_masked_numbers(url: str) -> None:
    ivr("db upgrade")
    assert ivr("calls").output == "no calls yet\n"
    log = CallLog(open_database(url))
    start = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    path = ["welcome", "menu: 1", "[red]"]
    log.save(CallRecord("1", "+79161234567", "0890", "ru", start, start, "77012345678", None, path, "hung up"))
    log.close()
    shown = ivr("calls --last 5").output
    assert "…4567" in shown and "…5678" in shown and "hung up" in shown
    assert "9161234567" not in shown and "77012345678" not in shown


def test_nothing_in_a_call_record_moves_the_cursor(url: str) -> None:
    ivr("db upgrade")
    log, start = CallLog(open_database(url)), dt.datetime.now(dt.UTC)
    log.save(CallRecord("1", None, "0890", "ru", start, start, None, None, ["\x1b[2J"], "\x9b2J\x07"))
    log.close()
    shown = ivr("calls").output
    assert "[2J" in shown and not any(letter in shown for letter in "\x1b\x9b\x07")


@pytest.mark.parametrize(
    "url", ["postgresql://ivr:hunter2@db/line", "postgresql://db/line?user=ivr&password=hunter2", "hunter2"]
)
def test_settings_are_shown_without_the_password_of_the_database(url: str) -> None:
    shown = ivr("settings --changed").output
    assert "hunter2" not in shown and "IVR_DATABASE_URL=" in shown
