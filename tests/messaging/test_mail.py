"""Mail through a real server of SMTP, and through ones that misbehave."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from account_core import Channel, Message, Refused, TryLater
from ivr.messaging.mail import MailServer, SmtpGateway
from tests.messaging.kannel import free_port
from tests.messaging.peers import answer, gone, peer, silent, trickle

USER, PASSWORD = "line", "a-password-of-mail"
TEXT = "Здравствуйте!\n\nДля договора запрошен новый пароль.\n.\nЗа точкой тоже есть текст.\n"


class Mailbox:
    """A server that keeps what it takes; `says` may answer otherwise to `RCPT` or to the letter itself."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.envelopes: list[Any] = []
        self.says: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 2.1.5 ok")

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.envelopes.append(envelope)
        return self.says.get("DATA", "250 2.0.0 queued as A1")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of localhost, and its key, in one file."""
    file = tmp_path_factory.mktemp("tls") / "localhost.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        *subject,
    ]
    subprocess.run([*made, "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True)
    with file.open("a") as both:
        both.write(Path(f"{file}.crt").read_text())
    return file


def let_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=False)


class Server(Controller):
    """aiosmtpd, with TLS and a login asked for."""

    def __init__(self, mailbox: Mailbox, tls: ssl.SSLContext) -> None:
        self._tls = tls
        super().__init__(mailbox, hostname="localhost", port=free_port())

    def factory(self) -> SMTP:
        return SMTP(
            self.handler,
            hostname="localhost",
            tls_context=self._tls,
            require_starttls=True,
            authenticator=let_in,
            auth_required=True,
        )


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox, certificate: Path) -> Iterator[Server]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    found = Server(mailbox, tls)
    found.start()
    yield found
    found.stop()


@pytest.fixture
def gateway(server: Server, certificate: Path) -> Callable[..., SmtpGateway]:
    """A gateway to the server; what the test does not say is in order."""

    def make(**differences: Any) -> SmtpGateway:
        trusting = ssl.create_default_context(cafile=f"{certificate}.crt")
        ordinary = {"sender": "line@example.org", "user": USER, "password": PASSWORD, "tls": trusting}
        return SmtpGateway(MailServer("localhost", server.port, **{**ordinary, **differences}))

    return make


def message(text: str = TEXT, to: str = "anna@example.org", subject: str = "Запрошен новый пароль") -> Message:
    return Message("0f" * 16, Channel.EMAIL, to, text, subject, 1)


def test_a_letter_arrives_as_it_was_written(gateway: Callable[..., SmtpGateway], mailbox: Mailbox) -> None:
    accepted = gateway().send(message())
    (letter,) = mailbox.letters
    assert (letter["From"], letter["To"]) == ("line@example.org", "anna@example.org")
    assert letter["Subject"] == "Запрошен новый пароль"
    assert letter.get_content().replace("\r\n", "\n") == TEXT
    assert accepted.gateway_id == letter["Message-ID"] == f"<{'0f' * 16}@example.org>"
    assert letter["Auto-Submitted"] == "auto-generated" and letter["Date"]
    assert (mailbox.envelopes[0].mail_from, mailbox.envelopes[0].rcpt_tos) == (
        "line@example.org",
        ["anna@example.org"],
    )


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("anna@example.org\r\nBcc: thief@example.org", "s"),
        ("anna@example.org, thief@example.org", "s"),
        ("anna@example.org> RCPT TO:<thief@example.org", "s"),
        ("Anna <anna@example.org>", "s"),
        ("anna", "s"),
        ("", "s"),
        ("анна@example.org", "s"),
        ("anna@example.org", "hello\r\nBcc: thief@example.org"),
        ("anna@example.org", "hello\nX: y"),
    ],
)
def test_no_address_and_no_subject_becomes_more_than_one_header(
    gateway: Callable[..., SmtpGateway], mailbox: Mailbox, to: str, subject: str
) -> None:
    with pytest.raises(Refused):
        gateway().send(message(to=to, subject=subject))
    assert mailbox.letters == []


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_no_for_now_is_tried_again_and_a_no_for_ever_is_not(
    gateway: Callable[..., SmtpGateway], mailbox: Mailbox, step: str
) -> None:
    mailbox.says = {step: f"451 4.7.1 come later, {TEXT[:5].encode()!r}"}
    with pytest.raises(TryLater, match=r"^the mail server answers 451 4\.7\.1$") as later:
        gateway().send(message())
    assert not later.value.perhaps_taken
    mailbox.says = {step: "550 5.1.1 nobody of that name"}
    with pytest.raises(Refused, match=r"^the mail server answers 550 5\.1\.1$"):
        gateway().send(message())


def test_a_login_that_is_refused_waits_for_somebody_to_mend_it(gateway: Callable[..., SmtpGateway]) -> None:
    with pytest.raises(TryLater, match="does not let us in: 535") as later:
        gateway(password="wrong").send(message())
    assert later.value.after_s >= 60


def test_nothing_is_said_to_a_server_with_a_certificate_of_its_own(
    gateway: Callable[..., SmtpGateway], mailbox: Mailbox
) -> None:
    with pytest.raises(TryLater, match="no TLS"):
        gateway(tls=ssl.create_default_context()).send(message())
    assert mailbox.letters == []


def test_a_server_without_tls_gets_no_login() -> None:
    said: list[bytes] = []

    def plain(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"220 hello\r\n")
        while line := connection.recv(1000):
            said.append(line)
            connection.sendall(b"250 AUTH PLAIN\r\n")

    with peer(plain, reads=False) as server, pytest.raises(TryLater):
        SmtpGateway(MailServer("127.0.0.1", server.port, "line@example.org", USER, PASSWORD)).send(message())
    assert all(line.lower().startswith((b"ehlo", b"quit")) for line in said)


@pytest.mark.parametrize(
    "behaviour",
    [
        silent,
        gone,
        answer("200 OK"),
        lambda connection, _: connection.sendall(b"421 4.3.2 not now\r\n"),
        trickle(b"220 " + b"x" * 200, every_s=0.02),
        trickle(b"220-more\r\n" * 30, every_s=0.01),
    ],
)
def test_a_server_that_does_not_come_to_the_point_is_left_in_time(behaviour: Any) -> None:
    began = time.monotonic()
    with peer(behaviour, reads=False) as server, pytest.raises(TryLater) as later:
        plain = MailServer("127.0.0.1", server.port, "line@example.org", starttls=False)
        SmtpGateway(plain, whole_s=0.5).send(message())
    assert not later.value.perhaps_taken
    assert time.monotonic() - began < 1.5


def test_silence_after_the_letter_means_perhaps_taken() -> None:
    def takes(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"220 hello\r\n")
        while line := connection.recv(1000):
            if line.endswith(b"\r\n.\r\n"):
                break
            connection.sendall(b"354 go on\r\n" if line.startswith(b"data") else b"250 ok\r\n")

    with peer(takes, reads=False) as server, pytest.raises(TryLater) as later:
        plain = MailServer("127.0.0.1", server.port, "line@example.org", starttls=False)
        SmtpGateway(plain, whole_s=2).send(message())
    assert later.value.perhaps_taken


def test_a_server_that_is_shown_in_a_trace_shows_no_password() -> None:
    assert PASSWORD not in repr(MailServer("localhost", 25, "line@example.org", USER, PASSWORD))
