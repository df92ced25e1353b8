"""Does a model fit the line? It has to load, hear telephone sound, take grammars and know our words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.speech.doubt import SOUNDS, can_doubt
from ivr.speech.gate import RATE
from ivr.speech.model import layout

LONGEST_TRIAL_S = 120
SLOWEST = 0.5
"""Seconds of processor per second of the noise that is hardest to decode: words that nearly are."""
LARGEST_STREAM_MB = 50
"""Memory of one caller above which twenty at once are too much."""


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    good: bool
    what: str


def check_model(folder: Path, words: Iterable[str]) -> Iterator[Finding]:
    """What is good and what is wrong; a fault that makes the rest pointless is the last finding."""
    if missing := layout.missing(folder):
        yield Finding(False, f"no Vosk model with run-time grammars: {', '.join(missing)} is missing")
        return
    try:
        yield _knows(words, layout.vocabulary(folder))
        yield _rate(layout.rate(folder))
    except ValueError as fault:
        yield Finding(False, str(fault))
        return
    apart = "yes" if can_doubt(folder) else f"no folder {SOUNDS}, more of it is taken for answers"
    yield Finding(True, f"tells other speech from answers by single sounds: {apart}")
    try:
        seen = _trial(folder)
    except TrialFailed as failed:
        yield Finding(False, str(failed))
        return
    yield from _measured(seen)


class TrialFailed(Exception):
    """The model does not load or does not work."""


def _trial(folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "ivr.speech.model.trial", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_TRIAL_S, check=False)
        seen: dict[str, Any] = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        raise TrialFailed(f"it is not done after {LONGEST_TRIAL_S} s") from None
    except json.JSONDecodeError:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise TrialFailed(f"it does not load: {last[0]}") from None
    return seen


def _knows(words: Iterable[str], known: Iterable[str]) -> Finding:
    """Vosk drops a word that it does not know, with a mere warning: the caller could never be heard."""
    wanted = set(words)
    missing = sorted(wanted - {*known})
    if missing:
        return Finding(
            False, f"words of our questions: {len(missing)} of {len(wanted)} missing: {', '.join(missing)}"
        )
    return Finding(True, f"words of our questions: all {len(wanted)} of them")


def _rate(rate: int) -> Finding:
    wider = f": telephone sound is sent to it as {rate}" if rate != RATE else ""
    return Finding(rate >= RATE, f"made for {rate} samples a second{wider}")


def _measured(seen: dict[str, Any]) -> Iterator[Finding]:
    yield Finding(True, f"loads: in {seen['load_s']:.1f} s, {seen['memory_mb']:.0f} MB")
    outside = seen["outside_grammar"]
    said = (
        "keeps to a run-time grammar"
        if not outside
        else f"says words outside its grammar: {', '.join(outside)}"
    )
    yield Finding(not outside, said)
    factor, stream = seen["real_time_factor"], seen["stream_mb"]
    yield Finding(
        factor <= SLOWEST, f"slowest: {factor:.2f} s of processor per second of sound that is nearly words"
    )
    yield Finding(stream <= LARGEST_STREAM_MB, f"memory of a caller: {stream:.1f} MB")
