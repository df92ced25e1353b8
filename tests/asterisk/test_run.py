"""`ivr run`, as a stranger starts it: everything real, in a folder of its own."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.doctor.running import PARTS
from ivr.settings import Settings, load
from tests.asterisk.phone import Phone, PhoneCall
from tests.asterisk.switch import free_ports

IVR = str(Path(sys.executable).with_name("ivr"))
READY = 16.0
"""Times the processor time of `ivr prompts check` that a line needs to be ready that was set up before: ten
seconds of two cores where the check takes one and a quarter."""


@dataclass
class Run:
    """`ivr run`, and where it listens."""

    settings: Settings
    environment: dict[str, str]
    process: subprocess.Popen[str]
    ready: str = ""
    """What it said when it was ready."""
    ready_cpu_s: float = 0.0
    """Seconds of processor time that it had used by then."""

    def says(self, words: str) -> str:
        assert self.process.stdout
        return next(line for line in self.process.stdout if words in line)

    def ivr(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another command of the same instance."""
        return subprocess.run(
            [IVR, *words], env=self.environment, capture_output=True, text=True, check=False, timeout=60
        )

    def children(self) -> list[str]:
        """The process ids of the parts."""
        return Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()

    def application(self) -> int:
        """The process id of the application: the part that serves."""
        return next(
            int(pid) for pid in self.children() if b"serve" in Path(f"/proc/{pid}/cmdline").read_bytes()
        )

    def cpu_s(self) -> float:
        """Seconds of processor time that it and its parts have used so far."""
        processes = [str(self.process.pid), *self.children()]
        stats = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in processes]
        return sum(int(ticks) for stat in stats for ticks in stat[11:13]) / os.sysconf("SC_CLK_TCK")

    def sound(self, name: str) -> bytes:
        """A recorded sentence of the dialplan, in Russian."""
        return (self.settings.var / "sounds" / "fallback" / "ru" / f"{name}.alaw").read_bytes()


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """A line that was set up before; its sounds are those that `make setup` has made."""
    with tempfile.TemporaryDirectory(prefix="line-") as var:
        (Path(var) / "sounds").symlink_to(load().var / "sounds")
        ports = free_ports()
        given = {f"IVR_{name.upper()}": str(port) for name, port in ports.items()}
        environment = {**os.environ, **given, "IVR_VAR": var}
        subprocess.run([IVR, "setup"], env=environment, check=True, capture_output=True)
        process = subprocess.Popen(
            [IVR, "run"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        try:
            run = Run(load(var=Path(var), **ports), environment, process)
            run.ready, run.ready_cpu_s = run.says("Ready"), run.cpu_s()
            yield run
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0


def hears(call: PhoneCall, sound: bytes, within_s: float) -> float:
    """The moment at which `sound` is heard: a second out of its middle, sample by sample."""
    middle = sound[len(sound) // 2 :][:8000]
    call.wait_for(lambda: middle in call.heard(), within_s)
    return call.answered_at + (call.heard().index(middle) - len(sound) // 2) / 8000


def test_a_second_start_is_ready_in_ten_seconds_and_says_what_to_dial(run: Run) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run.ivr("prompts", "check", "--texts-only").returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert run.ready_cpu_s < READY * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert f"call sip:0890@127.0.0.1:{run.settings.sip_port}, demo contract 77012345678" in run.ready


def test_a_second_line_in_the_same_folder_is_refused_in_one_line(run: Run) -> None:
    refused = run.ivr("run")
    assert refused.returncode == 2
    assert re.fullmatch(
        r"Error: the line runs already with .*; a second one needs another IVR_VAR\n", refused.stderr
    )


def test_the_console_answers(run: Run) -> None:
    assert "support has 0 calls" in run.ivr("console", "queue", "show", "support").stdout


def test_the_doctor_finds_every_part_of_a_running_line_well(run: Run) -> None:
    found = run.ivr("doctor")
    assert found.returncode == 0, found.stdout
    assert re.findall(r"^✓ (.*\S) +answers$", found.stdout, re.MULTILINE) == list(PARTS)
    assert f"✓ port {run.settings.sip_port} (SIP) " in found.stdout


def test_an_application_that_is_killed_in_a_call_costs_the_caller_no_more_than_an_apology(run: Run) -> None:
    with Phone(run.settings.sip_port).call("0890") as call:
        call.wait_for(lambda: len(set(call.heard()[-4000:])) > 10)  # it speaks
        killed = time.monotonic()
        os.kill(run.application(), signal.SIGKILL)
        assert hears(call, run.sound("apology"), within_s=10) - killed < 3
        assert "application was ended by SIGKILL" in run.says("application")
        run.says("application is well again")
        call.hang_up()
    with Phone(run.settings.sip_port).call("0890") as call:
        call.wait_for(lambda: len(set(call.heard()[-4000:])) > 10)
        assert run.sound("apology")[8000:12000] not in call.heard()


def test_a_reload_leaves_calls_alone(run: Run) -> None:
    with Phone(run.settings.sip_port).call("0890") as call:
        run.process.send_signal(signal.SIGHUP)
        for part in ("application", "waiting"):
            log = run.settings.var / "log" / f"{part}.log"
            call.wait_for(lambda log=log: "read anew" in log.read_text())
        assert call.state == "talking"
