"""Telephones in a browser: where Asterisk takes them, and what the guest of `/phone` proves himself with."""

from __future__ import annotations

from ipaddress import ip_address

from ivr.private_files import kept_secret
from ivr.settings import Settings

GUEST = "guest"
"""The PJSIP endpoint of the page `/phone`."""
BROWSERS = "127.0.0.88"
"""The address of loopback from which the desk leads browsers to Asterisk: 127.0.0.1 would be the carrier."""
SUBPROTOCOL = "sip"
"""What a WebSocket that carries SIP is called (RFC 7118)."""


def web_prefix(settings: Settings) -> str:
    """The unguessable first part of every path of Asterisk's HTTP server."""
    return kept_secret(settings.var / "asterisk" / "http.secret")


def sip_socket(settings: Settings) -> str:
    """The URL at which Asterisk takes SIP over a WebSocket; a secret, for the desk alone."""
    return f"ws://127.0.0.1:{settings.http_port}/{web_prefix(settings)}/ws"


def guest_secret(settings: Settings) -> str:
    """The SIP password of the guest; made at the first call."""
    return kept_secret(settings.var / "asterisk" / "guest.secret")


def has_guest(settings: Settings) -> bool:
    """Whether there is a page `/phone` from which anybody who sees the desk may ring the line."""
    # A server that stands before the desk, for others to reach it, has told the desk its name.
    private = on_loopback(settings.desk_host) and not settings.desk_names and not settings.desk_https
    return settings.phone_page == "on" or (settings.phone_page == "auto" and private)


def on_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
