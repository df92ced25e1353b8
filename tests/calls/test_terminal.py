"""`ivr call`: the line in the terminal, by hand, from a pipe and by a script; each call is on record."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import pytest

from account_core import CallLog, CallRecord, Database, open_database
from ivr.cli import main
from tests.company import OWN, OWN_MOBILE, SECRET, small_company

PATIENCE_S = 60.0
CONTRACT_SCRIPT = f"""
    ivr:  welcome
    ivr:  main-menu
    keys: 1
    ivr:  contract/enter
    keys: {OWN}                      // as the contract has it
    ivr:  balance/amount 1 234,50 ₽
    ivr:  balance/tariff Семейный
    ivr:  balance/last-payment 500,00 ₽ 2026-11-12
    ivr:  balance/afterwards
    (silence)
    ivr:  not-heard
    ivr:  balance/afterwards
    keys: 3
    ivr:  goodbye
    -> goodbye
"""


@pytest.fixture
def accounts(tmp_path: Path) -> Iterator[Database]:
    """The accounts of the instance whose folder is `tmp_path`."""
    opened = open_database(f"sqlite:///{tmp_path / 'accounts.db'}")
    small_company(opened)
    yield opened
    opened.close()


@pytest.fixture
def environment(tmp_path: Path, accounts: Database) -> dict[str, str]:
    return os.environ | {"IVR_VAR": str(tmp_path), "IVR_SECRET_KEY": SECRET, "COLUMNS": "80"}


@dataclass
class Done:
    """What a command did."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def called(environment, monkeypatch, capsys) -> Callable[..., Done]:
    """Call the line with these options and with `keys` in a pipe."""
    for name in ("IVR_VAR", "IVR_SECRET_KEY"):
        monkeypatch.setenv(name, environment[name])

    def call(*options: str, keys: str = "") -> Done:
        ours, theirs = os.pipe()
        os.write(theirs, keys.encode())
        os.close(theirs)
        with os.fdopen(ours) as pipe, pytest.raises(SystemExit) as ended:
            monkeypatch.setattr(sys, "stdin", pipe)
            main(["call", *options])
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    return call


def recorded(accounts: Database) -> CallRecord:
    [record] = CallLog(accounts).recent()
    return record


def test_keys_from_a_pipe_answer_the_questions_and_the_call_is_on_record(called, accounts) -> None:
    done = called("--from", "8 916 123-45-67", keys="1\n1\n3\n")
    assert done.returncode == 0, done.stderr
    said = [line.removeprefix("line  ") for line in done.stdout.splitlines() if line.startswith("line")]
    assert said[3] == "На вашем счёте одна тысяча двести тридцать четыре рубля, пятьдесят копеек."
    assert said[-1] == "Спасибо за звонок. До свидания!"
    record = recorded(accounts)
    assert (record.calling_number, record.called_number, record.contract) == (OWN_MOBILE, "0890", OWN)
    assert (record.outcome, record.path[-1]) == ("goodbye", "balance/afterwards: goodbye")


def test_keys_of_one_line_are_typed_ahead_and_cut_what_is_said(called) -> None:
    done = called("--language", "en", keys=f"1 {OWN} 3\n")
    assert re.findall(r"^line  .*—$", done.stdout, re.MULTILINE) == ["line  Please —", "line  Your —"]
    assert done.stdout.endswith("line  Thank you for calling. Goodbye!\n*     -> goodbye\n")


def test_an_empty_line_is_silence_and_the_end_of_the_input_hangs_up(called, accounts) -> None:
    done = called("--to", "88002500890", keys="\n")
    assert "you   (silence, 6 s)\nline  Ответа пока нет. Давайте ещё раз.\n" in done.stdout
    assert done.stdout.endswith("*     hung up\n")
    assert (recorded(accounts).outcome, recorded(accounts).called_number) == ("hung up", "88002500890")


