"""A person's recorded words, joined into what a caller says: `say("семь семь ноль")`."""

from __future__ import annotations

import csv
import wave
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).with_name("people")
RATE = 8000
"""Samples a second."""
Samples = NDArray[np.int16]


@cache
def words() -> dict[str, Samples]:
    """Every recorded word."""
    with (FOLDER / "words.tsv").open(encoding="utf-8", newline="") as rows:
        return {row["word"]: _samples(FOLDER / row["file"]) for row in csv.DictReader(rows, delimiter="\t")}


def say(
    text: str, gap_s: float = 0.15, before_s: float = 0.4, after_s: float = 1.0, pause_s: float = 0.6
) -> Samples:
    """The words of a text with gaps between them; a comma is a pause. KeyError for a word not recorded."""
    parts = [silence(before_s)]
    for token in text.replace(",", " , ").split():
        parts.append(
            silence(pause_s - gap_s) if token == "," else np.concatenate([words()[token], silence(gap_s)])
        )
    return np.concatenate([*parts, silence(after_s)])


def silence(seconds: float, level: float = 6.0) -> Samples:
    """As on a line: never quite nothing. The same noise each time, so that a test hears the same twice."""
    return np.random.default_rng(0).normal(0, level, int(seconds * RATE)).astype(np.int16)


def music(seconds: float) -> Samples:
    """Chords that swell and fade, with drums: as loud as a voice, the same each time."""
    rng, at = np.random.default_rng(0), np.arange(round(seconds * RATE)) / RATE
    hertz = np.resize(np.repeat(rng.choice([220.0, 247.0, 262.0, 294.0, 330.0], 64), RATE // 2), len(at))
    phase = 2 * np.pi * np.cumsum(hertz) / RATE
    tune = np.sum([np.sin(phase * k) / k for k in (1, 1.25, 1.5, 2, 3, 4)], axis=0)
    drums = rng.normal(0, 1, len(at)) * np.exp(-(at * 2 % 1) * 20)
    return np.asarray((tune * (0.6 + 0.4 * np.sin(2 * np.pi * at / 3)) + drums) * 1200, np.int16)


def _samples(path: Path) -> Samples:
    with wave.open(str(path)) as recording:
        return np.frombuffer(recording.readframes(recording.getnframes()), "<i2")
