"""The server of one process, called by a fake Asterisk on real sockets."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from ivr.agi.calls import Limits
from ivr.agi.server import Server, listen
from tests.wire.echo import Echo
from tests.wire.fake_asterisk import HANGUP, FakeAsterisk, environment

PATIENT = Limits(drain_s=5)
HASTY = Limits(drain_s=5, environment_s=0.3)


@contextmanager
def serving(limits: Limits = PATIENT) -> Iterator[tuple[int, Echo, Server]]:
    """An `Echo` on a free port, in this process."""
    listener, echo = listen("127.0.0.1", 0), Echo()
    port = listener.getsockname()[1]
    server = Server(listener, echo, limits)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield port, echo, server
    finally:
        server.stop()
        thread.join(10)
        assert not thread.is_alive()


def until(true: Callable[[], bool], within_s: float = 5.0) -> None:
    """Wait for `true()`; fail when it does not come."""
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.01)


def test_a_call_is_led_from_its_first_line_to_the_close() -> None:
    with serving() as (port, echo, _):
        asterisk = FakeAsterisk(["5"]).dial(port)
    assert asterisk.variables["ECHO"] == "5"
    assert asterisk.variables["IVR_NEXT"] == "goodbye"
    assert echo.diary == ["built", "called", "closed"]


def test_a_health_check_is_answered_without_the_application() -> None:
    with serving() as (port, echo, _):
        assert FakeAsterisk().dial(port, "health").variables == {"IVR_NEXT": "healthy"}
    assert "called" not in echo.diary


def test_a_path_that_nobody_serves_is_closed_at_once() -> None:
    with serving() as (port, echo, _):
        assert FakeAsterisk().dial(port, "../../etc/passwd").asked == []
    assert "called" not in echo.diary


def test_a_fault_of_the_application_ends_one_call_only(caplog: pytest.LogCaptureFixture) -> None:
    with serving() as (port, _, _), caplog.at_level(logging.INFO):
        assert FakeAsterisk().dial(port, "bad").asked == []
        assert FakeAsterisk(["1"]).dial(port).variables["ECHO"] == "1"
    assert "a fault of the application" in caplog.text


def test_callers_who_hang_up_leave_no_thread_behind_that_is_not_used_again() -> None:
    with serving() as (port, echo, _):
        before = threading.active_count()
        for calls in range(1, 11):
            FakeAsterisk([HANGUP]).dial(port)
            until(lambda calls=calls: echo.diary.count("called") == calls)
            time.sleep(0.02)
        assert threading.active_count() <= before + 2


def test_the_end_of_a_call_is_one_line_that_names_no_caller_and_no_key(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with serving() as (port, _, _), caplog.at_level(logging.DEBUG):
        FakeAsterisk(["8"]).dial(port, callerid="+79165551234", uniqueid="1.5\x1b[2J")
    lines = [r.getMessage() for r in caplog.records if r.getMessage().startswith("call ")]
    assert len(lines) == 1
    assert lines[0].startswith("call 1.5?[2J from *****34 at /line: done after 0.")
    assert "7916555" not in caplog.text
    assert "'8'" not in caplog.text


def test_one_call_too_many_is_closed_and_a_health_check_is_not() -> None:
    with serving(Limits(calls=3, drain_s=5)) as (port, echo, _):
        with ThreadPoolExecutor(3) as phones:
            talking = [phones.submit(FakeAsterisk(["1"], sound_s=1).dial, port) for _ in range(3)]
            until(lambda: echo.diary.count("called") == 3)
            assert FakeAsterisk().dial(port).asked == []
            assert FakeAsterisk().dial(port, "health").variables == {"IVR_NEXT": "healthy"}
        assert [t.result().variables["ECHO"] for t in talking] == ["1"] * 3
        assert FakeAsterisk(["2"]).dial(port).variables["ECHO"] == "2"


def test_two_hundred_calls_at_once_each_get_their_own_answer() -> None:
    with serving() as (port, _, _), ThreadPoolExecutor(200) as phones:
        keys = [str(n % 10) for n in range(200)]
        calls = [phones.submit(FakeAsterisk([key], sound_s=0.5).dial, port) for key in keys]
        assert [call.result().variables["ECHO"] for call in calls] == keys


def test_a_peer_that_says_nothing_is_closed() -> None:
    with serving(HASTY) as (port, _, _), socket.create_connection(("127.0.0.1", port), timeout=5) as silent:
        assert silent.recv(100) == b""


def test_a_peer_that_drips_its_environment_is_closed_in_the_same_time() -> None:
    with serving(HASTY) as (port, _, _), socket.create_connection(("127.0.0.1", port), timeout=5) as slow:
        began = time.monotonic()
        with pytest.raises(OSError):
            while time.monotonic() < began + 5:
                slow.sendall(b"a")
                time.sleep(0.05)
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 100_000, b"\x16\x03\x01\n"])
def test_a_peer_that_is_no_asterisk_is_closed(noise: bytes) -> None:
    with serving() as (port, _, _), socket.create_connection(("127.0.0.1", port), timeout=5) as stranger:
        stranger.sendall(noise)
        with suppress(ConnectionResetError):
            assert stranger.recv(100) == b""


def test_a_peer_that_resets_hurts_nobody() -> None:
    with serving() as (port, _, _):
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", port)) as rude:
                rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                rude.sendall(environment())
        assert FakeAsterisk(["1"]).dial(port).variables["ECHO"] == "1"


def test_a_stopping_server_lets_a_call_finish_and_takes_no_other() -> None:
    with serving() as (port, echo, server), ThreadPoolExecutor(1) as phone:
        talking = phone.submit(FakeAsterisk(["4"], sound_s=1).dial, port)
        until(lambda: "called" in echo.diary)
        server.stop()
        until(lambda: _refused(port))
        assert talking.result().variables["ECHO"] == "4"
    assert echo.diary[-1] == "closed"


def test_a_server_stopped_twice_cuts_its_calls_off() -> None:
    with serving() as (port, echo, server), ThreadPoolExecutor(1) as phone:
        talking = phone.submit(FakeAsterisk(["4"], sound_s=3).dial, port)
        until(lambda: "called" in echo.diary)
        began = time.monotonic()
        server.stop()
        server.stop()
        until(lambda: "closed" in echo.diary)
        assert time.monotonic() - began < 2
        assert "IVR_NEXT" not in talking.result().variables


def test_a_call_that_outlasts_the_drain_is_cut_off() -> None:
    with serving(Limits(drain_s=0.3)) as (port, echo, server), ThreadPoolExecutor(1) as phone:
        phone.submit(FakeAsterisk(["4"], sound_s=3).dial, port)
        until(lambda: "called" in echo.diary)
        server.stop()
        until(lambda: "closed" in echo.diary, within_s=2)


def test_a_reload_that_fails_leaves_the_line_as_it_was(caplog: pytest.LogCaptureFixture) -> None:
    class Fragile(Echo):
        def reload(self) -> None:
            super().reload()
            raise ValueError("the prompts cannot be read")

    listener, echo = listen("127.0.0.1", 0), Fragile()
    server = Server(listener, echo, Limits(drain_s=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    server.reload()
    until(lambda: "the prompts cannot be read" in caplog.text)
    assert FakeAsterisk(["1"]).dial(listener.getsockname()[1]).variables["ECHO"] == "1"
    server.stop()
    thread.join(5)


def test_a_port_that_is_taken_is_said() -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", taken.getsockname()[1])


def _refused(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return False
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # it came while the door was being closed
        return False
