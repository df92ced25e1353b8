"""The server as a program: signals, several processes, and the classic script."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.wire.fake_asterisk import FakeAsterisk, environment

ROOT = Path(__file__).parents[2]


class Program:
    """`tests.wire.echo` as a process of its own."""

    def __init__(self, processes: int, drain_s: float) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        words = [sys.executable, "-m", "tests.wire.echo", str(self.port), str(processes), str(drain_s)]
        self.process = subprocess.Popen(
            words,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            text=True,
            bufsize=1,
            preexec_fn=lambda: signal.signal(
                signal.SIGINT, signal.SIG_DFL
            ),  # as from a terminal, wherever we run
        )
        self.output: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the program, not to its children."""
        self.process.send_signal(number)

    def call(self, key: str = "1", sound_s: float = 0.0) -> dict[str, str]:
        """Make one call; the variables that it ends with."""
        return FakeAsterisk([key], sound_s=sound_s).dial(self.port).variables

    def count(self, event: str) -> int:
        """How often `event` has come, over all processes."""
        return sum(line.startswith(event) for line in self.output)

    def end(self) -> int:
        """Wait for the end; the exit code."""
        code = self.process.wait(60)
        self._listener.join()
        return code

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.output.append(line)


@contextmanager
def running(processes: int = 1, drain_s: float = 5) -> Iterator[Program]:
    program = Program(processes, drain_s)
    try:
        until(lambda: answers(program))
        yield program
    finally:
        if program.process.poll() is None:
            program.process.kill()
            program.end()


def answers(program: Program) -> bool:
    assert program.process.poll() is None, program.output
    try:
        return FakeAsterisk().dial(program.port, "health").variables == {"IVR_NEXT": "healthy"}
    except ConnectionRefusedError:
        return False


def until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.02)


