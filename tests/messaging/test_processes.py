"""`ivr send`, `ivr gateway` and `ivr kannel` as the operator and the supervisor run them."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from account_core import Channel, Letter, State
from ivr.cli import main
from ivr.core import Core, open_core
from ivr.messaging.probes import endpoint_is_well, sender_is_well
from ivr.settings import Settings, load
from tests.messaging.kannel import free_port, until
from tests.messaging.peers import answer, peer

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def settings(tmp_path: Path, ready_sqlite: Path) -> Settings:
    shutil.copy(ready_sqlite, tmp_path / "accounts.db")
    return load(var=tmp_path, gateway_port=free_port())


@pytest.fixture
def core(settings: Settings) -> Iterator[Core]:
    found = open_core(settings)
    yield found
    found.database.close()


@pytest.fixture
def start(settings: Settings) -> Iterator[Start]:
    """Starts `ivr <command>` with the settings of the test and those that are named."""
    running: list[subprocess.Popen[str]] = []

    def run(command: str, **more: object) -> subprocess.Popen[str]:
        named = {"var": settings.var, "gateway_port": settings.gateway_port, **more}
        environment = os.environ | {f"IVR_{name.upper()}": str(value) for name, value in named.items()}
        words = [sys.executable, "-m", "ivr", command]
        program = subprocess.Popen(
            words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        running.append(program)
        return program

    yield run
    for program in running:
        program.kill()
        program.wait()


def ivr(settings: Settings, command: str, **more: object) -> tuple[int, str]:
    """Exit code and output of `ivr <command>`, run here to its end."""
    done = CliRunner().invoke(main, [command], env=environment(settings, more))
    return done.exit_code, done.output


def environment(settings: Settings, more: dict[str, object]) -> dict[str, str]:
    named = {"var": settings.var, "gateway_port": settings.gateway_port, **more}
    return {f"IVR_{name.upper()}": str(value) for name, value in named.items()}


def put(core: Core, text: str = "Ab3dEfGh9k") -> None:
    letter = Letter(Channel.SMS, "+79161234567", text, "test", secret=True)
    with core.database.writing() as connection:
        core.outbox.put(connection, letter)


def states(core: Core) -> list[State]:
    return [told.state for told in core.desk.recent(100)]


def test_a_sender_that_is_told_to_stop_finishes_the_message_in_its_hands(core: Core, start: Start) -> None:
    asked, go_on = threading.Event(), threading.Event()

    def slow(connection: socket.socket, request: bytes) -> None:
        asked.set()
        go_on.wait(10)
        answer("202 Accepted", "0: Accepted for delivery")(connection, request)

    put(core)
    with peer(slow) as kannel:
        sender = start("send", sms_gateway="kannel", kannel_url=kannel.url)
        assert asked.wait(20)
        put(core, "not begun")
        sender.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert sender.poll() is None
        go_on.set()
        assert sender.wait(10) == 0
    assert states(core) == [State.QUEUED, State.SENT]
    assert "Ab3dEfGh9k" not in sender.communicate()[0]


def test_two_senders_at_once_send_each_message_once(core: Core, start: Start) -> None:
    for n in range(30):
        put(core, f"message {n}")
    with peer(answer("202 Accepted", "0: Accepted for delivery")) as kannel:
        for _ in range(2):
            start("send", sms_gateway="kannel", kannel_url=kannel.url)
        until(lambda: set(states(core)) == {State.SENT}, 30)
        sent = sorted(request.partition(b"\r\n\r\n")[2] for request in kannel.asked)
    assert sent == sorted(f"message {n}".encode() for n in range(30))


def test_the_supervisor_sees_whether_they_live(settings: Settings, start: Start) -> None:
    def both(well: bool) -> Callable[[], bool]:
        return lambda: (sender_is_well(settings, 1), endpoint_is_well(settings, 0.3)) == (well, well)

    programs = [start("send"), start("gateway")]
    until(both(True), 20)
    for happens, well in ((signal.SIGSTOP, False), (signal.SIGCONT, True), (signal.SIGTERM, False)):
        for program in programs:
            program.send_signal(happens)
        until(both(well), 20)
    assert [program.wait(10) for program in programs] == [0, 0]


@pytest.mark.parametrize(
    ("command", "wrong", "told"),
    [
        ("send", {"smtp_host": "mail.example.org"}, "IVR_SMTP_FROM: a mail server needs an address"),
        ("send", {"sms_gateway": "pigeon"}, "IVR_SMS_GATEWAY"),
        (
            "send",
            {"sms_gateway": "kannel", "kannel_password": "short"},
            "IVR_KANNEL_PASSWORD: 8 to 128 letters",
        ),
        ("send", {"sms_gateway": "kannel", "kannel_password": "with spaces in it"}, "IVR_KANNEL_PASSWORD"),
        ("send", {"sms_gateway": "kannel", "kannel_url": "kannel"}, "IVR_KANNEL_URL"),
        ("gateway", {"gateway_secret": "short"}, "IVR_GATEWAY_SECRET: 32 to 128 letters"),
        ("gateway", {"secret_key": "short"}, "the secret key needs 32"),
        ("kannel", {"gateway_url": "http://h/path"}, "IVR_GATEWAY_URL"),
    ],
)
def test_settings_that_cannot_be_are_one_line_and_exit_code_2(
    settings: Settings, command: str, wrong: dict[str, str], told: str
) -> None:
    code, said = ivr(settings, command, **wrong)
    assert code == 2
    assert told in said and len(said.strip().splitlines()) == 1
    assert not any(value in said for name, value in wrong.items() if "password" in name)


def test_a_port_that_is_taken_is_one_line_and_exit_code_2(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.gateway_port)):
        code, said = ivr(settings, "gateway")
    assert code == 2
    assert f"IVR_GATEWAY_PORT: cannot listen on 127.0.0.1:{settings.gateway_port}" in said


def test_the_configuration_of_kannel_is_for_its_owner_alone(settings: Settings) -> None:
    code, said = ivr(settings, "kannel", gateway_secret="s" * 32)
    folder = settings.var / "kannel"
    assert code == 0
    assert f"bearerbox -v 2 {folder / 'kannel.conf'}" in said and "s" * 32 not in said
    assert [file.stat().st_mode & 0o777 for file in sorted(folder.glob("*.conf"))] == [0o600, 0o600]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert f'name = "{"s" * 32}"' in (folder / "kannel.conf").read_text()
    (folder / "smsc.conf").write_text("the operator's own\n")
    ivr(settings, "kannel")
    assert (folder / "smsc.conf").read_text() == "the operator's own\n"
