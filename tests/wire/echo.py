"""The smallest application: it asks for one key, says it back to the dialplan, and keeps a diary.

`python -m tests.wire.echo PORT PROCESSES DRAIN_S` serves it; each line of its output is an event.
"""

from __future__ import annotations

import logging
import os
import sys

from ivr.agi.calls import Limits
from ivr.agi.line import AgiLine
from ivr.agi.server import listen, serve
from ivr.agi.wire import Wire
from ivr.dialogue import Prompt


def sound(key: str, values: object, language: str) -> str:
    return key


class Echo:
    """Answers at `/line`; `/bad` fails, `/crash` takes the process down."""

    paths = frozenset({"line", "bad", "crash"})

    def __init__(self) -> None:
        self.diary: list[str] = []
        self.note("built")

    def note(self, event: str) -> None:
        """Remember `event`, and print it for a test that runs us as a program."""
        self.diary.append(event)
        os.write(1, f"{event} {os.getpid()}\n".encode())  # in one piece, beside other processes

    def call(self, wire: Wire) -> None:
        """Play `question`, and give the key in `ECHO` and the process in `PID`."""
        self.note("called")
        if wire.path == "bad":
            raise ArithmeticError("a fault of the application")
        if wire.path == "crash":
            os._exit(7)
        line = AgiLine(wire, sound)
        key = line.play(Prompt("question"), "ru")
        line.finish("goodbye", ECHO=str(key), PID=str(os.getpid()))

    def reload(self) -> None:
        """Only noted."""
        self.note("reloaded")

    def close(self) -> None:
        """Only noted."""
        self.note("closed")


def main(port: str, processes: str, drain_s: str) -> int:
    logging.basicConfig(level=logging.INFO)
    return serve(
        listen("127.0.0.1", int(port)), Echo, processes=int(processes), limits=Limits(drain_s=float(drain_s))
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
