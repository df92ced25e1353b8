"""The speech models that come with the product, in Vosk's layout: one folder a language."""

from __future__ import annotations

from pathlib import Path


def bundled(language: str) -> Path | None:
    """The folder of the model for a language such as `ru`; None when none comes with the product."""
    folder = Path(__file__).parent / language
    return folder if folder.is_dir() else None
