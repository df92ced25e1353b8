"""Tells the caller's voice from everything else, so that silence and music cost next to nothing.

A frame is voice when three agree: WebRTC's voice detector, its level above the background, and its spectrum,
which is more than a pair of tones (keys sent as sound, signals of the network) and no held notes. The
background is what the quietest moments of the last seconds were: steady noise and most music raise it until
they count as background.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log10

import numpy as np
import webrtcvad
from numpy.typing import NDArray

from ivr.speech.spectra import Notes, is_tones, spectrum

RATE = 8000
"""Samples a second."""
FRAME = 160
"""Samples of a frame."""
FRAME_S = FRAME / RATE
"""Seconds of a frame."""
FRAME_BYTES = 2 * FRAME

STRICTNESS = 3
"""Of WebRTC's detector, 0..3: the strictest."""
LOWEST_DB = -55.0
"""Level under which nothing counts as background: a silent line has none. Decibels below the largest sample."""
MARGIN_DB = 9.0
"""Decibels above the background from which on a sound may be voice."""
DEAF_DB = 15.0
"""The same once the recogniser has found no word in all that came through: music, a radio, a crowd."""
WARY = 2
"""Answers without a meaning, one after the other, after which that is so from the beginning."""
BACKGROUND = 150
"""Frames in which the background is looked for: 3 s."""
QUIETEST = 0.1
"""Share of them that is taken to be background."""
FIRST_DB, FIRST_FRAMES = -36.0, 10
"""Background that is taken to have gone before; on a line that is never quiet it counts for 1.8 s."""
SPAN = 100
"""Frames within which speech has loud and quiet moments: 2 s, some six words."""
STEADY_DB = 12.0
"""Decibels between them that speech has at least, even in noise 10 dB below it; most music has less."""
ABOVE_DB = 6.0
"""Decibels by which speech over a steady sound is louder than it."""
LOOK = 10
"""Frames after which the background is looked for anew."""
ONSET_VOICED, ONSET_FRAMES = 5, 8
"""Speech begins with so many frames of voice among so many: 100 of 160 ms; a click or a cough is shorter."""


@dataclass(frozen=True)
class Step:
    """What the gate makes of one frame."""

    voiced: bool
    begins: bool
    """Whether speech begins here: it began some frames ago."""


class Gate:
    """The ear of one call; it knows the background from one question to the next."""

    def __init__(self) -> None:
        self._detector = webrtcvad.Vad(STRICTNESS)
        self._notes = Notes()
        # A caller may be speaking already: what is loud from the first moment on is no background yet.
        self._levels: deque[float] = deque([FIRST_DB] * FIRST_FRAMES, maxlen=BACKGROUND)
        self._voiced: deque[bool] = deque(maxlen=ONSET_FRAMES)
        self._background_db = LOWEST_DB
        self._steady_db = -inf
        self._frames = 0
        self.margin_db = MARGIN_DB
        self.in_vain = 0
        """Answers without a meaning since the last that had one: music, a radio, a crowd."""

    def listen_anew(self) -> None:
        """A new question: nothing has been said yet."""
        self._voiced.clear()
        self.margin_db = DEAF_DB if self.in_vain >= WARY else MARGIN_DB

    def meant(self, anything: bool) -> None:
        """Take note of whether the last answer meant anything."""
        self.in_vain = 0 if anything else self.in_vain + 1

    def hear(self, frame: bytes) -> Step:
        """Take one frame (`FRAME_BYTES` of 16-bit samples)."""
        samples = np.frombuffer(frame, dtype="<i2").astype(np.float32)
        level_db = _level_db(samples)
        self._note(level_db)
        loud = level_db > max(self._background_db + self.margin_db, self._steady_db)
        voiced = loud and self._detector.is_speech(frame, RATE)
        voiced &= self._is_no_music(samples if loud else None)
        began_before = sum(self._voiced) >= ONSET_VOICED
        self._voiced.append(voiced)
        return Step(voiced, not began_before and sum(self._voiced) >= ONSET_VOICED)

    def _is_no_music(self, samples: NDArray[np.float32] | None) -> bool:
        """Whether a loud frame is neither a tone nor one of held notes; to be told of every frame."""
        power = None if samples is None else spectrum(samples)
        if power is None or is_tones(power):
            self._notes.quiet()
            return False
        return not self._notes.loud(power)

    def _note(self, level_db: float) -> None:
        self._levels.append(level_db)
        if self._frames % LOOK == 0:
            ordered = sorted(self._levels)
            self._background_db = max(ordered[int(QUIETEST * len(ordered))], LOWEST_DB)
            self._steady_db = _steady_db(list(self._levels)[-SPAN:]) if self._frames >= SPAN else -inf
        self._frames += 1


def _steady_db(levels: Sequence[float]) -> float:
    """The level that voice must rise above where the sound is a steady one; no level where it is not."""
    ordered = sorted(levels)
    quiet, loud = ordered[int(0.1 * len(ordered))], ordered[int(0.95 * len(ordered))]
    return loud + ABOVE_DB if loud - quiet < STEADY_DB else -inf


def _level_db(samples: NDArray[np.float32]) -> float:
    power = float(np.dot(samples, samples)) / len(samples)
    return 10 * log10(power / 32768**2 + 1e-10)
