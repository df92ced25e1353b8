"""Every way to say a transcript, as a graph over the net's outputs, and how sounds follow each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ivr.speech.training.lexicon import Pronunciation
from ivr.speech.training.phones import GARBAGE, INDEX, SILENCE, SOUNDS

LOG_HALF = math.log(0.5)
IMPOSSIBLE = -1e30
_EDGE = len(SOUNDS)
"""The row of the beginning and the column of the end among the followers."""
GARBAGE_WAY: Sequence[Pronunciation] = [(GARBAGE,)]
_ANSWERS = {"да"}
Pronounce = Mapping[str, Sequence[Pronunciation]]
"""The ways to say each word."""


def is_small(word: str) -> bool:
    """Whether a word is too small to mean anything among strange ones: «на» there is not to sound like «да»."""
    return len(word) <= 2 and word not in _ANSWERS


@dataclass(frozen=True)
class Followers:
    """How likely a sound follows a sound; the last row is the beginning, the last column the end."""

    probability: NDArray[np.float64]

    @classmethod
    def counted(cls, rows: Sequence[Sequence[int]]) -> Followers:
        """From rows of sounds, each a whole saying."""
        counts = np.full((_EDGE + 1, _EDGE + 1), 0.02)
        counts[_EDGE, _EDGE] = 0
        for row in rows:
            for before, after in zip([_EDGE, *row], [*row, _EDGE], strict=True):
                counts[before, after] += 1
        return cls(counts / counts.sum(axis=1, keepdims=True))

    def log(self, before: int, after: int) -> float:
        return math.log(max(self.probability[before, after], 1e-8))


@dataclass
class Graph:
    """States that are outputs of the net, and the weighted ways into each (logarithms of probabilities)."""

    outputs: list[int] = field(default_factory=list)
    ways_in: list[list[tuple[int, float]]] = field(default_factory=list)
    first: list[tuple[int, float]] = field(default_factory=list)
    last: list[tuple[int, float]] = field(default_factory=list)


class GraphMaker:
    """Makes the graphs of transcripts."""

    def __init__(
        self,
        lexicon: Pronounce,
        others: Mapping[str, Pronunciation],
        followers: Followers,
        silence: float = 0.5,
    ) -> None:
        self._lexicon, self._others, self._followers = lexicon, others, followers
        self._silence, self._no_silence = math.log(silence), math.log(1 - silence)

    def graph(self, words: Sequence[str], garbage: bool) -> Graph:
        """All ways to say the words, silence between them or not; `garbage` stands for unknown ones."""
        graph = Graph()
        ends = self._perhaps_silence(graph, [(-1, 0.0)])
        among_strange = garbage and any(word not in self._lexicon for word in words)
        for word in words:
            ways = GARBAGE_WAY if among_strange and is_small(word) else self._ways(word, garbage)
            after: list[tuple[int, float]] = []
            for way in ways:
                tails = [(state, weight - math.log(len(ways))) for state, weight in ends]
                for sound in way:
                    tails = self._enter(graph, INDEX[sound], tails, 0.0)
                after += tails
            ends = self._perhaps_silence(graph, after)
        graph.last = [
            (state, weight + LOG_HALF + self._followers.log(graph.outputs[state] // 2, _EDGE))
            for state, weight in ends
            if state >= 0
        ]
        return graph

    def _ways(self, word: str, garbage: bool) -> Sequence[Pronunciation]:
        if word in self._lexicon:
            return self._lexicon[word]
        return GARBAGE_WAY if garbage or word not in self._others else [self._others[word]]

    def shortest(self, words: Sequence[str]) -> int:
        """Rows of outputs that the words need at least."""
        return sum(min(map(len, self._ways(word, garbage=False))) for word in words)

    def _perhaps_silence(self, graph: Graph, ends: list[tuple[int, float]]) -> list[tuple[int, float]]:
        through = self._enter(graph, INDEX[SILENCE], ends, self._silence)
        return through + [(state, weight + self._no_silence) for state, weight in ends]

    def _enter(
        self, graph: Graph, sound: int, tails: list[tuple[int, float]], extra: float
    ) -> list[tuple[int, float]]:
        """Add a sound behind the tails (state -1 is the beginning); gives its own two tails."""
        first, further = len(graph.outputs), len(graph.outputs) + 1
        graph.outputs += [2 * sound, 2 * sound + 1]
        ways_in = []
        for state, weight in tails:
            if state < 0:
                graph.first.append((first, weight + self._followers.log(_EDGE, sound) + extra))
            else:
                follows = self._followers.log(graph.outputs[state] // 2, sound)
                ways_in.append((state, weight + LOG_HALF + follows + extra))
        graph.ways_in += [ways_in, [(first, LOG_HALF), (further, LOG_HALF)]]
        return [(first, 0.0), (further, 0.0)]


@dataclass(frozen=True)
class GraphBatch:
    """Graphs of equal shape: (batch, states) and (batch, states, ways in)."""

    outputs: NDArray[np.int64]
    sources: NDArray[np.int64]
    weights: NDArray[np.float32]
    first: NDArray[np.float32]
    last: NDArray[np.float32]


def batched(graphs: Sequence[Graph]) -> GraphBatch:
    """Graphs side by side; what a smaller one lacks is impossible."""
    states = max(len(graph.outputs) for graph in graphs)
    ways = max(len(ways) for graph in graphs for ways in graph.ways_in)
    shape = (len(graphs), states)
    outputs, sources = np.zeros(shape, np.int64), np.zeros((*shape, ways), np.int64)
    weights = np.full((*shape, ways), IMPOSSIBLE, np.float32)
    first, last = np.full(shape, IMPOSSIBLE, np.float32), np.full(shape, IMPOSSIBLE, np.float32)
    for b, graph in enumerate(graphs):
        outputs[b, : len(graph.outputs)] = graph.outputs
        for state, ways_in in enumerate(graph.ways_in):
            for k, (source, weight) in enumerate(ways_in):
                sources[b, state, k], weights[b, state, k] = source, weight
        for state, weight in graph.first:
            first[b, state] = np.logaddexp(first[b, state], weight)
        for state, weight in graph.last:
            last[b, state] = np.logaddexp(last[b, state], weight)
    return GraphBatch(outputs, sources, weights, first, last)
