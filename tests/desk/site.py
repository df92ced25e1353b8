"""The page `/phone` on a web server of its own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from ivr.core import open_core
from ivr.desk import assets, phone, sip
from ivr.settings import Settings
from tests.asterisk.switch import until


@contextmanager
def site(settings: Settings) -> Iterator[str]:
    """The address at which the page is served."""
    core = open_core(settings)
    static = Mount("/static", StaticFiles(directory=Path(phone.__file__).parent / "static"))
    pages = phone.PhonePage(settings, core.accounts).routes()
    app = Starlette(routes=[*pages, assets.route(settings), sip.route(settings), static])
    quiet = uvicorn.Config(app, port=settings.desk_port, log_config=None, access_log=False, lifespan="off")
    server = uvicorn.Server(quiet)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started, within_s=20)
        yield f"http://127.0.0.1:{settings.desk_port}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join()
        core.database.close()
