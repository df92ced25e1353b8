"""What lies in the folder of a Vosk model: the files that a run-time grammar needs, its rate, its words."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

NEEDED = ("am/final.mdl", "conf/mfcc.conf", "graph/HCLr.fst", "graph/Gr.fst")
"""What a model with run-time grammars has; the large models of Vosk have another kind of graph."""
USUAL_RATE = 16000
"""Kaldi's, where the model names none."""
LONGEST = 10_000
"""Bytes of a name inside a graph."""
_FST, _SYMBOLS, _HAS_SYMBOLS = 0x7EB2FDD6, 0x7EB2FB74, 0b11


def missing(folder: Path) -> list[str]:
    """Files that the model of a folder lacks."""
    return [name for name in NEEDED if not (folder / name).is_file()]


def rate(folder: Path) -> int:
    """Samples a second of what the model was made of. Raises `OSError`, and ValueError for no number."""
    options = (folder / "conf" / "mfcc.conf").read_text(encoding="utf-8").split()
    named = [option.partition("=")[2] for option in options if option.startswith("--sample-frequency=")]
    return round(float(named[-1])) if named else USUAL_RATE


def vocabulary(folder: Path) -> list[str]:
    """The words that the model knows, in its order. Raises `OSError`, and ValueError when it lists none."""
    listed = folder / "graph" / "words.txt"
    if listed.is_file():
        lines = listed.read_text(encoding="utf-8").splitlines()
        return [line.split()[0] for line in lines if line.strip()]
    with (folder / "graph" / "Gr.fst").open("rb") as graph:
        return list(_symbols(graph))


def _symbols(graph: BinaryIO) -> Iterator[str]:
    """The words inside a graph, where the small models of Vosk have them (OpenFst: FstHeader, SymbolTable)."""
    try:
        (magic,) = struct.unpack("<I", graph.read(4))
        _string(graph)  # kind of container
        _string(graph)  # kind of arcs
        _, flags, *_ = struct.unpack("<iiQqqq", graph.read(40))
        (table,) = struct.unpack("<I", graph.read(4))
        if magic != _FST or not flags & _HAS_SYMBOLS or table != _SYMBOLS:
            raise ValueError("graph/words.txt is missing, and graph/Gr.fst has no words in it")
        _string(graph)
        _, count = struct.unpack("<qq", graph.read(16))
        for _ in range(count):
            yield _string(graph).decode()
            graph.read(8)
    except (struct.error, UnicodeDecodeError):
        raise ValueError("graph/Gr.fst is cut off or broken") from None


def _string(graph: BinaryIO) -> bytes:
    (length,) = struct.unpack("<i", graph.read(4))
    if not 0 <= length <= LONGEST:
        raise ValueError("graph/Gr.fst is broken")
    return graph.read(length)
