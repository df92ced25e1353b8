"""Each flow as a card: its lines of text, and the height at which each of its ways begins."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from ivr.flowchart.model import Flow, Way
from ivr.flowchart.wording import Wording, short

WIDTH, MARGIN, GAP = 350, 14, 26
"""Pixels of a card, of its inner edge, and between two cards of a column."""
LETTERS = 46
"""Letters of 12 pixels that fit into a line of a card."""
WIDER = {"about": 5, "agent": 5, "key": 5, "asked": -4}
"""How many more of a style fit."""
LINE = 16
"""Pixels from line to line."""


@dataclass(frozen=True)
class Text:
    """A line of a card, `x` and `y` pixels from its corner."""

    x: float
    y: float
    style: str
    text: str
    link: str = ""
    """The flow that it leads to."""


@dataclass
class Card:
    """A flow, and where it is drawn."""

    flow: Flow
    texts: list[Text] = field(default_factory=list)
    ways: dict[int, float] = field(default_factory=dict)
    """How far down each way begins, by its place among the ways."""
    rules: list[float] = field(default_factory=list)
    """Heights of the lines that part it."""
    x: float = 0
    y: float = 0
    height: float = MARGIN + 4


def card(flow: Flow, wording: Wording) -> Card:
    """The card of `flow`, not placed yet."""
    made = Card(flow)
    title = short(flow.name) + (f"   ▸ {wording.word(flow.role)}" if flow.role else "")
    _add(made, "title", title)
    _add(made, "about", flow.about)
    for key in flow.says:
        _prompt(made, key, wording, "said")
    for question in flow.questions:
        _prompt(made, question.prompt, wording, "asked")
    made.rules.append(made.height - 6)
    made.height += 8
    for number, way in enumerate(flow.ways):
        _way(made, number, way, wording)
    made.height += 2
    return made


def _way(made: Card, number: int, way: Way, wording: Wording) -> None:
    keys, target = wording.keys(made.flow, way), wording.target(way.target)
    made.ways[number] = made.height - 4
    link = way.target.name if way.target.kind == "flow" else ""
    room = LETTERS - len(target) - len(keys) - 4
    made.texts.append(Text(WIDTH - MARGIN, made.height, f"target {way.target.kind}", f"{target} →", link))
    if keys:
        _add(made, "keys", keys)
    else:
        what = way.answer or wording.word("next")
        _add(made, "condition", what if len(what) <= room else f"{what[: max(room, 8)]}…")
    for key in way.says:
        _prompt(made, key, wording, "on-the-way")
    if way.target.about:
        _add(made, "agent", f"☎ {way.target.about}")
    made.height += 4


def _prompt(made: Card, key: str, wording: Wording, style: str) -> None:
    _add(made, "key", key)
    _add(made, style, wording.prompt(key))


def _add(made: Card, style: str, text: str) -> None:
    indent = 12 if style in ("on-the-way", "agent") or (style == "key" and made.ways) else 0
    letters = (
        LETTERS - indent // 4 + (6 if style in ("about", "agent", "key") else -3 if style == "asked" else 0)
    )
    for line in textwrap.wrap(text, letters) or [""]:
        made.texts.append(Text(MARGIN + indent, made.height, style, line))
        made.height += LINE
