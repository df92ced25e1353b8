"""Hears speech on a channel, through Asterisk's speech interface and the recogniser behind it."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import ceil, inf
from time import monotonic

from ivr.agi.protocol import BadPeer, Gone, Reply
from ivr.agi.wire import SOUND_S, Wire
from ivr.dialogue import KEYS, Deaf, Heard, Key
from ivr.dialogue.line import HASH
from ivr.speech.aeap import ALIVE
from ivr.speech.heard import ONSET, REFUSED, BadHeard, decode

log = logging.getLogger(__name__)

ANSWER_S = 70
"""Seconds that Asterisk waits for the end of an answer that has begun; the recogniser ends it earlier."""
SET_S = 0.9
"""Seconds after which a question that was set has met nobody: Asterisk tries a dead connection for one."""
AGAIN_S = 10.0
"""Seconds after a failure of the recogniser in which no call waits for it again."""
_DIGIT = re.compile(r"digit=(.)")
_TEXT = re.compile(r'text0="([^"]*)"')


@dataclass
class Recogniser:
    """The recogniser that all calls of a process share."""

    silence: Callable[[], str]
    """Gives the path of a sound in which nothing is heard."""
    languages: frozenset[str] = frozenset({"ru"})
    engine: str = "ivr"
    """Its name in aeap.conf."""
    clock: Callable[[], float] = monotonic
    _failed_at: float = field(default=float("-inf"), init=False)

    def is_tried(self) -> bool:
        """Whether it is worth while to try it now."""
        return self.clock() - self._failed_at >= AGAIN_S

    def failed(self, how: str) -> None:
        """Note that it failed: the questions of this call are put for the keys, and of others for a while."""
        if self.is_tried():
            log.error("the speech recogniser %s: callers are asked for keys", how)
        self._failed_at = self.clock()


class Ear:
    """Hears speech in one call. Nothing is opened before the first question that may be answered by voice."""

    def __init__(self, wire: Wire, recogniser: Recogniser) -> None:
        self._wire, self._recogniser = wire, recogniser
        self._open = self._deaf = False

    def hears(self, language: str) -> bool:
        """Whether speech in `language` can be heard."""
        if self._deaf or language not in self._recogniser.languages:
            return False
        return self._open or self._opened()

    def hear(self, sound: str, grammar: str, within_s: float) -> Key | Heard | None:
        """Play `sound` and hear a key or an answer; see `ivr.dialogue.Line.hear`. Raises `Deaf`."""
        self._set("grammar", grammar)
        began, after_s = self._recogniser.clock(), inf
        reply = self._recognise(sound, ceil(within_s))
        while more_s := _unfinished(reply, ceil(within_s), dictating=after_s < inf and _is_number(grammar)):
            if _text(reply) == ONSET:
                sound, after_s = self._recogniser.silence(), self._recogniser.clock() - began
            reply = self._recognise(sound, more_s)
        heard = self._understood(reply)
        if heard is None:
            self._set(ALIVE, "1")  # a recogniser that stands still is no caller who says nothing
        return replace(heard, after_s=after_s) if isinstance(heard, Heard) else heard

    def close(self) -> None:
        """Let the recogniser go."""
        if self._open:
            self._open = False
            self._wire.command("SPEECH DESTROY")

    def _opened(self) -> bool:
        if self._recogniser.is_tried():
            self._open = self._wire.command("SPEECH CREATE", self._recogniser.engine).result == "1"
            if not self._open:
                self._recogniser.failed("cannot be reached")
        self._deaf = not self._open
        return self._open

    def _set(self, name: str, value: str) -> None:
        began = monotonic()
        reply = self._wire.command("SPEECH SET", name, value)
        # res_speech_aeap says 1 whatever the recogniser answers, and when it does not answer at all.
        if reply.result != "1" or monotonic() - began >= SET_S:
            raise self._fail("does not answer")

    def _recognise(self, sound: str, within_s: int) -> Reply:
        reply = self._wire.command("SPEECH RECOGNIZE", sound, within_s, within_s=SOUND_S)
        if reply.value == "hangup":
            raise Gone("hung up")
        return reply

    def _understood(self, reply: Reply) -> Key | Heard | None:
        match reply.value:
            case "timeout":
                return None
            case "digit":
                return _key(reply)
            case "speech":
                return self._decoded(_text(reply))
        raise BadPeer(f"gave no answer: {reply.value!r} {reply.more[:40]!r}")

    def _decoded(self, text: str | None) -> Heard:
        if text is None:
            # res_speech_aeap ends a recognition without a result when the connection breaks.
            raise self._fail("broke off")
        if text == REFUSED:
            log.warning("the speech recogniser refuses a question: it is put for the keys")
            raise Deaf("the recogniser refuses this question")
        try:
            return decode(text)
        except BadHeard as bad:
            raise self._fail(str(bad)) from bad

    def _fail(self, how: str) -> Deaf:
        self._deaf = True
        self._recogniser.failed(how)
        return Deaf(how)


def _is_number(grammar: str) -> bool:
    return grammar.startswith("number:")


def _unfinished(reply: Reply, within_s: int, *, dictating: bool) -> int:
    """Seconds for which to go on listening; 0 when `reply` is an answer."""
    if _text(reply) == ONSET:
        return ANSWER_S  # the prompt has stopped; what the caller says is heard to its end
    if reply.value != "digit":
        return 0
    # A to D, which some telephones have, are no answer, nor is the # with which some end what they dictate.
    key = _key(reply)
    return (ANSWER_S if dictating else within_s) * (key not in KEYS or (dictating and key == HASH))


def _key(reply: Reply) -> Key:
    pressed = _DIGIT.match(reply.more)
    if pressed is None:
        raise BadPeer(f"gave no key: {reply.more[:40]!r}")
    return pressed[1]


def _text(reply: Reply) -> str | None:
    found = _TEXT.search(reply.more) if reply.value == "speech" else None
    return found[1] if found else None
