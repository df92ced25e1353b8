"""AGI without input or output: what Asterisk's lines mean, and how a command is written.

Bytes go in by `Reader.feed`, the environment and the replies come out; nothing here waits. The rules are those
of Asterisk's `res/res_agi.c`, which the comments name.
"""

from __future__ import annotations

import re
from enum import IntEnum, auto
from typing import NamedTuple

from asterisk.agi import AGIError, AGIHangup

from ivr.dialogue import Hangup

LONGEST_COMMAND = 2046
"""Bytes of a command without its newline: run_agi reads into `char buf[AGI_BUF_LEN]` of 2,048 and would take
what is left over for a second command."""
LONGEST_LINE = 8 * 1024
"""Bytes of one line of a reply."""
LONGEST_ENVIRONMENT = 64 * 1024
"""Bytes of the whole environment block."""
MOST_LINES = 200
"""Lines of an environment block, and of a usage text."""


class BadCommand(AGIError):  # type: ignore[misc]  # pyst2 has no types
    """A command of ours that Asterisk cannot read or does not know."""


class BadPeer(AGIError):  # type: ignore[misc]
    """The other end is no Asterisk, or a broken one: it sent garbage, too much, or nothing when it should."""


class Gone(AGIHangup, Hangup):  # type: ignore[misc]
    """The channel is dead or Asterisk has closed the connection: for us the caller has hung up."""


class Reply(NamedTuple):
    """One `200` reply."""

    result: str
    """What follows `result=`: the ASCII code of a key, the digits themselves (GET DATA only), or -1."""
    value: str | None = None
    """What stands in brackets: the value of a variable, or a reason (`timeout`, `hangup`)."""
    endpos: int | None = None
    """Samples of a sound that were played."""
    more: str = ""
    """The fields after that: `digit=5`, `results=1 score0=95 text0="…" grammar0=…`."""


class State(IntEnum):
    """What the other end owes us."""

    ENVIRONMENT = auto()
    """The lines that tell who calls."""
    NOTHING = auto()
    REPLY = auto()
    """The reply to the command that was sent."""
    USAGE = auto()
    """The rest of a usage text: our command was wrong."""


class Kind(IntEnum):
    """A line of the other end, or `SENT`: a command of ours."""

    EMPTY = auto()
    SENT = auto()
    RESULT = auto()
    TRYING = auto()
    REFUSAL = auto()
    USAGE = auto()
    HANGUP = auto()
    OTHER = auto()


NEXT_STATE: dict[tuple[State, Kind], State] = {
    (State.ENVIRONMENT, Kind.EMPTY): State.NOTHING,
    (State.NOTHING, Kind.SENT): State.REPLY,
    # Unless AGISIGHUP=no, run_agi writes "HANGUP\n" when the caller goes, whatever we are doing.
    (State.NOTHING, Kind.HANGUP): State.NOTHING,
    (State.REPLY, Kind.HANGUP): State.REPLY,
    (State.REPLY, Kind.TRYING): State.REPLY,
    (State.REPLY, Kind.RESULT): State.NOTHING,
    (State.REPLY, Kind.REFUSAL): State.NOTHING,
    # "520-Invalid command syntax.  Proper usage follows:", the text, "520 End of proper usage."
    (State.REPLY, Kind.USAGE): State.USAGE,
    **{(State.USAGE, kind): State.USAGE for kind in Kind if kind is not Kind.SENT},
    (State.USAGE, Kind.REFUSAL): State.NOTHING,
}

_KINDS = {
    "": Kind.EMPTY,
    "200 ": Kind.RESULT,
    "100 ": Kind.TRYING,
    "520-": Kind.USAGE,
    **dict.fromkeys(("510", "510 ", "511", "511 ", "520", "520 "), Kind.REFUSAL),
}
# What nearly every environment and every reply looks like, whole and alone: each is read in one step.
_USUAL_ENVIRONMENT = re.compile(rb"(?:agi_\w+:[ -~]*\n){1,%d}\n" % MOST_LINES)
_USUAL_FIELD = re.compile(r"(agi_\w+): ?(.*)\n", re.ASCII)
_USUAL = re.compile(rb"200 result=(-?\d{1,15})(?: endpos=(\d{1,15}))?\n")
_FIELD = re.compile(r"(agi_\w+): ?(.*)", re.ASCII)
# A value may itself hold brackets and blanks, so it ends at the last bracket of the line. A reason is one word
# that other fields may follow: "result=-1 (hangup) endpos=0".
_VALUE = re.compile(r"200 result=(\S*) \((.*)\)")
_FIELDS = re.compile(r"200 result=(\S*)(?: \(([^)]*)\))?(?: endpos=(-?\d{1,15}))?(?: ((?!endpos)\w+=.*))?")


