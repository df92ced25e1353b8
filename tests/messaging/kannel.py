"""A real Kannel with its stand-in for the operator: own ports, own folder, configured as `ivr kannel` does it.

def test_something(kannel: Kannel) -> None:
    kannel.settings                      # with which KannelGateway finds it
    kannel.operator.received(1)          # SMS that came to the operator's end
    kannel.operator.write("79161234567", "ПАРОЛЬ")
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from ivr.messaging import kannel_files, kannel_parts
from ivr.settings import Settings, load
from ivr.supervisor import Part

BROUGHT_AGAIN_S = 1
"""Seconds between two tries of Kannel to bring something; ten in the configuration proper."""


@dataclass(frozen=True)
class Sms:
    """An SMS at the operator's end."""

    sender: str
    to: str
    text: str


class Operator:
    """Kannel's `fakesmsc`: shows what is sent to subscribers, and lets them write."""

    def __init__(self, program: Sequence[str], port: int, output: Path) -> None:
        self._command = [*program, "-H", "127.0.0.1", "-r", str(port), "-i", "0.001"]
        self._output = output
        self.begin()

    def begin(self) -> None:
        """Connect to Kannel."""
        # A terminal hands over one line at a time; what a pipe holds besides, fakesmsc would leave unread.
        self._keyboard, screen = pty.openpty()
        with self._output.open("ab") as file:
            self._process = subprocess.Popen(
                self._command, stdin=screen, stdout=subprocess.DEVNULL, stderr=file
            )
        os.close(screen)

    def end(self) -> None:
        """Be gone, as an operator with a broken line is."""
        end(self._process)
        os.close(self._keyboard)

    def write(self, sender: str, text: str, to: str = "3339", coding: str = "text") -> None:
        """Let a subscriber write `text`; `ucs2` and `data` are sent as such."""
        raw = text.encode("utf-16-be" if coding == "ucs2" else "utf-8")
        said = raw if coding == "text" else quote_from_bytes(raw).encode()
        self._tell(f"{sender} {to} {coding} ".encode() + said + b"\n")

    def received(self, number: int, within_s: float = 10.0) -> list[Sms]:
        """All SMS that came so far, once there are `number`."""
        until(lambda: len(self._all()) >= number, within_s, lambda: f"{self._all()}")
        return self._all()

    def _all(self) -> list[Sms]:
        self._tell(b"\n")  # an empty line makes it look at its connection at once
        lines = re.findall(rb"Got message \d+: <(\S+) (\S+) (.*)>\r?\n", self._output.read_bytes())
        return [Sms(sender.decode(), to.decode(), _text(rest)) for sender, to, rest in lines]

    def _tell(self, line: bytes) -> None:
        os.write(self._keyboard, line)


class Kannel:
    """Bearerbox, smsbox and the operator."""

    def __init__(self, settings: Settings, smsc: str) -> None:
        self.settings = settings
        self.folder = kannel_files.folder(settings)
        self._smsc_port = free_port()
        self._bearerbox_part, self._smsbox_part = self._configure(smsc)
        self.start()
        fakesmsc = kannel_parts.command(settings, "lib/kannel/test/fakesmsc")
        self.operator = Operator(fakesmsc, self._smsc_port, self.folder / "fake")

    def start(self) -> None:
        """Start both programs and wait until they listen."""
        self._bearerbox = self._run(self._bearerbox_part)
        self._smsbox = self._run(self._smsbox_part)

    def crash(self) -> None:
        """Kill both programs outright."""
        for process in (self._smsbox, self._bearerbox):
            process.kill()
            process.wait()

    def stop(self) -> None:
        """End everything."""
        self.operator.end()
        self.crash()

    def output(self) -> str:
        """Whatever Kannel has written into its logs and to the screen."""
        return "\n".join(file.read_text(errors="replace") for file in sorted(self.folder.glob("*.log")))

    def _configure(self, smsc: str) -> list[Part]:
        kannel_files.write(self.settings)
        (self.folder / "smsc.conf").write_text(smsc.replace("13010", str(self._smsc_port)))
        found = kannel_parts.parts_of(self.settings)
        file = self.folder / "kannel.conf"
        text = file.read_text().replace("http-queue-delay = 10", f"http-queue-delay = {BROUGHT_AGAIN_S}")
        file.write_text(text)
        return found

    def _run(self, part: Part) -> subprocess.Popen[bytes]:
        with (self.folder / f"{part.name}.screen.log").open("ab") as screen:
            process = subprocess.Popen(part.argv, stdout=screen, stderr=screen)
        until(lambda: part.ready(1), 10, self.output)
        return process


@contextmanager
def running(smsc: str = kannel_files.SMSC, **settings: Any) -> Iterator[Kannel]:
    """A Kannel with the operator's account `smsc`; free ports and a temporary folder for what is not named."""
    var = Path(tempfile.mkdtemp(prefix="line-kannel-"))
    own = {
        "var": var,
        "sms_gateway": "kannel",
        "kannel_url": f"http://127.0.0.1:{free_port()}/cgi-bin/sendsms",
        "kannel_admin_port": free_port(),
        "kannel_box_port": free_port(),
        "gateway_port": free_port(),
    }
    made = load(**{**own, **settings})
    kannel = Kannel(made, smsc)
    try:
        yield kannel
    finally:
        kannel.stop()
        shutil.rmtree(var)


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


def until(holds: Callable[[], bool], within_s: float, story: Callable[[], str] = str) -> None:
    """Wait until `holds`. Fails with `story` after `within_s` seconds."""
    end_at = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end_at, story()
        time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> int:
    """End a process politely; its exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(10)


def _text(rest: bytes) -> str:
    """The text of an SMS out of `[udh <header>] <coding> <text>`; a header makes it a part of a longer one."""
    if rest.startswith(b"udh "):
        _, _, _, rest = rest.split(b" ", 3)
        part = unquote_to_bytes(rest.replace(b"+", b" "))
        wide = part[:1] < b" "  # the first byte of a letter in UCS-2; no letter of ASCII is below a space
        return part.decode("utf-16-be" if wide else "ascii")
    coding, _, said = rest.partition(b" ")
    return (
        unquote_to_bytes(said.replace(b"+", b" ")).decode("utf-16-be") if coding == b"ucs-2" else said.decode()
    )
