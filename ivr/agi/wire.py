"""pyst2's `AGI` made fit for a socket: the talk with Asterisk, one command and its reply at a time.

pyst2 0.5.1 reads a process's standard input, prints every line to standard error, installs a signal handler,
leaves arguments unescaped and takes a hang-up for a number. Everything below its methods is replaced here;
those of its methods that are right (`set_variable`, `get_variable`, `wait_for_digit`, `appexec`, …) stay.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from asterisk.agi import AGI, AGIAppError, AGIDBError

from ivr.agi import protocol
from ivr.agi.protocol import BadPeer, Gone, Reader, Reply
from ivr.agi.streams import Stream

REPLY_S = 10.0
"""Seconds in which Asterisk replies to a command that waits for nothing."""
SOUND_S = 600.0
"""Seconds that a command may take which plays, records or runs an application."""

# These end when a sound, a caller or an application ends; every other command is answered at once.
_LASTING = (
    *("STREAM FILE", "CONTROL STREAM FILE", "GET DATA", "GET OPTION", "WAIT FOR DIGIT"),
    *("SAY ", "RECORD FILE", "RECEIVE ", "EXEC", "SPEECH "),
)
# Their brackets hold a value, which may read "hangup"; the brackets of all others hold a reason.
_ASKING = ("GET VARIABLE", "GET FULL VARIABLE", "DATABASE GET", "RECEIVE TEXT")

T = TypeVar("T")


class _Quoted(str):
    """What pyst2's own methods have passed through `_quote`: an argument even when it is empty."""


class Wire(AGI):  # type: ignore[misc]  # pyst2 has no types
    """The talk about one call.

    Each method raises `Gone` (a `Hangup`) when the caller or Asterisk has left, `BadCommand` when Asterisk
    refuses a command of ours, and `BadPeer` when the other end does not behave like Asterisk.
    """

    env: dict[str, str]
    """What Asterisk told at the start: `agi_callerid`, `agi_uniqueid`, …"""

    def __init__(self, stream: Stream, environment_s: float = REPLY_S) -> None:
        # AGI.__init__ is left out: it sets a handler for SIGHUP, which only the main thread may do.
        self._stream = stream
        self._reader = Reader()
        self._got_sighup = False
        self.commands = 0
        self.env = self._read(self._reader.read_environment, environment_s)

    @property
    def hung_up(self) -> bool:
        """Whether Asterisk has said by a `HANGUP` line that the caller left."""
        return self._reader.hung_up

    @property
    def id(self) -> str:
        """The switch's own id of the call."""
        return self.env.get("agi_uniqueid", "")

    @property
    def path(self) -> str:
        """What the dialplan calls: PATH of `agi://host/PATH`, a classic script's first argument, or `line`."""
        script = self.env.get("agi_network_script") or self.env.get("agi_arg_1", "")
        return script.partition("?")[0] or "line"

    def command(self, verb: str, *arguments: str | float, within_s: float = REPLY_S) -> Reply:
        """Send one command and wait for its reply, at most `within_s` seconds."""
        self.send(verb, *arguments)
        return self.reply(within_s)

    def send(self, verb: str, *arguments: str | float) -> None:
        """Send a command whose reply `reply` reads later."""
        line = protocol.command(verb, *arguments)
        self._reader.sent()
        self.commands += 1
        try:
            self._stream.write(line)
        except OSError as error:
            raise Gone("Asterisk has closed the connection") from error

    def reply(self, within_s: float = REPLY_S) -> Reply:
        """The reply to the command sent last."""
        return self._read(self._reader.read_reply, within_s)

    def _read(self, whole: Callable[[], T | None], within_s: float) -> T:
        # One deadline for all of it, so that a peer that drips bytes does not hold the thread.
        deadline = monotonic() + within_s
        left_s = within_s
        while True:
            self._receive(left_s)
            if (message := whole()) is not None:
                return message
            left_s = deadline - monotonic()

    def _receive(self, within_s: float) -> None:
        try:
            if within_s <= 0:
                raise TimeoutError
            data = self._stream.read(within_s)
        except TimeoutError as error:
            raise BadPeer(f"was silent where it owed {self._reader.state.name}") from error
        except OSError as error:
            raise Gone("the connection broke") from error
        if not data:
            raise Gone("Asterisk has closed the connection")
        self._reader.feed(data)

    # What pyst2's methods stand on.

    def execute(self, verb: str, *arguments: Any) -> dict[str, tuple[str, str]]:
        """pyst2's way to send a command: arguments as its methods give them, the reply as they take it apart.

        Raises `AGIAppError` for the result -1, which is a hang-up or a failure of the command.
        """
        self.test_hangup()
        reply = self.command(verb, *_words(arguments), within_s=_patience(verb, arguments))
        if reply.value == "hangup" and not verb.startswith(_ASKING):
            raise Gone("hung up during the command")
        if reply.result == "-1":
            raise AGIAppError(f"{verb} failed, or the caller hung up")
        answer = {"result": (reply.result, reply.value or "")}
        if reply.endpos is not None:
            answer["endpos"] = (str(reply.endpos), "")
        return answer

    def _quote(self, string: object) -> str:
        return _Quoted(string)

    # What pyst2 has wrong in the methods themselves.

    def database_get(self, family: str, key: str) -> str:
        """The value of `family/key`. pyst2 puts quotes into the names themselves."""
        found, value = self.execute("DATABASE GET", _Quoted(family), _Quoted(key))["result"]
        if found != "1":
            raise AGIDBError(f"no {family}/{key} in Asterisk's database")
        return value

    def record_file(self, *arguments: Any, **options: Any) -> str:
        """The key that ended the recording. pyst2 gives chr(0) for one that ended by itself."""
        key: str = super().record_file(*arguments, **options)
        return key.strip("\0")


def _words(arguments: tuple[Any, ...]) -> list[str | float]:
    # pyst2's methods give '' for "no such argument" and `_quote('')` for an empty one.
    given = [word for word in arguments if word != "" or isinstance(word, _Quoted)]
    return [word if isinstance(word, int | float) else str(word) for word in given]


def _patience(verb: str, arguments: tuple[Any, ...]) -> float:
    if verb == "WAIT FOR DIGIT" and int(arguments[0]) >= 0:
        return REPLY_S + int(arguments[0]) / 1000
    return SOUND_S if verb.startswith(_LASTING) else REPLY_S
