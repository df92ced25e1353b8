"""An application behind a port, in a thread of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.agi.calls import Application, Limits
from ivr.agi.server import Server, listen


@contextmanager
def behind(port: int, application: Application) -> Iterator[None]:
    """Serve `application` on `port` of loopback."""
    server = Server(listen("127.0.0.1", port), application, Limits(drain_s=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join(10)
