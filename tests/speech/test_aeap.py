"""The protocol between Asterisk and the speech server, byte by byte: nothing is sent anywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ivr.speech.aeap import LONGEST_RESULT, NEXT_STATE, BadPeer, Kind, Session, State, UnknownQuestion

SETUP = '{"request":"setup","version":"0.1.0","codecs":[{"name":"slin"}],"params":{},"id":"1"}'
GRAMMAR = '{"request":"set","params":{"grammar":"number:11:ru"},"id":"2"}'
FRAME = b"\1\2" * 160


def find(name: str) -> str:
    if name != "number:11:ru":
        raise UnknownQuestion(f"no grammar is called {name!r}")
    return f"the question {name}"


@pytest.fixture
def session() -> Session[str]:
    return Session(find)


@pytest.fixture
def asked(session: Session[str]) -> Session[str]:
    session.text(SETUP)
    session.text(GRAMMAR)
    return session


def told(reply: str | None) -> Any:
    assert reply is not None
    return json.loads(reply)


def test_asterisks_setup_is_answered_with_its_codec(session: Session[str]) -> None:
    assert told(session.text(SETUP)) == {"response": "setup", "id": "1", "codecs": [{"name": "slin"}]}
    assert session.state is State.READY


def test_no_other_codec_is_taken(session: Session[str]) -> None:
    reply = told(session.text(SETUP.replace("slin", "opus")))
    assert reply["error_msg"] == "only the codec slin is understood"
    assert session.state is State.NEW


def test_a_question_is_found_by_the_name_of_its_grammar(asked: Session[str]) -> None:
    assert (asked.question, asked.grammar, asked.turn) == ("the question number:11:ru", "number:11:ru", 1)
    assert told(asked.text(GRAMMAR)) == {"response": "set", "id": "2"}
    assert asked.turn == 2


@pytest.mark.parametrize("name", ["number:99:ru", 'x"; rm', "вопрос", "", "\u0000"])
def test_a_question_that_nobody_knows_is_refused_and_closes_the_one_before(
    asked: Session[str], name: str
) -> None:
    reply = told(asked.text(json.dumps({"request": "set", "id": "3", "params": {"grammar": name}})))
    assert reply["id"] == "3"
    assert "error_msg" in reply
    assert asked.question is None
    assert asked.voice(FRAME) == b""


def test_voice_is_listened_to_from_the_question_to_the_answer(session: Session[str]) -> None:
    session.text(SETUP)
    assert session.voice(FRAME) == b""
    session.text(GRAMMAR)
    assert session.voice(FRAME) == FRAME
    session.onset()
    assert session.voice(FRAME) == FRAME
    session.answer("certainty=1", 100)
    assert session.voice(FRAME) == b""


def test_half_a_sample_is_dropped(asked: Session[str]) -> None:
    assert asked.voice(b"\1\2\3") == b"\1\2"
    assert asked.voice(b"\1") == b""


def test_an_answer_is_a_request_that_sets_results(asked: Session[str]) -> None:
    message = told(asked.answer("certainty=0.9", 90))
    result = {"text": "certainty=0.9", "score": 90, "grammar": "number:11:ru", "best": 0}
    assert (message["request"], message["params"]) == ("set", {"results": [result]})
    assert message["id"]


def test_a_lost_answer_may_be_said_again(asked: Session[str]) -> None:
    assert told(asked.answer("a", 1))["params"] == told(asked.answer("a", 1))["params"]


@pytest.mark.parametrize("text", ['say "no"', "two\nlines", "я" * LONGEST_RESULT])
def test_a_text_that_would_break_asterisks_reply_is_our_mistake(asked: Session[str], text: str) -> None:
    with pytest.raises(ValueError, match="no text for a result"):
        asked.answer(text, 1)


def test_the_line_may_ask_whether_anybody_is_there(asked: Session[str]) -> None:
    reply = asked.text('{"request":"set","params":{"alive":"1"},"id":"9"}')
    assert told(reply) == {"response": "set", "id": "9"}
    assert asked.turn == 1


def test_asterisk_may_look_for_results_before_there_are_any(asked: Session[str]) -> None:
    reply = told(asked.text('{"request":"get","params":["results"],"id":"9"}'))
    assert reply == {"response": "get", "id": "9", "params": {"results": []}}
    assert "error_msg" in told(asked.text('{"request":"get","params":["color"],"id":"9"}'))


def test_asterisks_responses_want_no_reply(asked: Session[str]) -> None:
    assert asked.text('{"response":"set","id":"whatever"}') is None


def test_an_unknown_request_or_setting_is_answered(asked: Session[str]) -> None:
    assert told(asked.text('{"request":"dance","id":"7"}'))["error_msg"] == "no such request"
    assert "error_msg" in told(asked.text('{"request":"set","params":{"color":"red"},"id":"7"}'))


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100_000,
        '{"id":"1"}',
        '{"request":"setup"}',
        '{"request":1,"id":"1"}',
        '{"request":"setup","id":7}',
        '{"request":"setup","id":""}',
        '{"request":"set","id":"1"}',
        '{"request":"set","id":"1","params":[]}',
        '{"request":"set","id":"1","params":{"grammar":"number:11:ru","alive":"1"}}',
    ],
)
def test_what_asterisk_would_not_send_ends_the_connection(asked: Session[str], message: str) -> None:
    with pytest.raises(BadPeer):
        asked.text(message)


@pytest.mark.parametrize("before_setup", [GRAMMAR, '{"request":"set","params":{"alive":"1"},"id":"1"}'])
def test_nothing_can_be_asked_before_the_setup(session: Session[str], before_setup: str) -> None:
    with pytest.raises(BadPeer):
        session.text(before_setup)


def test_voice_before_the_setup_ends_the_connection(session: Session[str]) -> None:
    with pytest.raises(BadPeer, match="VOICE in the state NEW"):
        session.voice(FRAME)


def test_a_second_setup_ends_the_connection(asked: Session[str]) -> None:
    with pytest.raises(BadPeer):
        asked.text(SETUP)


def test_every_state_can_be_left_by_a_question_but_the_first() -> None:
    leave = {state for state, kind in NEXT_STATE if kind is Kind.QUESTION}
    assert leave == set(State) - {State.NEW}
