"""Asterisk's side of one FastAGI call, on a real socket: what `res_agi.c` sends, answers and understands."""

from __future__ import annotations

import select
import socket
import threading
from collections import deque
from collections.abc import Iterable

HANGUP = "hangup"
"""In a script of keys: the caller hangs up here."""
SPEECH = "speech "
"""In a script of keys: the recogniser tells what follows."""
NO_RESULT = "no result"
"""In a script of keys: the recognition ends without a result, as when the recogniser goes away."""
UNIQUE_ID = "1795312345.17"


def environment(path: str | None = "line", **fields: str) -> bytes:
    """The block that Asterisk opens a call with; `fields` without their `agi_` are put in or replaced."""
    lines = {"network": "yes", **({"network_script": path} if path is not None else {})}
    lines |= {
        "request": f"agi://127.0.0.1:4573/{path or ''}",
        "channel": "PJSIP/carrier-00000001",
        "language": "en",
        "type": "PJSIP",
        "uniqueid": UNIQUE_ID,
        "version": "22.10.1",
        "callerid": "+79161234567",
        "calleridname": "unknown",
        "callingpres": "0",
        "dnid": "0890",
        "context": "line",
        "extension": "s",
        "priority": "5",
        "enhanced": "0.0",
    }
    lines |= fields
    return b"".join(f"agi_{name}: {value}\n".encode() for name, value in lines.items()) + b"\n"


def parse_args(line: str) -> list[str]:
    """The arguments of a command as `parse_args` of res_agi.c takes them apart, state for state."""
    words: list[str] = []
    quoted = escaped = False
    blank = True
    for char in line:
        if char == '"' and not escaped:
            quoted = not quoted
            if quoted and blank:
                words.append("")
                blank = False
        elif char in " \t" and not quoted and not escaped:
            blank = True
        elif char == "\\" and not escaped:
            escaped = True
            continue
        else:
            if blank:
                words.append("")
                blank = False
            words[-1] += char
        escaped = False
    return words


class FakeAsterisk:
    """One call. `keys` says what the caller does at each sound and each wait: a key, None, or `HANGUP`.

    After the last of `keys` the caller is silent. `lines` holds every command as it was
    written, `asked` its words, `variables` what was set.
    """

    def __init__(
        self, keys: Iterable[str | None] = (), *, sound_s: float = 0.0, missing: Iterable[str] = ()
    ) -> None:
        self.keys = deque(keys)
        self.sound_s, self.missing = sound_s, set(missing)
        self.lines: list[bytes] = []
        self.asked: list[list[str]] = []
        self.variables: dict[str, str] = {}
        self.dead = False
        self.speech = True
        """Whether there is a recogniser."""

    def dial(self, port: int, path: str | None = "line", **fields: str) -> FakeAsterisk:
        """Call the server at `port` and talk until it closes the connection."""
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            return self.talk(connection, environment(path, **fields))

    def talk(self, connection: socket.socket, opening: bytes) -> FakeAsterisk:
        """Open with `opening`, then answer each command until the other end closes."""
        self._connection = connection
        try:
            connection.sendall(opening)
            with connection.makefile("rb") as lines:
                for line in lines:
                    self.lines.append(line)
                    self.asked.append(parse_args(line.decode().rstrip("\n")))
                    connection.sendall(self.answer(self.asked[-1]))
        except OSError:
            pass  # the other end closed, as it may
        return self

    def beside(self, connection: socket.socket, opening: bytes) -> threading.Thread:
        """Talk in a thread of its own."""
        thread = threading.Thread(target=self.talk, args=(connection, opening), daemon=True)
        thread.start()
        return thread

    @property
    def sounds(self) -> list[str]:
        """The sounds that were asked for, in order."""
        return [words[2] for words in self.asked if words[:2] == ["STREAM", "FILE"]]

    def answer(self, words: list[str]) -> bytes:
        """What Asterisk writes for one command."""
        match words:
            case ["STREAM", "FILE", *_] | ["WAIT", "FOR", "DIGIT", _] | ["CHANNEL", "STATUS"] if self.dead:
                return b"511 Command Not Permitted on a dead channel or intercept routine\n"
            case ["STREAM", "FILE", sound, _]:
                return self._play(sound)
            case ["WAIT", "FOR", "DIGIT", _]:
                return b"200 result=%d\n" % self._pressed()
            case ["SPEECH", "CREATE", _] | ["SPEECH", "SET", _, _] | ["SPEECH", "DESTROY"]:
                return b"200 result=%d\n" % self.speech
            case ["SPEECH", "RECOGNIZE", _, _]:
                return self._recognised()
            case ["CHANNEL", "STATUS"]:
                return b"200 result=6\n"
            case ["SET", "VARIABLE", name, value]:
                self.variables[name] = value
                return b"200 result=1\n"
            case ["GET", "VARIABLE", name] if name in self.variables:
                return b"200 result=1 (%b)\n" % self.variables[name].encode()
            case ["GET", "VARIABLE", _]:
                return b"200 result=0\n"
        return b"510 Invalid or unknown command\n"

    def _play(self, sound: str) -> bytes:
        if sound in self.missing:
            return b"200 result=-1 endpos=0\n"
        # A sound ends early when the other end breaks off, as it does in Asterisk.
        select.select([self._connection], [], [], self.sound_s)
        return b"200 result=%d endpos=8000\n" % self._pressed()

    def _recognised(self) -> bytes:
        # As handle_speechrecognize of res_agi.c writes it; quotes within a text are not escaped there.
        key = self.keys.popleft() if self.keys else None
        match key:
            case None:
                return b"200 result=1 (timeout) endpos=8000\n"
            case "hangup":
                return b"200 result=1 (hangup) endpos=8000\n"
            case "no result":
                return b"200 result=1 (speech) endpos=8000 results=0 \n"
            case str() if key.startswith(SPEECH):
                told = key.removeprefix(SPEECH)
                found = f'score0=100 text0="{told}" grammar0=any'
                return f"200 result=1 (speech) endpos=8000 results=1 {found}\n".encode()
        return f"200 result=1 (digit) digit={key} endpos=8000\n".encode()

    def _pressed(self) -> int:
        key = self.keys.popleft() if self.keys else None
        self.dead = key == HANGUP
        return -1 if self.dead else ord(key) if key else 0
