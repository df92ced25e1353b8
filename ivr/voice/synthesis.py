"""Has the voices speak many texts at once, through pyttsx3."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from pyttsx3.engine import Engine

from ivr.voice import festival
from ivr.voice.plan import Spoken
from ivr.voice.voices import Voice

Finish = Callable[[Spoken, Path], None]
"""Takes what was spoken and the WAV file of it, which is gone afterwards."""


class VoiceFailed(Exception):
    """The synthesiser could not say something; the message tells what."""


def speak(orders: Sequence[Spoken], finish: Finish) -> None:
    """Have every text spoken, by as many synthesisers as there are processors. Raises `VoiceFailed`."""
    shares = [share for voice in {order.voice for order in orders} for share in _shares(orders, voice)]
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        running = [workers.submit(_speak, share, finish) for share in shares]
        try:
            for share in running:
                share.result()
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            festival.stop()
            raise


def _shares(orders: Sequence[Spoken], voice: Voice) -> list[list[Spoken]]:
    """The texts of one voice, long and short ones dealt out evenly."""
    mine = sorted((order for order in orders if order.voice == voice), key=lambda order: len(order.text))
    workers = os.cpu_count() or 1 if voice.driver == festival.NAME else 1
    return [mine[first::workers] for first in range(min(workers, len(mine)))]


def _speak(orders: list[Spoken], finish: Finish) -> None:
    with tempfile.TemporaryDirectory(prefix="voice-") as folder:
        files = {str(number): (order, Path(folder) / f"{number}.wav") for number, order in enumerate(orders)}
        if orders[0].voice.driver == festival.NAME:
            _all_at_once(orders[0].voice, files, finish)
        else:
            _one_by_one(orders[0].voice, files, finish)


def _all_at_once(voice: Voice, files: Mapping[str, tuple[Spoken, Path]], finish: Finish) -> None:
    faults: list[BaseException] = []

    def finished(name: str, **_: Any) -> None:
        try:
            finish(*files[name])
        except Exception as fault:  # pyttsx3 swallows what its listeners raise
            faults.append(fault)

    engine = Engine(voice.driver)
    engine.connect("finished-utterance", finished)
    engine.connect("error", lambda exception, **_: faults.append(exception))
    engine.setProperty("voice", voice.name)
    for name, (order, file) in files.items():
        engine.save_to_file(order.text, str(file), name)
    engine.runAndWait()
    if faults:
        raise VoiceFailed(f"{voice.name}: {faults[0]}") from faults[0]


def _one_by_one(voice: Voice, files: Mapping[str, tuple[Spoken, Path]], finish: Finish) -> None:
    """pyttsx3's own driver of espeak loses every second text of an engine that is used again, and it prints."""
    for order, file in files.values():
        engine = Engine(voice.driver)
        engine.setProperty("voice", voice.name)
        engine.save_to_file(order.text, str(file))
        with redirect_stdout(StringIO()):
            engine.runAndWait()
        finish(order, file)
