"""A form that never comes whole keeps no place at the desk."""

from __future__ import annotations

import socket
import threading

import pytest

from ivr.desk import asking
from ivr.desk.serve import server
from tests.asterisk.switch import until
from tests.desk.conftest import Desk


def test_who_sends_half_a_form_is_let_go(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "BODY_S", 0.2)
    listening = socket.create_server(("127.0.0.1", desk.settings.desk_port))
    web = server(desk.app)
    thread = threading.Thread(target=lambda: web.run(sockets=[listening]), daemon=True)
    thread.start()
    try:
        until(lambda: web.started)
        with socket.create_connection(("127.0.0.1", desk.settings.desk_port), timeout=10) as slow:
            slow.sendall(
                f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{desk.settings.desk_port}\r\n"
                "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\n\r\nl".encode()
            )
            answer = b"".join(iter(lambda: slow.recv(4096), b""))  # to the end: the connection is closed
        assert answer.startswith(b"HTTP/1.1 408 ")
    finally:
        web.should_exit = True
        thread.join(10)
