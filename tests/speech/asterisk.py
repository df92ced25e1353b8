"""Asterisk's end of the speech protocol, on a real socket, and the real server in a process of its own."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from ivr.settings import Settings, load
from ivr.speech.aeap import PROTOCOL
from tests.asterisk.listener import listening
from tests.asterisk.switch import free_ports
from tests.speech.people import RATE, Samples

FRAME = 160
"""Samples of a message of voice."""
CONTRACT, MENU = "number:11:ru", "answers:main-menu:ru"


class Asterisk:
    """One caller's connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._requests = 0
        self.results: list[dict[str, Any]] = []
        """What the server has told of the caller."""

    def request(self, name: str, **fields: Any) -> dict[str, Any]:
        """Send a request and wait for its response; results that come meanwhile are kept."""
        self._requests += 1
        id = str(self._requests)
        self.connection.send(json.dumps({"request": name, "id": id, **fields}))
        while (message := self._next(5.0)) is not None:
            if message.get("response") == name and message["id"] == id:
                return message
        raise AssertionError(f"no response to {name}")

    def setup(self) -> Asterisk:
        self.request("setup", version="0.1.0", codecs=[{"name": "slin"}], params={})
        return self

    def ask(self, grammar: str) -> dict[str, Any]:
        self.results.clear()
        return self.request("set", params={"grammar": grammar})

    def plays(self, samples: Samples, speed: float = 3.0) -> list[dict[str, Any]]:
        """Send voice so many times faster than it is spoken, as far as a final result; the results."""
        due = time.monotonic()
        for at in range(0, len(samples) - FRAME + 1, FRAME):
            self.connection.send(samples[at : at + FRAME].astype("<i2").tobytes())
            due += FRAME / RATE / speed
            self._next(max(due - time.monotonic(), 0))
            if self.answer:
                break
        return self.results

    @property
    def answer(self) -> str | None:
        """The text of the final result, when there is one."""
        return next((result["text"] for result in self.results if result["text"] != "onset"), None)

    def wait_for_answer(self) -> str:
        """The text of the final result. Fails when none comes."""
        deadline = time.monotonic() + 10
        while self.answer is None:
            assert time.monotonic() < deadline, "no answer"
            self._next(0.2)
        return self.answer

    def closed_with(self) -> int:
        """The code with which the server closes the connection. Fails when it does not."""
        try:
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline:
                self._next(0.2)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006
        raise AssertionError("the connection stays open")

    def _next(self, within_s: float) -> dict[str, Any] | None:
        try:
            message: dict[str, Any] = json.loads(self.connection.recv(within_s))
        except TimeoutError:
            return None
        if message.get("request") == "set":
            self.results += message["params"]["results"]
            self.connection.send(json.dumps({"response": "set", "id": message["id"]}))
        return message


@contextmanager
def calling(settings: Settings) -> Iterator[Asterisk]:
    """A connection that has done its handshake."""
    address = f"ws://127.0.0.1:{settings.speech_port}/"
    with connect(
        address, subprotocols=[Subprotocol(PROTOCOL)], compression=None, ping_interval=None
    ) as connection:
        yield Asterisk(connection)


@contextmanager
def serving(**changed: Any) -> Iterator[tuple[Settings, subprocess.Popen[bytes]]]:
    """`ivr speech` with settings of its own."""
    with tempfile.TemporaryDirectory(prefix="speech-") as var:
        settings = load(**{"var": Path(var), **free_ports(), **changed})
        with listening(settings) as process:
            yield settings, process
