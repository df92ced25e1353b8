"""Synthetic speakers: espeak-ng's variants, Festival's Russian voice and retro-ru-tts, as far as installed."""

from __future__ import annotations

import ctypes
import importlib.util
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from ivr.speech.training.corpus import RATE, Utterance, to_samples
from ivr.speech.training.texts import Text

FESTIVAL_VOICE = "voice_msu_ru_nsh_clunits"
_UNHEARD = 200
"""A peak below this (of 32,768) means that the engine said nothing."""


def written(text: Text) -> str:
    """A text as an engine reads it."""
    return ", ".join(" ".join(phrase) for phrase in text) + "."


def utterance(speaker: str, text: Text, sound: NDArray[np.floating]) -> Utterance | None:
    """What an engine said, cut to the speech and brought to one level; None when it said nothing."""
    peak = float(np.abs(sound).max()) if len(sound) else 0.0
    if peak < _UNHEARD:
        return None
    loud = np.flatnonzero(np.abs(sound) > 0.01 * peak)
    speech = sound[max(0, loud[0] - RATE // 20) : loud[-1] + RATE // 10]
    return Utterance(speaker, text, to_samples(speech * (16000 / peak)))


class Engine(Protocol):
    """Something that speaks Russian."""

    name: str

    def available(self) -> bool:
        """Whether it is installed."""

    def say(self, texts: list[Text], rng: random.Random) -> Iterator[Utterance | None]:
        """Each text in some voice; None where it said nothing."""


class Espeak:
    """Formant synthesis: poor sound, but ninety throats, any pitch and any pace."""

    name = "espeak"

    def available(self) -> bool:
        return shutil.which("espeak-ng") is not None

    def say(self, texts: list[Text], rng: random.Random) -> Iterator[Utterance | None]:
        variants = sorted(path.name for path in self._folder().iterdir() if "whisper" not in path.name.lower())
        for text in texts:
            yield self._one(text, rng.choice(variants), rng)

    def _folder(self) -> Path:
        version = subprocess.run(["espeak-ng", "--version"], capture_output=True, text=True, check=True).stdout
        return Path(version.split("Data at:")[1].strip()) / "voices" / "!v"

    def _one(self, text: Text, variant: str, rng: random.Random) -> Utterance | None:
        pitch, pace, gap = rng.randint(10, 95), rng.randint(95, 260), rng.choice([0, 0, 0, 2, 5, 10])
        said = subprocess.run(
            ["espeak-ng", "-v", f"ru+{variant}", "-p", str(pitch), "-s", str(pace), "-g", str(gap), "--stdout",
             written(text)], capture_output=True, check=True,
        ).stdout  # fmt: skip
        if len(said) < 1000:
            return None
        rate = int.from_bytes(said[24:28], "little")  # the length in its WAV header is wrong
        sound = np.frombuffer(said[44 : len(said) // 2 * 2], "<i2").astype(np.float32)
        return utterance(f"espeak {variant}", text, soxr.resample(sound, rate, RATE))


class Festival:
    """A man's recorded voice, cut into units and joined anew (Debian's `festvox-ru`)."""

    name = "festival"

    def available(self) -> bool:
        return shutil.which("festival") is not None and Path("/usr/share/festival/voices/russian").is_dir()

    def say(self, texts: list[Text], rng: random.Random) -> Iterator[Utterance | None]:
        for start in range(0, len(texts), 50):
            yield from self._some(texts[start : start + 50])

    def _some(self, texts: list[Text]) -> Iterator[Utterance | None]:
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder) / "say.scm"
            says = (
                f'(utt.save.wave (utt.synth (Utterance Text "{written(text)}")) "{folder}/{i}.wav" \'riff)'
                for i, text in enumerate(texts)
            )
            script.write_text("\n".join([f"({FESTIVAL_VOICE})", *says]), encoding="utf-8")
            subprocess.run(["festival", "-b", str(script)], capture_output=True, check=False)
            for i, text in enumerate(texts):
                said = Path(folder) / f"{i}.wav"
                if said.exists():
                    sound, rate = soundfile.read(said, dtype="float32")
                    yield utterance(self.name, text, soxr.resample(sound * 32768, rate, RATE))


class RetroRuTts:
    """The speech of a Soviet home computer: two voices, any pace (PyPI's `retro-ru-tts`)."""

    name = "retro"
    _SAYS_ALL, _WOMAN = 3, 4

    def available(self) -> bool:
        return importlib.util.find_spec("_ru_tts_native") is not None

    def say(self, texts: list[Text], rng: random.Random) -> Iterator[Utterance | None]:
        native = importlib.util.find_spec("_ru_tts_native")
        if native is None or native.origin is None:
            return
        library = ctypes.CDLL(native.origin)  # its own Python call crashes on 3.11
        for text in texts:
            woman = rng.random() < 0.5
            sound = self._one(library, text, woman, rng)
            yield utterance(f"retro {'woman' if woman else 'man'}", text, sound)

    def _one(self, library: ctypes.CDLL, text: Text, woman: bool, rng: random.Random) -> NDArray[np.float32]:
        heard: list[bytes] = []
        kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)

        def take(data: int, length: int, _: object) -> int:
            heard.append(ctypes.string_at(data, length))
            return 0

        take_c, buffer, config = kind(take), ctypes.create_string_buffer(65536), (ctypes.c_int * 16)()
        library.ru_tts_config_init(config)
        config[0], config[1], config[2] = rng.randint(70, 170), rng.randint(60, 180), rng.randint(20, 140)
        config[11] = self._SAYS_ALL | (self._WOMAN if woman else 0)
        said = written(text).encode("koi8-r")
        library.ru_tts_transfer(config, said, buffer, ctypes.c_size_t(8192), take_c, None)
        sound = np.frombuffer(b"".join(heard), "i1").astype(np.float32) * 200
        return soxr.resample(sound, 10_000, RATE).astype(np.float32)


ENGINES: list[Engine] = [Espeak(), Festival(), RetroRuTts()]
