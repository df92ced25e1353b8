"""The HTTP side: delivery reports, incoming SMS and USSD. docs/messaging.md is its contract.

What a gateway brings is answered with 200 once it is served for good, whatever came of it; with 503 while it
cannot be served, and then the gateway brings it again.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import logging
import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from account_core import BeingServed, Report, StorageUnavailable
from ivr.messaging import reports
from ivr.messaging.reports import Reports
from ivr.messaging.service import SelfService

log = logging.getLogger(__name__)

LONGEST_BODY = 65536
"""Bytes; the longest SMS there can be, 255 parts in UCS-2, has 34,170."""
BODY_S = 10.0
"""Seconds in which a body must have come as a whole."""
CHARSETS = {"utf-8": "utf-8", "utf-16be": "utf-16-be", "iso-8859-1": "latin-1"}
"""What Kannel says of a body, and what Python calls it."""
ID = re.compile("[A-Za-z0-9_.:-]{1,64}")
"""A gateway's own name of a message or a session."""
AGAIN_S = "10"


class ReportBook(Protocol):
    """Where reports are written down: the outbox."""

    def report(self, key: str, report: Report, note: str | None = None) -> bool:
        """Keep what is told of the message `key`; False when there is no such message."""


class Endpoint:
    """The endpoint's answers. `secret` is what gateways show."""

    def __init__(
        self, secret: str, seals: Reports, book: ReportBook, service: SelfService, trouble: str
    ) -> None:
        self._secret, self._seals, self._book, self._service = secret.encode(), seals, book, service
        self._trouble = trouble

    def app(self) -> Starlette:
        """The application for a web server."""
        routes = [
            Route("/health", self.health),
            Route(reports.PATH, self.report),
            Route("/kannel/sms", self.sms, methods=["POST"]),
            Route("/ussd", self.ussd, methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes)

    async def health(self, request: Request) -> Response:
        """That we are here."""
        return PlainTextResponse("well")

    async def report(self, request: Request) -> Response:
        """What became of a message that Kannel took."""
        asked = request.query_params
        key, report = asked.get("key", ""), reports.meaning(asked.get("kind", ""))
        if not self._seals.genuine(key, asked.get("seal", "")):
            raise _stranger(request)
        if report is None:
            return PlainTextResponse("")
        note = reports.note(asked.get("said", ""))
        return await _served(lambda: self._keep(key, report, note))

    async def sms(self, request: Request) -> Response:
        """What a subscriber wrote."""
        # The name of Kannel's sms-service; kannel.conf says why the secret is there.
        self._let_in(request, request.headers.get("X-Kannel-Service", ""))
        body = await _body(request)
        id = request.query_params.get("id", "")
        if not ID.fullmatch(id):
            raise HTTPException(400, "id: the gateway's own name of the message")
        text = _decoded(body, request.headers.get("Content-Type", ""))
        if text is None:
            return PlainTextResponse("")  # data of some machine
        sender = request.headers.get("X-Kannel-From", "")
        return await _served(lambda: self._service.sms(id, sender, text))

    async def ussd(self, request: Request) -> Response:
        """What a subscriber keyed; the answer is for the screen."""
        self._let_in(request, _shown_secret(request.headers.get("Authorization", "")))
        asked = dict(request.query_params) | _form(await _body(request))
        session = asked.get("session", "")
        if not ID.fullmatch(session):
            raise HTTPException(400, "session: the gateway's own name of the session")
        sender, code = asked.get("msisdn", ""), asked.get("code", "")
        return await _served(lambda: self._service.ussd(session, sender, code), self._trouble)

    def _keep(self, key: str, report: Report, note: str | None) -> None:
        if not self._book.report(key, report, note):
            log.warning("a delivery report on a message that is not here")

    def _let_in(self, request: Request, shown: str) -> None:
        if not hmac.compare_digest(shown.encode(), self._secret):
            raise _stranger(request)


async def _served(serve: Callable[[], str | None], trouble: str = "") -> Response:
    """Serve in a thread, for the database may keep us waiting; 503 asks the gateway to bring it again."""
    try:
        return PlainTextResponse(await run_in_threadpool(serve) or "")
    except BeingServed:
        pass
    except StorageUnavailable as outage:
        log.warning("the gateway has to come again: %s", outage)
    return PlainTextResponse(trouble, 503, {"Retry-After": AGAIN_S})


async def _body(request: Request) -> bytes:
    body = b""
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                body += part
                if len(body) > LONGEST_BODY:
                    raise HTTPException(413)
    except TimeoutError:
        raise HTTPException(408, headers={"Connection": "close"}) from None
    return body


def _decoded(body: bytes, content_type: str) -> str | None:
    """The text of an SMS, with marks where it is no text; None where it does not even mean to be one."""
    kind, _, parameters = content_type.partition(";")
    if kind.strip().lower() != "text/plain":
        return None
    charset = parameters.strip().removeprefix("charset=").strip('"').lower()
    return body.decode(CHARSETS.get(charset, "utf-8"), "replace")


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=10))
    except ValueError:
        raise HTTPException(400, "expected fields of a form") from None


def _shown_secret(authorization: str) -> str:
    """The secret in `Bearer <secret>`, or in `Basic` as the password of any user."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    try:
        return base64.b64decode(rest, validate=True).decode("ascii").partition(":")[2]
    except ValueError:  # binascii.Error and UnicodeError are such
        return ""


def _stranger(request: Request) -> HTTPException:
    log.warning(
        "refused: %s shows no right secret for %s", request.client and request.client.host, request.url.path
    )
    return HTTPException(401, headers={"WWW-Authenticate": "Bearer"})
