"""The endpoint process: a small web server for the gateways."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from ivr.core import Core
from ivr.messaging.gateways import gateway_secret, reports
from ivr.messaging.service import SelfService
from ivr.messaging.texts import HOME_LANGUAGE, Texts
from ivr.messaging.web import Endpoint
from ivr.settings import Settings

REQUESTS = 100
"""Connections at once; more are told to come again."""
HEAD_BYTES = 16384
"""The longest head of a request."""
DRAIN_S = 5
"""Seconds that requests in hand may take when the endpoint is told to stop."""
IDLE_S = 10.0
"""Seconds after which a connection is looked at, again and again, and closed if it has nothing in hand."""


class Connection(H11Protocol):
    """One connection. uvicorn would wait for ever for a request that never comes whole, and for its place."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """See `asyncio.Protocol`."""
        super().connection_made(transport)
        self.loop.call_later(IDLE_S, self._look)

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
        else:
            self.loop.call_later(IDLE_S, self._look)


def endpoint(settings: Settings, core: Core) -> Endpoint:
    """The endpoint with these settings. Raises `Mend`, `BadCatalogue`."""
    texts = Texts.load(settings.home / "prompts")
    service = SelfService(
        core.accounts, core.resets, core.incoming, texts, settings.sms_number, settings.home_region
    )
    trouble = texts.text("ussd/trouble", HOME_LANGUAGE)
    return Endpoint(gateway_secret(settings), reports(settings), core.outbox, service, trouble)


def listen(host: str, port: int) -> socket.socket:
    """The socket of the endpoint. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=REQUESTS)


def server(endpoint: Endpoint) -> uvicorn.Server:
    """The web server, to run until SIGTERM or SIGINT. It logs no request: addresses hold numbers and seals."""
    return uvicorn.Server(
        uvicorn.Config(
            endpoint.app(),
            http=Connection,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            limit_concurrency=REQUESTS,
            h11_max_incomplete_event_size=HEAD_BYTES,
            timeout_graceful_shutdown=DRAIN_S,
        )
    )
