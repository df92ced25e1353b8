"""Mail through the operator's mail server (SMTP)."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime

from account_core import Accepted, Message, Refused, TryLater

STEP_S = 10.0
"""Seconds for one answer of the server."""
WHOLE_S = 25.0
"""Seconds for one letter; the outbox's lease is 60 s."""
SETTINGS_S = 60.0
"""Seconds to leave a server alone that does not let us in: only a person can mend that."""
_DETAIL = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b")
"""An enhanced status code (RFC 3463). The words around it are not passed on: they might quote the letter."""


@dataclass(frozen=True)
class MailServer:
    """Where letters are handed in, and as whom."""

    host: str
    port: int
    sender: str
    """The address that letters come from."""
    user: str = ""
    """Empty: the server takes our letters without a login."""
    password: str = field(default="", repr=False)
    starttls: bool = True
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)


class SmtpGateway:
    """Letters through `server`, a connection for each."""

    name = "smtp"

    def __init__(self, server: MailServer, *, whole_s: float = WHOLE_S) -> None:
        self._server, self._whole_s = server, whole_s

    def send(self, message: Message) -> Accepted:
        """See `Gateway.send`."""
        letter = _letter(message, self._server.sender)
        handed_in = False
        try:
            with _session(self._server, self._whole_s) as smtp:
                _understood(*smtp.mail(self._server.sender))
                _understood(*smtp.rcpt(message.to))
                handed_in = True
                _understood(*smtp.data(letter.as_bytes()))
        except smtplib.SMTPResponseException as told:
            _understood(told.smtp_code, told.smtp_error)
            raise TryLater("the mail server answers in a way of its own") from None
        except (OSError, smtplib.SMTPException) as broken:
            why = f"the mail server broke off: {type(broken).__name__}"
            raise TryLater(why, perhaps_taken=handed_in) from None
        return Accepted(gateway_id=letter["Message-ID"])


def _letter(message: Message, sender: str) -> EmailMessage:
    """The letter. Raises `Refused` where an address or the subject would be more than one header."""
    letter = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    try:
        letter["From"] = Address(addr_spec=sender)
        letter["To"] = Address(addr_spec=message.to)
        letter["Subject"] = message.subject or ""
        letter["Date"] = localtime()
        # The same at every try, so that a letter sent twice can be seen to be one.
        letter["Message-ID"] = f"<{message.key}@{Address(addr_spec=sender).domain}>"
        letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no answering machine answers it
        letter.set_content(message.text)
        letter.as_bytes()
    except (ValueError, IndexError, MessageError) as wrong:
        raise Refused(f"not to be written as a letter: {type(wrong).__name__}") from None
    if not message.to.isascii():
        raise Refused("an address with letters beyond ASCII")
    return letter


class _Session(smtplib.SMTP):
    """A session with a mail server, broken off after `whole_s` seconds, however slowly it goes on talking."""

    def __init__(self, server: MailServer, whole_s: float) -> None:
        self._alarm = threading.Timer(whole_s, self._break_off)
        self._alarm.start()
        try:
            super().__init__(server.host, server.port, timeout=min(STEP_S, whole_s))
        except BaseException:
            self._alarm.cancel()
            raise

    def close(self) -> None:
        self._alarm.cancel()
        super().close()

    def _break_off(self) -> None:
        if self.sock:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def _session(server: MailServer, whole_s: float) -> Iterator[smtplib.SMTP]:
    smtp = _let_in(server, whole_s)
    try:
        yield smtp
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
    finally:
        smtp.close()


def _let_in(server: MailServer, whole_s: float) -> smtplib.SMTP:
    try:
        smtp = _Session(server, whole_s)
        try:
            _introduce(smtp, server)
        except BaseException:
            smtp.close()
            raise
        return smtp
    except smtplib.SMTPResponseException as told:
        raise TryLater(f"the mail server does not let us in: {told.smtp_code}", after_s=SETTINGS_S) from None
    except ssl.SSLError as wrong:
        raise TryLater(f"no TLS with the mail server: {wrong.reason}", after_s=SETTINGS_S) from None
    except (OSError, smtplib.SMTPException) as away:
        raise TryLater(f"the mail server cannot be reached: {type(away).__name__}") from None


def _introduce(smtp: smtplib.SMTP, server: MailServer) -> None:
    if server.starttls:
        smtp.starttls(context=server.tls)
    if server.user:
        smtp.login(server.user, server.password)
    smtp.ehlo_or_helo_if_needed()


def _understood(code: int, said: bytes | str) -> None:
    """Go on after an answer of the server that is a yes. Raises `TryLater` or `Refused`."""
    detail = _DETAIL.match(said.decode(errors="replace") if isinstance(said, bytes) else said)
    reason = f"the mail server answers {code} {detail[0] if detail else ''}".rstrip()
    if 500 <= code < 600:
        raise Refused(reason)
    if not 200 <= code < 300:
        raise TryLater(reason)
