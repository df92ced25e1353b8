"""A real Asterisk for tests: own ports, own folder, up in about a second, stopped whatever happens.

    def test_something(switch: Switch) -> None:
        switch.settings.sip_port        # where it listens
        switch.act(Action="QueueStatus", Queue="support")
        switch.console("core show channels")
        assert "WARNING" not in switch.log()

`switch` (tests/asterisk/conftest.py) is one Asterisk for a whole test run, with an application port that a test
may listen on; `running(...)` gives one of your own, with other settings.
"""

from __future__ import annotations

import fcntl
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from asterisk.manager import Manager, ManagerException

from ivr.settings import Settings, load
from ivr.switch import program, start
from ivr.switch.probes import asterisk_is_well
from ivr.switch.program import Asterisk
from ivr.switch.render import folder

_RESERVATIONS: deque[IO[str]] = deque(maxlen=8)
"""The latest ports of this process; what falls out is free for others, unless somebody listens there."""
TESTER = "tester"
PASSWORD = "only-for-this-run"
RIGHTS_OF_A_TESTER = f"""\
[{TESTER}]
secret = {PASSWORD}
deny = 0.0.0.0/0.0.0.0
permit = 127.0.0.1/255.255.255.255
read = all
write = all
"""


@dataclass
class Switch:
    """A running Asterisk and the settings it was made from."""

    settings: Settings
    asterisk: Asterisk
    process: subprocess.Popen[bytes]
    ami: Manager
    """Signed in with every right; `register_event(name, function)` hears events."""

    def act(self, **action: Any) -> dict[str, str]:
        """Perform a manager action; the headers of its answer. Fails when Asterisk refuses."""
        answer = self.ami.send_action(dict(action)).headers
        assert answer.get("Response") != "Error", answer
        return dict(answer)

    def console(self, order: str) -> str:
        """What the console answers to `order`."""
        return start.console(self.settings, self.asterisk, order)

    def log(self) -> str:
        """Everything Asterisk has logged: notices, warnings, errors."""
        return (self.settings.var / "log" / "asterisk.log").read_text()

    def channels(self) -> int:
        """Channels that exist now."""
        return int(self.console("core show channels count").split()[0])


@contextmanager
def running(local: dict[str, str] | None = None, **settings: Any) -> Iterator[Switch]:
    """A real Asterisk with `settings`; free ports and a temporary folder stand in for what is not named.

    `local` adds files to its `local/` folder, such as `{"extensions.conf": "[agents]\\nexten => …"}`.
    """
    var = Path(tempfile.mkdtemp(prefix="line-"))
    made = load(**{"var": var, **free_ports(), **settings})
    files = {"manager.conf": RIGHTS_OF_A_TESTER, **(local or {})}
    (folder(made) / "local").mkdir(parents=True)
    for name, text in files.items():
        (folder(made) / "local" / name).write_text(text)
    asterisk = program.ensure(made)
    process = subprocess.Popen(
        start.command(made, asterisk),
        stdin=subprocess.DEVNULL,
        stdout=(var / "output").open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        until(lambda: asterisk_is_well(made, within_s=1), within_s=20, alive=process, output=var / "output")
        with signed_in(made) as ami:
            yield Switch(made, asterisk, process, ami)
    finally:
        stop(process)
        shutil.rmtree(made.var)


class _Manager(Manager):  # type: ignore[misc]
    """Says no second goodbye when Python itself is going down."""

    def __del__(self) -> None:
        pass


@contextmanager
def signed_in(settings: Settings) -> Iterator[Manager]:
    """A manager connection with every right."""
    ami = _Manager()
    ami.connect("127.0.0.1", settings.ami_port)
    ami.login(TESTER, PASSWORD)
    try:
        yield ami
    finally:
        # Asterisk hangs up on our goodbye at once, and pyst2 may yet be busy with having said it.
        with suppress(ManagerException, ValueError):
            ami.close()


def until(
    true: Callable[[], bool],
    within_s: float = 5.0,
    alive: subprocess.Popen[bytes] | None = None,
    output: Path | None = None,
) -> None:
    """Wait for `true()`; fail when it does not come, or when the process `alive` ends meanwhile."""
    deadline = time.monotonic() + within_s
    while not true():
        said = output.read_text() if output else ""
        assert alive is None or alive.poll() is None, f"it ended: {said}"
        assert time.monotonic() < deadline, f"not within {within_s} s: {said}"
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End `process`: politely, and by force after five seconds."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_ports() -> dict[str, int]:
    """Settings for all ports, none of them in use; below 32768, where the system picks none by itself.

    Tests that run beside each other do not get the same ones while they have yet to listen.
    """
    while True:
        first = random.randrange(12000, 31000, 500)
        names = ("sip_port", "agi_port", "ami_port", "http_port", "gateway_port", "speech_port", "desk_port")
        ports = {name: first + place for place, name in enumerate(names)}
        if _reserved(first) and all(_free(port) for port in [*ports.values(), first + 10, first + 499]):
            return {**ports, "rtp_first": first + 10, "rtp_last": first + 499}


def _reserved(first: int) -> bool:
    lock = (Path(tempfile.gettempdir()) / f"line-ports-{first}.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _RESERVATIONS.append(lock)
    return True


def _free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True
