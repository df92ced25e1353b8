"""Places the cards: one column a step from the welcome, each card near what leads to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ivr.flowchart.cards import GAP, WIDTH, Card

BETWEEN = 110
"""Pixels between two columns, for the lines that join them."""
TOP, LEFT = 96, 40
"""Pixels above and beside the cards."""


def place(cards: Sequence[Card]) -> tuple[float, float]:
    """Give each card its place; the width and the height of the whole drawing in pixels."""
    columns = _columns(cards)
    came_from: dict[str, list[float]] = defaultdict(list)
    for number, column in enumerate(columns):
        free = float(TOP)
        for card in sorted(column, key=lambda one: _wished(came_from[one.flow.name])):
            card.x = LEFT + number * (WIDTH + BETWEEN)
            card.y = max(free, _wished(came_from[card.flow.name]) - 40)
            free = card.y + card.height + GAP
            for way, height in card.ways.items():
                came_from[card.flow.ways[way].target.name].append(card.y + height)
    return (
        max(card.x for card in cards) + WIDTH + LEFT,
        max(card.y + card.height for card in cards) + LEFT,
    )


def _wished(heights: Sequence[float]) -> float:
    return sum(heights) / len(heights) if heights else TOP


def _columns(cards: Sequence[Card]) -> list[list[Card]]:
    by_name = {card.flow.name: card for card in cards}
    depth = {cards[0].flow.name: 0}
    waiting = [cards[0]]
    for card in waiting:
        for way in card.flow.ways:
            name = way.target.name
            if way.target.kind == "flow" and name not in depth:
                depth[name] = depth[card.flow.name] + 1
                waiting.append(by_name[name])
    columns: dict[int, list[Card]] = defaultdict(list)
    for card in cards:
        columns[depth.get(card.flow.name, 0)].append(card)
    return [columns[number] for number in range(max(columns) + 1)]
