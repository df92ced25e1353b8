"""Waiting for a person, on a real Asterisk: what the caller hears, the place, being called back, rating."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from account_core import Callbacks, CallbackStory, Ratings, open_database
from account_core.callback_tables import CallbackRow
from ivr.announcements import Announcement, Announcements
from ivr.hours.opening import Opening
from ivr.switch import start
from ivr.waiting.probes import sign_of_life, waiting_is_well
from tests.asterisk.house import Line, environment, open_line
from tests.asterisk.phone import PhoneCall
from tests.asterisk.switch import stop, until
from tests.asterisk.telephone import Telephone

CALLER, OTHER, QUICK = "+79160000001", "+79160000002", "+79160000003"
KNOWN = (CallbackRow.number, CallbackRow.state, CallbackRow.tries)
PEOPLE = """
[agents](+)
; Boris lets it ring. Curt answers and hangs up after two seconds.
exten => boris,1,Wait(120)
exten => curt,1,Answer()
 same => n,Wait(2)

[subscribers]
; Where the line calls back: a SIP telephone, a mailbox, and an end that answers and presses a key.
exten => 79160000001,1,Dial(PJSIP/phone02)
exten => 79160000003,1,Answer()
 same => n,Wait(2)
 same => n,SendDTMF(1)
 same => n,Wait(60)
exten => 79160000002,1,Answer()
 same => n,Wait(60)
