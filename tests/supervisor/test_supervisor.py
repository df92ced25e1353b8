from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.supervisor import Pauses
from ivr.supervisor.deaths import KEPT, Deaths
from ivr.supervisor.watch import STARTS
from tests.asterisk.switch import until

Start = Callable[..., "Supervisor"]


class Supervisor:
    """A supervisor that runs as a process of its own, in `folder`."""

    def __init__(self, folder: Path, *kinds: str, drain_s: float = 0) -> None:
        self.folder = folder
        words = [sys.executable, "-m", "tests.supervisor.programs", str(folder), *kinds]
        self.process = subprocess.Popen(
            words,
            env={**os.environ, "DRAIN_S": str(drain_s)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def says(self, words: str) -> str:
        """Its next line that holds `words`."""
        assert self.process.stdout
        for line in self.process.stdout:
            if words in line:
                return line
        raise AssertionError(f"it never said {words!r}")

    def ends(self, within_s: float) -> int:
        return self.process.wait(within_s)

    def pid(self, name: str) -> int:
        return int((self.folder / f"{name}.pid").read_text())

    def tell(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Supervisor] = []

    def start(*kinds: str, drain_s: float = 0) -> Supervisor:
        started.append(Supervisor(tmp_path, *kinds, drain_s=drain_s))
        return started[-1]

    yield start
    for supervisor in started:
        supervisor.process.kill()  # a part of a killed supervisor ends by itself: setpriv --pdeathsig
        supervisor.process.wait()


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int, within_s: float = 3.0) -> bool:
    end = time.monotonic() + within_s
    while lives(pid) and time.monotonic() < end:
        time.sleep(0.02)
    return not lives(pid)


def test_it_says_once_that_all_parts_are_ready(start: Start) -> None:
    supervisor = start("clerk", "parent")
    supervisor.says("All is well.")
    assert lives(supervisor.pid("clerk"))
    assert lives(supervisor.pid("parent"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_all_that_it_started_when_told(start: Start, number: signal.Signals) -> None:
    supervisor = start("clerk", "parent")
    supervisor.says("All is well.")
    pids = [supervisor.pid(name) for name in ("clerk", "parent", "child")]
    supervisor.tell(number)
    assert supervisor.ends(within_s=5) == 0
    assert not any(map(lives, pids))


def test_it_stops_nothing_else(start: Start) -> None:
    bystander = subprocess.Popen(["sleep", "60"])
    supervisor = start("clerk")
    supervisor.says("All is well.")
    supervisor.tell(signal.SIGINT)
    supervisor.ends(within_s=5)
    assert bystander.poll() is None
    bystander.kill()
    bystander.wait()


def test_a_part_that_ignores_the_request_to_end_is_ended_by_force(start: Start) -> None:
    supervisor = start("stubborn")
    supervisor.says("All is well.")
    pid = supervisor.pid("stubborn")
    supervisor.tell(signal.SIGTERM)
    assert supervisor.ends(within_s=6) == 0
    assert not lives(pid)


def test_a_part_that_dies_is_reported_and_started_again(start: Start) -> None:
    supervisor = start("clerk")
    supervisor.says("All is well.")
    first = supervisor.pid("clerk")
    os.kill(first, signal.SIGKILL)
    assert "clerk was ended by SIGKILL; starting it again in 0.1 s" in supervisor.says("clerk")
    supervisor.says("clerk is well again")
    assert lives(supervisor.pid("clerk")) and supervisor.pid("clerk") != first


def test_a_part_that_is_stuck_is_killed_within_two_seconds_and_started_again(start: Start) -> None:
    supervisor = start("clerk")
    supervisor.says("All is well.")
    stuck = supervisor.pid("clerk")
    began = time.monotonic()
    os.kill(stuck, signal.SIGSTOP)
    assert gone(stuck, within_s=2.6)  # 0.5 s to the next question, 1.5 s of silence
    assert time.monotonic() - began > 1.0
    assert "gave no answer for 1.5 s" in supervisor.says("clerk")
    supervisor.says("clerk is well again")


def test_the_children_of_a_part_that_dies_go_with_it(start: Start) -> None:
    supervisor = start("parent")
    supervisor.says("All is well.")
    child = supervisor.pid("child")
    os.kill(supervisor.pid("parent"), signal.SIGKILL)
    supervisor.says("parent is well again")
    assert gone(child)


def test_parts_end_when_the_supervisor_is_killed_outright(start: Start) -> None:
    supervisor = start("clerk")
    supervisor.says("All is well.")
    pid = supervisor.pid("clerk")
    supervisor.process.kill()
    assert gone(pid)


def test_a_part_with_bad_settings_ends_the_start_with_its_own_words(start: Start) -> None:
    supervisor = start("clerk", "misled")
    assert supervisor.says("cannot start") == (
        "misled cannot start: IVR_OFFICE_OPENS: it opens after it closes\n"
    )
    assert supervisor.ends(within_s=5) == 1
    assert not lives(supervisor.pid("clerk"))


def test_a_part_that_never_becomes_ready_is_given_up_after_three_starts(start: Start, tmp_path: Path) -> None:
    supervisor = start("feeble")
    assert "feeble ended with exit code 1 (no strength)" in supervisor.says("feeble")
    assert supervisor.says("cannot start") == "feeble cannot start: no strength\n"
    assert (tmp_path / "feeble.starts").read_text() == "xxx"


def test_an_outage_is_waited_for_however_often_a_part_ends_in_it(start: Start, tmp_path: Path) -> None:
    supervisor = start("clerk", "needy")
    assert f"needy ended with exit code {os.EX_TEMPFAIL}" in supervisor.says("needy")
    until(lambda: len((tmp_path / "needy.starts").read_text()) > STARTS, within_s=30)
    (tmp_path / "back").touch()
    supervisor.says("needy is well again")
    supervisor.says("All is well.")


def test_parts_that_need_nothing_do_not_wait_for_what_is_prepared(start: Start, tmp_path: Path) -> None:
    (tmp_path / "unprepared").touch()
    supervisor = start("clerk", "prepared")
    assert supervisor.says("wait") == "Some parts wait: nothing is prepared\n"
    until(lambda: (tmp_path / "clerk.beat").exists())
    assert not (tmp_path / "prepared.pid").exists()
    (tmp_path / "unprepared").unlink()
    supervisor.says("All is well.")
    assert lives(supervisor.pid("prepared"))


def test_while_the_last_guests_are_served_what_that_needs_is_kept_running(start: Start, tmp_path: Path) -> None:
    supervisor = start("host", "clerk", drain_s=60)
    supervisor.says("All is well.")
    supervisor.tell(signal.SIGTERM)
    supervisor.says("Calls in progress may end")
    assert (tmp_path / "resting").exists()
    os.kill(supervisor.pid("clerk"), signal.SIGKILL)
    supervisor.says("clerk is well again")
    (tmp_path / "nobody left").touch()
    supervisor.says("Stopped.")
    assert supervisor.ends(within_s=5) == 0
    assert not (tmp_path / "goodbye").exists()


def test_guests_who_are_still_there_when_the_time_is_up_are_told_goodbye(start: Start, tmp_path: Path) -> None:
    supervisor = start("host", drain_s=2)
    supervisor.says("All is well.")
    supervisor.tell(signal.SIGTERM)
    until(lambda: (tmp_path / "goodbye").exists())
    assert lives(supervisor.pid("host"))
    (tmp_path / "nobody left").touch()
    assert supervisor.ends(within_s=5) == 0


def test_deaths_are_remembered_beside_the_log(start: Start, tmp_path: Path) -> None:
    supervisor = start("clerk")
    supervisor.says("All is well.")
    os.kill(supervisor.pid("clerk"), signal.SIGKILL)
    supervisor.says("clerk is well again")
    deaths = Deaths(tmp_path / "clerk.log")
    assert [why for _, why in deaths.within(dt.timedelta(minutes=1))] == ["was ended by SIGKILL"]
    for _ in range(2 * KEPT):
        deaths.note("again")
    assert [why for _, why in deaths.within(dt.timedelta(minutes=1))] == ["again"] * KEPT
    assert deaths.within(dt.timedelta(0)) == []


def test_a_reload_is_passed_on_to_the_parts_that_know_it(start: Start, tmp_path: Path) -> None:
    supervisor = start("parent", "clerk")
    supervisor.says("All is well.")
    supervisor.tell(signal.SIGHUP)
    end = time.monotonic() + 5
    while not (tmp_path / "clerk.reloaded").exists():
        assert time.monotonic() < end
        time.sleep(0.02)
    assert not (tmp_path / "parent.reloaded").exists()
    assert supervisor.process.poll() is None


def test_pauses_grow_and_begin_anew_after_a_good_life() -> None:
    pauses = Pauses()
    assert [pauses.next(lived_s=1) for _ in range(8)] == [0.1, 1.0, 2.0, 5.0, 10.0, 30.0, 30.0, 30.0]
    assert pauses.next(lived_s=61) == 0.1
