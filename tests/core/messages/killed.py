"""Kills senders at every step, for `test_killed.py`: `python -m tests.core.messages.killed URL FILE TIMES`.

Each sender is a process of its own that is ended by SIGKILL at a given step of one of the first messages that
it sends, or by this process at a random moment. FILE is the gateway: a line for every message that it took.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from account_core import Accepted, Channel, Database, Keys, Letter, Message, Outbox, Sender
from account_core.outbox import LEASE_S

STEPS = ["claiming", "claimed", "asked", "took", "answered", "writing", "written"]
AT_RANDOM = "at random"
KEYS = Keys(b"a key for tests only, 32 bytes or more")
Step = Callable[[str], None]


class MortalOutbox(Outbox):
    """An outbox whose sender may die before, in and after every transaction."""

    step: Step

    def _lease(self, *arguments: Any) -> Any:
        found = super()._lease(*arguments)
        self.step("claiming")
        return found

    def claim(self, channel: Channel) -> Any:
        found = super().claim(channel)
        self.step("claimed")
        return found

    def _move(self, *arguments: Any, **named: Any) -> None:
        super()._move(*arguments, **named)
        self.step("writing")

    def taken(self, *arguments: Any) -> None:
        self.step("answered")
        super().taken(*arguments)
        self.step("written")


class FileGateway:
    """A gateway that writes down what it took, so that a dead sender's messages are counted too."""

    name = "file"

    def __init__(self, path: Path, step: Step) -> None:
        self._file, self._step = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), step

    def send(self, message: Message) -> Accepted:
        self._step("asked")
        os.write(self._file, f"{message.key}\n".encode())
        self._step("took")
        return Accepted()


def dying_at(fatal: str, after: int) -> Step:
    """A step that ends the process when `fatal` has come for the time number `after`."""
    left = after

    def step(name: str) -> None:
        nonlocal left
        left -= name == fatal
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def send(url: str, file: Path, step: Step, later_s: float) -> None:
    """Send until nothing is due, on a clock that is `later_s` ahead: all older leases are over."""
    outbox = MortalOutbox(Database(url), KEYS, clock=lambda: time.time() + later_s)
    outbox.step = step
    sender = Sender(outbox, Channel.SMS, FileGateway(file, step))
    while sender.send_one():
        pass


def in_a_process(work: Callable[[], None]) -> int:
    """Begin `work` in a process of its own; its id."""
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    return child


def kill_one(url: str, file: Path, step: str, later_s: float) -> bool:
    """Let one sender die at `step`; False if it came to its end before."""
    fatal = dying_at(step, after=random.randint(1, 3))
    child = in_a_process(lambda: send(url, file, fatal, later_s))
    if step == AT_RANDOM:
        time.sleep(random.uniform(0.005, 0.08))
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(url: str, file: Path, times: int) -> None:
    database = Database(url)
    outbox = Outbox(database, KEYS)
    with database.writing() as connection:
        keys = [outbox.put(connection, Letter(Channel.SMS, "+79161234567", "t", "t")) for _ in range(4 * times)]
    database.close()
    kills = dict.fromkeys([*STEPS, AT_RANDOM], 0)
    for n in range(times):
        step = list(kills)[n % len(kills)]
        kills[step] += kill_one(url, file, step, later_s=n * (LEASE_S + 1))
    os.waitpid(in_a_process(lambda: send(url, file, lambda name: None, times * (LEASE_S + 1))), 0)
    print(json.dumps({"kills": kills, "keys": keys, "took": file.read_text().split()}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
