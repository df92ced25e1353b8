"""A telephone that is called: it registers at a seat, rings, and is answered, declined or left ringing.

with Telephone(switch.settings, "phone01") as anna:
    ringing = anna.rings()
    ringing.answer()
    ringing.keys("1")
    ringing.wait_for(lambda: ear.names(ringing.heard()) == [...])
"""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import time
from contextlib import suppress

from ivr.settings import Settings
from ivr.switch.seats import seat_secret
from tests.asterisk.dialog import ANSWERED_AT_ONCE, HOST
from tests.asterisk.exchange import exchange
from tests.asterisk.media import Media, Press
from tests.asterisk.phone import PhoneCall
from tests.asterisk.sip import ALLOW, Message, answer, offer, parse, write
from tests.asterisk.switch import until


class Telephone:
    """The SIP telephone of a seat, registered for as long as the block lasts."""

    def __init__(self, settings: Settings, seat: str, *, busy: bool = False) -> None:
        self.seat, self.busy = seat, busy
        self.calls: list[Ringing] = []
        """Every call that came, in order."""
        self._line = (HOST, settings.sip_port)
        self._secret = seat_secret(settings, seat)
        self.vanished = False
        self._registered, self._cseq, self._id = 0, 0, secrets.token_hex(8)
        self._socket = socket.socket(type=socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._socket.bind((HOST, 0))
        self.port: int = self._socket.getsockname()[1]
        self._dialogs: dict[str, Incoming] = {}
        self._taken = 0

    def __enter__(self) -> Telephone:
        exchange().do(lambda: exchange().listen(self._socket, self._read))
        self.register()
        return self

    def __exit__(self, *_: object) -> None:
        self.vanished = False  # whoever comes back says goodbye
        for call in self.calls:
            if call.state != "over":
                call.hang_up()
        self.register(0)
        for call in self.calls:
            exchange().do(call.put_away)
        exchange().do(lambda: exchange().forget(self._socket))

    def register(self, expires_s: int = 300) -> None:
        """Tell the line where we are; with 0, that we are gone. Fails when it does not let us."""
        self._registered = 0
        exchange().do(lambda: self._register(expires_s))
        until(lambda: self._registered != 0, within_s=10)
        assert self._registered == 200, f"{self.seat} was not let in: {self._registered}"

    def vanish(self) -> None:
        """As if the power was cut: nothing is answered any more, no packet is sent."""
        self.vanished = True
        for call in self.calls:
            exchange().do(call.fall_silent)

    def rings(self, within_s: float = 15.0) -> Ringing:
        """The next call that comes."""
        until(lambda: len(self.calls) > self._taken, within_s)
        self._taken += 1
        return self.calls[self._taken - 1]

    def send(self, data: bytes) -> None:
        with suppress(OSError):  # nobody listens there (any more)
            self._socket.sendto(data, self._line)

    def contact(self) -> tuple[str, str]:
        return "Contact", f"<sip:{self.seat}@{HOST}:{self.port}>"

    def _register(self, expires_s: int, proof: str = "") -> None:
        self._cseq += 1
        me, here = (
            f"<sip:{self.seat}@{HOST}>",
            _via(self.port),
        )
        headers = [
            *(("Via", here), ("Max-Forwards", "70"), ("From", f"{me};tag={self._id}"), ("To", me)),
            *(("Call-ID", self._id), ("CSeq", f"{self._cseq} REGISTER"), self.contact()),
            ("Expires", str(expires_s)),
        ]
        self._expires_s = expires_s
        proven = [("Authorization", proof)] if proof else []
        self.send(write(f"REGISTER sip:{HOST} SIP/2.0", [*headers, *proven]))

    def _read(self) -> None:
        while True:
            try:
                message = parse(self._socket.recv(65536))
            except BlockingIOError:
                return
            except ConnectionRefusedError:
                continue
            if self.vanished:
                continue
            if message.answers == "REGISTER":
                self._take_registration(message)
            elif dialog := self._dialogs.get(message["call-id"]):
                dialog.take(message)
            elif message.method == "INVITE":
                self._ring(message)
            elif message.method in ANSWERED_AT_ONCE:
                self.send(answer(message, "200 OK", [self.contact(), ("Allow", ALLOW)]))

    def _take_registration(self, response: Message) -> None:
        if response.status == 401 and self._registered == 0:
            self._register(self._expires_s, self._proof(response["www-authenticate"]))
        else:
            self._registered = response.status

    def _proof(self, challenge: str) -> str:
        """RFC 2617, MD5 with qop=auth."""
        asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
        uri, cnonce = f"sip:{HOST}", secrets.token_hex(8)
        one = _md5(f"{self.seat}:{asked['realm']}:{self._secret}")
        two = _md5(f"REGISTER:{uri}")
        proof = _md5(f"{one}:{asked['nonce']}:00000001:{cnonce}:auth:{two}")
        opaque = f', opaque="{asked["opaque"]}"' if "opaque" in asked else ""
        return (
            f'Digest username="{self.seat}", realm="{asked["realm"]}", nonce="{asked["nonce"]}", uri="{uri}", '
            f'response="{proof}", algorithm=MD5, qop=auth, nc=00000001, cnonce="{cnonce}"{opaque}'
        )

    def _ring(self, invite: Message) -> None:
        if self.busy:
            self.send(answer(invite, "486 Busy Here"))
            return
        call = Ringing(self, invite)
        self._dialogs[invite["call-id"]] = call.dialog
        self.calls.append(call)


class Ringing(PhoneCall):
    """A call that came to a telephone. `heard()` begins with the answer."""

    def __init__(self, telephone: Telephone, invite: Message) -> None:
        self.media = Media(HOST)
        self._over = False
        exchange().listen(self.media.socket, self.media.receive)
        self.dialog = self._dialog = Incoming(telephone, invite, self.media)
        self._tick(time.monotonic())

    def answer(self, holding: str = "") -> None:
        """Pick up, with the key `holding` pressed down: it goes on for 0.3 s."""
        exchange().do(
            lambda: (self.dialog.answer(), self.media.press([Press(key, 15, 0, 0.0) for key in holding]))
        )
        self.wait_for(lambda: self.state != "ringing")

    def decline(self, status: str = "603 Decline") -> None:
        """Do not want the call."""
        exchange().do(lambda: self.dialog.refuse(status))

    def fall_silent(self) -> None:
        """Send no more voice and answer nothing."""
        self._over = True
        self.dialog.dead = True

    def put_away(self) -> None:
        """Close the socket of the voice."""
        self._over = True
        exchange().forget(self.media.socket)


class Incoming:
    """The SIP side of a call that came. All of it runs in the thread of the exchange."""

    def __init__(self, telephone: Telephone, invite: Message, media: Media) -> None:
        self.state, self.reason = "ringing", ""
        self.answered_at = self.ended_at = 0.0
        self.ended_by_line = self.dead = False
        self.unanswered: dict[str, bytes] = {}
        self._telephone, self.invite, self._media = telephone, invite, media
        self._tag, self._last = f";tag={secrets.token_hex(4)}", b""
        self._cseq = 0
        self._respond(self.invite, "180 Ringing")

    def answer(self) -> None:
        """200 OK."""
        if self.state == "ringing":
            self._respond(self.invite, "200 OK", offer(HOST, self._media.port))
            self.state, self.answered_at = "talking", time.monotonic()
            self._hear_where(self.invite)

    def refuse(self, status: str) -> None:
        """A final response that is no answer."""
        if self.state == "ringing":
            self._respond(self.invite, status)
            self._end(status)

    def hang_up(self) -> None:
        """BYE, or a refusal before the answer."""
        if self.dead:
            self._end("vanished")
        elif self.state == "ringing":
            self.refuse("480 Temporarily Unavailable")
        elif self.state == "talking":
            self._bye()
            self._end("hung up by the agent")

    def take(self, message: Message) -> None:
        """What comes in this dialog."""
        if self.dead or message.status:
            return
        match message.method:
            case "INVITE" if message["cseq"] == self.invite["cseq"]:
                self._telephone.send(self._last)
            case "INVITE":
                self._respond(message, "200 OK", offer(HOST, self._media.port))
                self._hear_where(message)
            case "CANCEL":
                self._respond(message, "200 OK")
                self._respond(self.invite, "487 Request Terminated")
                self.ended_by_line = True
                self._end("taken back")
            case "BYE":
                self._respond(message, "200 OK")
                self.ended_by_line = self.state != "over"
                self._end(message["reason"] or "BYE")
            case "ACK":
                pass
            case _:
                self._respond(message, "200 OK")

    def _respond(self, request: Message, status: str, body: str = "") -> None:
        headers = [(n, v + self._tag if n == "to" and "tag=" not in v else v) for n, v in request.headers]
        tagged = Message(request.start, headers, request.body)
        data = answer(tagged, status, [self._telephone.contact(), ("Allow", ALLOW)], body)
        if request is self.invite:
            self._last = data
        self._telephone.send(data)

    def _bye(self) -> None:
        self._cseq += 1
        headers = [
            ("Via", _via(self._telephone.port)),
            ("Max-Forwards", "70"),
            ("From", self.invite["to"] + self._tag),
            ("To", self.invite["from"]),
            ("Call-ID", self.invite["call-id"]),
            ("CSeq", f"{self._cseq} BYE"),
        ]
        self._telephone.send(write(f"BYE {self.invite.target()} SIP/2.0", headers))

    def _hear_where(self, message: Message) -> None:
        if where := message.media():
            self._media.send_to(*where)

    def _end(self, reason: str) -> None:
        if self.state != "over":
            self.state, self.reason, self.ended_at = "over", reason, time.monotonic()


def _via(port: int) -> str:
    return f"SIP/2.0/UDP {HOST}:{port};branch=z9hG4bK{secrets.token_hex(8)}"


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