def test_a_call_follows_its_script(called, tmp_path) -> None:
    (tmp_path / "call.txt").write_text(CONTRACT_SCRIPT)
    done = called("--script", str(tmp_path / "call.txt"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "На вашем счёте одна тысяча двести тридцать четыре рубля" in done.stdout


def test_a_call_that_leaves_its_script_is_told_as_a_difference(called, accounts, tmp_path) -> None:
    (tmp_path / "call.txt").write_text(CONTRACT_SCRIPT.replace("1 234,50", "1 234,51"))
    done = called("--script", str(tmp_path / "call.txt"))
    assert done.returncode == 1
    assert "-ivr: balance/amount 1 234,51 ₽\n" in done.stderr
    assert "+ivr: balance/amount 1 234,50 ₽\n" in done.stderr
    assert recorded(accounts).outcome == "hung up"


def test_a_script_of_keys_alone_is_held_against_its_ending_only(called, tmp_path) -> None:
    (tmp_path / "call.txt").write_text(f"keys: 1\nkeys: {OWN}\nkeys: 3\n-> goodbye\n")
    assert called("--script", str(tmp_path / "call.txt")).returncode == 0
    (tmp_path / "call.txt").write_text(f"keys: 1\nkeys: {OWN}\nkeys: 0\n-> goodbye\n")
    done = called("--script", str(tmp_path / "call.txt"))
    assert (done.returncode, "+-> support: after hearing the balance" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("options", "keys", "complaint"),
    [
        (["--from", "Василий"], "", "--from: not a telephone number"),
        (["--language", "de"], "", "the line speaks ru and en, not 'de'"),
        ([], "1\nbalance\n", "'b' is no key of a telephone"),
        (["--script", "no.txt"], "", "no.txt"),
        (["--script", "pressed.txt"], "", "pressed.txt: line 2: 'presses 1' is no line of a script"),
    ],
)
def test_what_is_no_call_is_refused_in_one_line(called, tmp_path, options, keys, complaint) -> None:
    (tmp_path / "pressed.txt").write_text("ivr: welcome\npresses 1\n")
    options = [str(tmp_path / option) if option.endswith(".txt") else option for option in options]
    done = called(*options, keys=keys)
    assert (done.returncode, complaint in done.stderr.splitlines()[-1]) == (2, True), done.stderr


class Hand:
    """Somebody at a terminal who calls the line."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.terminal, theirs = pty.openpty()
        self.at_rest = termios.tcgetattr(self.terminal)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ivr", "call"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            start_new_session=True,
        )
        self.seen = ""
        self._theirs = theirs

    def sees(self, text: str) -> None:
        """Wait until `text` stands on the screen, after what was waited for before."""
        end = monotonic() + PATIENCE_S
        while text not in self.seen:
            assert select.select([self.terminal], [], [], max(end - monotonic(), 0))[0], (
                f"{text!r} is not in {self.seen!r}"
            )
            self.seen += os.read(self.terminal, 4096).decode(errors="replace")
        self.seen = self.seen.partition(text)[2]

    def presses(self, keys: str) -> None:
        os.write(self.terminal, keys.encode())

    def end(self) -> int:
        """The exit code, once the call is over; the terminal is as it was."""
        code = self.process.wait(PATIENCE_S)
        assert termios.tcgetattr(self.terminal) == self.at_rest
        return code

    def leave(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.terminal)
        os.close(self._theirs)


@pytest.fixture
def hand(environment) -> Iterator[Hand]:
    made = Hand(environment)
    yield made
    made.leave()


def test_a_key_at_the_keyboard_cuts_what_is_said_and_needs_no_enter(hand: Hand, accounts) -> None:
    hand.sees("Узнать")
    hand.presses("1")
    hand.sees("—\r\n")
    hand.sees("Наберите")
    hand.presses(f"\x1b[A{OWN}")  # an arrow is no key of a telephone
    hand.sees("счёте")
    hand.presses("3")
    hand.sees("-> goodbye")
    assert (hand.end(), recorded(accounts).outcome) == (0, "goodbye")


@pytest.mark.parametrize("how", ["Ctrl-D", "SIGHUP"])
def test_a_caller_at_the_keyboard_who_is_gone_has_hung_up(hand: Hand, accounts, how: str) -> None:
    hand.sees("Узнать")
    hand.presses("\x04") if how == "Ctrl-D" else hand.process.send_signal(1)
    hand.sees("hung up")
    assert (hand.end(), recorded(accounts).outcome) == (0, "hung up")
