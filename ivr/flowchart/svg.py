"""The drawing as SVG, which every browser shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ivr.flowchart.cards import WIDTH, Card, Text, card
from ivr.flowchart.layout import BETWEEN, LEFT, place
from ivr.flowchart.model import Flow
from ivr.flowchart.wording import Wording

COLOURS = ("#2563a8", "#7a3fa0", "#0f7b6c", "#b45309", "#9d2449", "#4d6b1f", "#445566")
"""One for each file of flows."""
STYLE = """
svg { background: #f6f7f9 }
text { font: 12px 'DejaVu Sans', Arial, sans-serif; fill: #1d2733 }
.head { font-size: 24px; font-weight: bold } .legend { fill: #5b6875; font-size: 13px }
.card { fill: #fff; stroke: #d4dae1 } .rule { stroke: #e3e7ec }
.title { font-size: 14px; font-weight: bold } .about, .agent { font-size: 11px; fill: #5b6875 }
.agent { font-style: italic } .key { font: 10px 'DejaVu Sans Mono', monospace; fill: #8a96a3 }
.asked { font-weight: bold; font-size: 11.5px } .keys { font-weight: bold; fill: #14507a }
.condition { font-style: italic; font-size: 11px; fill: #7a5a14 } .target { text-anchor: end; fill: #14507a }
.handover { fill: #b4530a } .goodbye, .home { fill: #5b6875 } .unread { fill: #c00 }
.way { fill: none; stroke-width: 1.6; opacity: .75 }
"""


def svg(flows: Sequence[Flow], wording: Wording) -> str:
    """`flows` drawn, the first of them at the left."""
    cards = [card(flow, wording) for flow in flows]
    width, height = place(cards)
    modules = list(dict.fromkeys(flow.module for flow in flows))
    colours = {module: COLOURS[number % len(COLOURS)] for number, module in enumerate(modules)}
    tries = ", ".join(map(str, sorted({q.tries for flow in flows for q in flow.questions})))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" lang="{wording.language}">',
            f"<title>{escape(wording.word('title'))}</title><style>{STYLE}</style>",
            f'<text class="head" x="{LEFT}" y="44">{escape(wording.word("title"))}</text>',
            f'<text class="legend" x="{LEFT}" y="68">{escape(wording.word("legend", tries=tries))}</text>',
            *_ways(cards, colours),
            *(part for one in cards for part in _drawn(one, colours[one.flow.module])),
            "</svg>\n",
        ]
    )


def _ways(cards: Sequence[Card], colours: dict[str, str]) -> Iterator[str]:
    """Lines to the cards of the next column; where else a way leads is written in its card, as a link."""
    by_name = {one.flow.name: one for one in cards}
    for one in cards:
        for number, down in one.ways.items():
            to = by_name.get(one.flow.ways[number].target.name)
            if to and to.x - one.x == WIDTH + BETWEEN:
                x, y, half = one.x + WIDTH, one.y + down, BETWEEN / 2
                yield (
                    f'<path class="way" stroke="{colours[to.flow.module]}" d="M{x:.0f},{y:.0f} '
                    f'C{x + half:.0f},{y:.0f} {to.x - half:.0f},{to.y + 18:.0f} {to.x:.0f},{to.y + 18:.0f}"/>'
                )


def _drawn(one: Card, colour: str) -> Iterator[str]:
    yield f'<g id="{one.flow.name}" transform="translate({one.x:.0f},{one.y:.0f})">'
    yield f'<rect class="card" width="{WIDTH}" height="{one.height:.0f}" rx="8"/>'
    yield f'<rect width="5" height="{one.height:.0f}" rx="2.5" fill="{colour}"/>'
    for down in one.rules:
        yield f'<path class="rule" d="M12,{down:.0f} H{WIDTH - 12}"/>'
    yield from map(_text, one.texts)
    yield "</g>"


def _text(text: Text) -> str:
    drawn = f'<text class="{text.style}" x="{text.x:.0f}" y="{text.y + 6:.0f}">{escape(text.text)}</text>'
    return f'<a href="#{text.link}">{drawn}</a>' if text.link else drawn