class Reader:
    """Reads one connection. `state` says what is owed, `hung_up` whether a `HANGUP` line has come."""

    def __init__(self) -> None:
        self.state = State.ENVIRONMENT
        self.hung_up = False
        self._environment: dict[str, str] = {}
        self._unread = b""
        self._lines = self._bytes = 0

    def feed(self, data: bytes) -> None:
        """Take what the other end sent."""
        self._unread += data

    def sent(self) -> None:
        """Note that a command goes out. Raises `BadPeer` when something stands there that nobody asked for.

        A reply too many would be taken for the answer to the next command, and every later one too.
        """
        if not self._unread and self.state is State.NOTHING:
            self.state = State.REPLY
            return
        while self._unread:
            if (line := self._line()) is None:
                raise BadPeer(f"sent something that nobody asked for: {self._unread[:80]!r}")
            self._step(_kind(line), line)
        self._step(Kind.SENT)

    def read_environment(self) -> dict[str, str] | None:
        """What Asterisk tells of the call, once it is whole."""
        if not self._lines and self._unread.endswith(b"\n\n") and (usual := self._usual_environment()):
            self.state, self._unread = State.NOTHING, b""
            return usual
        while (line := self._line(LONGEST_ENVIRONMENT)) is not None:
            self._count(line)
            if not (field := _FIELD.fullmatch(line)):
                self._step(_kind(line), line)
                return self._environment
            # Asterisk sends each field once and does not escape: a second is a caller's, smuggled in by a line
            # feed in the calling number or name.
            if field[1] in self._environment:
                raise BadPeer(f"told {field[1]} twice")
            self._environment[field[1]] = field[2].strip()
        return None

    def read_reply(self) -> Reply | None:
        """The reply, once it is whole. Raises `Gone` for a dead channel, `BadCommand` for a refusal."""
        if self.state is State.REPLY and (usual := _USUAL.fullmatch(self._unread)):
            self.state, self._unread = State.NOTHING, b""
            return Reply(usual[1].decode(), None, int(usual[2]) if usual[2] else None)
        while (line := self._line()) is not None:
            kind, before = _kind(line), self.state
            self._step(kind, line)
            if before is State.USAGE:
                self._count(line)
            if self.state is not State.NOTHING:
                continue
            if kind is Kind.REFUSAL:
                _refuse(line)
            return _reply(line)
        return None

    def _usual_environment(self) -> dict[str, str] | None:
        if len(self._unread) > LONGEST_ENVIRONMENT or not _USUAL_ENVIRONMENT.fullmatch(self._unread):
            return None
        told = _USUAL_FIELD.findall(self._unread.decode())
        fields = {name: value.strip() for name, value in told}
        return fields if len(fields) == len(told) else None

    def _line(self, longest: int = LONGEST_LINE) -> str | None:
        line, ending, rest = self._unread.partition(b"\n")
        if len(line) > longest:
            raise BadPeer(f"sent a line of more than {longest} bytes")
        if not ending:
            return None
        self._unread = rest
        return line.decode("utf-8", errors="replace").rstrip("\r")

    def _step(self, kind: Kind, line: str = "") -> None:
        after = NEXT_STATE.get((self.state, kind))
        if after is None:
            raise BadPeer(f"sent {line[:80]!r} in the state {self.state.name}")
        if kind is Kind.HANGUP and self.state is not State.USAGE:
            self.hung_up = True
        if after is State.USAGE and self.state is State.REPLY:
            self._lines = self._bytes = 0
        self.state = after

    def _count(self, line: str) -> None:
        self._lines += 1
        self._bytes += len(line) + 1
        if self._lines > MOST_LINES or self._bytes > LONGEST_ENVIRONMENT:
            raise BadPeer(f"sent more than {MOST_LINES} lines or {LONGEST_ENVIRONMENT} bytes at once")


def _kind(line: str) -> Kind:
    return Kind.HANGUP if line == "HANGUP" else _KINDS.get(line[:4], Kind.OTHER)


def _refuse(line: str) -> None:
    if line.startswith("511"):
        raise Gone("the channel is dead")
    raise BadCommand(line)


def _reply(line: str) -> Reply:
    if line.endswith(")") and (found := _VALUE.fullmatch(line)):
        return Reply(found[1], found[2])
    if found := _FIELDS.fullmatch(line):
        return Reply(found[1], found[2], int(found[3]) if found[3] else None, found[4] or "")
    raise BadPeer(f"sent a reply that cannot be read: {line[:80]!r}")


# A newline would begin a second command and NUL would end the first (parse_args goes on `while(*s)`).
_CONTROLS = dict.fromkeys((*range(32), 127), " ")


def argument(value: str) -> str:
    r"""`value` as one argument: parse_args knows `"` and the escapes `\"` and `\\`, within quotes nothing else.

    Control characters become blanks: what a caller is named must neither break the line nor end the call.
    """
    if not value.isprintable():
        value = value.translate(_CONTROLS)
    if '"' in value or "\\" in value:
        value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{value}"'


def command(verb: str, *arguments: str | int | float) -> bytes:
    """One command as it is written to Asterisk. Raises `BadCommand` when Asterisk would not read it whole."""
    words = [argument(word) if isinstance(word, str) else str(word) for word in arguments]
    line = " ".join([verb, *words]).encode("utf-8", errors="replace")
    if len(line) > LONGEST_COMMAND:
        raise BadCommand(f"{verb}: {len(line)} bytes, Asterisk reads {LONGEST_COMMAND}")
    return line + b"\n"
