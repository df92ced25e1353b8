"""The SIP side of one call that a test telephone makes. All of it runs in the thread of the exchange."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress

from tests.asterisk.exchange import exchange
from tests.asterisk.sip import ALLOW, Headers, Message, answer, offer, parse, write

HOST = "127.0.0.1"
REPEAT_S = 0.5
"""Seconds to the first repeat of a request; each next takes twice as long (RFC 3261, T1)."""
REPEATS = 4
"""Repeats after which the line counts as gone."""
ANSWERED_AT_ONCE = ("OPTIONS", "UPDATE", "INFO", "NOTIFY")


class Dialog:
    """`state` is `calling`, `ringing`, `talking` or `over`; `reason` says why it is over."""

    def __init__(
        self,
        sip_port: int,
        number: str,
        caller: str,
        name: str,
        voice_port: int,
        to_voice: Callable[[str, int], None],
        more: Headers = (),
    ) -> None:
        self.state, self.reason = "calling", ""
        self.answered_at = self.ended_at = 0.0
        self.ended_by_line = self._taken_back = False
        self.unanswered: dict[str, bytes] = {}
        """Requests of ours that no response has come to, by their branch."""
        self._voice_port, self._to_voice, self._more = voice_port, to_voice, more
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((HOST, 0))
        self._socket.connect((HOST, sip_port))
        self._port = self._socket.getsockname()[1]
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        self._from = f'"{escaped}" <sip:{caller}@{HOST}>;tag={secrets.token_hex(4)}'
        self._to, self._target = f"<sip:{number}@{HOST}>", f"sip:{number}@{HOST}:{sip_port}"
        self._contact = ("Contact", f"<sip:{caller}@{HOST}:{self._port}>")
        self._id = secrets.token_hex(8)
        self._branch = _branch()
        exchange().listen(self._socket, self._read)
        self._request("INVITE", 1, self._branch, offer(HOST, voice_port))

    def hang_up(self) -> None:
        """Say BYE, or CANCEL before the answer."""
        if self.state == "talking":
            self._request("BYE", 2, _branch())
            self._end("hung up by the caller")
        elif self.state != "over":
            self._taken_back = True
            self._request("CANCEL", 1, self._branch)

    def put_away(self) -> None:
        """Close the socket."""
        exchange().forget(self._socket)

    def _request(self, method: str, number: int, branch: str, body: str = "") -> None:
        data = self._written(method, number, branch, body)
        self.unanswered[branch] = data
        self._repeat(branch, REPEAT_S, REPEATS)

    def _repeat(self, branch: str, after_s: float, times: int) -> None:
        if branch not in self.unanswered:
            return
        if not times:
            del self.unanswered[branch]
            self._end("the line does not answer")
            return
        self._send(self.unanswered[branch])
        exchange().later(time.monotonic() + after_s, lambda _: self._repeat(branch, after_s * 2, times - 1))

    def _written(self, method: str, number: int, branch: str, body: str = "") -> bytes:
        headers = [
            ("Via", f"SIP/2.0/UDP {HOST}:{self._port};branch={branch}"),
            ("Max-Forwards", "70"),
            *(("From", self._from), ("To", self._to), ("Call-ID", self._id)),
            ("CSeq", f"{number} {method}"),
            *(self._contact, ("Allow", ALLOW), ("User-Agent", "test telephone")),
            *(self._more if method == "INVITE" else ()),
        ]
        return write(f"{method} {self._target} SIP/2.0", headers, body)

    def _send(self, data: bytes) -> None:
        with suppress(OSError):  # nobody listens there (any more): the repeats will find out
            self._socket.send(data)

    def _read(self) -> None:
        while True:
            try:
                message = parse(self._socket.recv(65536))
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue
            if message.status:
                self._take_response(message)
            else:
                self._take_request(message)

    def _take_response(self, response: Message) -> None:
        self.unanswered.pop(response["via"].partition("branch=")[2].partition(";")[0], None)
        if response.answers == "INVITE":
            self._take_answer(response)

    def _take_answer(self, response: Message) -> None:
        if response.status < 200:
            self.state = "ringing" if self.state == "calling" else self.state
            return
        self._to = response["to"]
        if response.status >= 300:
            self._send(self._written("ACK", 1, self._branch))
            self._end(response.start.removeprefix("SIP/2.0 "))
            return
        self._target = response.target()
        self._send(self._written("ACK", 1, _branch()))
        if self.state in ("calling", "ringing"):
            self.state, self.answered_at = "talking", time.monotonic()
            self._hear_where(response)
            if self._taken_back:
                self.hang_up()

    def _take_request(self, request: Message) -> None:
        match request.method:
            case "BYE":
                self._send(answer(request, "200 OK"))
                self.ended_by_line = self.state != "over"
                self._end(request["reason"] or "BYE")
            case "INVITE":
                self._send(answer(request, "200 OK", [self._contact], offer(HOST, self._voice_port)))
                self._hear_where(request)
            case "ACK":
                pass
            case method if method in ANSWERED_AT_ONCE:
                self._send(answer(request, "200 OK", [self._contact, ("Allow", ALLOW)]))
            case _:
                self._send(answer(request, "405 Method Not Allowed", [("Allow", ALLOW)]))

    def _hear_where(self, message: Message) -> None:
        if where := message.media():
            self._to_voice(*where)

    def _end(self, reason: str) -> None:
        if self.state != "over":
            self.state, self.reason, self.ended_at = "over", reason, time.monotonic()


def _branch() -> str:
    return "z9hG4bK" + secrets.token_hex(8)
