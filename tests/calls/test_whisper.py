"""What an agent hears before the caller is joined, and what a key or silence means."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable
from dataclasses import replace

import pytest

from account_core import HandoverStory
from ivr.dialogue import Call
from ivr.flows.whisper import ABOUT, VERIFIED, reason, whisper
from ivr.prompts import Prompts
from ivr.terminal.script import ScriptedLine, script_lines

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
STORY = HandoverStory(
    call_id="test.1",
    queue="support",
    about="a new password was sent and did not help",
    contract="77012345678",
    verified="calling-number",
    path=(),
    calling_number="+79161234567",
    language="ru",
    called_at=NOW,
    handed_over_at=NOW,
)
Whispered = Callable[..., str]


@pytest.fixture
def whispered(prompts: Prompts) -> Whispered:
    """Whispers `story` to an agent as `script` tells; what was decided."""

    def hold(script: str, story: HandoverStory | None = STORY) -> str:
        expected = script_lines(script)
        line = ScriptedLine(deque(expected), prompts)
        decided = whisper(Call(line, id="agent.1", clock=lambda: line.now), story, within_s=8)
        assert line.said == expected
        return decided

    return hold


TOLD = """
    ivr:  whisper/contract 7701 5678
    ivr:  whisper/by-number
    ivr:  whisper/password-did-not-help
    ivr:  whisper/take
"""


def test_contract_proof_and_reason_are_told_and_1_takes_the_call(whispered: Whispered) -> None:
    assert whispered(f"{TOLD}\n keys: 1") == "take"


@pytest.mark.parametrize("key", ["2", "5", "#"])
def test_any_other_key_passes_it_on(whispered: Whispered, key: str) -> None:
    assert whispered(f"{TOLD}\n keys: {key}") == "pass"


def test_a_key_is_heard_while_the_story_is_told(whispered: Whispered) -> None:
    assert whispered("ivr: whisper/contract 7701 5678\n cut: 1") == "take"


def test_what_is_not_known_is_not_told(whispered: Whispered) -> None:
    bare = replace(STORY, contract=None, verified=None, about="asked for a person")
    assert whispered("ivr: whisper/person\n ivr: whisper/take\n keys: 1", bare) == "take"
    assert whispered("ivr: whisper/no-story\n ivr: whisper/take\n keys: 1", None) == "take"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everything_that_can_be_told_has_its_words(prompts: Prompts, language: str) -> None:
    for key in (*VERIFIED.values(), *ABOUT.values()):
        prompts.entry(key, language)


@pytest.mark.parametrize(
    ("about", "prompt"),
    [
        ("asked for a person", "whisper/person"),
        ("asked for a person about the password", "whisper/password"),
        ("after hearing the balance", "whisper/balance"),
        ("could not choose from a menu (main-menu)", "whisper/could-not"),
        ("something nobody has thought of", "whisper/person"),
    ],
)
def test_a_reason_is_said_by_how_it_begins(about: str, prompt: str) -> None:
    assert reason(about) == prompt
