"""The voice of one call: RTP out every 20 ms, keys as RFC 4733 events in the same stream, RTP in on record."""

from __future__ import annotations

import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

FRAME_S = 0.02
"""Seconds of voice in one packet."""
FRAME = 160
"""Samples, and bytes of A-law, in one packet."""
RATE = 8000
"""Samples a second."""
SILENCE = b"\xd5"
"""One sample of A-law silence."""
VOICE, EVENT = 8, 101
"""Payload types of A-law and of keys."""
STRAY = 800
"""Samples by which a sound that does not follow the last may leave its moment of arrival."""
SO_TIMESTAMPNS = 35
"""Linux's option that notes when a packet came (asm-generic/socket.h)."""


@dataclass
class Press:
    """One press of a key; `released` is set once it is over."""

    key: str
    tone_frames: int
    gap_frames: int
    not_before: float
    pressed_at: float = 0.0
    """`time.monotonic()` of its first packet."""
    released_at: float = 0.0
    """`time.monotonic()` of its first end packet: the moment at which Asterisk acts."""
    released: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Heard:
    """One packet that came."""

    at: float
    """`time.monotonic()` of its arrival."""
    stream: int
    timestamp: int
    voice: bytes


class Media:
    """One RTP session over a socket of its own. `tick` belongs to the thread that drives the telephones."""

    def __init__(self, host: str) -> None:
        self.socket = socket.socket(type=socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.bind((host, 0))
        self.port: int = self.socket.getsockname()[1]
        self.packets: list[Heard] = []
        self.spoke_at = self.spoken_at = 0.0
        """`time.monotonic()` of the first and the end of the last packet of what was said last."""
        self.late_s = 0.0
        """Seconds by which the latest packet of ours went out too late."""
        self._remote: tuple[str, int] | None = None
        self._stream = random.getrandbits(32)
        self._sequence = random.getrandbits(15)
        self._timestamp = random.getrandbits(30)
        self._speech: deque[bytes] = deque()
        self._presses: deque[Press] = deque()
        self._frames_of_press = 0
        self._event_began = 0

    def send_to(self, host: str, port: int) -> None:
        """Send to this address from now on."""
        self._remote = host, port

    def speak(self, voice: bytes) -> None:
        """Say `voice` (A-law) from now on, after what is being said."""
        if not self._speech:
            self.spoke_at = 0.0
        self._speech.extend(voice[at : at + FRAME] for at in range(0, len(voice) - FRAME + 1, FRAME))

    def press(self, presses: Iterable[Press]) -> None:
        """Press keys after those that are waiting."""
        self._presses.extend(presses)

    def tick(self, due: float) -> None:
        """Send what belongs to these 20 ms: voice, or the key that is held down."""
        now = time.monotonic()
        self.late_s = max(self.late_s, now - due)
        voice = self._next_voice(now)
        if self._remote is not None and not self._key(now):
            self._send(VOICE, voice)
        self._timestamp = (self._timestamp + FRAME) & 0xFFFFFFFF

    def receive(self) -> None:
        """Record all that has come."""
        while True:
            try:
                data, extra, _, _ = self.socket.recvmsg(2048, 64)
            except (BlockingIOError, ConnectionRefusedError):
                return
            if len(data) > 12 and data[1] & 0x7F == VOICE:
                _, _, _, timestamp, stream = struct.unpack_from("!BBHII", data)
                start = 12 + 4 * (data[0] & 0x0F)
                self.packets.append(Heard(_arrival(extra), stream, timestamp, data[start:]))

    def _next_voice(self, now: float) -> bytes:
        if not self._speech:
            return SILENCE * FRAME
        self.spoke_at, self.spoken_at = self.spoke_at or now, now + FRAME_S
        return self._speech.popleft()

    def _key(self, now: float) -> bool:
        """Send this frame's share of the key that is down; False when there is none, or it is in its gap."""
        if not self._presses or now < self._presses[0].not_before:
            return False
        press = self._presses[0]
        self._frames_of_press += 1
        frames = self._frames_of_press
        if frames == 1:
            press.pressed_at, self._event_began = now, self._timestamp
        if frames <= press.tone_frames:
            self._send_event(press.key, frames * FRAME, marker=frames == 1)
        if frames == press.tone_frames:
            press.released_at = now
            for _ in range(3):
                self._send_event(press.key, frames * FRAME, end=True)
        if frames >= press.tone_frames + press.gap_frames:
            self._presses.popleft()
            self._frames_of_press = 0
            press.released.set()
        return frames <= press.tone_frames

    def _send_event(self, key: str, samples: int, *, marker: bool = False, end: bool = False) -> None:
        event = struct.pack("!BBH", "0123456789*#ABCD".index(key), 0x80 * end + 10, samples)
        self._send(EVENT, event, marker=marker, timestamp=self._event_began)

    def _send(self, kind: int, payload: bytes, *, marker: bool = False, timestamp: int | None = None) -> None:
        assert self._remote is not None
        self._sequence = (self._sequence + 1) & 0xFFFF
        at = self._timestamp if timestamp is None else timestamp
        header = struct.pack("!BBHII", 0x80, 0x80 * marker + kind, self._sequence, at, self._stream)
        with suppress(BlockingIOError, ConnectionRefusedError):
            self.socket.sendto(header + payload, self._remote)


def _arrival(extra: list[tuple[int, int, bytes]]) -> float:
    """The `time.monotonic()` at which the kernel took a packet in, however late we come to read it."""
    for _, kind, data in extra:
        if kind == SO_TIMESTAMPNS:
            seconds, nanoseconds = struct.unpack_from("@ll", data)
            age: float = time.time() - seconds - nanoseconds / 1e9
            return time.monotonic() - age
    return time.monotonic()


def timeline(packets: list[Heard], since: float) -> bytes:
    """What was heard from `since` on, as one stretch of A-law: every sample at its moment, silence in the gaps.

    The first packet of a sound is put where it arrived, the others where RTP's clock puts them.
    """
    voice = bytearray()
    stream = next_timestamp = offset = 0
    for packet in sorted(packets, key=lambda p: p.at):
        arrived = round((packet.at - since) * RATE)
        at = packet.timestamp + offset
        follows = (packet.stream, packet.timestamp) == (stream, next_timestamp)
        if not follows and (packet.stream != stream or abs(at - arrived) > STRAY):
            offset, at = arrived - packet.timestamp, arrived
        stream, next_timestamp = packet.stream, packet.timestamp + len(packet.voice)
        if at + len(packet.voice) <= 0:
            continue
        at = max(at, 0)
        voice.extend(SILENCE * (at - len(voice)))
        voice[at : at + len(packet.voice)] = packet.voice
    return bytes(voice)
