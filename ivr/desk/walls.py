"""What every request passes first: is it meant for us, and what may the browser do with the answer."""

from __future__ import annotations

import ipaddress
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ivr.settings import Settings

LONGEST_BODY = 65536
"""Bytes."""


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def own_names(settings: Settings) -> frozenset[str]:
    """What a browser may call us in `Host`: our address, this machine itself, and the names that are set."""
    port = settings.desk_port
    hosts = {settings.desk_host, "127.0.0.1", "localhost", "::1"}
    named = {name.strip().lower() for name in settings.desk_names.split(",") if name.strip()}
    return frozenset({f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host in hosts} | named)


def policy() -> str:
    """The content security policy: nothing from elsewhere, no script or style in a page."""
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "font-src 'self'",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )


class Walls:
    """Refuses what calls us by a name that is not ours (DNS rebinding), and adds the headers of safety."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._names = app, own_names(settings)
        self._headers = {
            "Content-Security-Policy": policy(),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
        }
        if settings.desk_https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "websocket":
            await (self._closed if self._is_strange(Headers(scope=scope)) else self._app)(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                headers.update(self._headers)
                headers.setdefault("Cache-Control", "no-store")
                message["headers"] = headers.raw
            await send(message)

        refusal = self._refusal(Headers(scope=scope))
        await (refusal or self._app)(scope, receive, guarded)

    def _refusal(self, headers: Headers) -> ASGIApp | None:
        if self._is_strange(headers):
            return PlainTextResponse("this desk has another name (IVR_DESK_NAMES)", 421)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LONGEST_BODY or "transfer-encoding" in headers:
            return PlainTextResponse("too long", 413)
        return None

    def _is_strange(self, headers: Headers) -> bool:
        return headers.get("host", "").lower() not in self._names

    @staticmethod
    async def _closed(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "websocket.close", "code": 1008})


def fresh_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)
