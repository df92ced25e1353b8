"""Everything that the desk says is there in every language, and nothing is there that it never says."""

from __future__ import annotations

import re
from itertools import product

import pytest

from ivr.desk.pages import HERE
from ivr.desk.plots import columns, share
from ivr.desk.texts import LANGUAGES, Texts
from ivr.prompts import BadCatalogue
from ivr.settings import HOME
from ivr.transfer.live import AgentState
from ivr.transfer.states import State

TEXTS = Texts.load(HOME / "prompts")
CODE = "\n".join(file.read_text() for file in [*HERE.glob("*.py"), *HERE.glob("templates/*.html")])
SLOT = re.compile(r"{(\w+)}")


def test_all_languages_have_the_same_texts_with_the_same_slots() -> None:
    first, *others = LANGUAGES
    for other in others:
        assert TEXTS.keys(first) ^ TEXTS.keys(other) == set()
        for key in TEXTS.keys(first):
            slots = [set(SLOT.findall(TEXTS.text(key, language))) for language in (first, other)]
            assert slots[0] == slots[1], key


def test_every_text_that_a_page_names_is_there() -> None:
    named = set(re.findall(r"""(?:\bt\(|\btext\(|refused\()\s*["']([a-z/_-]+?[a-z])["'][,)]""", CODE))
    assert len(named) > 80
    assert named - TEXTS.keys("ru") == set()


@pytest.mark.parametrize(("kind", "values"), [("state", [*AgentState, "away"]), ("doing", AgentState)])
def test_every_state_of_an_agent_has_a_name(kind: str, values: list[str]) -> None:
    assert {f"{kind}/{value}" for value in values} <= TEXTS.keys("ru")


def test_every_state_of_a_call_has_a_name() -> None:
    assert {f"phase/{state}" for state in State if state is not State.OVER} <= TEXTS.keys("ru")


def test_why_the_line_hands_over_reads_well_in_every_language() -> None:
    flows = "\n".join(file.read_text() for file in (HOME / "ivr" / "flows").glob("*.py"))
    reasons = set(re.findall(r'about="([^"]+)"', flows))
    untold = [
        (language, reason)
        for language, reason in product(LANGUAGES, reasons)
        if f"step/{reason}" not in TEXTS.keys(language)
    ]
    assert len(reasons) > 5
    assert untold == []


def test_a_step_that_nobody_foresaw_is_shown_as_it_is() -> None:
    assert TEXTS.story("main-menu: balance", "ru") == "Главное меню: баланс"
    assert TEXTS.story("something-new: 5", "ru") == "something-new: 5"
    assert TEXTS.story("handed over: something new", "ru") == "к оператору: something new"


def test_a_file_that_is_no_catalogue_is_one_line(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "ru").mkdir()
    for text in ("[]", "a: {", "a: 5"):
        (tmp_path / "ru" / "desk.yaml").write_text(text)
        with pytest.raises(BadCatalogue, match=r"desk\.yaml"):
            Texts.load(tmp_path)


def test_a_day_without_calls_has_a_plot_all_the_same() -> None:
    assert "<svg" in columns([], "calls", ["served"])
    assert (share(None), share(0.5)) == ("—", "50 %")
