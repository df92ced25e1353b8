"""The flows as a graph for other programs: Graphviz (`.dot`) and Mermaid (`.mmd`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ivr.flowchart.model import Flow, Target
from ivr.flowchart.wording import Wording, short


def dot(flows: Sequence[Flow], wording: Wording) -> str:
    """The graph in Graphviz's language."""
    lines = [f'"{flow.name}" [label="{_label(flow, wording, chr(92) + "n")}"];' for flow in flows]
    lines += [f'"{a}" -> "{b}" [label="{label}"];' for a, b, label in _ways(flows, wording)]
    head = 'rankdir=LR; node [shape=box, style=rounded, fontname="sans-serif"];'
    return "\n  ".join(["digraph line {", head, *lines]) + "\n}\n"


def mermaid(flows: Sequence[Flow], wording: Wording) -> str:
    """The graph in Mermaid's language."""
    lines = [f'{_id(flow.name)}["{_label(flow, wording, "<br/>")}"]' for flow in flows]
    for a, b, label in _ways(flows, wording):
        arrow = f'-->|"{label}"|' if label else "-->"
        lines.append(f"{_id(a)} {arrow} {_id(b)}" + ("" if "." in b else f'(["{b}"])'))
    return "flowchart LR\n  " + "\n  ".join(lines) + "\n"


def _label(flow: Flow, wording: Wording, newline: str) -> str:
    asked = [f"{question.prompt}: {wording.prompt(question.prompt)}" for question in flow.questions]
    return newline.join(_plain(line) for line in [short(flow.name), *asked])


def _ways(flows: Sequence[Flow], wording: Wording) -> Iterator[tuple[str, str, str]]:
    for flow in flows:
        for way in flow.ways:
            yield flow.name, _end(way.target, wording), _plain(wording.keys(flow, way) or way.answer)


def _end(target: Target, wording: Wording) -> str:
    return target.name if target.kind == "flow" else _plain(wording.target(target))


def _plain(text: str) -> str:
    return text.replace("\\", "").replace('"', "'").replace("#", "♯")


def _id(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)
