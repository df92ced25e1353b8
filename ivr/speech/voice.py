"""What of a sound the recogniser gets to hear: voice, a little before it, and of a pause the beginning."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from ivr.speech.gate import FRAME_S, ONSET_FRAMES, Gate

BEFORE_S = 0.3
"""Seconds before the first voice that are heard too: many words begin without voice."""
HANG_S = 0.5
"""Seconds of a pause that the recogniser gets to hear; the rest costs nothing."""


@dataclass(frozen=True)
class Piece:
    """What there is to hear next."""

    samples: bytes
    spoken: bool
    """Whether the caller spoke in it."""
    quiet_s: float
    """Seconds of silence at its end."""
    since_s: float
    """Seconds from the first syllable to its end."""


class Voice:
    """One caller's voice in one answer."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._kept: deque[bytes] = deque(maxlen=round(BEFORE_S / FRAME_S) + ONSET_FRAMES)
        self._recent: deque[bool] = deque(maxlen=3)
        self._fresh: list[bytes] = []
        self._open = self._spoken = False
        self._quiet = self._since = 0
        gate.listen_anew()

    def hear(self, frame: bytes) -> bool:
        """Take one frame; True for the first syllable of the answer."""
        step = self._gate.hear(frame)
        self._recent.append(step.voiced)
        first = step.begins and not self._since
        if first or self._since:
            self._since += 1
        if step.begins and not self._open:
            self._open, self._quiet = True, 0
            self._fresh.extend(self._kept)
            self._kept.clear()
        if self._since:
            self._quiet = 0 if self._open and sum(self._recent) >= 2 else self._quiet + 1
        if self._quiet * FRAME_S > HANG_S:
            self._open = False
        if self._open:
            self._spoken |= not self._quiet
            self._fresh.append(frame)
        else:
            self._kept.append(frame)
        return first

    @property
    def waiting_s(self) -> float:
        """Seconds that wait to be taken."""
        return len(self._fresh) * FRAME_S

    @property
    def quiet_s(self) -> float:
        """Seconds of silence up to now."""
        return self._quiet * FRAME_S

    @property
    def since_s(self) -> float:
        """Seconds from the first syllable to now; 0 before it."""
        return self._since * FRAME_S

    def take(self) -> Piece:
        """What has not been taken yet."""
        piece = Piece(b"".join(self._fresh), self._spoken, self.quiet_s, self.since_s)
        self._fresh.clear()
        self._spoken = False
        return piece

    def deafen(self, margin_db: float) -> None:
        """Count only louder sounds as voice, until the next answer."""
        self._gate.margin_db = margin_db
