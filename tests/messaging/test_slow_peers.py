"""Whoever connects and does not come to the point keeps nobody else out."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.messaging import serve, web
from ivr.messaging.gateways import gateway_secret
from ivr.messaging.probes import endpoint_is_well
from ivr.messaging.texts import Texts
from ivr.settings import Settings, load
from tests.asterisk.switch import free_ports, until
from tests.core.passwords.company import Company
from tests.messaging.listening import listening

CLOSED = b""


@pytest.fixture
def settings(
    company: Company, texts: Texts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Settings]:
    """Those of an endpoint that listens, and has little patience."""
    monkeypatch.setattr(serve, "IDLE_S", 0.3)
    monkeypatch.setattr(web, "BODY_S", 0.3)
    made = load(var=tmp_path, **free_ports())
    with listening(company, texts, made):
        until(lambda: endpoint_is_well(made, within_s=1))
        yield made


def connected(settings: Settings, said: bytes) -> socket.socket:
    """A connection on which `said` was said, and then nothing."""
    found = socket.create_connection((settings.gateway_host, settings.gateway_port), timeout=5)
    found.sendall(said)
    return found


def half_a_body(settings: Settings) -> bytes:
    """An SMS of two letters, and the first of them."""
    shown = f"X-Kannel-Service: {gateway_secret(settings)}\r\nContent-Length: 2"
    return f"POST /kannel/sms?id=1 HTTP/1.1\r\nHost: x\r\n{shown}\r\n\r\nx".encode()


@pytest.mark.parametrize("said", [b"", b"GET /hea", b"GET /health HTTP/1.1\r\nHost: x\r\n"])
def test_a_request_that_never_comes_whole_gives_its_place_back(settings: Settings, said: bytes) -> None:
    silent = [connected(settings, said) for _ in range(serve.REQUESTS + 5)]
    assert {one.recv(1000)[:12] for one in silent} <= {CLOSED, b"HTTP/1.1 503"}
    assert endpoint_is_well(settings, within_s=5)


def test_a_body_that_never_comes_whole_is_not_waited_for(settings: Settings) -> None:
    assert connected(settings, half_a_body(settings)).recv(1000).startswith(b"HTTP/1.1 408")


def test_a_request_that_takes_long_is_left_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_S", 10)
    with connected(settings, half_a_body(settings)) as slow:
        time.sleep(4 * serve.IDLE_S)
        slow.sendall(b"x")
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")
