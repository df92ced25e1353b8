"""The texts of messages, in the subscriber's language (`letters.yaml`)."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

HOME_LANGUAGE = "ru"


def letter(key: str, language: str, **values: object) -> str:
    """The text `key` with its slots filled."""
    texts = _texts()[key]
    return texts.get(language, texts[HOME_LANGUAGE]).format(**values)


@cache
def _texts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    return found
