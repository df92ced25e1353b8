"""Reads the flows: what each function of `ivr.flows` that returns `Next` says and asks, and what it returns.

The code is read, not run, so that no way is missed that only a strange account or a lost message would take.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType

import ivr.flows
from ivr.flowchart.branches import Branches
from ivr.flowchart.model import Flow
from ivr.flowchart.source import Source


def flows(entrances: Mapping[str, Callable[..., object]], door: Callable[..., object]) -> list[Flow]:
    """Every flow in the order in which a call can come to it; calls begin with those of `entrances`.

    `door` is the one that `ivr.call_loop` leads every handover through.
    """
    sources = {source.name: source for module in modules() for source in _sources(module)}
    read = {name: Branches(source, sources).flow() for name, source in sources.items() if source.is_flow}
    for entrance in entrances.values():
        read[key_of(entrance)].role = "entrance"
    read[key_of(door)].role = "door"
    return [read[name] for name in _in_order(read)]


def modules() -> list[ModuleType]:
    """The modules of `ivr.flows`."""
    found = pkgutil.walk_packages(ivr.flows.__path__, "ivr.flows.")
    return [importlib.import_module(module.name) for module in found]


def key_of(flow: Callable[..., object]) -> str:
    """The name of a flow in a drawing."""
    return f"{flow.__module__}.{flow.__name__}"


def _sources(module: ModuleType) -> Iterator[Source]:
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield Source(f"{module.__name__}.{node.name}", module, node)


def _in_order(read: Mapping[str, Flow]) -> list[str]:
    waiting = [name for name, flow in read.items() if flow.role == "entrance"]
    seen: dict[str, None] = {}
    while waiting or len(seen) < len(read):
        name = waiting.pop(0) if waiting else next(name for name in read if name not in seen)
        if name in seen:
            continue
        seen[name] = None
        waiting += [way.target.name for way in read[name].ways if way.target.kind == "flow"]
    return list(seen)
