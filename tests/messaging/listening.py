"""Our endpoint on a real port, for as long as a block lasts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.messaging import serve
from ivr.messaging.gateways import gateway_secret, reports
from ivr.messaging.texts import Texts
from ivr.messaging.web import Endpoint
from ivr.settings import Settings
from tests.core.passwords.company import Company
from tests.messaging.conftest import service_of


def endpoint_of(company: Company, texts: Texts, settings: Settings) -> Endpoint:
    """The endpoint of `company`, with the secrets of `settings`."""
    service = service_of(company, texts)
    return Endpoint(gateway_secret(settings), reports(settings), company.outbox, service, "trouble")


@contextmanager
def listening(company: Company, texts: Texts, settings: Settings) -> Iterator[None]:
    """The endpoint, where gateways with `settings` look for it."""
    socket = serve.listen(settings.gateway_host, settings.gateway_port)
    server = serve.server(endpoint_of(company, texts, settings))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)
        socket.close()