"""


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_line(
        more={"extensions.conf": PEOPLE, "modules.conf": "load = app_senddtmf.so\n"},
        callback_dial="Local/{digits}@subscribers/n",
        callback_offer_s=0,
        callback_pause_s=2,
        first_key_s=2.0,
    ) as opened:
        yield opened


@pytest.fixture
def part(line: Line) -> Iterator[subprocess.Popen[bytes]]:
    with waiting(line) as process:
        yield process


@contextmanager
def waiting(line: Line) -> Iterator[subprocess.Popen[bytes]]:
    """The part `waiting`."""
    output = line.settings.var / "waiting.log"
    process = subprocess.Popen(
        [sys.executable, "-m", "ivr", "waiting"],
        env=environment(line.settings),
        stdin=subprocess.DEVNULL,
        stdout=output.open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        until(lambda: waiting_is_well(line.settings, 1), within_s=20, alive=process, output=output)
        yield process
    finally:
        stop(process)


@contextmanager
def on_duty(line: Line, agent: str) -> Iterator[None]:
    interface = f"Local/{agent}@agents/n"
    line.switch.act(Action="QueueAdd", Queue="support", Interface=interface)
    try:
        yield
    finally:
        line.switch.act(Action="QueueRemove", Queue="support", Interface=interface)
        line.switch.console("channel request hangup all")
        until(lambda: not channels(line).strip(), 15)


@contextmanager
def in_the_queue(line: Line, number: str) -> Iterator[PhoneCall]:
    with line.phone(number).call("0890") as call:
        call.wait_for(lambda: call.packets > 20)
        call.keys("0")
        until(lambda: number in line.switch.console("queue show support") or number in channels(line), 15)
        yield call


def channels(line: Line) -> str:
    return line.switch.console("core show channels concise")


def waiters(line: Line) -> int:
    return int(line.switch.console("queue show support").split(" has ")[1].split()[0])


def wish(line: Line) -> tuple[str, str, int]:
    """The last wish: number, state, tries."""
    database = open_database(line.settings.url())
    try:
        with database.reading() as connection:
            last = select(CallbackRow.number, CallbackRow.state, CallbackRow.tries).order_by(
                CallbackRow.id.desc()
            )
            return tuple(connection.execute(last.limit(1)).one())
    finally:
        database.close()


def ask(line: Line, number: str) -> None:
    """Somebody has asked to be called back."""
    database = open_database(line.settings.url())
    Callbacks(database).ask(number, CallbackStory(about="asked for a person"))
    database.close()


def test_a_caller_hears_the_place_and_the_wait_over_the_music_and_keeps_it(line: Line, part: object) -> None:
    with on_duty(line, "anna"), in_the_queue(line, "+79160000009"):
        until(lambda: "Local/anna@agents" in channels(line) and waiters(line) == 0, 20)
        with in_the_queue(line, CALLER) as first, in_the_queue(line, OTHER) as second:
            until(lambda: waiters(line) == 2, 20)
            line.hears(first, "queue/place", within_s=30, place=1, wait=3)
            line.hears(second, "queue/place", within_s=30, place=2, wait=6)
            line.hears(first, "queue/offer", within_s=20)
            assert waiters(line) == 2


def test_a_caller_who_presses_the_key_is_called_back_once_and_put_through(line: Line, part: object) -> None:
    with (
        Telephone(line.settings, "phone02") as telephone,
        on_duty(line, "anna"),
        in_the_queue(line, "+79160000009") as busy,
    ):
        until(lambda: "Local/anna@agents" in channels(line) and waiters(line) == 0, 20)
        with in_the_queue(line, CALLER) as call:
            until(lambda: waiters(line) == 1, 20)
            call.keys("1")
            line.hears(call, "callback/confirm", within_s=20, ending="0001")
            call.keys("1")
            line.hears(call, "callback/promised", within_s=20)
            call.wait_for_end(20)
        answered = telephone.rings()
        answered.answer()
        line.hears(answered, "callback/hello", within_s=20)
        line.hears(answered, "callback/ready", within_s=20)
        answered.keys("1")
        line.hears(answered, "handover", within_s=20)
        until(lambda: wish(line) == (CALLER, "talking", 1), 20)
        until(lambda: waiters(line) == 1, 20)
        busy.hang_up()
        until(lambda: wish(line) == (CALLER, "done", 1), 30)
        assert len(telephone.calls) == 1


def test_a_mailbox_is_not_put_through_and_a_restart_of_the_part_makes_no_second_call(line: Line) -> None:
    ask(line, OTHER)
    with on_duty(line, "anna"):
        with waiting(line):
            until(lambda: wish(line) == (OTHER, "calling", 1), 20)
            until(lambda: "79160000002@subscribers" in channels(line), 20)
        with waiting(line):
            until(lambda: wish(line) == (OTHER, "waiting", 1), 60)
            until(lambda: wish(line) == (OTHER, "calling", 2), 20)
            assert channels(line).count("Local/79160000002@subscribers") <= 2
    until(lambda: "subscribers" not in channels(line), 60)


def test_while_the_line_closes_nobody_is_called_back(line: Line, part: object) -> None:
    line.switch.console("dialplan set global CLOSING yes")
    ask(line, QUICK)
    with on_duty(line, "anna"):
        began = time.monotonic()
        until(lambda: wish(line) != (QUICK, "waiting", 0) or time.monotonic() - began > 4, 10)
        assert wish(line) == (QUICK, "waiting", 0)
        line.switch.console("dialplan set global CLOSING no")
        until(lambda: wish(line) == (QUICK, "calling", 1), 20)
        until(lambda: wish(line)[1] == "done", 60)


def test_a_reload_is_survived(line: Line) -> None:
    sign_of_life(line.settings).unlink(missing_ok=True)  # that of the part before
    with waiting(line) as part:
        part.send_signal(signal.SIGHUP)
        log = line.settings.var / "waiting.log"
        until(lambda: "are read anew" in log.read_text(), 10)
        assert part.poll() is None


def test_after_the_talk_a_key_rates_it(line: Line) -> None:
    began = dt.datetime.now(dt.UTC)
    with on_duty(line, "curt"), in_the_queue(line, "+79160000005") as call:
        line.hears(call, "rating/stars", within_s=30)
        call.keys("5")
        line.hears(call, "goodbye", within_s=15)
    database = open_database(line.settings.url())
    assert Ratings(database).counts(began) == {5: 1}
    database.close()


def test_out_of_hours_after_the_announcement_a_caller_may_ask_to_be_called_back() -> None:
    today = dt.datetime.now(ZoneInfo("Europe/Moscow")).date()
    tomorrow = today + dt.timedelta(1)
    hours = {"office_week": "mon-sun 8-20", "office_exceptions": f"{today} closed"}
    with open_line(**hours, callback_dial="PJSIP/{number}@none") as line:
        voice = line.sound("welcome") + line.sound("goodbye")
        Announcements(line.settings.var).announce(Announcement("Нет связи."), "ru", voice)
        with line.phone(CALLER).call("0890") as call:
            line.hears(call, "goodbye", within_s=20)  # as the end of what is announced
            call.keys("0")
            line.hears(call, "nobody/closed", within_s=20, when=Opening(1, tomorrow, 8))
            line.hears(call, "nobody/or-called", within_s=20)
            call.keys("3")
            line.hears(call, "callback/confirm", within_s=20, ending="0001")
            call.keys("1")
            line.hears(call, "callback/promised", within_s=20)
        assert wish(line) == (CALLER, "waiting", 0)


def test_a_wish_survives_the_end_of_asterisk_and_of_the_part(line: Line) -> None:
    """The last test here: nothing of the old Asterisk is left for others."""
    with line.phone("+79160000007").call("0890"):
        line.switch.console("queue add member Local/anna@agents/n to support")
        with waiting(line) as part:
            line.switch.process.kill()
            part.kill()
            part.wait()
    line.switch.process.wait()
    ask(line, QUICK)
    again = subprocess.Popen(
        start.command(line.settings, line.switch.asterisk), stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        with waiting(line):
            until(lambda: wish(line) == (QUICK, "done", 1), 60)
    finally:
        stop(again)
