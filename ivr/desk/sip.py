"""Leads the SIP of a browser to Asterisk and back: one WebSocket on this side, one on that.

The desk's own address is all that a browser knows. Asterisk sees browsers come from an address of loopback that
is nobody else's, so that none is taken for the carrier; who they are they have to prove by password. That of a
seat is not enough: a browser speaks for the seat at which its agent sits, for as long as the agent does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Set
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from account_core import StorageUnavailable
from ivr.desk.asking import SITTING
from ivr.desk.services import Services
from ivr.desk.sip_names import Unreadable, claimed, is_registration
from ivr.switch.browsers import BROWSERS, GUEST, SUBPROTOCOL, has_guest, sip_socket

log = logging.getLogger(__name__)

MOST = 200
"""Browsers at once; Asterisk's HTTP server has as many places."""
MOST_GUESTS = 50
"""Of these, browsers in which nobody sits at the desk."""
LONGEST = 65536
"""Bytes of one SIP message."""
CONNECT_S = 5.0
LOOK_S = 10.0
"""Seconds between two looks whether the agent still sits there."""
AWAY, CROWDED = 1013, 1008
"""Close codes: try again later; not for you (RFC 6455)."""


def route(services: Services) -> WebSocketRoute:
    """`/sip`, for pages of the desk alone."""
    guests = has_guest(services.settings)

    def seat(token: str) -> str | None:
        sitting = services.core.sittings.find(token) if token else None
        return sitting.seat if sitting else None

    bridge = Bridge(sip_socket(services.settings), seat, guests=guests)
    return WebSocketRoute("/sip", bridge.serve)


class Bridge:
    """Leads browsers to Asterisk at `url`. `seat_of` a sitting's token may raise `StorageUnavailable`."""

    def __init__(self, url: str, seat_of: Callable[[str], str | None], *, guests: bool) -> None:
        self._url, self._seat_of, self._guests = url, seat_of, guests
        self._seated = self._strangers = 0

    async def serve(self, browser: WebSocket) -> None:
        """One browser, for as long as both ends are there, and its agent sits at the desk."""
        if not _is_ours(browser):
            await browser.close(CROWDED)
            return
        token = browser.cookies.get(SITTING, "")
        try:
            seat = await run_in_threadpool(self._seat_of, token)
        except StorageUnavailable:
            await browser.close(AWAY)
            return
        if not self._has_room(seat):
            await browser.close(CROWDED)
        elif seat:
            self._seated += 1
            try:
                await self._lead(browser, Speaker(seat, guest=self._guests), self._while_seated(token, seat))
            finally:
                self._seated -= 1
        else:
            self._strangers += 1
            try:
                await self._lead(browser, Speaker(None, guest=True))
            finally:
                self._strangers -= 1

    def _has_room(self, seat: str | None) -> bool:
        here = self._seated + self._strangers < MOST
        return here if seat else here and self._guests and self._strangers < MOST_GUESTS

    async def _while_seated(self, token: str, seat: str) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            with suppress(StorageUnavailable):  # who sits there is not known now: nobody's talk ends for that
                if await run_in_threadpool(self._seat_of, token) != seat:
                    return

    async def _lead(self, browser: WebSocket, speaker: Speaker, *until: Awaitable[None]) -> None:
        try:
            asterisk = await connect(
                self._url,
                subprotocols=[Subprotocol(SUBPROTOCOL)],
                local_addr=(BROWSERS, 0),
                max_size=LONGEST,
                open_timeout=CONNECT_S,
                close_timeout=1,
                compression=None,
                proxy=None,
            )
        except (OSError, WebSocketException):
            log.warning("a browser rings, and Asterisk is away")
            await browser.close(AWAY)
            for each in until:
                asyncio.ensure_future(each).cancel()
            return
        await browser.accept(SUBPROTOCOL)
        async with asterisk:
            await _first_of(
                _from_browser(browser, asterisk, speaker), _from_asterisk(asterisk, browser), *until
            )
        with suppress(RuntimeError, WebSocketDisconnect):  # it has gone already
            await browser.close(AWAY)


class Speaker:
    """Whom the messages of one browser may name as their sender."""

    def __init__(self, seat: str | None, *, guest: bool) -> None:
        self._seat = seat
        self._names: Set[str] = {name for name in (seat, GUEST if guest else None) if name}

    def may_send(self, message: str) -> bool:
        """Whether Asterisk may have `message`: only a seat is ever registered."""
        try:
            names = claimed(message)
        except Unreadable as why:
            log.warning("a browser has sent what is not plain SIP: %s", why)
            return False
        return names <= ({self._seat} if is_registration(message) else self._names)


async def _from_browser(browser: WebSocket, asterisk: ClientConnection, speaker: Speaker) -> None:
    with suppress(WebSocketDisconnect, ConnectionClosed, KeyError):
        while speaker.may_send(message := await browser.receive_text()):
            await asterisk.send(message)
        log.warning("a browser spoke for somebody else, and is let go")


async def _from_asterisk(asterisk: ClientConnection, browser: WebSocket) -> None:
    with suppress(ConnectionClosed, WebSocketDisconnect, RuntimeError):
        async for message in asterisk:
            await browser.send_text(message if isinstance(message, str) else message.decode(errors="replace"))


async def _first_of(*ways: Awaitable[None]) -> None:
    """Until one of the two directions is at its end."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_ours(browser: WebSocket) -> bool:
    """Whether a page of ours opens the socket; a browser tells truly where its page came from."""
    origin = browser.headers.get("origin", "").partition("://")[2]
    offered = browser.headers.get("sec-websocket-protocol", "").replace(" ", "").split(",")
    return SUBPROTOCOL in offered and origin.lower() == browser.headers.get("host", "").lower() != ""
