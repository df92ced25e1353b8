"""pyst2's methods over our wire, against bytes that Asterisk would send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asterisk.agi import AGIAppError, AGIDBError

from ivr.agi.protocol import BadCommand, BadPeer, Gone
from ivr.agi.wire import Wire
from ivr.dialogue import Hangup
from tests.wire.fake_asterisk import environment


class Said:
    """A stream that says `chunks` one by one, then `after`: silence, the end, or a broken connection."""

    def __init__(self, *chunks: bytes, after: Exception | bytes = b"") -> None:
        self.chunks, self.after = list(chunks), after
        self.written = b""

    def read(self, within_s: float) -> bytes:
        if self.chunks:
            return self.chunks.pop(0)
        if isinstance(self.after, Exception):
            raise self.after
        return self.after

    def write(self, data: bytes) -> None:
        self.written += data


def wire(*replies: bytes, after: Exception | bytes = b"") -> Wire:
    return Wire(Said(environment(), *replies, after=after))


def test_the_environment_tells_who_calls_and_what_is_called() -> None:
    call = wire()
    assert (call.env["agi_callerid"], call.path, call.id) == ("+79161234567", "line", "1795312345.17")


@pytest.mark.parametrize(
    ("opening", "path"),
    [
        (environment("menu?x=1"), "menu"),
        (environment(""), "line"),
        (environment(None), "line"),
        (environment(None, arg_1="nobody"), "nobody"),
    ],
)
def test_the_path_is_that_of_the_url_or_a_scripts_first_argument(opening: bytes, path: str) -> None:
    assert Wire(Said(opening)).path == path


METHODS: dict[str, tuple[Callable[[Wire], Any], bytes, Any, bytes]] = {
    "set_variable": (
        lambda w: w.set_variable("X", 'a"b'),
        b"200 result=1\n",
        None,
        rb'SET VARIABLE "X" "a\"b"',
    ),
    "set_variable, empty": (lambda w: w.set_variable("X", ""), b"200 result=1\n", None, b'SET VARIABLE "X" ""'),
    "get_variable": (lambda w: w.get_variable("X"), b"200 result=1 (a (b))\n", "a (b)", b'GET VARIABLE "X"'),
    "get_variable, unset": (lambda w: w.get_variable("X"), b"200 result=0\n", "", b'GET VARIABLE "X"'),
    "get_variable, hangup": (lambda w: w.get_variable("X"), b"200 result=1 (hangup)\n", "hangup", b""),
    "wait_for_digit": (lambda w: w.wait_for_digit(50), b"200 result=35\n", "#", b"WAIT FOR DIGIT 50"),
    "wait_for_digit, none": (lambda w: w.wait_for_digit(50), b"200 result=0\n", "", b""),
    "stream_file": (
        lambda w: w.stream_file("a b", [1, "#"]),
        b"200 result=49 endpos=8\n",
        "1",
        b'STREAM FILE "a b" "1#" 0',
    ),
    "get_data": (lambda w: w.get_data("x", 10, 4), b"200 result=12* (timeout)\n", "12*", b'GET DATA "x" 10 4'),
    "appexec": (lambda w: w.appexec("Queue", "a,t"), b"200 result=0\n", "0", b'EXEC "Queue" "a,t"'),
    "exec_command": (lambda w: w.exec_command("NoOp", 1, 2)["result"], b"200 result=0\n", ("0", ""), b""),
    "hangup": (lambda w: w.hangup(), b"200 result=1\n", None, b"HANGUP\n"),
    "channel_status": (lambda w: w.channel_status(), b"200 result=6\n", 6, b"CHANNEL STATUS\n"),
    "channel_status, none": (lambda w: w.channel_status("x"), b"200 result=-1\n", -1, b""),
    "database_get": (lambda w: w.database_get("a", "b"), b"200 result=1 (c)\n", "c", b'DATABASE GET "a" "b"\n'),
    "record_file": (lambda w: w.record_file("x"), b"200 result=0 (timeout) endpos=8\n", "", b'RECORD FILE "x"'),
    "say_digits": (lambda w: w.say_digits("12"), b"200 result=0\n", "", b'SAY DIGITS "12" ""'),
}


@pytest.mark.parametrize("name", METHODS)
def test_a_method_of_pyst2_sends_and_understands(name: str) -> None:
    method, reply, meant, written = METHODS[name]
    stream = Said(environment(), reply)
    assert method(Wire(stream)) == meant
    assert written.strip() in stream.written
    assert stream.written.count(b"\n") == 1


def test_minus_one_is_a_failure_and_not_a_key() -> None:
    with pytest.raises(AGIAppError):
        wire(b"200 result=-1 endpos=0\n").stream_file("x")
    with pytest.raises(AGIDBError):
        wire(b"200 result=0\n").database_get("a", "b")


@pytest.mark.parametrize(
    "said",
    [
        wire,
        lambda: wire(after=ConnectionResetError()),
        lambda: wire(b"HANGUP\n511 Command Not Permitted on a dead channel or intercept routine\n"),
        lambda: wire(b"200 result=-1 (hangup) endpos=8\n"),
        lambda: wire(b"200 res"),
    ],
)
def test_however_a_call_breaks_off_it_is_a_hangup(said: Callable[[], Wire]) -> None:
    with pytest.raises(Hangup) as caught:
        said().record_file("x")
    assert isinstance(caught.value, Gone)


def test_a_peer_that_leaves_before_it_told_who_calls_has_hung_up() -> None:
    with pytest.raises(Hangup):
        Wire(Said(b"agi_network: yes\nagi_net"))


def test_silence_where_a_reply_is_owed_is_the_peers_fault() -> None:
    with pytest.raises(BadPeer):
        wire(after=TimeoutError()).set_variable("X", "1")


def test_an_endless_drip_is_the_peers_fault() -> None:
    call = wire(after=b"100 Trying\n")
    with pytest.raises(BadPeer):
        call.command("NOOP", within_s=0.05)


def test_a_connection_that_breaks_while_we_write_is_a_hangup() -> None:
    class Broken(Said):
        def write(self, data: bytes) -> None:
            raise BrokenPipeError

    with pytest.raises(Hangup):
        Wire(Broken(environment())).set_variable("X", "1")


def test_a_command_that_asterisk_does_not_know_is_our_fault() -> None:
    with pytest.raises(BadCommand):
        wire(b"510 Invalid or unknown command\n").noop()
