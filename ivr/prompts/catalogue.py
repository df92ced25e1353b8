"""The catalogue of prompts: what the line says, by key and language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from ivr.prompts.answers import EVERYWHERE, Answers, by_phrase, read_answers
from ivr.prompts.text import SPOKEN, BadText, Piece, Slot, Words, parse, variants
from ivr.spoken import LANGUAGES, Fragment, say, vocabulary


class BadCatalogue(Exception):
    """A catalogue that cannot be used; the message names the file, the prompt and what is wrong."""


class UnknownPrompt(KeyError):
    """A key that the catalogue does not have in that language, or a slot left without a value."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Entry:
    """One prompt in one language."""

    key: str
    language: str
    source: str
    """The text as it stands in the catalogue."""
    pieces: tuple[Piece, ...]
    optional: bool = False
    """True leaves the prompt out of a call, instead of failing, where a value has no sound."""
    answers: Answers = field(default_factory=dict)
    """What may be said in answer."""

    @property
    def slots(self) -> dict[str, Slot]:
        """The slots by name."""
        return {piece.name: piece for piece in self.pieces if isinstance(piece, Slot)}

    @property
    def fixed(self) -> bool:
        """True when there are no slots: the prompt is always the same."""
        return not self.slots

    def fragments(self, values: Mapping[str, object]) -> list[Fragment]:
        """What is said with these values. Raises `BadValue` or `UnknownPrompt`."""
        return [fragment for piece in self.pieces for fragment in self.said(piece, values)]

    def said(self, piece: Piece, values: Mapping[str, object]) -> tuple[Fragment, ...]:
        """What is said of one piece. Raises `BadValue` or `UnknownPrompt`."""
        if isinstance(piece, Words):
            return piece.fragments
        if piece.name not in values:
            raise UnknownPrompt(f"{self.key} needs a value for {piece.name}")
        return say(piece.kind, values[piece.name], self.language, piece.mark)

    def vocabulary(self, piece: Piece, tariffs: tuple[str, ...] = ()) -> Iterable[Fragment]:
        """Everything that one piece can say; of tariffs, those that are known."""
        if isinstance(piece, Words):
            return piece.fragments
        return vocabulary(piece.kind, self.language, piece.mark, tariffs)


class Prompts:
    """A whole catalogue. It does not change once it is loaded."""

    def __init__(
        self, entries: Mapping[str, Mapping[str, Entry]], everywhere: Mapping[str, Answers] | None = None
    ) -> None:
        self._entries, self._everywhere = entries, everywhere or {}

    @classmethod
    def load(cls, folder: Path) -> Prompts:
        """The catalogue of `folder`: a file `<language>.yaml` for each language. Raises `BadCatalogue`."""
        files = {language: folder / f"{language}.yaml" for language in LANGUAGES}
        tables = {language: read_table(file) for language, file in files.items() if file.is_file()}
        if not tables:
            raise BadCatalogue(f"{folder}: no catalogue here (ru.yaml, en.yaml)")
        everywhere = {
            language: _everywhere(files[language], table.pop(EVERYWHERE, None))
            for language, table in tables.items()
        }
        return cls({name: _entries(files[name], name, table) for name, table in tables.items()}, everywhere)

    @property
    def languages(self) -> list[str]:
        """The languages that there is a catalogue for."""
        return list(self._entries)

    def keys(self, language: str) -> list[str]:
        """The keys of a language, in the order of its file."""
        return list(self._entries[language])

    def entry(self, key: str, language: str) -> Entry:
        """One prompt; of `key/spoken` the prompt `key` where that invites nobody to speak.

        Raises `UnknownPrompt`.
        """
        entries = self._entries.get(language, {})
        if found := entries.get(key) or entries.get(key.removesuffix(SPOKEN)):
            return found
        raise UnknownPrompt(f"no prompt {key!r} in language {language!r}")

    def phrases(self, key: str | None, language: str) -> dict[str, str]:
        """What each phrase means that answers the prompt `key`; None: what is understood everywhere.

        What stands beside the prompt goes before what is understood everywhere. Raises `UnknownPrompt`.
        """
        common = by_phrase(self._everywhere.get(language, {}))
        return common | by_phrase(self.entry(key, language).answers) if key else common

    def __iter__(self) -> Iterator[Entry]:
        return (entry for entries in self._entries.values() for entry in entries.values())

    def text(self, key: str, language: str, **values: object) -> str:
        """The words of a prompt as they are said. Raises `UnknownPrompt` or `BadValue`."""
        return " ".join(words for _, words in self.entry(key, language).fragments(values)).replace("+", "")


class _UniqueKeys(yaml.SafeLoader):
    """Refuses a key that is there twice: YAML would silently take the last."""


def _mapping(loader: _UniqueKeys, node: yaml.MappingNode) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str) or key in found:
            fault = "is there twice" if isinstance(key, str) else "is no text"
            raise yaml.MarkedYAMLError(problem=f"the key {key!r} {fault}", problem_mark=key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_table(file: Path) -> dict[str, object]:
    """The lines `key: value` of a YAML file. Raises `BadCatalogue`."""
    try:
        # a subclass of SafeLoader: it builds plain data only
        raw = yaml.load(file.read_text(encoding="utf-8"), Loader=_UniqueKeys)  # noqa: S506
    except yaml.MarkedYAMLError as bad:
        line = f":{bad.problem_mark.line + 1}" if bad.problem_mark else ""
        raise BadCatalogue(f"{file}{line}: {bad.problem}") from bad
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as bad:
        raise BadCatalogue(f"{file}: {bad}") from bad
    if not isinstance(raw, dict) or not raw:
        raise BadCatalogue(f"{file}: expected lines of 'key: text'")
    return raw


def _everywhere(file: Path, told: object) -> Answers:
    if told is None:
        return {}
    try:
        return read_answers(told.get("answers") if isinstance(told, dict) and len(told) == 1 else None)
    except BadText as bad:
        raise BadCatalogue(f"{file}: {EVERYWHERE}: {bad}") from bad


def _entries(file: Path, language: str, table: Mapping[str, object]) -> dict[str, Entry]:
    return {entry.key: entry for key, told in table.items() for entry in _told(file, key, language, told)}


def _told(file: Path, key: str, language: str, told: object) -> Iterator[Entry]:
    """The prompt of one key, and as it is said to callers who may speak, where that differs."""
    if key.endswith(SPOKEN):
        raise BadCatalogue(
            f"{file}: {key}: write [what only callers hear who may speak] into the prompt itself"
        )
    fields = told if isinstance(told, dict) else {"text": told}
    text, optional = fields.get("text"), fields.get("optional", False)
    if unknown := fields.keys() - {"text", "optional", "answers"}:
        raise BadCatalogue(f"{file}: {key}: no field is called {', '.join(map(repr, unknown))}")
    if not isinstance(text, str) or not isinstance(optional, bool):
        raise BadCatalogue(f"{file}: {key}: expected a text, and optional: true or false")
    try:
        answers = read_answers(fields.get("answers", {}))
        keyed, spoken = variants(text)
        yield Entry(key, language, keyed, parse(keyed, language), optional, answers)
        if spoken != keyed:
            yield Entry(key + SPOKEN, language, spoken, parse(spoken, language), optional, answers)
    except BadText as bad:
        raise BadCatalogue(f"{file}: {key}: {bad}") from bad
