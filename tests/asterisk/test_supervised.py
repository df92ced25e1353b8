"""The supervisor with a real Asterisk: what a caller hears when a part of the line stops."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.settings import Settings, load
from ivr.supervisor import run
from ivr.supervisor.line import parts_of
from ivr.switch import program
from ivr.switch.start import console
from tests.asterisk.phone import Phone
from tests.asterisk.scene import APOLOGY, hears, lay_sounds
from tests.asterisk.switch import free_ports, until


@dataclass
class Line:
    """The line under a supervisor in a process of its own; the application only waits for keys."""

    settings: Settings
    process: subprocess.Popen[str]

    def says(self, words: str) -> str:
        assert self.process.stdout
        return next(line for line in self.process.stdout if words in line)

    def application(self) -> int:
        """The process id of the application."""
        words = f"tests.asterisk.stub\0{self.settings.agi_port}\0".encode()
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if words in (process / "cmdline").read_bytes():
                    return int(process.name)
            except OSError:
                continue
        raise AssertionError("no application runs")

    def console(self, order: str) -> str:
        """What Asterisk's console answers to `order`."""
        asterisk = program.find(self.settings)
        assert asterisk
        return console(self.settings, asterisk, order)


@contextmanager
def supervised() -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="line-") as var:
        settings = load(var=Path(var), **free_ports())
        lay_sounds(settings.var)
        ports = {f"IVR_{name.upper()}": str(getattr(settings, name)) for name in free_ports()}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.asterisk.test_supervised"],
            env={**os.environ, **ports, "IVR_VAR": var},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            line = Line(settings, process)
            line.says("Ready")
            yield line
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)


def test_a_caller_hears_an_apology_within_three_seconds_of_an_application_that_stops_dead() -> None:
    with supervised() as line, Phone(line.settings.sip_port).call("0890") as call:
        until(lambda: "AGI" in line.console("core show channels concise"))
        stuck = line.application()
        stopped = time.monotonic()
        os.kill(stuck, signal.SIGSTOP)
        assert hears(call, APOLOGY, within_s=5) - stopped < 3
        assert "application gave no answer for 1.5 s" in line.says("application")
        line.says("application is well again")
        assert line.application() != stuck


def test_an_asterisk_that_dies_is_back_in_seconds() -> None:
    with supervised() as line:
        died = time.monotonic()
        line.console("core stop now")
        line.says("asterisk ended with exit code 0; starting it again")
        line.says("asterisk is well again")
        assert time.monotonic() - died < 5
        with Phone(line.settings.sip_port).call("0890") as call:
            call.hang_up()


def test_ctrl_c_lets_a_call_in_progress_end_and_takes_no_new_one() -> None:
    with supervised() as line:
        with Phone(line.settings.sip_port).call("0890") as call:
            line.process.send_signal(signal.SIGINT)
            line.says("Calls in progress may end")
            with Phone(line.settings.sip_port).dial("0890") as late:
                late.wait_for_end()
                assert late.reason.startswith("5")
            assert call.state == "talking"
            call.hang_up()
        line.says("Stopped.")
        assert line.process.wait(5) == 0


def test_ctrl_c_twice_stops_at_once() -> None:
    with supervised() as line, Phone(line.settings.sip_port).call("0890") as call:
        line.process.send_signal(signal.SIGINT)
        line.says("Calls in progress may end")
        line.process.send_signal(signal.SIGINT)
        assert line.process.wait(5) == 0
        call.wait_for_end()


def _main() -> None:
    settings = load()
    asterisk, application, *_ = parts_of(settings, program.ensure(settings))
    words = [sys.executable, "-m", "tests.asterisk.stub", str(settings.agi_port), ""]
    run(
        [asterisk, replace(application, argv=words)],
        settings.var / "log",
        "Ready",
        drain_s=60,
        say=lambda line: print(line, flush=True),
    )


if __name__ == "__main__":
    _main()
