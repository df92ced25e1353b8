"""AEAP without input or output: Asterisk's messages go in, replies and questions come out.

Asterisk (`res_speech_aeap.c`, protocol `speech_to_text`) opens a WebSocket for each `SPEECH CREATE`. Requests
are JSON objects with an `id` that the reply repeats; the caller's voice comes in binary messages, 16-bit
samples at 8 kHz, and only while a `SPEECH RECOGNIZE` runs. It ends when we set `results`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from enum import IntEnum, auto
from typing import Any, Generic, TypeVar
from uuid import uuid4

PROTOCOL = "speech_to_text"
"""The WebSocket subprotocol."""
CODEC = "slin"
"""Signed linear, 16 bits, 8 kHz: the one codec that we take."""
LONGEST_RESULT = 1500
"""Bytes of the text of a result: res_agi builds its reply in a buffer of 2 KB, which the rest must fit too."""
ALIVE = "alive"
"""The setting by which the line asks whether anybody still listens."""
SETTINGS = frozenset({ALIVE, "results_type", "dtmf"})
"""What may be set beside the grammar; it is taken note of, no more."""

Q = TypeVar("Q")


class BadPeer(Exception):
    """The other end does not speak AEAP as Asterisk does. The connection is of no use any more."""


class UnknownQuestion(Exception):
    """A grammar that nothing is known of; says which, and why."""


class State(IntEnum):
    """How far a connection has come."""

    NEW = auto()
    READY = auto()
    """Set up; no question is open: none has come, or one that nothing is known of."""
    ASKED = auto()
    """The caller is being listened to."""
    ANSWERED = auto()
    """The result is out; more voice means that it met no ear."""


class Kind(IntEnum):
    """What happens: a message of Asterisk's, or a result of ours."""

    SETUP = auto()
    QUESTION = auto()
    SETTING = auto()
    LOOK = auto()
    VOICE = auto()
    RESPONSE = auto()
    ONSET = auto()
    ANSWER = auto()


_SET_UP = (State.READY, State.ASKED, State.ANSWERED)
NEXT_STATE: dict[tuple[State, Kind], State] = {
    (State.NEW, Kind.SETUP): State.READY,
    (State.ASKED, Kind.ONSET): State.ASKED,
    (State.ASKED, Kind.ANSWER): State.ANSWERED,
    # Asterisk tells nobody that a setting was refused, so whoever listens without a question is told.
    (State.READY, Kind.ANSWER): State.ANSWERED,
    # A result that met no ear is said again.
    (State.ANSWERED, Kind.ANSWER): State.ANSWERED,
    **{(state, Kind.QUESTION): State.ASKED for state in _SET_UP},
    **{
        (state, kind): state
        for state in _SET_UP
        for kind in (Kind.SETTING, Kind.LOOK, Kind.VOICE, Kind.RESPONSE)
    },
}


class Session(Generic[Q]):
    """One connection. `find` gives the question that a grammar stands for, or raises `UnknownQuestion`.

    Every method raises `BadPeer` for what Asterisk would not send.
    """

    def __init__(self, find: Callable[[str], Q]) -> None:
        self._find = find
        self.state = State.NEW
        self.grammar = ""
        self.question: Q | None = None
        self.turn = 0
        """How many questions have been put."""

    def text(self, message: str) -> str | None:
        """The reply to a message, None where it wants none. A question that it put is in `question`."""
        fields = _object(message)
        if "response" in fields:
            self._step(Kind.RESPONSE)
            return None
        name, id = fields.get("request"), fields.get("id")
        if not isinstance(name, str) or not isinstance(id, str) or not 0 < len(id) <= 128:
            raise BadPeer("sent a request without a name or an id")
        answer = {"setup": self._setup, "set": self._set, "get": self._get}.get(name)
        if answer is None:
            return _reply("response", name[:32], id, error_msg="no such request")
        return _reply("response", name, id, **answer(fields))

    def voice(self, data: bytes) -> bytes:
        """The samples in `data` that are to be listened to: none unless a question is open.

        Half a sample at the end is dropped: messages do not share samples.
        """
        self._step(Kind.VOICE)
        return data[: len(data) // 2 * 2] if self.state is State.ASKED else b""

    def onset(self) -> str:
        """The message that stops the prompt: the caller has begun to speak."""
        self._step(Kind.ONSET)
        return self._result("onset", 0)

    def answer(self, text: str, score: int) -> str:
        """The message that answers the question; `score` is a certainty in percent."""
        self._step(Kind.ANSWER)
        return self._result(text, score)

    def _result(self, text: str, score: int) -> str:
        # res_agi.c puts the text between quotes and escapes nothing.
        if len(text.encode()) > LONGEST_RESULT or '"' in text or not text.isprintable():
            raise ValueError(f"no text for a result: {len(text)} characters")
        result = {"text": text, "score": score, "grammar": self.grammar, "best": 0}
        return _reply("request", "set", str(uuid4()), params={"results": [result]})

    def _step(self, kind: Kind) -> None:
        after = NEXT_STATE.get((self.state, kind))
        if after is None:
            raise BadPeer(f"sent {kind.name} in the state {self.state.name}")
        self.state = after

    def _setup(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        self._step(Kind.SETUP)
        codecs = fields.get("codecs")
        names = [c.get("name") for c in codecs if isinstance(c, dict)] if isinstance(codecs, list) else []
        if CODEC not in names:
            self.state = State.NEW
            return {"error_msg": f"only the codec {CODEC} is understood"}
        return {"codecs": [{"name": CODEC}]}

    def _set(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        params = fields.get("params")
        if not isinstance(params, dict) or len(params) != 1:
            raise BadPeer("set nothing, or several things at once")
        [(name, value)] = params.items()
        if name == "grammar" and isinstance(value, str):
            return self._ask(value)
        self._step(Kind.SETTING)
        return {} if name in SETTINGS else {"error_msg": "no such setting"}

    def _ask(self, grammar: str) -> dict[str, Any]:
        if self.state is State.NEW:
            raise BadPeer("asked before the setup")
        try:
            question = self._find(grammar)
        except UnknownQuestion as unknown:
            self.state, self.question = State.READY, None
            return {"error_msg": str(unknown)}
        self._step(Kind.QUESTION)
        self.grammar, self.question = grammar, question
        self.turn += 1
        return {}

    def _get(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        self._step(Kind.LOOK)
        return (
            {"params": {"results": []}} if fields.get("params") == ["results"] else {"error_msg": "not known"}
        )


def _object(message: str) -> dict[str, Any]:
    try:
        fields = json.loads(message)
    except (ValueError, RecursionError):
        raise BadPeer("sent no JSON") from None
    if not isinstance(fields, dict):
        raise BadPeer("sent JSON that is no object")
    return fields


def _reply(kind: str, name: str, id: str, **more: Any) -> str:
    return json.dumps({kind: name, "id": id, **more}, ensure_ascii=True)
