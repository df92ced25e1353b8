"""The desk's process: web server and switchboard."""

from __future__ import annotations

import socket

import uvicorn
from starlette.applications import Starlette

from ivr.core import Core
from ivr.desk.app import desk_app, services_of
from ivr.desk.live import Live
from ivr.messaging.serve import Connection
from ivr.settings import Settings
from ivr.switch.manager import manager_of
from ivr.transfer.board import Switchboard

REQUESTS = 500
"""Connections at once; every page that is open holds one."""
HEAD_BYTES = 16384
DRAIN_S = 3


class DeskConnection(Connection):
    """One connection, which may have become a WebSocket: then it is looked after by that."""

    def _look(self) -> None:
        if self.transport.get_protocol() is self:
            super()._look()


def serve(settings: Settings, core: Core, listening: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT. Raises `BadCatalogue`."""
    manager = manager_of(settings)
    board = Switchboard(manager, wrap_up_s=settings.wrap_up_s, listening=settings.listening)
    live = Live(core, manager, board, settings)
    app = desk_app(services_of(settings, core, live))
    with manager:
        live.start()
        try:
            server(app).run(sockets=[listening])
        finally:
            live.close()


def server(app: Starlette) -> uvicorn.Server:
    """The web server. It logs no request: addresses hold the ids of calls."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            http=DeskConnection,
            ws="websockets-sansio",
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
