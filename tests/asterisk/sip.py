"""SIP messages, as far as a test telephone needs them (RFC 3261, RFC 4566)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

Headers = Sequence[tuple[str, str]]
COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, INFO, NOTIFY"


@dataclass(frozen=True)
class Message:
    """A request or a response that came."""

    start: str
    headers: Headers
    body: str

    @property
    def method(self) -> str:
        """The method of a request; empty in a response."""
        return "" if self.start.startswith("SIP/2.0") else self.start.split(" ", 1)[0]

    @property
    def status(self) -> int:
        """The status of a response; 0 in a request."""
        return int(self.start.split(" ", 2)[1]) if self.start.startswith("SIP/2.0") else 0

    @property
    def answers(self) -> str:
        """The method that a response belongs to."""
        return self["cseq"].split(" ")[-1]

    def __getitem__(self, name: str) -> str:
        """The first header of that name (in small letters), or an empty string."""
        return next((value for header, value in self.headers if header == name), "")

    def target(self) -> str:
        """The URI in `Contact`, to which the requests of the dialog go."""
        found = re.search(r"<([^>]+)>", self["contact"])
        return found[1] if found else self["contact"]

    def media(self) -> tuple[str, int] | None:
        """Where the other side wants to hear us: address and port of its SDP."""
        address = re.search(r"^c=IN IP[46] (\S+)", self.body, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", self.body, re.MULTILINE)
        return (address[1], int(port[1])) if address and port else None


def parse(data: bytes) -> Message:
    """The message in a datagram."""
    head, _, body = data.decode("utf-8", errors="replace").partition("\r\n\r\n")
    start, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    named = (line.partition(":") for line in lines)
    headers = [(COMPACT.get(n.strip().lower(), n.strip().lower()), v.strip()) for n, _, v in named]
    return Message(start, headers, body)


def write(start: str, headers: Headers, body: str = "") -> bytes:
    """A message as it goes over the wire."""
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append("Content-Type: application/sdp")
    return "\r\n".join([*lines, f"Content-Length: {len(body.encode())}", "", body]).encode()


def answer(request: Message, status: str, headers: Headers = (), body: str = "") -> bytes:
    """A response to `request`, with what of it must be given back."""
    echoed = [(n, v) for n, v in request.headers if n in ("via", "from", "to", "call-id", "cseq")]
    return write(f"SIP/2.0 {status}", [*echoed, *headers], body)


def offer(host: str, port: int) -> str:
    """SDP for A-law and keys (RFC 4733) at `port`."""
    return (
        f"v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\n"
        f"m=audio {port} RTP/AVP 8 101\r\n"
        "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"
        "a=ptime:20\r\na=sendrecv\r\n"
    )
