"""Recordings of people, joined into what callers say and sent through a telephone line."""

from __future__ import annotations

import csv
import random
import wave
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soxr
from numpy.typing import NDArray

RATE = 8000
"""Samples a second."""
Samples = NDArray[np.int16]


@dataclass
class Speaker:
    """One person: the words recorded alone, and longer recordings as they are."""

    name: str
    simulated: bool = False
    """No person: a synthetic voice, or a person's recordings at another speed."""
    words: dict[str, list[NDArray[np.float64]]] = field(default_factory=lambda: defaultdict(list))
    phrases: list[tuple[str, NDArray[np.float64]]] = field(default_factory=list)

    def faster(self, name: str, times: float) -> Speaker:
        """The same person as on a tape that runs faster or slower: higher or lower, and no other person."""
        other = Speaker(name, simulated=True)
        for word, takes in self.words.items():
            other.words[word] = [soxr.resample(take, RATE * times, RATE) for take in takes]
        return other


def read_speakers(folder: Path) -> dict[str, Speaker]:
    """The speakers of a manifest: `path`, `speaker`, `text` and perhaps `offset` and `length` in samples."""
    speakers: dict[str, Speaker] = {}
    sounds: dict[str, NDArray[np.float64]] = {}
    for row in _rows(folder):
        if row["path"] not in sounds:
            sounds[row["path"]] = _sound(folder / row["path"])
        whole, start = sounds[row["path"]], int(row.get("offset") or 0)
        sound = whole[start : start + int(row.get("length") or len(whole))]
        text = " ".join(row["text"].lower().replace(",", " ").split())
        speaker = speakers.setdefault(row["speaker"], Speaker(row["speaker"], "synthetic" in row["speaker"]))
        if text and " " not in text:
            speaker.words[text].append(_trimmed(sound))
        speaker.phrases.append((text, sound))
    return speakers


def _rows(folder: Path) -> Iterator[dict[str, str]]:
    """The manifest; the words that come with the tests have one of their own."""
    own = folder / "words.tsv"
    with (own if own.exists() else folder / "manifest.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            yield {"path": row["file"], "speaker": "ivrvoice", "text": row["word"]} if own.exists() else row


def _sound(path: Path) -> NDArray[np.float64]:
    try:
        with wave.open(str(path)) as opened:
            if opened.getsampwidth() != 2:
                raise wave.Error("not of 16 bits")
            rate, channels = opened.getframerate(), opened.getnchannels()
            samples = np.frombuffer(opened.readframes(opened.getnframes()), "<i2").astype(np.float64)
            mono = samples.reshape(-1, channels).mean(axis=1)
    except wave.Error:  # Opus, FLAC, 24 bits and the rest
        import soundfile

        sound, rate = soundfile.read(path, dtype="float64", always_2d=True)
        mono = sound.mean(axis=1) * 32768
    return mono if rate == RATE else soxr.resample(mono, rate, RATE)


def _trimmed(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    loud = np.flatnonzero(np.abs(sound) > 0.02 * np.abs(sound).max())
    return sound[max(0, loud[0] - RATE // 50) : loud[-1] + RATE // 50]


def joined(
    speaker: Speaker, words: Sequence[str], chance: random.Random, gap_s: tuple[float, float] = (0.05, 0.35)
) -> NDArray[np.float64]:
    """Words said one after the other, each at one level, with gaps between them."""
    parts = []
    for word in words:
        take = chance.choice(speaker.words[word])
        parts += [take * (6000 / np.abs(take).max()), np.zeros(int(RATE * chance.uniform(*gap_s)))]
    return np.concatenate(parts)


def over_the_line(sound: NDArray[np.float64], ratio_db: float, seed: int) -> Samples:
    """With pink noise so far below the speech, in the telephone's band, through mu-law; silence around it."""
    rng = np.random.default_rng(seed)
    sound = np.concatenate([np.zeros(RATE // 2), sound, np.zeros(RATE)])
    speech = np.sqrt((sound[np.abs(sound) > 0.02 * np.abs(sound).max()] ** 2).mean())
    noisy = sound + _pink(len(sound), rng) * speech * 10 ** (-ratio_db / 20)
    return _mu_law(_band(noisy))


def _pink(length: int, rng: np.random.Generator) -> NDArray[np.float64]:
    spectrum = np.fft.rfft(rng.normal(size=length))
    noise = np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), length)
    return np.asarray(noise / noise.std())


def _band(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """The telephone's band: 300 to 3400 Hz, with the slopes of real filters."""
    spectrum, frequencies = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / RATE)
    below = 1 / np.sqrt(1 + (300 / np.maximum(frequencies, 1)) ** 8)
    above = 1 / np.sqrt(1 + (frequencies / 3400) ** 24)
    return np.fft.irfft(spectrum * below * above, len(sound))


def _mu_law(sound: NDArray[np.float64]) -> Samples:
    part = np.clip(sound / 32768, -1, 1)
    pressed = np.sign(part) * np.log1p(255 * np.abs(part)) / np.log(256)
    steps = np.round((pressed + 1) / 2 * 255) / 255 * 2 - 1
    return np.asarray(np.rint(np.sign(steps) * (256 ** np.abs(steps) - 1) / 255 * 32767), dtype=np.int16)
