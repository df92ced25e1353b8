"""`ivr flow` draws every flow and every question of the code, and where each key leads."""

from __future__ import annotations

import inspect
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.dialogue import Choice, Digits
from ivr.flowchart.branches import answers_to
from ivr.flowchart.model import Flow
from ivr.flowchart.reading import flows, key_of, modules
from ivr.flows.nobody import door
from ivr.main import ENTRANCES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def read() -> list[Flow]:
    return flows(ENTRANCES, door)


def flow(read: list[Flow], name: str) -> Flow:
    return next(one for one in read if one.name == f"ivr.flows.{name}")


def drawn(path: Path, *options: str) -> str:
    done = CliRunner().invoke(main, ["flow", "-o", str(path), *options])
    assert done.exit_code == 0, done.output
    return path.read_text()


def questions_of_the_code() -> set[str]:
    """The prompts of all questions that a module of flows defines."""
    values = [value for module in modules() for value in vars(module).values()]
    return {value.prompt for value in values if isinstance(value, Choice | Digits)}


def flows_of_the_code() -> set[str]:
    """The names of all functions that return what comes next."""
    functions = [one for module in modules() for _, one in inspect.getmembers(module, inspect.isfunction)]
    return {
        key_of(one)
        for one in functions
        if one.__module__.startswith("ivr.flows.")
        and not one.__name__.startswith("_")
        and inspect.signature(one).return_annotation
        in ("Next", inspect.signature(ENTRANCES["line"]).return_annotation)
    }


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_drawing_has_every_flow_and_every_question(tmp_path: Path, language: str) -> None:
    root = ElementTree.fromstring(drawn(tmp_path / "flow.svg", "--language", language))
    assert flows_of_the_code() - {group.get("id") for group in root.iter(f"{SVG}g")} == set()
    assert questions_of_the_code() - {text.text for text in root.iter(f"{SVG}text")} == set()


@pytest.mark.parametrize("suffix", ["dot", "mmd"])
def test_so_has_the_graph_for_other_programs(tmp_path: Path, suffix: str) -> None:
    graph = drawn(tmp_path / f"flow.{suffix}")
    assert [prompt for prompt in questions_of_the_code() if f"{prompt}: " not in graph] == []
    if suffix == "dot" and shutil.which("dot"):
        subprocess.run(["dot", "-Tsvg", str(tmp_path / "flow.dot")], check=True, capture_output=True)


def test_every_return_of_every_flow_is_understood(read: list[Flow]) -> None:
    ways = [(one.name, way.target.name) for one in read for way in one.ways if way.target.kind == "unread"]
    assert ways == [], "ivr/flowchart/branches.py cannot read these"


def test_every_key_of_every_menu_leads_somewhere(read: list[Flow]) -> None:
    for one in read:
        leading = {key for way in one.ways for key in way.keys}
        for question in one.questions:
            if isinstance(question, Choice) and len(one.questions) == 1:
                assert {key for keys in answers_to(question).values() for key in keys} <= leading, one.name


def test_every_flow_but_the_entrances_is_led_to(read: list[Flow]) -> None:
    led_to = {way.target.name for one in read for way in one.ways}
    assert [one.name for one in read if not one.role and one.name not in led_to] == []


def test_the_ways_of_the_main_menu_are_those_that_a_caller_takes(read: list[Flow]) -> None:
    ways = {key: way.target for way in flow(read, "menu.main_menu").ways for key in way.keys}
    assert ways["1"].name == "ivr.flows.balance.balance"
    assert ways["2"].name == "ivr.flows.password.password"
    assert ways["0"].kind == "handover"


def test_what_is_said_on_a_way_and_what_its_agent_is_told_stand_there(read: list[Flow]) -> None:
    refused = [way for way in flow(read, "password.send").ways if way.answer == "reset refused"]
    assert [(way.says, way.target.about) for way in refused] == [
        (("password/not-now",), "got no new password: …")
    ]


def test_a_drawing_of_another_kind_is_refused_in_one_line(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["flow", "-o", str(tmp_path / "flow.png")])
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
