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
    """A synthesiser failed; the message tells how."""


def speak(orders: Sequence[Spoken], finish: Finish) -> list[Spoken]:
    """Have every text spoken, by as many synthesisers as there are processors; those that none could speak.

    Raises `VoiceFailed` when a synthesiser fails altogether, or what `finish` raises.
    """
    shares = [share for voice in {order.voice for order in orders} for share in _shares(orders, voice)]
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        running = [workers.submit(_speak, share, finish) for share in shares]
        try:
            return [order for share in running for order in share.result()]
        except BaseException:
            workers.shutdown(wait=False, cancel_futures=True)
            festival.stop()
            raise


def _shares(orders: Sequence[Spoken], voice: Voice) -> list[list[Spoken]]:
    """The texts of one voice, long and short ones dealt out evenly."""
    mine = sorted((order for order in orders if order.voice == voice), key=lambda order: len(order.text))
    workers = os.cpu_count() or 1 if voice.driver == festival.NAME else 1
    return [mine[first::workers] for first in range(min(workers, len(mine)))]


def _speak(orders: list[Spoken], finish: Finish) -> list[Spoken]:
    with tempfile.TemporaryDirectory(prefix="voice-") as folder:
        files = {str(number): (order, Path(folder) / f"{number}.wav") for number, order in enumerate(orders)}
        if orders[0].voice.driver == festival.NAME:
            return _all_at_once(orders[0].voice, files, finish)
        return _one_by_one(orders[0].voice, files, finish)


def _all_at_once(voice: Voice, files: Mapping[str, tuple[Spoken, Path]], finish: Finish) -> list[Spoken]:
    unspoken: list[Spoken] = []
    faults: list[BaseException] = []

    def finished(name: str, **_: Any) -> None:
        try:
            finish(*files[name])
        except Exception as fault:  # pyttsx3 swallows what its listeners raise
            faults.append(fault)

    def failed(name: str | None, exception: BaseException) -> None:
        if name and isinstance(exception, festival.CannotSpeak):
            unspoken.append(files[name][0])
        else:
            faults.append(exception)

    engine = Engine(voice.driver)
    engine.connect("finished-utterance", finished)
    engine.connect("error", failed)
    engine.setProperty("voice", voice.name)
    for name, (order, file) in files.items():
        engine.save_to_file(order.text, str(file), name)
    engine.runAndWait()
    if faults:
        raise VoiceFailed(f"{voice.name}: {faults[0]}") from faults[0]
    return unspoken


def _one_by_one(voice: Voice, files: Mapping[str, tuple[Spoken, Path]], finish: Finish) -> list[Spoken]:
    """pyttsx3's own driver of espeak loses every second text of an engine that is used again, and it prints."""
    for order, file in files.values():
        engine = Engine(voice.driver)
        engine.setProperty("voice", voice.name)
        engine.save_to_file(order.text, str(file))
        with redirect_stdout(StringIO()):
            engine.runAndWait()
        if file.exists():
            finish(order, file)
    return [order for order, file in files.values() if not file.exists()]