def gone(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_lets_the_call_finish(processes: int, number: signal.Signals) -> None:
    with running(processes) as program, ThreadPoolExecutor(1) as phone:
        until(lambda: program.count("built") == processes)
        talking = phone.submit(program.call, "6", sound_s=1.0)
        until(lambda: program.count("called") == 1)
        program.tell(number)
        assert talking.result()["ECHO"] == "6"
        assert program.end() == 0
    assert program.count("closed") == processes


@pytest.mark.parametrize("processes", [1, 2])
def test_told_twice_to_stop_it_stops_at_once(processes: int) -> None:
    with running(processes, drain_s=60) as program, ThreadPoolExecutor(1) as phone:
        until(lambda: program.count("built") == processes)
        talking = phone.submit(program.call, "6", sound_s=4.0)
        until(lambda: program.count("called") == 1)
        program.tell(signal.SIGTERM)
        until(lambda: program.count("INFO:ivr.agi.server:stopping") == processes)
        program.tell(signal.SIGTERM)
        began = time.monotonic()
        assert program.end() == 0
        assert time.monotonic() - began < 2.5
        assert "IVR_NEXT" not in talking.result()


@pytest.mark.parametrize("processes", [1, 2])
def test_told_to_reload_every_process_does_and_goes_on(processes: int) -> None:
    with running(processes) as program:
        until(lambda: program.count("built") == processes)
        program.tell(signal.SIGHUP)
        until(lambda: program.count("reloaded") == processes)
        assert program.call("3")["ECHO"] == "3"


def test_two_processes_share_the_calls() -> None:
    with running(2) as program, ThreadPoolExecutor(20) as phones:
        calls = [phones.submit(program.call, "1", sound_s=0.1) for _ in range(60)]
        by = Counter(call.result()["PID"] for call in calls)
    assert len(by) == 2
    assert min(by.values()) >= 10


def test_a_process_that_dies_is_replaced_and_no_other_call_is_lost() -> None:
    with running(2) as program:
        FakeAsterisk().dial(program.port, "crash")
        assert [program.call("2")["ECHO"] for _ in range(10)] == ["2"] * 10
        until(lambda: len({program.call("1")["PID"] for _ in range(10)}) == 2)
        program.tell(signal.SIGTERM)
        assert program.end() == 0
    assert program.count("built") == 3, program.output
    assert any("ended with 7" in line for line in program.output)


def test_a_process_that_is_stuck_is_killed_and_replaced_and_its_caller_is_let_go() -> None:
    with running(2) as program, ThreadPoolExecutor(1) as phone:
        until(lambda: program.count("built") == 2)
        talking = phone.submit(program.call, "6", sound_s=30.0)
        until(lambda: program.count("called") == 1)
        stuck = int(next(line for line in program.output if line.startswith("called")).split()[1])
        stopped = time.monotonic()
        os.kill(stuck, signal.SIGSTOP)
        assert "IVR_NEXT" not in talking.result(20)
        assert time.monotonic() - stopped < 2.5  # the dialplan apologises at once: within 3 s
        until(lambda: program.count("built") == 3)
        until(lambda: len({program.call("1")["PID"] for _ in range(10)}) == 2)
    assert any(f"process {stuck} gave no sign of life" in line for line in program.output)


def test_a_machine_that_slept_takes_nobody_for_stuck() -> None:
    with running(2) as program:
        until(lambda: program.count("built") == 2)
        children = [int(line.split()[1]) for line in program.output if line.startswith("built")]
        for pid in (program.process.pid, *children):
            os.kill(pid, signal.SIGSTOP)
        time.sleep(2.5)  # the sleep that is tried here
        for pid in (program.process.pid, *children):
            os.kill(pid, signal.SIGCONT)
        time.sleep(1.0)  # five looks of the parent
        assert [program.call("2")["ECHO"] for _ in range(10)] == ["2"] * 10
        assert not any(gone(str(pid)) for pid in children)
        assert program.count("built") == 2


def test_the_children_end_when_their_parent_is_killed() -> None:
    with running(2) as program:
        pids = {program.call("1")["PID"] for _ in range(20)}
        program.process.kill()
        until(lambda: all(gone(pid) for pid in pids))


def test_a_child_that_no_restart_would_help_ends_the_program() -> None:
    ended = subprocess.run([sys.executable, "-c", HOPELESS], cwd=ROOT, timeout=20)
    assert ended.returncode == 2


def test_an_outage_that_no_child_can_do_without_is_told_by_the_exit_code() -> None:
    ended = subprocess.run([sys.executable, "-c", AWAY], cwd=ROOT, timeout=20)
    assert ended.returncode == os.EX_TEMPFAIL


AWAY = """
import os, sys
from ivr.agi.server import listen, serve
sys.exit(serve(listen("127.0.0.1", 0), lambda: sys.exit(os.EX_TEMPFAIL), processes=2))
"""
HOPELESS = """
import sys
from ivr.agi.server import listen, serve
sys.exit(serve(listen("127.0.0.1", 0), lambda: sys.exit(2), processes=2))
"""
CLASSIC = """
from ivr.agi.classic import serve_one
from tests.wire.echo import Echo
serve_one(Echo)
"""


def test_a_classic_script_talks_over_its_standard_streams_and_prints_nowhere_else() -> None:
    with classic() as script:
        assert script.stdin and script.stdout
        script.stdin.write(environment(None))
        script.stdin.flush()
        assert script.stdout.readline() == b'STREAM FILE "question" "0123456789*#"\n'
        script.stdin.write(b"200 result=57 endpos=80\n")
        script.stdin.flush()
        assert script.stdout.readline() == b'SET VARIABLE "ECHO" "9"\n'


def test_a_classic_script_survives_asterisks_sighup_and_ends_in_order() -> None:
    with classic() as script:
        assert script.stdin and script.stdout and script.stderr
        script.stdin.write(environment(None))
        script.stdin.flush()
        script.stdout.readline()
        os.kill(script.pid, signal.SIGHUP)
        script.stdin.write(b"200 result=-1 endpos=80\n")
        script.stdin.flush()
        assert script.stdout.readline() == b"CHANNEL STATUS\n"
        script.stdin.write(b"511 Command Not Permitted on a dead channel\n")
        script.stdin.close()
        assert script.wait(10) == 0
        assert b"closed" in script.stderr.read()


@contextmanager
def classic() -> Iterator[subprocess.Popen[bytes]]:
    script = subprocess.Popen(
        [sys.executable, "-c", CLASSIC],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    with script:
        try:
            yield script
        finally:
            script.kill()
