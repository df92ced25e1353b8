"""The way of a browser's SIP through the desk: whom it may speak for, and for how long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect
from websockets.sync.server import ServerConnection, serve

from ivr.desk import sip
from ivr.desk.sip import Speaker
from ivr.desk.sip_names import Unreadable, claimed
from ivr.settings import load
from ivr.switch.browsers import SUBPROTOCOL
from tests.asterisk.switch import until
from tests.desk.conftest import Desk


def request(
    method: str = "INVITE", sender: str = "seat01", to: str = "0890", more: str = "", body: str = ""
) -> str:
    return (
        f"{method} sip:line SIP/2.0\r\nVia: SIP/2.0/WS x;branch=z9hG4bK1\r\n"
        f'From: "A" <sip:{sender}@line>;tag=1\r\n'
        f"To: <sip:{to}@line>\r\n{more}Content-Length: {len(body.encode())}\r\n\r\n{body}"
    )


def proof(of: str) -> str:
    return f'Authorization: Digest algorithm=MD5, username="{of}", realm="asterisk", nonce="1"\r\n'


@pytest.mark.parametrize(
    ("message", "names"),
    [
        (request(), {"seat01"}),
        (request(more=proof("seat02")), {"seat01", "seat02"}),
        (request("REGISTER", to="seat03"), {"seat01", "seat03"}),
        (request(body="v=0 Ж"), {"seat01"}),
        (request().replace("From", "f"), {"seat01"}),
        (request(sender="seat02@x> <sip:seat01"), {"seat01", "seat02"}),
        (request(sender="seat01:secret"), {"seat01:secret"}),
        (request().replace("sip:seat01@line", "tel:seat01"), {""}),
        ("SIP/2.0 200 OK\r\nFrom: <sip:seat09@line>\r\nContent-Length: 0\r\n\r\n", set()),
        ("\r\n\r\n", set()),
    ],
)
def test_everybody_whom_a_message_names_as_its_sender_is_found(message: str, names: set[str]) -> None:
    assert claimed(message) == names


@pytest.mark.parametrize(
    "message",
    [
        "hello",
        request() + request(sender="seat02"),
        request().replace("Content-Length: 0\r\n", ""),
        request(more="Content-Length: 0\r\n"),
        request(more="From: <sip:seat02@line>\r\n"),
        request(more="f: <sip:seat02@line>\r\n"),
        request(more="X: 1\r\n From: <sip:seat02@line>\r\n"),
        request(more="X: 1\nFrom: <sip:seat02@line>\r\n"),
        request(more="X: 1\rFrom: <sip:seat02@line>\r\n"),
        request().replace("From", "Form"),
        "\r\n" + request(),
    ],
)
def test_what_could_be_read_in_two_ways_is_not_read(message: str) -> None:
    with pytest.raises(Unreadable):
        claimed(message)


def test_a_seat_speaks_for_itself_and_a_guest_registers_nowhere() -> None:
    seat, guest = Speaker("seat01", guest=True), Speaker(None, guest=True)
    assert seat.may_send(request("REGISTER", to="seat01", more=proof("seat01")))
    assert seat.may_send(request(sender="guest")), "an agent may try the page /phone"
    assert not seat.may_send(request("REGISTER", to="seat02"))
    assert not seat.may_send(request(more=proof("seat02")))
    assert guest.may_send(request(sender="guest", more=proof("guest")))
    for name in ("guest", "seat01", "carrier"):
        assert not guest.may_send(request("REGISTER", sender=name, to=name))
    assert not guest.may_send(request())


@pytest.fixture
def came(desk: Desk) -> Iterator[list[str]]:
    """What comes to an Asterisk that says nothing."""
    got: list[str] = []

    def listen(peer: ServerConnection) -> None:
        got.extend(str(message) for message in peer)

    with serve(
        listen, "127.0.0.1", desk.app.state.desk.settings.http_port, subprotocols=[SUBPROTOCOL]
    ) as asterisk:
        threading.Thread(target=asterisk.serve_forever, daemon=True).start()
        yield got
        asterisk.shutdown()


@contextmanager
def socket_of(browser: TestClient) -> Iterator[WebSocketTestSession]:
    host = browser.base_url.netloc.decode()
    cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies.jar)
    headers = {"origin": f"http://{host}", "host": host, "cookie": cookies}
    with browser.websocket_connect("/sip", [SUBPROTOCOL], headers=headers) as socket:
        yield socket


def test_an_agent_has_the_telephone_of_the_own_seat_alone(desk: Desk, came: list[str]) -> None:
    own = request("REGISTER", to="seat01")
    with socket_of(desk.signed_in(seat="page")) as socket:
        socket.send_text(own)
        until(lambda: came == [own])
        socket.send_text(request("REGISTER", sender="seat02", to="seat02"))
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    assert came == [own]


def test_the_password_of_a_seat_is_of_no_use_without_sitting_there(desk: Desk, came: list[str]) -> None:
    with socket_of(desk.browser()) as socket:
        socket.send_text(request("REGISTER", to="seat01", more=proof("seat01")))
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()
    assert came == []


def test_who_is_turned_off_loses_the_telephone(
    desk: Desk, came: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sip, "LOOK_S", 0.05)
    with socket_of(desk.signed_in(seat="page")) as socket:
        socket.send_text(request())
        until(lambda: len(came) == 1)
        desk.core.agents.turn_off("anna")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()


def test_guests_take_no_place_from_agents(desk: Desk, came: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip, "MOST_GUESTS", 1)
    agent = desk.signed_in(seat="page")
    with socket_of(desk.browser()), socket_of(agent) as socket:
        with pytest.raises(WebSocketDisconnect), socket_of(desk.browser()):
            pass
        socket.send_text(request())
        until(lambda: len(came) == 1)


def test_where_nobody_may_ring_from_the_page_strangers_have_no_way_to_asterisk(
    desk: Desk, came: list[str]
) -> None:
    desk.app.state.desk.settings = load(**{**vars(desk.app.state.desk.settings), "phone_page": "off"})
    closed = TestClient(sip_only(desk), base_url=f"http://127.0.0.1:{desk.settings.desk_port}")
    with pytest.raises(WebSocketDisconnect), socket_of(closed):
        pass
    assert came == []


def sip_only(desk: Desk) -> object:
    from starlette.applications import Starlette

    return Starlette(routes=[sip.route(desk.app.state.desk)])
