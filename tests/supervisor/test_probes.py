"""Asking whether the application is well, as Asterisk would ask it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.settings import Settings, load
from ivr.switch.probes import application_is_well, application_reacts, asterisk_is_well
from tests.asterisk.switch import free_ports

Peer = Callable[[socket.socket], None]
Serve = Callable[[Peer], Settings]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Puts a peer behind the port of the application."""
    listeners: list[socket.socket] = []

    def serve(behave: Peer) -> Settings:
        settings = load(var=tmp_path, **free_ports())
        listener = socket.create_server(("127.0.0.1", settings.agi_port))
        listeners.append(listener)
        threading.Thread(target=lambda: behave(listener.accept()[0]), daemon=True).start()
        return settings

    yield serve
    for listener in listeners:
        listener.close()


def heard(peer: socket.socket) -> bytes:
    said = b""
    while b"\n\n" not in said:
        said += peer.recv(4096)
    return said


def healthy(peer: socket.socket) -> None:
    assert b"agi_network_script: health\n" in heard(peer)
    peer.sendall(b'SET VARIABLE "IVR_NEXT" "healthy"\n')
    assert peer.recv(4096) == b"200 result=1\n"
    peer.close()


def closes(peer: socket.socket) -> None:
    heard(peer)
    peer.close()


def silent(peer: socket.socket) -> None:
    heard(peer)
    time.sleep(5)


def test_a_healthy_application(serve: Serve) -> None:
    assert application_is_well(serve(healthy), within_s=2)


def test_an_application_that_is_overrun_is_alive_and_not_well(serve: Serve) -> None:
    assert not application_is_well(serve(closes), within_s=2)
    assert application_reacts(serve(closes), within_s=2)


def test_an_application_that_is_silent_is_not_alive_and_is_not_waited_for(serve: Serve) -> None:
    began = time.monotonic()
    assert not application_reacts(serve(silent), within_s=0.3)
    assert time.monotonic() - began < 1


def test_where_nobody_listens_nobody_is_well(tmp_path: Path) -> None:
    settings = load(var=tmp_path, **free_ports())
    assert not application_is_well(settings, within_s=1)
    assert not application_reacts(settings, within_s=1)
    assert not asterisk_is_well(settings, within_s=0.2)
