"""The plots of the wallboard: SVG whose colours come from the style sheet by class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from account_core import Slot, mean_rating

WIDTH, HEIGHT, LEFT, BELOW = 720, 190, 34, 22
"""In the units of the drawing."""
_LABEL_EVERY = 6
"""Columns from one written hour to the next: three hours."""


@dataclass(frozen=True)
class Column:
    """One half hour."""

    label: str
    parts: Sequence[tuple[str, int]]
    """Class and height of each part, from below."""

    @property
    def total(self) -> int:
        """Its whole height."""
        return sum(height for _, height in self.parts)


def columns(slots: Sequence[Slot], which: str, kinds: Sequence[str]) -> Markup:
    """Columns of the counts of `kinds` among the `calls` or `waits` of each slot, one upon the other."""
    drawn = [_column(slot, which, kinds) for slot in slots]
    top = _round_up(max((column.total for column in drawn), default=0))
    step = (WIDTH - LEFT) / max(1, len(drawn))
    return Markup(  # noqa: S704 - of numbers and names of ours alone
        f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" preserveAspectRatio="none">'
        + "".join(_grid(top))
        + "".join(_bar(column, place, step, top) for place, column in enumerate(drawn))
        + "".join(_hours(drawn, step))
        + "</svg>"
    )


def share(value: float | None) -> str:
    """`87 %`, or a dash where there is nothing to take a share of."""
    return "—" if value is None else f"{value * 100:.0f} %"


def rating(stars: Counter[int], language: str) -> str:
    """The mean of ratings: `4,6`, or a dash where there is none."""
    found = mean_rating(stars)
    written = "—" if found is None else f"{found:.1f}"
    return written.replace(".", ",") if language == "ru" else written


def _column(slot: Slot, which: str, kinds: Sequence[str]) -> Column:
    counts = slot.calls if which == "calls" else slot.waits
    parts = [(kind.replace(" ", "-"), counts[kind]) for kind in kinds if counts[kind]]
    return Column(f"{slot.begins.astimezone():%H:%M}", parts)


def _round_up(most: int) -> int:
    """The height of the plot: four steps that are whole numbers."""
    for step in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000):
        if most <= step * 4:
            return step * 4
    return most


def _y(height: float, top: int) -> float:
    return (HEIGHT - BELOW) - height / top * (HEIGHT - BELOW - 8)


def _grid(top: int) -> list[str]:
    lines = []
    for height in range(0, top + 1, top // 4):
        y = _y(height, top)
        lines.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
        lines.append(f'<text class="scale" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{height}</text>')
    return lines


def _bar(column: Column, place: int, step: float, top: int) -> str:
    x, below, parts = LEFT + place * step + step * 0.14, 0, []
    for kind, height in column.parts:
        y = _y(below + height, top)
        tall = _y(below, top) - y
        parts.append(
            f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{step * 0.72:.1f}" height="{tall:.1f}"/>'
        )
        below += height
    told = ", ".join(f"{height}" for _, height in column.parts)
    return f"<g><title>{column.label}: {told}</title>{''.join(parts)}</g>" if parts else ""


def _hours(drawn: Sequence[Column], step: float) -> list[str]:
    return [
        f'<text class="scale" x="{LEFT + place * step:.1f}" y="{HEIGHT - 6}">{column.label}</text>'
        for place, column in enumerate(drawn)
        if place % _LABEL_EVERY == 0
    ]
