"""A pyttsx3 driver for Festival, which pyttsx3 has none for.

pyttsx3 looks a driver up by name among its own modules: `register()` puts this one there as `festival`. Texts
given to `save_to_file` are collected until `runAndWait`, when one Festival process speaks them all: it takes
most of a second to start, and a fragment a twentieth of that.

Words in square brackets are saved without what stands around them: `сумма [двести] рублей` saves «двести» as it
sounds in the middle of that sentence.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import threading
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyttsx3.voice import Voice

NAME = "festival"
VOICES = {
    "msu_ru_nsh_clunits": Voice("msu_ru_nsh_clunits", "MSU NSH", ["ru"], "male"),
    "cmu_us_slt_arctic_hts": Voice("cmu_us_slt_arctic_hts", "CMU SLT", ["en-US"], "female"),
}
STUCK_S = 60.0
"""Seconds without a spoken text after which Festival is given up."""

_SCRIPT = Path(__file__).with_name("speak.scm")
_command: tuple[str, ...] = ("festival",)
_running: set[subprocess.Popen[str]] = set()


class CannotSpeak(Exception):
    """Festival made no sound of a text."""


class FestivalFailed(Exception):
    """Festival itself cannot be used."""


def register(command: tuple[str, ...]) -> None:
    """Makes this driver known to pyttsx3 as `festival`; `command` is what starts Festival."""
    global _command
    _command = command
    sys.modules[f"pyttsx3.drivers.{NAME}"] = sys.modules[__name__]


def stop() -> None:
    """Ends every Festival that is at work: what it was to speak stays unspoken."""
    for process in list(_running):
        process.kill()


def buildDriver(proxy: Any) -> FestivalDriver:
    """The driver behind one pyttsx3 engine."""
    return FestivalDriver(proxy)


@dataclass(frozen=True)
class _Order:
    text: str
    file: Path
    name: str | None


class FestivalDriver:
    """What a pyttsx3 engine asks of its driver (pyttsx3/drivers/dummy.py tells what), for files only."""

    def __init__(self, proxy: Any) -> None:
        self._proxy = proxy
        self._voice = next(iter(VOICES))
        self._orders: list[_Order] = []

    def save_to_file(self, text: str, filename: str) -> None:
        """Takes an order that the next loop carries out."""
        self._orders.append(_Order(text, Path(filename), self._proxy._name))

    def startLoop(self) -> None:
        """Speaks what was ordered, and tells pyttsx3 of each text."""
        self._proxy.setBusy(False)  # pyttsx3 runs its queue here, to its end: now all orders are known
        orders, self._orders = self._orders, []
        if not orders:
            return
        with tempfile.TemporaryDirectory(prefix="festival-") as folder:
            for number in _spoken(Path(folder), orders, self._voice):
                self._deliver(orders[number - 1], Path(folder) / str(number))

    def _deliver(self, order: _Order, spoken: Path) -> None:
        try:
            _cut(spoken, order)
        except CannotSpeak as fault:
            self._proxy.notify("error", name=order.name, exception=fault)
        else:
            self._proxy.notify("finished-utterance", name=order.name, completed=True)

    def endLoop(self) -> None:
        """The loop ends by itself."""

    def stop(self) -> None:
        """Nothing is ever spoken aloud."""

    def destroy(self) -> None:
        """No process outlives its loop."""

    def getProperty(self, name: str) -> object:
        """The voice and the voices."""
        return {"voice": self._voice, "voices": list(VOICES.values())}[name]

    def setProperty(self, name: str, value: str) -> None:
        """Takes another voice of `VOICES`; nothing else can be set."""
        if name != "voice" or value not in VOICES:
            raise KeyError(f"{name} {value}")
        self._voice = value


def _spoken(room: Path, orders: list[_Order], voice: str) -> Iterator[int]:
    """Has Festival speak the orders in the folder `room`; the number of each, from 1, when its turn is over."""
    for number, order in enumerate(orders, 1):
        (room / f"{number}.txt").write_text(re.sub(r"[\[\]]", "", order.text), encoding="utf-8")
    shutil.copy(_SCRIPT, room)
    (room / "run.scm").write_text(f'(load "{_SCRIPT.name}")\n(voice_{voice})\n(speak-all {len(orders)})\n')
    process = subprocess.Popen(
        [*_command, "-b", "run.scm"],
        cwd=room,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    _running.add(process)
    try:
        for line in _lines(process):
            if line.startswith("spoken "):
                yield int(line.split()[1])
        if process.wait() != 0:
            raise FestivalFailed(f"Festival ended with {process.returncode}")
    finally:
        process.kill()
        process.communicate()
        _running.discard(process)


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    """What a process prints; it is killed when it is silent for too long."""
    line = "-"
    while line and process.stdout:
        watch = threading.Timer(STUCK_S, process.kill)
        watch.daemon = True
        watch.start()
        line = process.stdout.readline()
        watch.cancel()
        yield line


def _cut(spoken: Path, order: _Order) -> None:
    """Saves of a spoken text what is in brackets, or all of it."""
    tokens = order.text.split()
    first = next((at for at, token in enumerate(tokens) if token.startswith("[")), 0)
    last = next((at for at, token in enumerate(tokens) if "]" in token), len(tokens) - 1)
    try:
        times = [line.split() for line in spoken.with_suffix(".words").read_text().splitlines()]
        with wave.open(str(spoken.with_suffix(".wav")), "rb") as whole:
            start, end = (int(float(at) * whole.getframerate()) for at in (times[first][0], times[last][1]))
            whole.setpos(start)
            _save(order.file, whole.getparams(), whole.readframes(end - start))
    except (OSError, EOFError, wave.Error, IndexError, ValueError) as fault:
        raise CannotSpeak(f"no sound of {order.text!r}") from fault


def _save(file: Path, like: Any, frames: bytes) -> None:
    with wave.open(str(file), "wb") as out:
        out.setparams(like)
        out.writeframes(frames)
