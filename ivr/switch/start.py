"""Starting Asterisk, and asking whether it is well."""

from __future__ import annotations

import secrets
import socket
import subprocess

from ivr.settings import Settings
from ivr.switch.program import Asterisk
from ivr.switch.render import AMI_USER, ami_secret, folder, render


def command(settings: Settings, asterisk: Asterisk) -> list[str]:
    """Write the configuration of this instance; the words that start Asterisk with it, in the foreground."""
    return [*asterisk.argv, "-C", str(render(settings, asterisk)), "-f", "-n"]


def console(settings: Settings, asterisk: Asterisk, order: str) -> str:
    """What the running Asterisk of this instance answers to `order` on its console."""
    configuration = folder(settings) / "etc" / "asterisk.conf"
    return subprocess.run(
        [*asterisk.argv, "-C", str(configuration), "-n", "-rx", order],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def well(settings: Settings, within_s: float = 1.0) -> bool:
    """Whether Asterisk has loaded everything and answers on both its manager interface and SIP."""
    return manager_answers(settings, within_s) and sip_answers(settings, within_s)


def manager_answers(settings: Settings, within_s: float) -> bool:
    """Whether the manager interface lets us in and Asterisk is fully booted."""
    login = f"Action: Login\r\nUsername: {AMI_USER}\r\nSecret: {ami_secret(settings)}\r\n\r\n"
    try:
        with socket.create_connection(("127.0.0.1", settings.ami_port), within_s) as peer:
            peer.settimeout(within_s)
            peer.sendall(login.encode())
            heard = b""
            while b"Event: FullyBooted" not in heard and b"Response: Error" not in heard:
                if not (more := peer.recv(4096)):
                    return False
                heard += more
            return b"Event: FullyBooted" in heard
    except OSError:
        return False


def sip_answers(settings: Settings, within_s: float) -> bool:
    """Whether anything at all comes back on a SIP OPTIONS request."""
    family = socket.AF_INET6 if ":" in settings.sip_host else socket.AF_INET
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.sip_host, settings.sip_host)  # noqa: S104
    with socket.socket(family, socket.SOCK_DGRAM) as peer:
        peer.settimeout(within_s)
        try:
            peer.connect((host, settings.sip_port))
            peer.send(_options(*peer.getsockname()[:2]))
            return peer.recv(4096).startswith(b"SIP/2.0 ")
        except OSError:
            return False


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
