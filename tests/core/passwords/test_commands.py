"""`ivr account`, `ivr messages`, `ivr audit`, as somebody at a terminal uses them."""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from account_core import Channel, KeptGateway, Report, Sender, Verified, Visit
from ivr.cli import main
from ivr.core import Core, open_core
from ivr.settings import load
from tests.core.passwords.company import LAST4, OWN, OWN_MOBILE, Company

PERMANENT = "Xk7pQz2mW"
SMS = "2"
"""The number of the first reset's SMS; its e-mail is written before."""
Ivr = Callable[..., Result]


@pytest.fixture
def core(tmp_path: Path, ready_sqlite: Path, monkeypatch: pytest.MonkeyPatch) -> Core:
    shutil.copy(ready_sqlite, tmp_path / "accounts.db")
    monkeypatch.setenv("IVR_VAR", str(tmp_path))
    monkeypatch.setenv("IVR_ARGON2_MEMORY_KIB", "8")
    monkeypatch.setenv("IVR_SECRET_KEY", "a key for tests only, 32 bytes or more")
    opened = open_core(load())
    Company(opened.database, lambda: 0.0).open_contracts()
    return opened


@pytest.fixture
def ivr(core: Core) -> Ivr:
    """Runs a command with the lines of its input."""

    def run(*arguments: str, lines: tuple[str, ...] = ()) -> Result:
        return CliRunner().invoke(
            main, arguments, "".join(f"{line}\n" for line in lines), catch_exceptions=False
        )

    return run


@pytest.fixture
def temporary(ivr: Ivr, core: Core) -> str:
    """A temporary password, read where the gateway of a house without one keeps it."""
    assert ivr("account", "reset", OWN, "--from", "8 916 123-45-67", "--yes").exit_code == 0
    Sender(core.outbox, Channel.SMS, KeptGateway()).send_one()
    found = re.search("[A-Za-z0-9]{10}(?=,)", ivr("messages", "show", SMS).output)
    assert found
    return found[0]


def test_a_reset_from_another_number_takes_the_passport_digits_and_a_yes(ivr: Ivr) -> None:
    done = ivr("account", "reset", OWN, lines=(LAST4, "y"))
    assert done.exit_code == 0
    assert "the number that ends in 45 67" in done.output
    assert OWN_MOBILE not in done.output and LAST4 not in done.output


def test_a_reset_without_a_yes_sends_nothing(ivr: Ivr, core: Core) -> None:
    assert ivr("account", "reset", OWN, lines=(LAST4, "n")).exit_code == 0
    assert core.desk.recent() == []


@pytest.mark.parametrize(
    ("arguments", "lines", "code", "said"),
    [
        (("account", "reset", "77099999999"), (LAST4,), 1, "Not verified; 2 more tries."),
        (("account", "reset", OWN), (), 2, "Last four digits of the passport: the input has ended"),
        (("account", "reset", OWN, "--from", "12"), (), 2, "--from: not a telephone number"),
        (("account", "sign-in", OWN), ("wrong",), 1, "Wrong login or password; 2 more tries."),
        (("account", "sign-in", "nonsense"), ("wrong",), 1, "Wrong login or password; 2 more tries."),
        (
            ("account", "change-password", OWN),
            ("wrong", PERMANENT),
            1,
            "Wrong login or password; 2 more tries.",
        ),
        (("messages", "show", "99"), (), 2, "there is no message 99"),
        (("messages", "--contract", "\0"), (), 2, "a contract is a number of eleven digits"),
        (("audit", "1234"), (), 2, "a contract is a number of eleven digits"),
    ],
)
def test_what_is_refused_is_said_in_one_line(
    ivr: Ivr, arguments: tuple[str, ...], lines: tuple[str, ...], code: int, said: str
) -> None:
    done = ivr(*arguments, lines=lines)
    assert (done.exit_code, done.output) == (code, f"Error: {said}\n")


def test_the_first_sign_in_sets_a_permanent_password_and_says_what_is_wrong_with_a_bad_one(
    ivr: Ivr, temporary: str
) -> None:
    first = ivr("account", "sign-in", OWN, lines=(temporary, "short", "Password2026", PERMANENT))
    assert first.exit_code == 0
    assert "too short" in first.output and "guessed first" in first.output
    assert first.output.endswith(f"signed in to contract {OWN}\n")
    assert ivr("account", "sign-in", OWN_MOBILE, lines=(PERMANENT,)).exit_code == 0
    assert ivr("account", "sign-in", OWN, lines=(temporary,)).exit_code == 1


def test_three_wrong_passwords_lock_and_a_reset_unlocks(ivr: Ivr, temporary: str) -> None:
    ivr("account", "change-password", OWN, lines=(temporary, PERMANENT))
    said = [ivr("account", "sign-in", OWN, lines=("wrong",)).output for _ in range(4)]
    assert said[-1] == "Error: Locked after too many wrong passwords: ask for a new one.\n"
    assert ivr("account", "sign-in", OWN, lines=(PERMANENT,)).exit_code == 1
    ivr("account", "reset", OWN, "--from", OWN_MOBILE, "--yes")
    assert ivr("account", "sign-in", OWN, lines=(PERMANENT,)).exit_code == 0


def test_no_command_shows_a_secret_but_the_text_of_a_message_that_is_kept_here(
    ivr: Ivr, core: Core, temporary: str
) -> None:
    told = ivr("messages").output + ivr("audit", OWN).output
    assert temporary not in told
    assert "message shown" in told
    assert ivr("messages", "retry", SMS).exit_code == 2


def test_the_audit_trail_is_one_line_a_note_whatever_strangers_said(ivr: Ivr, core: Core) -> None:
    core.resets.begin(OWN, Visit("voice", "one call", "+7916\n2026-01-01 forged\x1b[2J"))
    case = core.resets.begin(OWN, Visit("voice", "other call", OWN_MOBILE))
    assert isinstance(case, Verified)
    promise = core.resets.confirm(case)
    core.outbox.report(promise.key, Report.UNDELIVERABLE, "absent\n2026-01-01 forged\x1b[2J")
    output = ivr("audit", OWN).output
    assert "forged" in output and "\x1b" not in output
    assert not any(line.startswith("2026-01-01") for line in output.splitlines())
    assert "\x1b" not in ivr("messages", "show", SMS).output


def test_a_password_typed_at_a_terminal_is_not_shown(core: Core, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    run = [sys.executable, "-m", "ivr", "account", "sign-in", OWN]
    process = subprocess.Popen(run, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = b""
    while b"Password: " not in shown:
        shown += os.read(ours, 1000)
    os.write(ours, b"Secret7password\n")
    while b"tries." not in shown:
        shown += os.read(ours, 1000)
    assert process.wait() == 1
    assert b"Secret7password" not in shown
