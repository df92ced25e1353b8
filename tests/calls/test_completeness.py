"""What a flow says exists in every language; what a dialplan calls exists in the application."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.main import Application
from ivr.settings import HOME

SPEAKING = {"say", "say_last", "Choice", "Digits", "Unsuitable"}
FLOWS = [HOME / "ivr/call_loop.py", *sorted((HOME / "ivr/flows").glob("*.py"))]


def prompts_of(source: Path) -> Iterator[str]:
    """Each prompt key that a module says or asks."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in SPEAKING:
                yield node.args[0].value


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("flow", FLOWS, ids=lambda f: f.stem)
def test_every_prompt_of_a_flow_exists(flow, language, prompts):
    for key in prompts_of(flow):
        prompts.entry(key, language)


def test_the_walk_finds_the_prompts():
    found = {key for flow in FLOWS for key in prompts_of(flow)}
    assert {"welcome", "main-menu", "contract/enter", "contract/unknown", "goodbye", "trouble"} <= found


def test_every_path_that_a_dialplan_calls_is_an_entrance():
    dialplans = "".join(file.read_text() for file in (HOME / "dialplans").glob("*.conf"))
    called = set(re.findall(r"AGI\(agi://[^/]+/(\w+)\)", dialplans))
    assert called == Application.paths
