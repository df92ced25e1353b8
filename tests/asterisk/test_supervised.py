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
from ivr.switch.probes import manager_answers
from ivr.switch.render import folder
from ivr.switch.start import console
from tests.asterisk.phone import Phone, PhoneCall
from tests.asterisk.scene import AGENTS, APOLOGY, GOODBYE, NOBODY, hears, lay_sounds
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

    def queue(self) -> str:
        """Who waits, and who answers."""
        return self.console("queue show support")


@contextmanager
def supervised(drain_s: float = 60) -> Iterator[Line]:
    with tempfile.TemporaryDirectory(prefix="line-") as var:
        settings = load(var=Path(var), **free_ports())
        lay_sounds(settings.var)
        (folder(settings) / "local").mkdir(parents=True)
        (folder(settings) / "local" / "extensions.conf").write_text(AGENTS)
        ports = {f"IVR_{name.upper()}": str(getattr(settings, name)) for name in free_ports()}
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.asterisk.test_supervised"],
            env={**os.environ, **ports, "IVR_VAR": var, "IVR_DRAIN_S": str(drain_s)},
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


@contextmanager
def waiting_for_a_person(line: Line) -> Iterator[PhoneCall]:
    """A caller in the queue, whose only agent is busy; the application was killed, so nobody asked what for."""
    line.console("queue add member Local/dora@agents/n to support")
    with Phone(line.settings.sip_port).call("0890") as call:
        until(lambda: "AGI" in line.console("core show channels concise"))
        os.kill(line.application(), signal.SIGKILL)
        until(lambda: "support has 1 calls" in line.queue())
        yield call


def test_whoever_waits_when_the_line_is_told_to_stop_still_reaches_a_person() -> None:
    with supervised() as line, waiting_for_a_person(line) as call:
        line.process.send_signal(signal.SIGTERM)
        line.says("Calls in progress may end")
        assert manager_answers(line.settings, within_s=2)  # the desk sees on
        with Phone(line.settings.sip_port).dial("0890") as late:
            late.wait_for_end()
            assert late.reason.startswith("503")
        line.console("queue add member Local/anna@agents/n to support")
        until(lambda: "Local/anna@agents" in line.console("core show channels concise"), within_s=15)
        until(lambda: "support has 0 calls" in line.queue())
        assert call.state == "talking"
        call.hang_up()
        line.says("Stopped.")
        assert line.process.wait(5) == 0


def test_whoever_still_waits_when_the_time_is_up_hears_that_nobody_answers_and_goodbye() -> None:
    with supervised(drain_s=3) as line, waiting_for_a_person(line) as call:
        line.process.send_signal(signal.SIGTERM)
        nobody = hears(call, NOBODY, within_s=15)
        assert nobody < hears(call, GOODBYE)
        call.wait_for_end()
        assert call.hung_up_by_line
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
        drain_s=settings.drain_s,
        say=lambda line: print(line, flush=True),
    )


if __name__ == "__main__":
    _main()
