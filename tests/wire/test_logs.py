"""What `ivr serve` logs: which call each line belongs to, and nothing that a reader of logs must not know."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from account_core import open_database
from account_core.tables import Contract
from ivr import logs
from ivr.settings import Settings, load
from ivr.switch.probes import application_is_well
from tests.asterisk.switch import free_ports
from tests.company import LAST4, OWN, OWN_MOBILE, SECRET, small_company
from tests.wire.fake_asterisk import HANGUP, UNIQUE_ID, FakeAsterisk

PATIENCE_S = 60.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Settings, Path]]:
    """`ivr serve` over a small company, and the file of its log."""
    settings = load(var=tmp_path, **free_ports())
    (tmp_path / "sounds").symlink_to(load().var / "sounds")
    database = open_database(settings.url())
    small_company(database)
    database.close()
    given = {"IVR_VAR": str(tmp_path), "IVR_AGI_PORT": str(settings.agi_port)}
    environment = os.environ | given | {"IVR_SECRET_KEY": SECRET, "IVR_SPEECH": "false"}
    with (tmp_path / "application.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "ivr", "serve"], env=environment, stderr=log)
        try:
            end = time.monotonic() + PATIENCE_S
            while not application_is_well(settings, 1) and process.poll() is None:
                assert time.monotonic() < end
            yield settings, Path(log.name)
        finally:
            process.terminate()
            assert process.wait(PATIENCE_S) == 0


def calls(settings: Settings, keys: str) -> None:
    FakeAsterisk([*keys, HANGUP]).dial(settings.agi_port, callerid=OWN_MOBILE)
    FakeAsterisk([*keys, HANGUP]).dial(settings.agi_port, callerid="unknown")


def logged(log: Path) -> str:
    """The log, once both calls have left their last line."""
    end = time.monotonic() + PATIENCE_S
    while log.read_text().count(" commands\n") < 2:
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.05)
    return log.read_text()


def test_a_call_that_goes_well_leaves_its_id_and_no_number(served) -> None:
    settings, log = served
    calls(settings, f"2{OWN}{LAST4}")
    told = logged(log)
    ends = [line for line in told.splitlines() if " commands" in line]
    assert [f" call={UNIQUE_ID} " in line for line in ends] == [True, True]
    assert [secret for secret in (OWN, OWN_MOBILE[1:], LAST4, SECRET) if secret in told] == []


def test_so_does_a_call_in_which_the_accounts_fail(served) -> None:
    settings, log = served
    database = open_database(settings.url())
    with database.writing() as connection:
        connection.execute(text(f"ALTER TABLE {Contract.__tablename__} RENAME TO gone"))
    database.close()
    calls(settings, f"1{OWN}")
    told = logged(log)
    failed = [line for line in told.splitlines() if " ERROR " in line]
    assert failed
    assert [line for line in failed if f" call={UNIQUE_ID} " not in line] == []
    assert [secret for secret in (OWN, OWN_MOBILE[1:], SECRET) if secret in told] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no contract 77012345678", "no contract …5678"),
        ("SMS to +79161234567: refused", "SMS to …4567: refused"),
        ("GET /sms?from=%2B79161234567&text=1 HTTP/1.1", "GET /sms?from=…4567&text=1 HTTP/1.1"),
        ("postgresql+psycopg://ivr:hush@db/ivr", "postgresql+psycopg://***@db/ivr"),
        ("GET /sendsms?username=ivr&password=hush&to=1", "GET /sendsms?username=ivr&password=***&to=1"),
        ("call 1795312345.17 and line-5060-1795312345.17", "call 1795312345.17 and line-5060-1795312345.17"),
        ("12 calls, port 5060", "12 calls, port 5060"),
    ],
)
def test_numbers_of_subscribers_and_passwords_are_masked(text: str, shown: str) -> None:
    assert logs.masked(text) == shown


def test_the_text_of_an_exception_is_masked_too() -> None:
    try:
        raise LookupError(OWN)
    except LookupError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())
    record.call = "-"
    assert OWN not in logs._Masked(logs.FORM).format(record)
