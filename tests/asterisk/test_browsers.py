"""Telephones in a browser, as far as SIP goes: who gets in by the WebSocket, and as whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from ivr.switch.browsers import BROWSERS, SUBPROTOCOL, sip_socket
from tests.asterisk.switch import Switch, running

OFFER = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n"


@contextmanager
def socket_to(switch: Switch) -> Iterator[ClientConnection]:
    """The WebSocket that the desk opens to Asterisk."""
    url = sip_socket(switch.settings)
    with connect(
        url, subprotocols=[Subprotocol(SUBPROTOCOL)], source_address=(BROWSERS, 0), close_timeout=1
    ) as peer:
        yield peer


def answer(peer: ClientConnection, who: str, transport: str = "WS") -> str:
    """The first line that comes back on an INVITE of `who`, who says that a subscriber's number is his."""
    mark = token_hex(8)
    peer.send(
        "INVITE sip:0890@line SIP/2.0\r\n"
        f"Via: SIP/2.0/{transport} 127.0.0.1:9;branch=z9hG4bK{mark}\r\n"
        f"From: <sip:{who}@line>;tag=1\r\nTo: <sip:0890@line>\r\n"
        f"Call-ID: {mark}\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n"
        f"Contact: <sip:{who}@127.0.0.1:9;transport=ws>\r\n"
        "P-Asserted-Identity: <sip:+79161234567@line>\r\n"
        f"Content-Type: application/sdp\r\nContent-Length: {len(OFFER)}\r\n\r\n{OFFER}"
    )
    return str(peer.recv(timeout=10)).splitlines()[0]


@pytest.mark.parametrize("transport", ["WS", "UDP"])
@pytest.mark.parametrize("who", ["guest", "carrier", "probe", "+79161234567"])
def test_nobody_rings_from_a_browser_without_a_password(switch: Switch, who: str, transport: str) -> None:
    with socket_to(switch) as peer:
        assert answer(peer, who, transport).startswith("SIP/2.0 4")
    assert switch.channels() == 0


def test_the_way_in_cannot_be_guessed(switch: Switch) -> None:
    with pytest.raises(InvalidStatus, match="404"):
        connect(f"ws://127.0.0.1:{switch.settings.http_port}/ws", subprotocols=[Subprotocol(SUBPROTOCOL)])


def test_a_desk_that_others_reach_has_no_guest_unless_it_is_wished() -> None:
    with running(desk_host="0.0.0.0") as switch:
        assert "guest" not in switch.console("pjsip show endpoints")
        assert "ERROR" not in switch.log()
