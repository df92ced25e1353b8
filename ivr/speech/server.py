"""The speech server of one process: many callers' WebSockets on one event loop, decoding in threads."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from ivr.agi.processes import BEAT_S, beat
from ivr.settings import Settings, load
from ivr.speech.aeap import PROTOCOL, BadPeer, UnknownQuestion
from ivr.speech.questions import Question, Questions, models
from ivr.speech.recogniser import Model
from ivr.speech.stream import Overrun, Stream

log = logging.getLogger(__name__)

BACKLOG = 512
"""Connections that wait to be accepted."""
MESSAGE_BYTES = 16384
"""The longest message: Asterisk's frames of voice have 320 bytes, its requests some 200."""
HANDSHAKE_S = 3.0
"""Seconds for a connection to become a WebSocket."""
DRAIN_S = 3.0
"""Seconds that answers in hand may take when the server stops."""
SLOW_S = 1.0
"""Seconds that any caller is behind when the server counts as overrun and refuses new ones."""
HEALTH = "/health"
BAD, FULL, STOPPING, FAILED = 1002, 1013, 1001, 1011
"""WebSocket's reasons for closing (RFC 6455 and the IANA registry)."""


def listen(host: str, port: int) -> socket.socket:
    """A socket to accept connections on. Raises `OSError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class SpeechServer:
    """Serves questions to Asterisk. At most `streams` callers at once; one more is refused at once."""

    def __init__(self, questions: Questions, streams: int, reload: Callable[[], Questions]) -> None:
        self._questions, self._streams_most, self._reload = questions, streams, reload
        self._streams: set[Stream] = set()
        self._threads = ThreadPoolExecutor(len(os.sched_getaffinity(0)), thread_name_prefix="decode")
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """Take no more callers and end soon."""
        self._stop.set()

    def reload(self) -> None:
        """Read the prompts again for the questions to come; with wrong ones the old stay."""
        try:
            self._questions = self._reload()
        except Exception as wrong:
            log.error("not reloaded, the old prompts stay: %s", wrong)
        else:
            log.info("the prompts are read anew")

    async def run(self, listener: socket.socket) -> None:
        """Serve on `listener` until `stop`."""
        async with await self._server(listener) as server:
            await self._stop.wait()
            log.info("stopping: %d callers", len(self._streams))
            server.close(close_connections=False)
            await self._drained()
            await asyncio.gather(*(connection.close(STOPPING) for connection in server.connections))
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _server(self, listener: socket.socket) -> Server:
        return await serve(
            self._serve,
            sock=listener,
            subprotocols=[Subprotocol(PROTOCOL)],
            # A page in somebody's browser is no Asterisk.
            origins=[None],
            process_request=self._admit,
            compression=None,
            server_header=None,
            open_timeout=HANDSHAKE_S,
            close_timeout=1,
            max_size=MESSAGE_BYTES,
            max_queue=64,
        )

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if request.path == HEALTH:
            return connection.respond(HTTPStatus.OK, f"{len(self._streams)} callers\n")
        if self._is_full():
            log.warning("a caller was refused: %d are here", len(self._streams))
            return connection.respond(HTTPStatus.SERVICE_UNAVAILABLE, "too many callers\n")
        return None

    def _is_full(self) -> bool:
        return len(self._streams) >= self._streams_most or _are_behind(self._streams)

    def _find(self, name: str, asking: Stream) -> Question:
        if _are_behind(self._streams - {asking}):
            raise UnknownQuestion("more is said than can be heard")
        return self._questions.find(name)  # of now: a reload puts others in their place

    async def _serve(self, connection: ServerConnection) -> None:
        if self._is_full():
            return await connection.close(FULL)
        stream = Stream(connection, lambda name: self._find(name, stream), self._threads)
        self._streams.add(stream)
        try:
            await stream.serve()
        except* ConnectionClosed:
            pass
        except* BadPeer as bad:
            log.warning("a connection was closed that %s", bad.exceptions[0])
            await connection.close(BAD)
        except* Overrun as over:
            log.warning("a caller was dropped: %s", over.exceptions[0])
            await connection.close(FULL)
        except* Exception:
            log.exception("a connection failed")
            await connection.close(FAILED)
        finally:
            self._streams.discard(stream)

    async def _drained(self) -> None:
        """Let answers in hand come to their end."""
        loop = asyncio.get_running_loop()
        until = loop.time() + DRAIN_S
        while any(stream.speaking for stream in self._streams) and loop.time() < until:
            await asyncio.sleep(0.05)


def _are_behind(streams: set[Stream]) -> bool:
    """Whether more is said than can be heard."""
    return any(stream.behind_s > SLOW_S for stream in streams)


def work(settings: Settings, listener: socket.socket, parent: int | None) -> None:
    """Serve in this process until SIGTERM, SIGINT, or the end of the process that started it.

    SIGHUP reads the prompts again. Raises `BadModel`, `BadCatalogue`.
    """
    loaded = models(settings)
    asyncio.run(_work(settings, loaded, listener, parent))


async def _work(
    settings: Settings, loaded: Mapping[str, Model], listener: socket.socket, parent: int | None
) -> None:
    server = SpeechServer(
        Questions.of(settings, loaded), settings.speech_streams, lambda: Questions.of(load(), loaded)
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.stop)
    loop.add_signal_handler(signal.SIGHUP, server.reload)
    beating = None
    if parent is not None:
        loop.add_reader(parent, server.stop)
        beating = asyncio.create_task(_beat(parent))
    log.info("listening for %s", ", ".join(loaded))
    await server.run(listener)
    if beating:
        beating.cancel()


async def _beat(parent: int) -> None:
    while True:
        beat(parent)
        await asyncio.sleep(BEAT_S)
