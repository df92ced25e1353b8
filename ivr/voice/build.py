"""Makes every sound that the catalogue needs and that is not there yet."""

from __future__ import annotations

import fcntl
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.prompts import Prompts, Sounds
from ivr.prompts.index import SUFFIX, Index, sounds_folder
from ivr.prompts.joining import joined_name
from ivr.prompts.spool import write_whole
from ivr.spoken import LANGUAGES
from ivr.voice.plan import Plan, Recorded, Spoken, plan
from ivr.voice.sound import BadSound, telephone
from ivr.voice.synthesis import speak
from ivr.voice.voices import FESTIVAL, Voice

log = logging.getLogger(__name__)

FALLBACK = "fallback/"
"""Prompts under this are written for the dialplan, as `sounds/fallback/<language>/<name>.alaw`."""

Progress = Callable[[int, int], None]
"""Told how many sounds are made, and of how many."""


@dataclass(frozen=True)
class Job:
    """What is to be built, and where."""

    prompts: Path
    """The folder of the catalogue and the recordings."""
    var: Path
    """The sounds are put in `sounds/` of this folder."""
    tariffs: tuple[str, ...]
    """Names of tariffs that are to be spoken."""
    voices: Callable[[], Mapping[str, Voice]]
    """Gives the voices; asked only when something has to be spoken."""
    keep: bool = False
    """Whether what could be said before is kept: not all names of tariffs are known now."""


@dataclass(frozen=True)
class Built:
    """What a build did, in numbers of sounds."""

    made: int
    there: int
    removed: int


def build(job: Job, progress: Progress) -> Built:
    """Make what is missing, remove what is no longer used. Whoever uses the old sounds can go on until then.

    A tariff that no voice can say is left out. Raises `BadCatalogue`, `BadSound`, `VoiceFailed`, `MissingSound`
    for a sentence that no voice can say, or what `job.voices` raises.
    """
    catalogue = Prompts.load(job.prompts)
    folders = {language: sounds_folder(job.var, language) for language in LANGUAGES}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    with _alone(job.var / "sounds"):
        before = {language: Index.read(folder) for language, folder in folders.items()}
        plans = plan(catalogue, job.prompts, FESTIVAL, job.tariffs)
        if any(isinstance(source, Spoken) for _, source in _missing(plans, folders)):
            plans = plan(catalogue, job.prompts, job.voices(), job.tariffs)
        missing = _missing(plans, folders)
        unspoken = _make(missing, folders, progress)
        plans = {language: one.without(unspoken) for language, one in plans.items()}
        if job.keep:
            plans = {
                language: one.beside(before[language], folders[language]) for language, one in plans.items()
            }
        sounds = Sounds(catalogue, folders, {language: p.index for language, p in plans.items()})
        indexes = {language: _with_fixed(catalogue, sounds, p.index, folders) for language, p in plans.items()}
        _publish(indexes, before, folders)
        _write_fallback(catalogue, sounds, job)
        removed = sum(_sweep(folders[lang], indexes[lang].names | before[lang].names) for lang in folders)
    there = sum(len(one.sources) for one in plans.values()) - len(missing)
    return Built(len(missing) - len(unspoken), there, removed)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One build at a time; the system lets the lock go when we die."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _missing(plans: Mapping[str, Plan], folders: Mapping[str, Path]) -> list[tuple[str, Spoken | Recorded]]:
    return [
        (language, source)
        for language, one in plans.items()
        for name, source in one.sources.items()
        if not (folders[language] / f"{name}{SUFFIX}").exists()
    ]


def _make(
    missing: list[tuple[str, Spoken | Recorded]], folders: Mapping[str, Path], progress: Progress
) -> list[Spoken]:
    """Make sounds; those that no voice could speak."""
    done, lock = 0, threading.Lock()
    silent: list[Spoken] = []

    def finish(source: Spoken | Recorded, file: Path) -> None:
        nonlocal done
        try:
            write_whole(files[source], telephone(file))
        except BadSound:
            if isinstance(source, Recorded):
                raise
            silent.append(source)
        with lock:
            done += 1
            progress(done, len(missing))

    files = {source: folders[language] / f"{source.name}{SUFFIX}" for language, source in missing}
    for source in files:
        if isinstance(source, Recorded):
            finish(source, source.file)
    unspoken = speak([source for source in files if isinstance(source, Spoken)], finish) + silent
    for source in unspoken:
        log.warning("the voice %s can't say %r", source.voice.name, source.text)
    return unspoken


def _with_fixed(catalogue: Prompts, sounds: Sounds, index: Index, folders: Mapping[str, Path]) -> Index:
    """The index with the joined sounds of the prompts without slots; those that are not there are written."""
    fixed = {}
    for entry in catalogue:
        if entry.fixed and index.language == entry.language:
            parts = sounds.parts(entry.key, {}, entry.language)
            fixed[entry.key] = joined_name(parts)
            file = folders[entry.language] / f"{fixed[entry.key]}{SUFFIX}"
            if not file.exists():
                write_whole(file, sounds.joined(parts))
    return replace(index, fixed=fixed)


def _publish(indexes: Mapping[str, Index], before: Mapping[str, Index], folders: Mapping[str, Path]) -> None:
    """Last of all the index: who reads the old one finds the old sounds, who reads the new one the new."""
    for language, index in indexes.items():
        if index != before[language]:
            write_whole(folders[language] / Index.FILE, index.dump())


def _write_fallback(catalogue: Prompts, sounds: Sounds, job: Job) -> None:
    for entry in catalogue:
        if entry.key.startswith(FALLBACK):
            name = entry.key.removeprefix(FALLBACK)
            file = job.var / "sounds" / "fallback" / entry.language / f"{name}{SUFFIX}"
            file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(file, sounds.heard(entry.key, {}, entry.language))


def _sweep(folder: Path, kept: set[str]) -> int:
    """Remove what neither this index nor the one before it names: calls in progress use the latter."""
    names = {Index.FILE, *(f"{name}{SUFFIX}" for name in kept)}
    stale = [file for file in folder.iterdir() if file.name not in names]
    for file in stale:
        file.unlink()
    return len(stale)
