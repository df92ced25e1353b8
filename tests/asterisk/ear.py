"""Which sounds a caller heard, found in the recording of the call by cross-correlation.

    ear = Ear({"main-menu": path.read_bytes(), …})       # A-law
    for said in ear.listen(call.heard()):
        print(said.name, said.at_s, said.heard_s, said.whole)

The beginning of each known sound is looked for first; from there on it is followed piece by piece, so a sound
that a key cut short is known by its beginning, and `heard_s` says how much of it came. Of sounds with the same
beginning (two amounts) the one that explains most is meant.

A busy machine sends a packet late now and then, which leaves a hole in what is heard. As a person does, the
ear picks the sentence up again after a hole, and knows one by its greater part where the hole was at the start.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ivr.voice.alaw import RATE, decode

Samples = NDArray[np.float32]
BEGINNING_S = 0.4
"""Seconds of a sound that are enough to know it by."""
PIECE_S = 0.04
"""Seconds of the pieces by which a sound is followed."""
HOLE_S = 0.4
"""Seconds for which the voice may stay away in the middle of a sound."""
RESUMED_S = 0.12
"""Seconds of a sound by which it is known again after a hole."""
ALIKE = 0.9
"""Normalised correlation from which on two stretches of voice are the same."""
QUIET = 30.0
"""Root mean square (of 16-bit samples) below which a piece is silence and proves nothing."""


@dataclass(frozen=True)
class Said:
    """One sound that was heard."""

    name: str
    at_s: float
    """Second of the recording at which it begins."""
    heard_s: float
    """Seconds of it that were heard."""
    length_s: float
    """Seconds that it has."""
    score: float
    """Normalised correlation of what was heard with what should be, 1.0 for the very same."""

    @property
    def ended_s(self) -> float:
        """Second of the recording at which it ends."""
        return self.at_s + self.heard_s

    @property
    def whole(self) -> bool:
        """Whether it was heard to its end (but for a trailing silence)."""
        return self.heard_s >= self.length_s - 2 * PIECE_S


class Ear:
    """Knows `sounds` (A-law, 8 kHz) by their names."""

    def __init__(self, sounds: Mapping[str, bytes]) -> None:
        self._sounds = {name: _trimmed(_samples(voice)) for name, voice in sounds.items()}

    def listen(self, heard: bytes, *, patient: bool = False) -> list[Said]:
        """What of the known sounds is in `heard` (A-law), in order.

        `patient`: a sound is also known by its greater part, where a hole hides its beginning.
        """
        recording = Recording(_samples(heard))
        found = [said for name in self._sounds for said in self._find(name, recording, patient)]
        chosen: list[Said] = []
        for said in sorted(found, key=lambda said: (-said.heard_s, -said.score)):
            if all(
                said.ended_s <= other.at_s + PIECE_S or said.at_s >= other.ended_s - PIECE_S for other in chosen
            ):
                chosen.append(said)
        return sorted(chosen, key=lambda said: said.at_s)

    def names(self, heard: bytes) -> list[str]:
        """The names of what is in `heard`, in order."""
        return [said.name for said in self.listen(heard)]

    def _find(self, name: str, recording: Recording, patient: bool) -> Iterable[Said]:
        sound, beginning = self._sounds[name], round(BEGINNING_S * RATE)
        for at in _peaks(recording.correlation(sound[:beginning]), min(beginning, len(sound))):
            yield _said(name, recording.samples, sound, at, 0)
        if not patient or len(sound) < 4 * beginning:
            return
        for at in _peaks(recording.correlation(sound[beginning : 2 * beginning]), beginning):
            said = _said(name, recording.samples, sound, at, beginning)
            begun = _alike_at(recording.samples, sound[:beginning], at - beginning)
            if said.heard_s > said.length_s / 2 and not begun:
                yield said


class Recording:
    """What is listened to for one sound after another."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples
        self._energy = np.cumsum(np.concatenate(([0.0], samples.astype(np.float64) ** 2)))
        self._spectra: dict[int, NDArray[np.complex128]] = {}

    def correlation(self, pattern: Samples) -> Samples:
        """The normalised correlation of `pattern` with the recording from each sample on."""
        n = len(self.samples) - len(pattern) + 1
        if n < 1:
            return np.zeros(0, np.float32)
        size = 1 << (len(self.samples) + len(pattern) - 2).bit_length()
        if size not in self._spectra:
            self._spectra[size] = np.fft.rfft(self.samples, size)
        product = np.fft.irfft(self._spectra[size] * np.conj(np.fft.rfft(pattern, size)), size)[:n]
        window = self._energy[len(pattern) :] - self._energy[: -len(pattern)]
        loud = np.sqrt(np.maximum(window, len(pattern) * QUIET**2) * float(np.dot(pattern, pattern)))
        scores: Samples = (product / loud).astype(np.float32)
        return scores


def _said(name: str, recording: Samples, sound: Samples, at: int, skipped: int) -> Said:
    """The sound whose samples from `skipped` on are heard from `at` on."""
    samples = skipped + _followed(recording[at:], sound[skipped:])
    score = _alike(recording[at : at + samples - skipped], sound[skipped:samples])
    return Said(name, max(at - skipped, 0) / RATE, samples / RATE, len(sound) / RATE, score)


def _samples(voice: bytes) -> Samples:
    return decode(voice).astype(np.float32)


def correlation(recording: Samples, pattern: Samples) -> Samples:
    """The normalised correlation of `pattern` with `recording` from each sample on."""
    return Recording(recording).correlation(pattern)


def _peaks(score: Samples, apart: int) -> list[int]:
    peaks: list[int] = []
    for at in np.flatnonzero(score >= ALIKE):
        if peaks and at - peaks[-1] < apart:
            peaks[-1] = int(at) if score[at] > score[peaks[-1]] else peaks[-1]
        else:
            peaks.append(int(at))
    return peaks


def _followed(recording: Samples, sound: Samples) -> int:
    """For how many samples `recording` goes on like `sound`; silence in `sound` counts once it is over."""
    piece, sure, late = round(PIECE_S * RATE), 0, 0
    for at in range(0, min(len(sound), len(recording)), piece):
        expected = sound[at : at + piece]
        if np.sqrt(np.mean(expected**2)) < QUIET:
            continue
        if not _alike_at(recording, expected, at + late):
            hole = _hole(recording[at + late :], sound[at:])
            if hole is None:
                break
            late += hole
        sure = at + len(expected)
    return sure


def _hole(recording: Samples, sound: Samples) -> int | None:
    """After how many samples `recording` goes on like `sound`; None: not soon."""
    known = sound[: round(RESUMED_S * RATE)]
    scores = correlation(recording[: round(HOLE_S * RATE) + len(known)], known)
    best = int(np.argmax(scores)) if len(scores) else 0
    return best if best and scores[best] >= ALIKE else None


def _alike_at(recording: Samples, sound: Samples, at: int) -> bool:
    came = recording[max(at, 0) : max(at, 0) + len(sound)]
    return at >= 0 and len(came) == len(sound) and _alike(came, sound) >= ALIKE


def _alike(one: Samples, other: Samples) -> float:
    norm = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.dot(one, other)) / norm if norm else 0.0


def _trimmed(sound: Samples) -> Samples:
    """`sound` up to its last loud piece: the silence at its end cannot be heard."""
    piece = round(PIECE_S * RATE)
    loud = [at for at in range(0, len(sound), piece) if np.sqrt(np.mean(sound[at : at + piece] ** 2)) >= QUIET]
    return sound[: loud[-1] + piece] if loud else sound
