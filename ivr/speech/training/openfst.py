"""OpenFst's containers: plain ones, and the one with look-ahead that Vosk builds its run-time grammars on."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

_MAGIC, _ADDON = 0x7EB2FDD6, 446681434


class Arc(NamedTuple):
    """A way from one state to the next; label 0 is silent."""

    heard: int
    """Transition id that it takes in."""
    said: int
    """Word that it puts out."""
    cost: float
    """Minus the logarithm of its probability."""
    to: int


@dataclass
class Transducer:
    """States are numbers; the first is 0."""

    arcs: list[list[Arc]] = field(default_factory=lambda: [[]])
    final: dict[int, float] = field(default_factory=dict)
    """Cost of ending in a state."""

    def state(self) -> int:
        self.arcs.append([])
        return len(self.arcs) - 1

    def arc(self, start: int, heard: int, said: int, cost: float, to: int) -> None:
        self.arcs[start].append(Arc(heard, said, cost, to))

    def sorted_by_words(self) -> Transducer:
        return Transducer(
            [sorted(arcs, key=lambda arc: (arc.said, arc.heard)) for arcs in self.arcs], self.final
        )


def vector_bytes(fst: Transducer) -> bytes:
    """The container `vector`."""
    parts = [_header("vector", 2, _properties(fst) | 0x2, 0, len(fst.arcs), 0)]
    for state, arcs in enumerate(fst.arcs):
        parts.append(struct.pack("<fq", fst.final.get(state, math.inf), len(arcs)))
        parts += [struct.pack("<iifi", *arc) for arc in arcs]
    return b"".join(parts)


def const_bytes(fst: Transducer) -> bytes:
    """The container `const`: all states, then all arcs."""
    parts = [_header("const", 2, _properties(fst), 0, len(fst.arcs), sum(map(len, fst.arcs)))]
    position = 0
    for state, arcs in enumerate(fst.arcs):
        silent = sum(arc.heard == 0 for arc in arcs), sum(arc.said == 0 for arc in arcs)
        parts.append(struct.pack("<fIIII", fst.final.get(state, math.inf), position, len(arcs), *silent))
        position += len(arcs)
    parts += [struct.pack("<iifi", *arc) for arcs in fst.arcs for arc in arcs]
    return b"".join(parts)


def lookahead_bytes(fst: Transducer, final_label: int) -> bytes:
    """The container `olabel_lookahead`: a `const` one, and for each state the words that may come next.

    `final_label` is a label that no word has; it stands for the end.
    """
    fst = fst.sorted_by_words()
    reachable = _reachable_words(fst, final_label)
    parts = [
        _header("olabel_lookahead", 1, _properties(fst), -1, 0, 0),
        struct.pack("<i", _ADDON),
        const_bytes(fst),
    ]
    parts.append(bytes([1, 0, 1, 0, 0]) + struct.pack("<iq", final_label, len(reachable)))
    for words in reachable:
        intervals = _intervals(words)
        parts.append(struct.pack("<q", len(intervals)))
        parts += [struct.pack("<ii", *interval) for interval in intervals]
        parts.append(struct.pack("<i", len(words)))
    return b"".join(parts)


def _reachable_words(fst: Transducer, final_label: int) -> list[set[int]]:
    """Per state, the words that can come next through arcs that say nothing."""
    reachable = [{arc.said for arc in arcs if arc.said} for arcs in fst.arcs]
    for state in fst.final:
        reachable[state].add(final_label)
    changed = True
    while changed:
        changed = False
        for state in reversed(range(len(fst.arcs))):
            before = len(reachable[state])
            reachable[state].update(*(reachable[arc.to] for arc in fst.arcs[state] if not arc.said))
            changed |= len(reachable[state]) != before
    return reachable


def _intervals(labels: Iterable[int]) -> list[tuple[int, int]]:
    """Labels as ranges [begin, end)."""
    ranges: list[tuple[int, int]] = []
    for label in sorted(labels):
        if ranges and ranges[-1][1] == label:
            ranges[-1] = (ranges[-1][0], label + 1)
        else:
            ranges.append((label, label + 1))
    return ranges


def _header(kind: str, version: int, properties: int, start: int, states: int, arcs: int) -> bytes:
    names = b"".join(struct.pack("<i", len(name)) + name for name in (kind.encode(), b"standard"))
    return (
        struct.pack("<I", _MAGIC) + names + struct.pack("<iiQqqq", version, 0, properties, start, states, arcs)
    )


def _properties(fst: Transducer) -> int:
    """OpenFst's property bits: each pair is 'it is so' and 'it is not so'; unknown ones may be left out."""
    arcs = [arc for out in fst.arcs for arc in out]
    claims = [  # the bit of 'it is so'; of 'it is not so'
        (0x1_0000, 0x2_0000, all(arc.heard == arc.said for arc in arcs)),
        (0x40_0000, 0x80_0000, any(arc.heard == 0 and arc.said == 0 for arc in arcs)),
        (0x100_0000, 0x200_0000, any(arc.heard == 0 for arc in arcs)),
        (0x400_0000, 0x800_0000, any(arc.said == 0 for arc in arcs)),
        (0x1000_0000, 0x2000_0000, all(a.heard <= b.heard for out in fst.arcs for a, b in pairwise(out))),
        (0x4000_0000, 0x8000_0000, all(a.said <= b.said for out in fst.arcs for a, b in pairwise(out))),
    ]
    expanded, weighted = 0x1, 0x1_0000_0000
    return sum(yes if holds else no for yes, no, holds in claims) | expanded | weighted | _order(fst)


def _order(fst: Transducer) -> int:
    """Whether every arc leads to a later state: then there is no cycle."""
    if all(arc.to > state for state, out in enumerate(fst.arcs) for arc in out):
        return 0x40_0000_0000 | 0x8_0000_0000 | 0x20_0000_0000
    return 0x80_0000_0000
