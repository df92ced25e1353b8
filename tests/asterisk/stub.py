"""An application that fails in every way there is, over real sockets.

    python -m tests.asterisk.stub PORT

serves as a process of its own, which a test can stop and kill; it waits for keys.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


class Agi:
    """One connection of Asterisk: what it asked for, and commands to it."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._reader = connection.makefile("rb")
        self.env = dict(self._environment())
        self.over = False

    @property
    def path(self) -> str:
        return self.env["agi_network_script"]

    def command(self, words: str) -> str:
        self.send(words)
        return self._reader.readline().decode()

    def send(self, words: str) -> None:
        self.connection.sendall(f"{words}\n".encode())

    def close(self) -> None:
        self._reader.close()
        self.connection.close()
        self.over = True

    def _environment(self) -> Iterator[tuple[str, str]]:
        while line := self._reader.readline().decode().strip():
            name, _, value = line.partition(": ")
            yield name, value


Behaviour = Callable[[Agi], None]


def silent(agi: Agi) -> None:
    """Takes the call and does nothing."""
    time.sleep(30)


def waits(agi: Agi) -> None:
    """Waits for a key for a long time."""
    agi.command("SET VARIABLE TIMEOUT(absolute) 0")
    agi.command("WAIT FOR DIGIT 30000")


def plays(sound: str) -> Behaviour:
    """Plays `sound`."""

    def behave(agi: Agi) -> None:
        agi.command("SET VARIABLE TIMEOUT(absolute) 0")
        agi.command(f'STREAM FILE {sound} ""')

    return behave


def wants(**variables: str) -> Behaviour:
    """Sets `variables` and is done."""

    def behave(agi: Agi) -> None:
        agi.command("SET VARIABLE TIMEOUT(absolute) 0")
        for name, value in variables.items():
            agi.command(f'SET VARIABLE {name} "{value}"')

    return behave


class Stub:
    """Serves the behaviour of each path on `port`; `connections` are those of calls."""

    def __init__(self, port: int, **behaviours: Behaviour) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._behaviours = behaviours
        self.calls: list[Agi] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """What happens to the connections of a process that is killed."""
        for call in self.calls:
            with suppress(OSError):  # over already
                call.connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with suppress(OSError):  # closed by the test
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        agi = Agi(connection)
        if agi.path == "health":
            agi.command('SET VARIABLE "IVR_NEXT" "healthy"')
        else:
            self.calls.append(agi)
            with suppress(OSError):  # cut
                if behave := self._behaviours.get(agi.path):  # any other path is closed at once
                    behave(agi)
        agi.close()


@contextmanager
def stub(port: int, **behaviours: Behaviour) -> Iterator[Stub]:
    """A `Stub` for the time of a test."""
    serving = Stub(port, **behaviours)
    try:
        yield serving
    finally:
        serving.close()


if __name__ == "__main__":
    Stub(int(sys.argv[1]), line=waits, menu=waits, nobody=waits)
    threading.Event().wait()
