"""One caller's voice: a WebSocket of Asterisk's, from its setup to its end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from time import monotonic
from typing import Protocol

from ivr.speech.aeap import BadPeer, Session, State
from ivr.speech.gate import FRAME_BYTES, FRAME_S, RATE, Gate
from ivr.speech.heard import REFUSED, encode, is_meant
from ivr.speech.questions import Question
from ivr.speech.turn import Answer, Turn
from ivr.speech.voice import Piece

log = logging.getLogger(__name__)

SETUP_S = 3.0
"""Seconds in which Asterisk must have set the connection up."""
BEHIND_S = 10.0
"""Seconds of voice that may wait to be decoded; whoever would wait longer is asked for keys sooner."""
UNHEARD_BYTES = round(0.3 / FRAME_S) * FRAME_BYTES
"""Voice after a result that means that it met no ear: the line listens on."""
BURST_S, MOST = 10.0, 1.2
"""Voice cannot come faster than it is spoken: so many seconds at once, then so many a second."""
LEAST_S = 0.005
"""Seconds of voice that a message counts as at least: an empty one costs something too."""
SILENT_S, FILL_S = 1.0, 0.1
"""Seconds without a message in the middle of an answer after which silence is heard, so many at a time: who
suppresses silence sends none, and the answer would never end."""
LONGEST_S = 7200.0
"""Seconds of voice of one call."""
OPEN_S = 4 * LONGEST_S
"""Seconds that a connection may last."""
REQUESTS = 5000
"""Requests of one call."""


class Peer(Protocol):
    """The other end of a WebSocket."""

    async def recv(self) -> str | bytes:
        """The next message. Raises when the other end has closed."""

    async def send(self, message: str) -> None:
        """Send a text message."""


class Overrun(Exception):
    """More is to be heard than can be, or more came than anybody can say."""


@dataclass(frozen=True)
class _Told:
    """What is told to the line of an answer."""

    text: str
    score: int
    meant: bool = True
    """Whether it is any answer."""


class Stream:
    """Talks with `peer` until one of both has enough. Nothing of what a caller says is kept or logged."""

    def __init__(self, peer: Peer, find: Callable[[str], Question], threads: Executor) -> None:
        self._peer, self._threads = peer, threads
        self._session = Session(find)
        self._gate = Gate()
        self._turn: Turn | None = None
        self._voice = bytearray()
        self._due = asyncio.Event()
        self._told: _Told | None = None
        self._since_told = self._requests = 0
        self._heard_s, self._began = 0.0, monotonic()
        self._voice_at = self._began

    @property
    def behind_s(self) -> float:
        """Seconds of voice that wait to be decoded."""
        return self._turn.behind_s if self._turn else 0.0

    @property
    def speaking(self) -> bool:
        """Whether the caller is in the middle of an answer."""
        return self._turn is not None and self._turn.speaking

    async def serve(self) -> None:
        """Serve until the peer closes. Raises `BadPeer` or `Overrun` when we are to close, in a group."""
        async with asyncio.TaskGroup() as tasks:
            beside = [tasks.create_task(self._listen()), tasks.create_task(self._fill())]
            await self._receive()
            for task in beside:
                task.cancel()

    async def _receive(self) -> None:
        try:
            async with asyncio.timeout(SETUP_S):
                while self._session.state is State.NEW:
                    await self._take(await self._peer.recv())
        except TimeoutError:
            raise BadPeer("set nothing up") from None
        try:
            async with asyncio.timeout(OPEN_S):
                while True:
                    await self._take(await self._peer.recv())
        except TimeoutError:
            raise Overrun(f"here for {OPEN_S / 3600:.0f} hours") from None

    async def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            await self._take_voice(message)
        else:
            await self._take_text(message)

    async def _take_text(self, message: str) -> None:
        self._requests += 1
        if self._requests > REQUESTS:
            raise Overrun(f"more than {REQUESTS} requests")
        before = self._session.question, self._session.turn
        reply = self._session.text(message)
        if before != (self._session.question, self._session.turn):
            self._begin(self._session.question)
        if reply:
            await self._peer.send(reply)

    def _begin(self, question: Question | None) -> None:
        self._turn = question.turn(self._gate) if question else None
        self._voice.clear()
        self._told = None

    async def _take_voice(self, data: bytes) -> None:
        samples = self._session.voice(data)
        self._voice_at = monotonic()
        self._heard_s += max(len(data) / (2 * RATE), LEAST_S)
        if self._heard_s > min(BURST_S + MOST * (monotonic() - self._began), LONGEST_S):
            raise Overrun("more voice than anybody can say")
        if samples:
            await self._hear(samples)
        elif self._told:
            await self._say_again(len(data))
        elif self._session.state is State.READY:
            self._told = _Told(REFUSED, 0)
            await self._peer.send(self._session.answer(REFUSED, 0))

    async def _say_again(self, more: int) -> None:
        """The line listens on, so the result came between two of its commands and was lost: tell it again."""
        self._since_told += more
        if self._told and self._since_told >= UNHEARD_BYTES:
            self._since_told = 0
            await self._peer.send(self._session.answer(self._told.text, self._told.score))

    async def _hear(self, samples: bytes) -> None:
        """Whether there is voice in them is told at once; words are looked for in a thread."""
        self._voice += samples
        whole = len(self._voice) // FRAME_BYTES * FRAME_BYTES
        frames = bytes(self._voice[:whole])
        del self._voice[:whole]
        if (turn := self._turn) is None:
            return
        began = turn.hear(frames)
        if turn.behind_s > BEHIND_S:
            raise Overrun(f"{turn.behind_s:.1f} s behind")
        if turn.due:
            self._due.set()
        if began:
            await self._peer.send(self._session.onset())

    async def _fill(self) -> None:
        """Hear the silence that is not sent."""
        while True:
            await asyncio.sleep(FILL_S)
            if self.speaking and monotonic() - self._voice_at >= SILENT_S:
                await self._hear(bytes(round(FILL_S / FRAME_S) * FRAME_BYTES))

    async def _listen(self) -> None:
        """Decode what has come, in a thread, as long as the connection lives."""
        while True:
            await self._due.wait()
            self._due.clear()
            while (turn := self._turn) and turn.due:
                await self._decode(turn)

    async def _decode(self, turn: Turn) -> None:
        question, loop = self._session.question, asyncio.get_running_loop()
        if question is None:
            return
        told = await loop.run_in_executor(self._threads, _told, question, turn, turn.take())
        if told is None or turn is not self._turn:
            return  # not over yet, or the line has put another question meanwhile
        self._gate.meant(told.meant)
        self._voice.clear()
        self._told, self._since_told = told, 0
        await self._peer.send(self._session.answer(told.text, told.score))


def _told(question: Question, turn: Turn, piece: Piece) -> _Told | None:
    """What to tell of the answer once it is over. In one go: what is over is not to wait for what is not."""
    answer = turn.listen(piece)
    return _understood(question, answer) if answer else None


def _understood(question: Question, answer: Answer) -> _Told:
    began = monotonic()
    heard = question.understand(answer.alternatives)
    log.info(
        "%s: %.1f s of speech, %.1f s decoded, %d alternatives, %s; ended in %.0f ms, understood in %.0f ms",
        *(question.grammar.name, answer.speech_s, answer.fed_s, len(answer.alternatives)),
        "an answer" if heard.answer else f"{len(heard.readings)} readings",
        *(answer.took_s * 1000, (monotonic() - began) * 1000),
    )
    return _Told(encode(heard), round(100 * heard.certainty), is_meant(heard))
