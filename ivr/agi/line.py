"""The telephone line of one call, over a channel of Asterisk."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from time import monotonic
from typing import TypeVar

from ivr.agi.ear import Ear, Recogniser
from ivr.agi.overdue import TICK_S, Watch, Watched
from ivr.agi.protocol import BadPeer, Gone, Reply
from ivr.agi.wire import REPLY_S, SOUND_S, Wire
from ivr.dialogue import KEYS, Deaf, Heard, Key, Prompt
from ivr.prompts import SPOKEN

Sounds = Callable[[str, Mapping[str, object], str], str]
"""Gives the sound of a prompt's key and values in a language: a path without extension."""

UNHEARD_S = 0.04
"""Seconds of work in which nobody listens for keys: the shortest press is as long (ITU-T Q.24)."""
BRIDGE_MS = 60
"""Milliseconds of each wait that bridges a longer work; half of it is what a caller waits too long."""

LONGEST_VALUE = 900
"""Bytes of a variable: a command holds them even where each needs an escape."""

_WATCH = Watch(UNHEARD_S - TICK_S)
_KEYS = {str(ord(key)): key for key in KEYS}
T = TypeVar("T")


class UnplayableSound(Exception):
    """Asterisk cannot play a sound: no file in a format that it knows, or an empty one."""


class AgiLine:
    """`ivr.dialogue.Line` over a channel, and what the switch knows of the call."""

    def __init__(self, wire: Wire, sounds: Sounds, recogniser: Recogniser | None = None) -> None:
        self._wire, self._sounds = wire, sounds
        self._ear = Ear(wire, recogniser) if recogniser else None

    @property
    def id(self) -> str:
        """The switch's own id of the call."""
        return self._wire.id

    @property
    def caller(self) -> str | None:
        """The calling number as the network sent it; None when it is unknown or withheld."""
        number = self._wire.env.get("agi_callerid", "unknown")
        # agi_callingpres: bits 0x60 are the restriction, 0 means that it may be shown (callerid.h).
        presentation = self._wire.env.get("agi_callingpres", "0")
        shown = presentation.isascii() and presentation.isdigit() and not int(presentation[:3]) & 0x60
        return number if shown and number not in ("", "unknown") else None

    @property
    def called(self) -> str:
        """The number that was dialled."""
        dialled = self._wire.env.get("agi_dnid", "unknown")
        return dialled if dialled not in ("", "unknown") else self._wire.env.get("agi_extension", "")

    def play(self, prompt: Prompt, language: str, stops: str = KEYS) -> Key | None:
        """Say `prompt`; the first key of `stops` ends it and is returned; None after the whole prompt.

        Raises `UnplayableSound` when the caller would hear nothing.
        """
        path = self._sounds(prompt.key, prompt.values, language)
        reply = self._wire.command("STREAM FILE", path, stops, within_s=SOUND_S)
        if reply.result == "-1":
            # Said of a hang-up and of a missing file alike; on a dead channel the next command raises `Gone`.
            self._wire.command("CHANNEL STATUS")
            raise UnplayableSound(path)
        if reply.result == "0" and not reply.endpos:
            raise UnplayableSound(f"{path} (empty)")
        return _pressed(reply)

    def key(self, within_s: float) -> Key | None:
        """The next key, or None when none came within `within_s` seconds."""
        deadline = monotonic() + within_s
        while (left_ms := round((deadline - monotonic()) * 1000)) > 0:
            reply = self._wire.command("WAIT FOR DIGIT", left_ms, within_s=left_ms / 1000 + REPLY_S)
            # A to D, which some telephones have, end the command too.
            if (pressed := _pressed(reply)) or reply.result == "0":
                return pressed
        return None

    def hears(self, language: str) -> bool:
        """Whether a caller may answer by voice in `language`."""
        return self._ear is not None and self._ear.hears(language)

    def hear(self, prompt: Prompt, grammar: str, language: str, within_s: float) -> Key | Heard | None:
        """Say `prompt`, with its invitation to speak, and give the first key or what the caller says.

        None when neither began within `within_s` seconds, counted whole, of its end. Raises `Deaf`.
        """
        if self._ear is None:
            raise Deaf("there is no recogniser")
        return self._ear.hear(self._sounds(prompt.key + SPOKEN, prompt.values, language), grammar, within_s)

    def listening(self, work: Callable[[], T], keep: Callable[[Key], object]) -> T:
        """Do `work`; when it takes long, `keep` the keys that are pressed meanwhile.

        Between two commands run_agi reads what the caller sends and throws it away, keys too. A short work
        loses none, for the key that it follows has only just been released. A wait for a key cannot be cut
        short by the next command: run_agi reads through a buffer, and of two lines in one packet it would leave
        the second lying there. So a long work is bridged by short waits, in another thread.
        """

        def bridge(work: Watched) -> None:
            while not work.done:
                if pressed := _pressed(self._wire.command("WAIT FOR DIGIT", BRIDGE_MS)):
                    keep(pressed)

        watched = _WATCH.over(bridge)
        try:
            return work()
        finally:
            _WATCH.release(watched)

    def variable(self, name: str) -> str:
        """The value of a channel variable, empty when it is not set."""
        value: str = self._wire.get_variable(name)
        return value

    def set_variable(self, name: str, value: str | int) -> None:
        """Set a channel variable, or a function such as `TIMEOUT(absolute)`."""
        self._wire.set_variable(name, value)

    def run(self, application: str, arguments: str = "") -> bool:
        """Run an application of the dialplan that ends at once; whether it was done."""
        # -2 is said of an application that is not loaded (res_agi.c)
        return self._wire.command("EXEC", application, arguments).result == "0"

    def finish(self, next: str, **variables: str) -> None:
        """Tell the dialplan where the caller goes. `IVR_NEXT` comes last: once it is set, all is.

        Of a long value, such as the path of a long call, the end is told.
        """
        if self._ear:
            self._ear.close()
        for name, value in variables.items():
            self.set_variable(name, value.encode()[-LONGEST_VALUE:].decode(errors="ignore"))
        self.set_variable("IVR_NEXT", next)


def _pressed(reply: Reply) -> Key | None:
    # STREAM FILE and WAIT FOR DIGIT give the ASCII code of the key, 0 for none, -1 for a hang-up (res_agi.c).
    if key := _KEYS.get(reply.result):
        return key
    if reply.result == "-1":
        raise Gone("hung up")
    if not re.fullmatch(r"\d{1,4}", reply.result, re.ASCII):
        raise BadPeer(f"gave no key: result={reply.result[:20]!r}")
    return None
