"""Batches for training, made at random by a process of their own: chosen, joined, augmented, analysed."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from queue import Full

import numpy as np
from numpy.typing import NDArray

from ivr.speech.training.acoustic import STEPS
from ivr.speech.training.augmentation import augment, cut_tightly
from ivr.speech.training.corpus import RATE, Utterance
from ivr.speech.training.features import CEPSTRA, HIGH_HZ, cepstra
from ivr.speech.training.masks import masked
from ivr.speech.training.texts import in_one_breath
from ivr.speech.training.transcripts import Graph, GraphBatch, GraphMaker, batched

LONGEST_S = 9.0
"""Longest saying, after all that was done to it."""
GARBAGE_SHARE = 0.35
"""How often strange words are one garbage sound each; else they are their own sounds, as far as known."""
_CONTEXT = 1 + sum(STEPS)
_AT_ONCE = 96
"""Sayings that are sorted by length together, so that a batch pads little."""


@dataclass(frozen=True)
class Batch:
    """Sayings of like length."""

    cepstra: NDArray[np.float32]
    """(batch, frames with context, 40)"""
    rows: NDArray[np.int64]
    """Rows of outputs of each."""
    graphs: GraphBatch


@dataclass(frozen=True)
class Share:
    """A part of the recordings, and how often it is drawn."""

    utterances: Sequence[Utterance]
    weight: float


class Sayings:
    """Draws sayings at random."""

    def __init__(self, shares: Sequence[Share], maker: GraphMaker, seed: int) -> None:
        self._shares, self._maker = shares, maker
        weights = np.array([share.weight for share in shares])
        self._weights, self._rng = weights / weights.sum(), np.random.default_rng(seed)
        self._by_speaker: dict[str, list[Utterance]] = {}
        for share in shares:
            for said in share.utterances:
                self._by_speaker.setdefault(said.speaker, []).append(said)

    def draw(self) -> tuple[NDArray[np.float32], Graph]:
        """Cepstra and graph of a saying that is neither too long nor too fast to be heard."""
        while True:
            words, sound = self._some()
            heard = augment(sound, self._rng, self._other_speech)
            if len(heard) > RATE * LONGEST_S:
                continue
            stretched = self._rng.random() < 0.5
            frames = cepstra(heard, self._rng.uniform(3400, 3990) if stretched else HIGH_HZ)
            if 3 * self._maker.shortest(words) <= 0.9 * len(frames):
                return masked(frames, self._rng), self._maker.graph(
                    words, garbage=self._rng.random() < GARBAGE_SHARE
                )

    def _some(self) -> tuple[list[str], NDArray[np.float64]]:
        """One recording, or several of one speaker with little silence between them; rarely nothing at all."""
        rng = self._rng
        if rng.random() < 0.02:
            return [], rng.normal(size=int(RATE * rng.uniform(0.3, 2)))
        said = self._utterance()
        words, parts = in_one_breath(said.text), [_sound(said, rng, rng.random() < 0.15)]
        tight = rng.random() < 0.4
        if len(said.sound) < RATE * 2.2 and rng.random() < 0.55:
            others = self._by_speaker[said.speaker]
            for _ in range(rng.integers(1, 10 if tight else 4)):
                other = others[int(rng.integers(len(others)))]
                if sum(map(len, parts)) + len(other.sound) > RATE * 6:
                    break
                parts += [_gap(rng, tight), _sound(other, rng, tight)]
                words += in_one_breath(other.text)
        return words, np.concatenate(parts)

    def _utterance(self) -> Utterance:
        share = self._shares[int(self._rng.choice(len(self._shares), p=self._weights))]
        return share.utterances[int(self._rng.integers(len(share.utterances)))]

    def _other_speech(self, rng: np.random.Generator) -> NDArray[np.float64]:
        return self._utterance().sound.astype(np.float64)


def _sound(said: Utterance, rng: np.random.Generator, tight: bool) -> NDArray[np.float64]:
    sound = said.sound.astype(np.float64)
    return cut_tightly(sound, rng) * rng.uniform(0.7, 1.3) if tight else sound


def _gap(rng: np.random.Generator, tight: bool) -> NDArray[np.float64]:
    """The silence between two joined recordings."""
    return np.zeros(int(RATE * (rng.exponential(0.1) if tight else rng.uniform(0.02, 0.7))))


def join(sayings: Sequence[tuple[NDArray[np.float32], Graph]]) -> Batch:
    """Sayings side by side, each with its first and last frame repeated as context."""
    rows = np.array([(len(frames) + 2) // 3 for frames, _ in sayings])
    length = 3 * (int(rows.max()) - 1) + 1 + 2 * _CONTEXT
    padded = np.zeros((len(sayings), length, CEPSTRA), np.float32)
    for i, (frames, _) in enumerate(sayings):
        fitting = frames[: length - _CONTEXT]
        padded[i, :_CONTEXT] = frames[0]
        padded[i, _CONTEXT : _CONTEXT + len(fitting)] = fitting
        padded[i, _CONTEXT + len(fitting) :] = frames[-1]
    return Batch(padded, rows, batched([graph for _, graph in sayings]))


def make(sayings: Sayings, frames: int, seed: int) -> Iterator[Batch]:
    """Batches of at most so many frames, padding included, without end."""
    rng = np.random.default_rng(seed)
    while True:
        drawn = sorted((sayings.draw() for _ in range(_AT_ONCE)), key=lambda saying: len(saying[0]))
        groups: list[list[tuple[NDArray[np.float32], Graph]]] = [[]]
        for saying in drawn:
            if groups[-1] and (len(groups[-1]) + 1) * len(saying[0]) > frames:
                groups.append([])
            groups[-1].append(saying)
        yield from (join(groups[i]) for i in rng.permutation(len(groups)))


def in_background(shares: Sequence[Share], maker: GraphMaker, frames: int, seed: int) -> Iterator[Batch]:
    """The same, made by another process while the net learns; it ends with this one."""
    context = multiprocessing.get_context("fork")  # the recordings are shared, not copied
    queue: multiprocessing.Queue[Batch] = context.Queue(16)

    parent = os.getpid()

    def work() -> None:
        os.nice(2)
        for batch in make(Sayings(shares, maker, seed), frames, seed):
            while not _put(queue, batch):
                if os.getppid() != parent:  # it was killed
                    return

    process = context.Process(target=work, daemon=True)
    process.start()
    try:
        while True:
            yield queue.get()
    finally:
        process.terminate()


def _put(queue: multiprocessing.Queue[Batch], batch: Batch) -> bool:
    """False when nobody took anything for five seconds."""
    try:
        queue.put(batch, timeout=5)
    except Full:
        return False
    return True
