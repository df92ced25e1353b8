"""The texts of a drawing in one language."""

from __future__ import annotations

import re
from pathlib import Path

from ivr.dialogue import Digits
from ivr.flowchart.model import Flow, Target, Way
from ivr.prompts import Prompts
from ivr.prompts.catalogue import read_table

FILE = Path(__file__).with_name("words.yaml")


class Wording:
    """What the drawing says in `language`: prompts as callers hear them, and its own words."""

    def __init__(self, prompts: Prompts, language: str) -> None:
        self._prompts, self.language = prompts, language
        table = read_table(FILE)[language]
        self._words: dict[str, str] = dict(table) if isinstance(table, dict) else {}

    def word(self, name: str, **values: object) -> str:
        """One of the drawing's own words; an unknown one is itself."""
        return self._words.get(name, name).format(**values)

    def prompt(self, key: str) -> str:
        """The text of a prompt; a slot is shown by its name. Raises `UnknownPrompt`."""
        text = re.sub(r"\{(\w+):\w+\}", r"‹\1›", self._prompts.entry(key, self.language).source)
        return " ".join(re.sub(r"</?\w+>", "", text).replace("+", "").split())

    def keys(self, flow: Flow, way: Way) -> str:
        """The keys that choose a way."""
        length = next((one.length for one in flow.questions if isinstance(one, Digits)), 0)
        return "  ".join(self.word(key, length=length) for key in way.keys)

    def target(self, target: Target) -> str:
        """Where a way leads."""
        return short(target.name) if target.kind == "flow" else self.word(target.kind)


def short(name: str) -> str:
    """`ivr.flows.balance.tell` as `balance / tell`."""
    module, _, function = name.removeprefix("ivr.flows.").rpartition(".")
    return (function if module in ("", function) else f"{module} / {function}").replace("_", " ")
