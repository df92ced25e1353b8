"""What Asterisk's lines mean: byte by byte, and whatever else may come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.agi.protocol import BadCommand, BadPeer, Gone, Reader, Reply, State, argument, command
from tests.wire.fake_asterisk import environment, parse_args

SPOKEN = 'results=1 score0=95 text0="a b" grammar0=c'
REPLIES = {
    b"200 result=0\n": Reply("0"),
    b"200 result=1\r\n": Reply("1"),
    b"200 result=49 endpos=1234\n": Reply("49", None, 1234),
    b"200 result=-1 endpos=0\n": Reply("-1", None, 0),
    b"200 result= (timeout)\n": Reply("", "timeout"),
    b"200 result=12#* (timeout)\n": Reply("12#*", "timeout"),
    b"200 result=1 ()\n": Reply("1", ""),
    b"200 result=1 (a (b) c)\n": Reply("1", "a (b) c"),
    b"200 result=1 (200 result=-1 (hangup))\n": Reply("1", "200 result=-1 (hangup)"),
    b"200 result=1 (x) endpos=9)\n": Reply("1", "x) endpos=9"),
    b"200 result=-1 (hangup) endpos=80\n": Reply("-1", "hangup", 80),
    "200 result=1 (Пётр)\n".encode(): Reply("1", "Пётр"),
    b"200 result=1 (\xff\xfe)\n": Reply("1", "\ufffd\ufffd"),
    b'200 result=1 (speech) endpos=0 results=1 score0=95 text0="a b" grammar0=c\n': Reply(
        "1", "speech", 0, SPOKEN
    ),
    b"100 Trying...\n200 result=1\n": Reply("1"),
    b"HANGUP\n200 result=1\n": Reply("1"),
}


def reader(opening: bytes = environment()) -> Reader:
    """A reader that has read who calls."""
    asterisk = Reader()
    asterisk.feed(opening)
    assert asterisk.read_environment() is not None
    return asterisk


def reply(sent: bytes) -> Reply | None:
    asterisk = reader()
    asterisk.sent()
    asterisk.feed(sent)
    return asterisk.read_reply()


@pytest.mark.parametrize(("sent", "meant"), REPLIES.items())
def test_a_reply_means_the_same_wherever_it_is_split(sent: bytes, meant: Reply) -> None:
    for at in range(len(sent)):
        asterisk = reader()
        asterisk.sent()
        asterisk.feed(sent[:at])
        assert asterisk.read_reply() is None
        asterisk.feed(sent[at:])
        assert asterisk.read_reply() == meant
        assert asterisk.state is State.NOTHING


@pytest.mark.parametrize(("sent", "meant"), REPLIES.items())
def test_a_reply_that_comes_byte_by_byte_is_read(sent: bytes, meant: Reply) -> None:
    asterisk = reader()
    asterisk.sent()
    read = []
    for byte in sent:
        asterisk.feed(bytes([byte]))
        read.append(asterisk.read_reply())
    assert [r for r in read if r] == [meant]


def test_an_environment_that_comes_byte_by_byte_is_read() -> None:
    asterisk = Reader()
    for byte in environment()[:-1]:
        asterisk.feed(bytes([byte]))
        assert asterisk.read_environment() is None
    asterisk.feed(b"\n")
    read = asterisk.read_environment()
    assert read is not None
    assert read["agi_callerid"] == "+79161234567"
    assert read["agi_request"] == "agi://127.0.0.1:4573/line"


@pytest.mark.parametrize(
    "name", ['"; rm -rf /', "${SHELL}", "a: b: c", "\\", "Пётр", "x" * 10_000, "agi_network_script: health", ""]
)
def test_a_hostile_name_of_a_caller_is_only_a_name(name: str) -> None:
    asterisk = Reader()
    asterisk.feed(environment(calleridname=name))
    read = asterisk.read_environment()
    assert read is not None
    assert read["agi_calleridname"] == name
    assert read["agi_network_script"] == "line"


def test_a_name_that_is_no_utf8_is_read_with_replacements() -> None:
    asterisk = Reader()
    asterisk.feed(b"agi_network: yes\nagi_calleridname: \xff\xc3\n\n")
    assert asterisk.read_environment() == {"agi_network": "yes", "agi_calleridname": "\ufffd\ufffd"}


@pytest.mark.parametrize("field", ["callerid", "calleridname", "dnid"])
@pytest.mark.parametrize("smuggled", ["agi_network_script: health", "agi_dnid: 112", "agi_callingpres: 0"])
def test_a_line_feed_in_what_the_caller_sends_smuggles_no_field_in(field: str, smuggled: str) -> None:
    asterisk = Reader()
    asterisk.feed(environment(**{field: f"x\n{smuggled}"}))
    with pytest.raises(BadPeer, match="twice"):
        asterisk.read_environment()


def test_an_empty_line_in_what_the_caller_sends_ends_his_call_only() -> None:
    asterisk = Reader()
    asterisk.feed(environment(callerid="x\nagi_dnid: 112\nagi_callingpres: 0\n"))
    asterisk.read_environment()
    with pytest.raises(BadPeer, match="calleridname"):
        asterisk.sent()


@pytest.mark.parametrize(
    "opening",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\n",
        b"HANGUP\n",
        b"agi_x: 1\n" * 201,
        b"x" * 70_000,
        b"agi_x: " + b"y" * 70_000 + b"\n",
        (b"agi_x: " + b"y" * 1000 + b"\n") * 70,
    ],
)
def test_what_is_no_environment_is_the_peers_fault(opening: bytes) -> None:
    asterisk = Reader()
    asterisk.feed(opening)
    with pytest.raises(BadPeer):
        asterisk.read_environment()


def test_a_dead_channel_is_a_hangup() -> None:
    with pytest.raises(Gone):
        reply(b"511 Command Not Permitted on a dead channel or intercept routine\n")


@pytest.mark.parametrize(
    "refusal",
    [
        b"510 Invalid or unknown command\n",
        b"520 Invalid command syntax.  Proper usage not available.\n",
        b"520-Invalid command syntax.  Proper usage follows:\n"
        b" Usage: X\n200 result=1\nHANGUP\n\n520 End of proper usage.\n",
    ],
)
def test_a_refusal_is_our_fault_and_the_next_command_is_answered(refusal: bytes) -> None:
    asterisk = reader()
    asterisk.sent()
    asterisk.feed(refusal)
    with pytest.raises(BadCommand):
        asterisk.read_reply()
    asterisk.sent()
    asterisk.feed(b"200 result=0\n")
    assert asterisk.read_reply() == Reply("0")


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n",
        b"200\n",
        b"200 OK\n",
        b"200 result\n",
        b"200 result=1 (open\n",
        b"200 result=0 endpos=" + b"9" * 5000 + b"\n",
        b"404 Not Found\n",
        b"hangup\n",
        b"x" * 9000,
        b"200 result=1 (" + b"x" * 9000 + b")\n",
        b"520-Usage\n" + b"x\n" * 300,
    ],
)
def test_garbage_for_a_reply_is_the_peers_fault(garbage: bytes) -> None:
    with pytest.raises(BadPeer):
        reply(garbage)


def test_a_reply_that_nobody_asked_for_is_not_taken_for_the_next() -> None:
    asterisk = reader()
    asterisk.sent()
    asterisk.feed(b"200 result=1 (x)\n200 result=49\n")
    assert asterisk.read_reply() == Reply("1", "x")
    with pytest.raises(BadPeer):
        asterisk.sent()


def test_a_hangup_between_two_commands_is_noted() -> None:
    asterisk = reader()
    asterisk.feed(b"HANGUP\n")
    asterisk.sent()
    assert asterisk.hung_up


@given(st.lists(st.binary(max_size=300), max_size=20), st.booleans())
def test_any_bytes_give_a_reply_a_hangup_or_a_fault(chunks: list[bytes], asked: bool) -> None:
    asterisk = reader() if asked else Reader()
    try:
        if asked:
            asterisk.sent()
        for chunk in chunks:
            asterisk.feed(chunk)
            answer = asterisk.read_reply() if asked else asterisk.read_environment()
            if answer is not None:
                return
    except (Gone, BadPeer, BadCommand):
        pass


LINES = st.sampled_from(
    [b"200 result=0", b"200 result=1 (", b")", b"520-", b"520 ", b"HANGUP", b"100 x", b"511", b"", b"agi_a: b"]
)


@given(st.lists(LINES, max_size=40))
def test_any_mixture_of_lines_gives_a_reply_a_hangup_or_a_fault(lines: list[bytes]) -> None:
    asterisk = reader()
    try:
        asterisk.sent()
        for line in lines:
            asterisk.feed(line + b"\n")
            if asterisk.read_reply():
                asterisk.sent()
    except (Gone, BadPeer, BadCommand):
        pass


@given(st.text(max_size=200))
def test_an_argument_arrives_in_asterisk_as_one_word(value: str) -> None:
    words = parse_args(command("SET VARIABLE", "NAME", value).decode().removesuffix("\n"))
    kept = "".join(" " if ord(c) < 32 or ord(c) == 127 else c for c in value)
    assert words == ["SET", "VARIABLE", "NAME", kept.encode(errors="replace").decode()]


@given(st.lists(st.text(max_size=60), max_size=6))
def test_a_command_is_one_line_whatever_its_arguments(values: list[str]) -> None:
    line = command("EXEC", *values)
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert b"\0" not in line


def test_a_variable_in_an_argument_is_only_text() -> None:
    assert argument("${SHELL}") == '"${SHELL}"'


def test_a_command_longer_than_asterisk_reads_is_our_fault() -> None:
    command("SET VARIABLE", "X", "y" * 2000)
    with pytest.raises(BadCommand):
        command("SET VARIABLE", "X", "y" * 2030)
