"""A forgotten password, from the first key on a real line to the SMS at the operator's end and the sign-in."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from ivr.messaging.probes import endpoint_is_well, sender_is_well
from tests.asterisk.house import Line, environment, open_line
from tests.asterisk.switch import stop, until
from tests.company import LAST4, OWN, OWN_MOBILE, SECRET
from tests.messaging import kannel as real
from tests.messaging.kannel import Kannel, free_port

STRANGER = "+74959990000"
PERMANENT = "Sunny7River4Bank"


@pytest.fixture
def house() -> Iterator[tuple[Line, Kannel]]:
    """A line whose messages go through a real Kannel to the operator's end."""
    ways = {
        "sms_gateway": "kannel",
        "kannel_url": f"http://127.0.0.1:{free_port()}/cgi-bin/sendsms",
        "kannel_admin_port": free_port(),
        "kannel_box_port": free_port(),
        "gateway_port": free_port(),
    }
    with open_line(**ways) as line:
        shared = {**ways, "var": line.settings.var, "secret_key": SECRET}
        with real.running(**shared) as kannel, part(line, "send"), part(line, "gateway"):
            until(lambda: sender_is_well(line.settings, 1), 10)
            until(lambda: endpoint_is_well(line.settings, 1), 10)
            yield line, kannel


@contextmanager
def part(line: Line, command: str) -> Iterator[None]:
    """`ivr <command>` beside the line."""
    with (line.settings.var / f"{command}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ivr", command], env=environment(line.settings), stdout=log, stderr=log
        )
    try:
        yield
    finally:
        stop(process)


def ivr(line: Line, *command: str, typed: str = "") -> tuple[int, str]:
    """What a command answers to what is typed, and its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "ivr", *command],
        env=environment(line.settings),
        input=typed,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.returncode, done.stdout + done.stderr


def password_in(text: str) -> str:
    [found] = re.findall(r"\b[A-Za-z2-9]{10}\b", text)
    return found


def test_a_forgotten_password(house: tuple[Line, Kannel]) -> None:
    line, kannel = house
    with line.phone(OWN_MOBILE).call("0890") as call:
        line.hears(call, "main-menu")
        call.keys("2")
        line.hears(call, "password/offer", ending=OWN[-4:])
        call.keys("1")
        line.hears(call, "password/confirm", ending=OWN_MOBILE[-4:])
        call.keys("1")
        line.hears(call, "password/sent", valid=48)
        [sms] = kannel.operator.received(1)
        until(lambda: "delivered" in ivr(line, "messages")[1], within_s=10)
        call.keys("1")
        line.hears(call, "password/delivered", within_s=15)
    assert sms.to.lstrip("+") == OWN_MOBILE.lstrip("+")
    first = password_in(sms.text)

    code, said = ivr(line, "account", "sign-in", OWN, typed=f"{first}\n{PERMANENT}\n{PERMANENT}\n")
    assert code == 0, said
    assert ivr(line, "account", "sign-in", OWN_MOBILE, typed=f"{PERMANENT}\n")[0] == 0
    for _ in range(3):
        assert ivr(line, "account", "sign-in", OWN, typed="Wrong7Password\n")[0] == 1
    assert ivr(line, "account", "sign-in", OWN, typed=f"{PERMANENT}\n")[0] == 1, "the account is locked"

    with line.phone(STRANGER).call("0890") as call:
        line.hears(call, "main-menu")
        call.keys("2" + OWN)
        line.hears(call, "password/passport")
        call.keys("0000")
        line.hears(call, "password/refused")
        call.keys(LAST4, at=call.answered_at + line.hears(call, "password/passport").at_s + 3)
        line.hears(call, "password/confirm", ending=OWN_MOBILE[-4:])
        call.keys("1")
        line.hears(call, "password/sent", valid=48)
    second = password_in(kannel.operator.received(2)[1].text)
    code, said = ivr(line, "account", "sign-in", OWN, typed=f"{second}\n{PERMANENT}2\n{PERMANENT}2\n")
    assert code == 0, said

    code, story = ivr(line, "audit", OWN)
    assert code == 0
    for told in (
        "new password asked for",
        "not verified",
        "verified",
        "sent to the mobile on file",
        "delivered",
    ):
        assert told in story, story
    logs = "".join(file.read_text(errors="replace") for file in line.settings.var.rglob("*.log"))
    for secret in (first, second, PERMANENT, LAST4):
        assert secret not in story
        assert secret not in logs
    assert LAST4 not in " ".join(line.record(STRANGER).path)
