"""Recordings with a manifest: where each utterance lies, who says it, and what is said.

The manifest is tab-separated with a first line of names: `path`, `speaker`, `text`, and, when one file holds
many utterances, `offset` and `length` in samples at 8 kHz. A comma in the text is a pause.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from ivr.speech.training.texts import Text

RATE = 8000
"""Samples a second, everywhere in training."""
Sound = NDArray[np.float32]


@dataclass(frozen=True)
class Utterance:
    """One saying of one speaker."""

    speaker: str
    text: Text
    sound: NDArray[np.int16]


def read_corpus(folder: Path, manifest: Path | None = None) -> list[Utterance]:
    """All utterances of a folder. ValueError tells what is wrong with its manifest or a recording."""
    manifest = manifest or folder / "manifest.tsv"
    sounds: dict[str, NDArray[np.int16]] = {}
    utterances = []
    for number, row in enumerate(_rows(manifest), 2):
        path, text = row["path"], parse(row["text"])
        try:
            whole = sounds.setdefault(path, read_sound(folder / path)) if path not in sounds else sounds[path]
            start, length = int(row.get("offset") or 0), int(row.get("length") or len(whole))
        except (ValueError, OSError, soundfile.LibsndfileError) as wrong:
            raise ValueError(f"{manifest.name}, line {number}: {wrong}") from None
        utterances.append(Utterance(row["speaker"], text, whole[start : start + length]))
    return utterances


def _rows(manifest: Path) -> Iterator[dict[str, str]]:
    with manifest.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, delimiter="\t")
        missing = {"path", "speaker", "text"} - set(reader.fieldnames or [])
        if missing:
            raise ValueError(f"{manifest.name} has no column {', '.join(sorted(missing))}")
        yield from reader


def parse(text: str) -> Text:
    """Phrases of words; «-» or nothing means that nothing is said in words."""
    phrases = [phrase.lower().replace("—", " ").split() for phrase in text.replace(";", ",").split(",")]
    kept = [[word.strip('.!?«»"') for word in phrase if word.strip('.!?«»"-')] for phrase in phrases]
    return [phrase for phrase in kept if phrase]


def read_sound(path: Path) -> NDArray[np.int16]:
    """A recording of any rate and number of channels, at 8 kHz mono."""
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = sound.mean(axis=1)
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE, quality="HQ")
    return to_samples(mono * 32768)


def to_samples(sound: NDArray[np.floating]) -> NDArray[np.int16]:
    """Rounded and kept within 16 bits."""
    return np.clip(np.rint(sound), -32768, 32767).astype(np.int16)


def write_corpus(folder: Path, name: str, utterances: Iterable[Utterance]) -> float:
    """Put utterances into one file, then add them to the folder's manifest; gives their hours."""
    folder.mkdir(parents=True, exist_ok=True)
    said = list(utterances)
    soundfile.write(folder / f"{name}.wav", np.concatenate([one.sound for one in said]), RATE, subtype="PCM_16")
    manifest, offset = folder / "manifest.tsv", 0
    new = not manifest.exists()
    with manifest.open("a", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines, delimiter="\t")
        if new:
            rows.writerow(["path", "speaker", "text", "offset", "length"])
        for one in said:
            rows.writerow([f"{name}.wav", one.speaker, written(one.text), offset, len(one.sound)])
            offset += len(one.sound)
    return offset / RATE / 3600


def written(text: Text) -> str:
    """A text as `parse` reads it."""
    return ", ".join(" ".join(phrase) for phrase in text)
