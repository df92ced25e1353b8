"""What the desk says, by key and language: `prompts/<language>/desk.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from ivr.prompts.catalogue import BadCatalogue

LANGUAGES = ("ru", "en")
STEPS = "step/"
"""Begins the keys of the texts for prompts and answers that callers went through."""


class Texts:
    """The texts of all languages. They do not change once they are loaded."""

    def __init__(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        self._texts = texts

    @classmethod
    def load(cls, folder: Path) -> Texts:
        """The texts in `folder`. Raises `BadCatalogue`."""
        return cls({language: _read(folder / language / "desk.yaml") for language in LANGUAGES})

    def text(self, key: str, language: str, /, **values: object) -> str:
        """The text of `key`. Raises `KeyError` for a key that is not there."""
        text = self._texts[language][key]
        return text.format(**values) if values else text

    def story(self, words: str, language: str) -> str:
        """Words of a call's path or outcome, as they should be read; those that nobody foresaw as they are."""
        known = self._texts[language]
        if (whole := known.get(STEPS + words)) is not None:
            return whole
        before, colon, after = words.partition(": ")
        told = [known.get(STEPS + part, part) for part in (before, after)]
        return colon.join(told) if colon else words

    def keys(self, language: str) -> set[str]:
        """All keys."""
        return set(self._texts[language])

    def of(self, language: str, prefix: str) -> dict[str, str]:
        """The texts whose keys begin with `prefix`, by what follows it, in the order of the file."""
        found = self._texts[language].items()
        return {key.removeprefix(prefix): text for key, text in found if key.startswith(prefix)}


def _read(file: Path) -> dict[str, str]:
    try:
        found = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadCatalogue(f"{file}: {str(error).splitlines()[0]}") from None
    if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
        raise BadCatalogue(f"{file}: expected a text for each key")
    return {str(key): text for key, text in found.items()}
