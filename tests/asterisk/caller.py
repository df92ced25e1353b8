"""A caller on SIP and RTP, as small as can be: dials, hears, hangs up. Nothing but sockets.

What is heard is kept with the moment at which it came, so a test can ask *when* the caller heard something.
"""

from __future__ import annotations

import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

FRAME_S = 0.02
"""Seconds of voice in one packet: 160 bytes of A-law."""


@dataclass
class Caller:
    """A telephone that has dialled."""

    status: int = 0
    """The final SIP status: 200 when the line answered."""
    heard: list[tuple[float, bytes]] = field(default_factory=list)
    """Packets of A-law, each with the `time.monotonic()` of its arrival."""
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set when the line hangs up."""

    def hears(self, sound: bytes, within_s: float) -> float:
        """The moment at which `sound` (A-law, one kind of byte) begins. Fails when it is not heard in time."""
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            for moment, packet in list(self.heard):
                if packet == sound * len(packet):
                    return moment
            time.sleep(0.01)
        raise AssertionError(f"{sound!r} was not heard within {within_s} s")


@contextmanager
def dialled(sip_port: int, number: str, caller: str = "79161234567", name: str = "") -> Iterator[Caller]:
    """Dial `number`; the call is over at the end of the block."""
    made = Caller()
    with socket.socket(type=socket.SOCK_DGRAM) as sip, socket.socket(type=socket.SOCK_DGRAM) as rtp:
        for each in (sip, rtp):
            each.bind(("127.0.0.1", 0))
        sip.connect(("127.0.0.1", sip_port))
        sip.settimeout(10)
        dialog = _Dialog(sip, rtp.getsockname()[1], number, caller, name)
        made.status, media_port = dialog.invite()
        over = threading.Event()
        if made.status == 200:
            rtp.connect(("127.0.0.1", media_port))
            threading.Thread(target=_speak, args=(rtp, over), daemon=True).start()
            threading.Thread(target=_listen, args=(rtp, made, over), daemon=True).start()
            threading.Thread(target=dialog.wait_for_bye, args=(made.hung_up,), daemon=True).start()
        try:
            yield made
        finally:
            over.set()
            if made.status == 200 and not made.hung_up.is_set():
                dialog.bye()
                made.hung_up.wait(5)


class _Dialog:
    def __init__(self, sip: socket.socket, rtp_port: int, number: str, caller: str, name: str) -> None:
        self._sip, self._rtp_port, self._number = sip, rtp_port, number
        self._port = sip.getsockname()[1]
        self._from = f'"{name}" <sip:{caller}@127.0.0.1:{self._port}>;tag={secrets.token_hex(4)}'
        self._to = f"<sip:{number}@127.0.0.1>"
        self._id = secrets.token_hex(8)

    def invite(self) -> tuple[int, int]:
        """The final status, and the port that the line wants to be spoken to on."""
        sdp = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self._rtp_port} RTP/AVP 8 101\r\n"
            "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
        )
        branch = self._request("INVITE", 1, sdp)
        while True:
            answer = self._sip.recv(8192).decode()
            status = int(answer.split()[1])
            if status >= 200:
                break
        if found := re.search(r"^To: (.*)\r$", answer, re.MULTILINE):
            self._to = found[1]
        media = re.search(r"^m=audio (\d+)", answer, re.MULTILINE)
        self._request("ACK", 1, branch=None if status == 200 else branch)
        return status, int(media[1]) if media else 0

    def bye(self) -> None:
        with suppress(OSError):
            self._request("BYE", 2)

    def wait_for_bye(self, hung_up: threading.Event) -> None:
        """Until the line says BYE, or answers ours."""
        self._sip.settimeout(60)
        with suppress(OSError):
            while True:
                message = self._sip.recv(8192).decode()
                if message.startswith("BYE"):
                    headers = re.findall(r"^(?:Via|From|To|Call-ID|CSeq): .*\r\n", message, re.MULTILINE)
                    self._sip.send(f"SIP/2.0 200 OK\r\n{''.join(headers)}Content-Length: 0\r\n\r\n".encode())
                if message.startswith("BYE") or "BYE" in message.split("CSeq:", 1)[1].split("\r", 1)[0]:
                    return hung_up.set()

    def _request(self, method: str, number: int, sdp: str = "", branch: str | None = None) -> str:
        branch = branch or f"z9hG4bK{secrets.token_hex(8)}"
        self._sip.send(
            (
                f"{method} sip:{self._number}@127.0.0.1 SIP/2.0\r\n"
                f"Via: SIP/2.0/UDP 127.0.0.1:{self._port};branch={branch}\r\n"
                f"From: {self._from}\r\nTo: {self._to}\r\nCall-ID: {self._id}\r\nCSeq: {number} {method}\r\n"
                f"Contact: <sip:caller@127.0.0.1:{self._port}>\r\nMax-Forwards: 70\r\n"
                f"{'Content-Type: application/sdp' + chr(13) + chr(10) if sdp else ''}"
                f"Content-Length: {len(sdp)}\r\n\r\n{sdp}"
            ).encode()
        )
        return branch


def _speak(rtp: socket.socket, over: threading.Event) -> None:
    """Send silence, as a telephone does whose user listens."""
    number = 0
    while not over.wait(FRAME_S):
        header = b"\x80\x08" + number.to_bytes(2) + (number * 160).to_bytes(4) + b"line"
        with suppress(OSError):
            rtp.send(header + b"\xd5" * 160)
        number += 1


def _listen(rtp: socket.socket, caller: Caller, over: threading.Event) -> None:
    rtp.settimeout(0.5)
    while not over.is_set():
        with suppress(OSError):
            packet = rtp.recv(2048)
            caller.heard.append((time.monotonic(), packet[12:]))
