"""What sounds a catalogue needs, and what each is to be made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from ivr.prompts import Prompts, recorded
from ivr.prompts.catalogue import read_table
from ivr.prompts.index import SUFFIX, Index
from ivr.prompts.joining import name_of
from ivr.spoken import KINDS, LANGUAGES, Fragment
from ivr.voice import sound
from ivr.voice.voices import Voice, spelled

SPEAKABLE = r"[0-9A-Za-zА-Яа-яЁё]"
"""What a name must have one of, at least."""


@dataclass(frozen=True)
class Spoken:
    """A sound that a synthetic voice makes."""

    voice: Voice
    text: str
    """What the voice is told to say."""

    @property
    def name(self) -> str:
        """The name of the sound."""
        return name_of(("spoken", str(sound.VERSION), self.voice.driver, self.voice.name, self.text))


@dataclass(frozen=True)
class Recorded:
    """A sound that a person made."""

    file: Path

    @property
    def name(self) -> str:
        """The name of the sound."""
        return name_of(("recorded", str(sound.VERSION), sha256(self.file.read_bytes()).hexdigest()))


Source = Spoken | Recorded


@dataclass(frozen=True)
class Plan:
    """The sounds of one language by their names, and the index that will lead to them."""

    sources: Mapping[str, Source]
    index: Index

    def without(self, unspoken: Iterable[Spoken]) -> Plan:
        """The same without sounds that no voice could make."""
        names = {source.name for source in unspoken}
        said = {text: name for text, name in self.index.fragments.items() if name not in names}
        return replace(self, index=replace(self.index, fragments=said))

    def beside(self, before: Index, folder: Path) -> Plan:
        """The same with the fragments of an earlier index that are still there."""
        there = {text: name for text, name in before.fragments.items() if (folder / f"{name}{SUFFIX}").exists()}
        return replace(self, index=replace(self.index, fragments=there | self.index.fragments))


def plan(
    prompts: Prompts, folder: Path, voices: Mapping[str, Voice], tariffs: Iterable[str]
) -> dict[str, Plan]:
    """What each language needs. Raises `BadCatalogue` for a bad list of pronunciations."""
    wanted = _wanted(prompts, tuple(tariffs))
    return {
        language: _plan(prompts, folder, voices[language], {f for f in wanted if f.language == language})
        for language in LANGUAGES
    }


def _wanted(prompts: Prompts, tariffs: tuple[str, ...]) -> set[Fragment]:
    return {
        fragment for entry in prompts for piece in entry.pieces for fragment in entry.vocabulary(piece, tariffs)
    }


def _plan(prompts: Prompts, folder: Path, voice: Voice, wanted: set[Fragment]) -> Plan:
    language = voice.language
    found = recorded.recordings(folder, language)
    pronunciation = pronunciations(folder, language)

    def source(fragment: Fragment) -> Source:
        recording = recorded.of_fragment(fragment, found)
        return Recorded(recording) if recording else Spoken(voice, spelled(fragment, voice, pronunciation))

    said = {fragment.text: source(fragment) for fragment in wanted}
    keys = {name for entry in prompts if entry.language == language for name in recorded.names(entry)}
    whole = {key: Recorded(file) for key, file in found.items() if key in keys}
    return Plan(
        sources={made.name: made for made in (*said.values(), *whole.values())},
        index=Index(
            language=language,
            voice=voice.name,
            fragments={text: made.name for text, made in said.items()},
            recorded={key: made.name for key, made in whole.items()},
        ),
    )


def speakable(tariffs: Iterable[str]) -> tuple[str, ...]:
    """The names of tariffs that a voice can say, each once; the others are not said to callers."""
    kind = KINDS["tariff"]
    return tuple(dict.fromkeys(name for name in tariffs if kind.accepts(name) and re.search(SPEAKABLE, name)))


def pronunciations(folder: Path, language: str) -> dict[str, str]:
    """How the voice is told to say words that it would say wrong; by word."""
    file = folder / language / "pronunciation.yaml"
    return {word: str(sounds) for word, sounds in read_table(file).items()} if file.is_file() else {}
