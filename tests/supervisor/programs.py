"""Small real programs for the supervisor to keep, and the supervisor itself as a program.

    python -m tests.supervisor.programs FOLDER KIND…

runs a part of each kind. A part that works touches `FOLDER/<kind>.beat` twenty times a second.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from ivr.supervisor import CannotStart, Part, run


def clerk(folder: Path, name: str = "clerk") -> None:
    """Works, and notes each SIGHUP."""
    signal.signal(signal.SIGHUP, lambda *_: (folder / f"{name}.reloaded").touch())
    (folder / f"{name}.pid").write_text(str(os.getpid()))
    while True:
        (folder / f"{name}.beat").touch()
        time.sleep(0.05)


def stubborn(folder: Path) -> None:
    """Works, and does not end when it is asked to."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    clerk(folder, "stubborn")


def parent(folder: Path) -> None:
    """Works, with a child in its group."""
    child = subprocess.Popen(["sleep", "600"])
    (folder / "child.pid").write_text(str(child.pid))
    clerk(folder, "parent")


def misled(folder: Path) -> None:
    """Has settings that cannot be."""
    (folder / "misled.pid").write_text(str(os.getpid()))
    print("IVR_OFFICE_OPENS: it opens after it closes", flush=True)
    sys.exit(2)


def feeble(folder: Path) -> None:
    """Dies before it is ready."""
    with (folder / "feeble.starts").open("a") as file:
        file.write("x")
    sys.exit("no strength")


def needy(folder: Path) -> None:
    """Works once what it needs is back."""
    with (folder / "needy.starts").open("a") as file:
        file.write("x")
    if not (folder / "back").exists():
        sys.exit(os.EX_TEMPFAIL)
    clerk(folder, "needy")


def host(folder: Path) -> None:
    """Works, and rests when nobody is left."""
    threading.Thread(target=_leaves, args=(folder,), daemon=True).start()
    clerk(folder, "host")


def _leaves(folder: Path) -> None:
    while not (folder / "nobody left").exists():
        time.sleep(0.02)
    os._exit(0)


def prepare(folder: Path) -> None:
    """What `prepared` waits for."""
    if (folder / "unprepared").exists():
        raise LookupError("nothing is prepared")


def prepared(folder: Path) -> None:
    """Works, once all is prepared."""
    clerk(folder, "prepared")


def beats(folder: Path, name: str, within_s: float) -> bool:
    """Whether the process of part `name` is there and touches its file."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        with suppress(FileNotFoundError, ValueError, ProcessLookupError):
            os.kill(int((folder / f"{name}.pid").read_text()), 0)
            if time.time() - (folder / f"{name}.beat").stat().st_mtime < 0.3:
                return True
        time.sleep(0.02)
    return False


def part(folder: Path, kind: str) -> Part:
    probe = partial(beats, folder, kind)
    words = [sys.executable, "-m", "tests.supervisor.programs", str(folder), "--program", kind]
    made = Part(kind, words, probe, probe, silent_s=1.5, start_s=10, stop_s=1.0, reloads=kind == "clerk")
    if kind == "host":
        return replace(made, rest=(folder / "resting").touch, farewell=partial(say_goodbye, folder))
    return replace(made, prepared=kind == "prepared")


def say_goodbye(folder: Path) -> int:
    """Ask the last guests to go."""
    (folder / "goodbye").touch()
    return 1


if __name__ == "__main__":
    here, *words = sys.argv[1:]
    if words[0] == "--program":
        globals()[words[1]](Path(here))
    try:
        parts = [part(Path(here), kind) for kind in words]
        drain_s = float(os.environ.get("DRAIN_S", "0"))
        run(parts, Path(here), "All is well.", drain_s, click.echo, partial(prepare, Path(here)))
    except CannotStart as why:
        sys.exit(str(why))
