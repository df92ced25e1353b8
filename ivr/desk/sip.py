"""Leads the SIP of a browser to Asterisk and back: one WebSocket on this side, one on that.

The desk's own address is all that a browser knows. Asterisk sees browsers come from an address of loopback that
is nobody else's, so that none is taken for the carrier; who they are they have to prove by password.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from ivr.settings import Settings
from ivr.switch.browsers import BROWSERS, SUBPROTOCOL, sip_socket

log = logging.getLogger(__name__)

MOST = 200
"""Browsers at once; Asterisk's HTTP server has as many places."""
LONGEST = 65536
"""Bytes of one SIP message."""
CONNECT_S = 5.0
AWAY, CROWDED = 1013, 1008
"""Close codes: try again later; not for you (RFC 6455)."""


def route(settings: Settings) -> WebSocketRoute:
    """`/sip`, for pages of the desk alone."""
    bridge = Bridge(sip_socket(settings))
    return WebSocketRoute("/sip", bridge.serve)


class Bridge:
    """Leads browsers to Asterisk at `url`."""

    def __init__(self, url: str) -> None:
        self._url, self._busy = url, 0

    async def serve(self, browser: WebSocket) -> None:
        """One browser, for as long as both ends are there."""
        if not _is_ours(browser) or self._busy >= MOST:
            await browser.close(CROWDED)
            return
        self._busy += 1
        try:
            await self._lead(browser)
        finally:
            self._busy -= 1

    async def _lead(self, browser: WebSocket) -> None:
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
            return
        await browser.accept(SUBPROTOCOL)
        async with asterisk:
            await _first_of(_from_browser(browser, asterisk), _from_asterisk(asterisk, browser))
        with suppress(RuntimeError, WebSocketDisconnect):  # it has gone already
            await browser.close(AWAY)


async def _from_browser(browser: WebSocket, asterisk: ClientConnection) -> None:
    with suppress(WebSocketDisconnect, ConnectionClosed, KeyError):
        while True:
            await asterisk.send(await browser.receive_text())


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
