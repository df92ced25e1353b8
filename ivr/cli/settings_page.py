"""docs/settings.md: every setting with its default, what it may be, and its meaning, made from the code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from ivr.settings import HOME, Settings

HEAD = """\
# Settings

Made from `ivr/settings.py` by `make docs`; do not edit it here. Each setting is read from the environment or
from the file `ivr.env` in the product's folder; the environment wins. `ivr settings` prints what is in force.
Folders are written as seen from the product's own.

| setting | default | may be | meaning |
| --- | --- | --- | --- |
"""
ENOUGH = (("ge", "≥ {}"), ("gt", "> {}"), ("le", "≤ {}"), ("lt", "< {}"))
"""Limits of a number, as pydantic calls them and as people write them."""
KINDS: dict[Any, str] = {
    SecretStr: "secret",
    int: "whole number",
    float: "number",
    bool: "true, false",
    Path: "folder",
}


def page() -> str:
    """The whole page. It depends on the code alone, not on what is set here."""
    return HEAD + "".join(_row(name, info) for name, info in Settings.model_fields.items())


def _row(name: str, info: FieldInfo) -> str:
    cells = [f"`IVR_{name.upper()}`", _default(info.default), _may_be(info), info.description or ""]
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |\n"


def _default(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, Path) and value.is_relative_to(HOME):
        value = value.relative_to(HOME)
    if isinstance(value, bool):
        value = str(value).lower()
    return "" if value in ("", None) else f"`{value}`"


def _may_be(info: FieldInfo) -> str:
    kind = info.annotation
    if get_origin(kind) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(kind))
    limits = " and ".join(_limits(info.metadata))
    return limits if limits and kind is int else f"{KINDS.get(kind, 'text')} {limits}".strip()


def _limits(metadata: Iterable[object]) -> Iterator[str]:
    for name, words in ENOUGH:
        for limit in metadata:
            if (value := getattr(limit, name, None)) is not None:
                yield words.format(value)
