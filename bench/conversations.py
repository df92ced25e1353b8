"""Whole balance conversations a second over real sockets, beside a bare server that sends the same commands.

    python -m bench.conversations [--conversations 2000] [--contracts 100000] [--memory 20000]

The same fake Asterisk (bench.calls) calls both, from a process of its own, in turns. Needs the sounds of
`ivr setup`.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from account_core import open_database
from bench import company
from ivr.settings import Settings, load
from tests.wire.fake_asterisk import FakeAsterisk

AT_ONCE = 20
"""Calls in progress at any time."""
ROUNDS = 3
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--conversations", type=int, default=2000, help="in each of the rounds")
    options.add_argument("--contracts", type=int, default=100_000)
    options.add_argument(
        "--memory", type=int, default=20_000, help="conversations over which memory is watched"
    )
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        settings = made(Path(folder), asked.contracts)
        with running("-m", "ivr", "serve", port=settings.agi_port, **environment(settings)) as line:
            commands = Path(folder) / "commands"
            commands.write_bytes(recorded(settings.agi_port))
            with running("-m", "bench.echo", str(port := free_port()), str(commands), port=port) as echo:
                compare(line, settings.agi_port, echo, port, asked.conversations, asked.contracts)
            watch_memory(line, settings.agi_port, asked.memory, asked.contracts)


def made(var: Path, contracts: int) -> Settings:
    """Settings of a line of its own in `var`, with a company of `contracts` and the sounds of this one."""
    (var / "sounds").symlink_to(load().var / "sounds")
    settings = load(var=var, agi_port=free_port())
    database = open_database(settings.url())
    company.found(database, contracts)
    database.close()
    return settings


def recorded(port: int) -> bytes:
    """The commands of one conversation, as they went over the wire."""
    digits = company.number(1)
    asterisk = FakeAsterisk([None, "1", *digits, None, None, None, "3"]).dial(port, callerid="unknown")
    assert asterisk.variables["IVR_NEXT"] == "goodbye", asterisk.asked
    return b"".join(asterisk.lines)


def compare(line: int, line_port: int, echo: int, echo_port: int, conversations: int, contracts: int) -> None:
    """Call both in turns; print how many conversations a second each leads, and what one costs in CPU time."""
    lines, echoes = [], []
    for turn in range(1, ROUNDS + 1):
        echoes.append(measured(echo, echo_port, conversations, contracts))
        lines.append(measured(line, line_port, conversations, contracts))
        print(f"round {turn}: line {lines[-1][0]:.0f}/s, bare server {echoes[-1][0]:.0f}/s")
    a_second, cpu_ms = (statistics.median(both) for both in zip(*lines, strict=True))
    bare, bare_cpu_ms = (statistics.median(both) for both in zip(*echoes, strict=True))
    print(
        f"conversations a second: {a_second:.0f}, bare server {bare:.0f}: ratio {a_second / bare:.2f} (aim 0.5)"
    )
    print(f"CPU of one: {cpu_ms:.2f} ms, bare server {bare_cpu_ms:.2f} ms")


def watch_memory(line: int, port: int, conversations: int, contracts: int) -> None:
    """Lead `conversations` and print how the memory of the line grows from the first tenth to the last."""
    tenth = conversations // 10
    sizes = []
    for _ in range(10):
        call(port, tenth, contracts)
        sizes.append(resident_mb(line))
    shown = " ".join(f"{size:.0f}" for size in sizes)
    print(f"resident MB over {conversations} conversations: {shown}; growth {sizes[-1] - sizes[0]:+.1f}")


def measured(process: int, port: int, conversations: int, contracts: int) -> tuple[float, float]:
    """Conversations a second, and CPU milliseconds that `process` spent on each."""
    before = cpu_s(process)
    seconds = call(port, conversations, contracts)
    return conversations / seconds, (cpu_s(process) - before) / conversations * 1000


def call(port: int, conversations: int, contracts: int) -> float:
    """Lead conversations from a process of its own; the seconds that they took."""
    words = map(str, (port, conversations, AT_ONCE, contracts))
    output = subprocess.run([sys.executable, "-m", "bench.calls", *words], check=True, stdout=subprocess.PIPE)
    return float(json.loads(output.stdout)["seconds"])


@contextmanager
def running(*words: str, port: int, **variables: str) -> Iterator[int]:
    """A Python program that listens on `port`; its process id."""
    process = subprocess.Popen(
        [sys.executable, *words], env={**os.environ, **variables}, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 30
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert process.poll() is None, f"{words} ended"
            assert time.monotonic() < deadline, f"{words} does not listen"
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def environment(settings: Settings) -> dict[str, str]:
    """What differs from the usual settings, as a process takes it up."""
    return {"IVR_VAR": str(settings.var), "IVR_AGI_PORT": str(settings.agi_port), "IVR_SPEECH": "false"}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def cpu_s(process: int) -> float:
    """Seconds of CPU time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def resident_mb(process: int) -> float:
    """Memory that a process holds."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * PAGE / 2**20


if __name__ == "__main__":
    main()
