"""Asking from outside whether Asterisk and the application are well, by the doors that calls come through."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterator
from time import monotonic

from ivr.settings import Settings
from ivr.switch.render import AMI_USER, ami_secret

OK = b"200 result=1\n"
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def asterisk_is_well(settings: Settings, within_s: float) -> bool:
    """Whether Asterisk has loaded everything and answers on its manager interface and on SIP."""
    return manager_answers(settings, within_s) and sip_answers(settings, within_s)


def manager_answers(settings: Settings, within_s: float) -> bool:
    """Whether the manager interface lets us in and Asterisk is fully booted."""
    login = f"Action: Login\r\nUsername: {AMI_USER}\r\nSecret: {ami_secret(settings)}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", settings.ami_port), within_s) as peer:
            peer.sendall(login.encode())
            heard = b""
            for more in _received(peer, within_s):
                heard += more
                if b"Event: FullyBooted" in heard:
                    return True
    except OSError:
        pass
    return False


def sip_answers(settings: Settings, within_s: float) -> bool:
    """Whether anything at all comes back on a SIP OPTIONS request."""
    host = EVERYWHERE.get(settings.sip_host, settings.sip_host)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as peer:
        peer.settimeout(within_s)
        try:
            peer.connect((host, settings.sip_port))
            peer.send(_options(*peer.getsockname()[:2]))
            return peer.recv(4096).startswith(b"SIP/2.0 ")
        except OSError:
            return False


def application_is_well(settings: Settings, within_s: float) -> bool:
    """Whether the application says that it is healthy."""
    return _health(settings, within_s) == "healthy"


def application_reacts(settings: Settings, within_s: float) -> bool:
    """Whether the application does anything about a connection; one that is overrun closes it, and lives."""
    return _health(settings, within_s) is not None


def _health(settings: Settings, within_s: float) -> str | None:
    """What `/health` gives to IVR_NEXT, empty when it gives nothing, None for silence. We act as Asterisk."""
    host = EVERYWHERE.get(settings.agi_host, settings.agi_host)
    said = ""
    try:
        with socket.create_connection((host, settings.agi_port), within_s) as peer:
            peer.sendall(b"agi_network: yes\nagi_network_script: health\nagi_request: agi://line/health\n\n")
            for more in _received(peer, within_s):
                said += more.decode(errors="replace")
                if more.endswith(b"\n"):
                    peer.sendall(OK)
    except (ConnectionResetError, BrokenPipeError):
        pass
    except OSError:
        return None
    return "healthy" if "IVR_NEXT" in said and "healthy" in said else ""


def _received(peer: socket.socket, within_s: float) -> Iterator[bytes]:
    """What `peer` sends until it closes. Raises `TimeoutError` when it has not closed within `within_s`."""
    end = monotonic() + within_s
    while (left_s := end - monotonic()) > 0:
        peer.settimeout(left_s)
        if not (more := peer.recv(4096)):
            return
        yield more
    raise TimeoutError


def _options(host: str, port: int) -> bytes:
    here = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    mark = secrets.token_hex(8)
    return (
        "OPTIONS sip:0890@line SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {here};branch=z9hG4bK{mark};rport\r\n"
        f"From: <sip:probe@{here}>;tag={mark}\r\n"
        "To: <sip:0890@line>\r\n"
        f"Call-ID: {mark}\r\n"
        "CSeq: 1 OPTIONS\r\n"
        f"Contact: <sip:probe@{here}>\r\n"
        "Max-Forwards: 70\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()
