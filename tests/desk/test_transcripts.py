"""The transcript of a guest's call: who may make a ticket, what is told, and to whom."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.dialogue import Choice, Digits, Goodbye, Heard, Question, Reading, Trust
from ivr.guests.hosting import Guest, Guests
from ivr.guests.telling import Teller, channel
from ivr.guests.tickets import VALID_S, Ticket, Tickets
from ivr.guests.transcripts import MOST_CALLS, Transcripts
from ivr.prompts import Prompts
from ivr.settings import HOME, Settings, load
from tests.company import OWN_MOBILE


@dataclasses.dataclass
class Channel:
    """A call as Asterisk tells of it."""

    ticket: str = ""
    name: str = "PJSIP/guest-0000002a"
    path: str = "line"
    set: dict[str, str] = dataclasses.field(default_factory=dict)
    asked: list[str] = dataclasses.field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        return {"agi_channel": self.name, "agi_callerid": "guest"}

    def get_variable(self, name: str) -> str:
        self.asked.append(name)
        return self.ticket

    def set_variable(self, name: str, value: str) -> None:
        self.set[name] = value


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(var=tmp_path)


@pytest.fixture
def guests(settings: Settings) -> Guests:
    return Guests(settings, Prompts.load(HOME / "prompts"))


def test_a_ticket_says_from_which_number_its_holder_calls(settings: Settings, guests: Guests) -> None:
    _, written = Tickets(settings).issue(OWN_MOBILE)
    channel = Channel(written)
    guest = guests.of(channel)
    assert guest and guest.caller == OWN_MOBILE
    assert channel.set == {"CALLERID(num)": OWN_MOBILE}


def test_of_every_other_call_nothing_is_read(settings: Settings, guests: Guests) -> None:
    _, written = Tickets(settings).issue(OWN_MOBILE)
    for name in ("PJSIP/carrier-0000002a", "PJSIP/guest-x-0000002a", "Local/guest-0000002a@line", ""):
        channel = Channel(written, name)
        assert guests.of(channel) is None
        assert channel.asked == []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda written: "",
        lambda written: written[:-2],
        lambda written: "A" + written,
        lambda written: written.partition(".")[0] + ".",
        lambda written: written.replace(".", "ё."),
        lambda written: "." * 10000,
    ],
)
def test_a_ticket_that_nobody_here_wrote_is_none(
    settings: Settings, guests: Guests, spoil: Callable[[str], str]
) -> None:
    _, written = Tickets(settings).issue(None)
    assert guests.of(Channel(spoil(written))) is None


def test_a_ticket_of_another_instance_is_none(guests: Guests, tmp_path: Path) -> None:
    _, written = Tickets(load(var=tmp_path / "other")).issue(None)
    assert guests.of(Channel(written)) is None


def test_a_ticket_grows_old_but_a_call_that_has_begun_goes_on(
    settings: Settings, guests: Guests, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, written = Tickets(settings).issue(None)
    later = time.time() + VALID_S + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert guests.of(Channel(written)) is None
    assert guests.of(Channel(written, path="nobody"))


def test_a_guest_sees_what_is_said_and_whether_the_keys_are_secret(
    settings: Settings, guests: Guests, tmp_path: Path
) -> None:
    (tmp_path / "one.alaw").write_bytes(b"\xd5" * 12000)

    async def seen() -> list[object]:
        transcripts = Transcripts()
        ticket, written = Tickets(settings).issue(None)
        guest = guests.of(Channel(written))
        assert guest
        transcripts.open(ticket.id)
        transcripts.listen(channel(settings))
        try:
            guest.overheard(lambda *_: str(tmp_path / "one"))("balance/amount", {"amount": 12345}, "en")
            guest.asked(Choice("main-menu", {"1": "balance"}), 0)
            guest.asked(Digits("password/passport", length=4, secret=True), 2)
            guest.goes_on(Goodbye())
            transcript = transcripts.find(ticket.id)
            assert transcript
            return [event async for _, event in _first(transcript.after(0), 4)]
        finally:
            transcripts.close()

    text = "Your balance is one hundred twenty-three roubles, forty-five kopecks."
    assert asyncio.run(seen()) == [
        {"kind": "say", "text": text, "language": "en", "length_s": 1.5},
        {"kind": "ask", "secret": False, "ahead": 0},
        {"kind": "ask", "secret": True, "ahead": 2},
        {"kind": "next", "to": "goodbye"},
    ]


CHOICE = Choice("main-menu", {"1": "balance"})
WEIGHTY = Choice("number/right", {"1": "yes"}, weighty=True)
NUMBER = Digits("contract/enter", length=11)
SURE, MUMBLED = Reading("77012345678", 0.8), Reading("77012345678", 0.01)


@pytest.mark.parametrize(
    ("question", "heard", "told"),
    [
        (CHOICE, Heard("balance", 0.9, words="мой баланс"), {"words": "мой баланс", "answer": "balance"}),
        (CHOICE, Heard("balance", 0.4, words="… баланс …"), {"words": "… баланс …"}),
        (WEIGHTY, Heard("yes", 0.6, words="да"), {"words": "да"}),
        (NUMBER, Heard(readings=(SURE,), words="семь …"), {"words": "семь …", "digits": "77012345678"}),
        (NUMBER, Heard(readings=(MUMBLED,), words="семь"), {"words": "семь"}),
        (NUMBER, Heard("operator", 0.9, words="оператор"), {"words": "оператор", "answer": "operator"}),
        (Digits("password/passport", length=4, secret=True), Heard(readings=(SURE,), words="ноль"), None),
    ],
)
def test_a_guest_sees_what_was_said_and_what_of_it_counts_but_no_secret(
    question: Question, heard: Heard, told: dict[str, str] | None
) -> None:
    events: list[dict[str, object]] = []

    class Ear(Teller):
        def tell(self, kind: str, **facts: object) -> None:
            events.append({"kind": kind, **facts})

    guest = Guest(Ticket("id", None, 0.0), Ear(Path("/nowhere"), "id"), Prompts.load(HOME / "prompts"))
    guest.heard(Trust(), question, heard)
    assert events == ([{"kind": "heard", **told}] if told else [])


def test_a_page_learns_nothing_of_other_calls() -> None:
    transcripts = Transcripts()
    transcripts.open("mine")
    for data in (b'{"id": "other", "kind": "say"}', b"{", b"[]", b'{"kind": "say"}', b'{"id": []}', b"\xff"):
        transcripts.take(data)
    mine = transcripts.find("mine")
    assert mine and mine.events == []
    assert transcripts.find("other") is None


def test_only_so_many_transcripts_are_kept() -> None:
    transcripts = Transcripts()
    for number in range(MOST_CALLS + 1):
        transcripts.open(str(number))
    assert transcripts.find("0") is None
    assert transcripts.find("1")


def test_where_no_desk_listens_a_call_goes_on(settings: Settings) -> None:
    Teller(channel(settings), "some call").tell("say", text="Hello.")


def _first(events: object, count: int) -> object:
    async def some() -> object:
        left = count
        async for event in events:  # type: ignore[attr-defined]
            yield event
            left -= 1
            if not left:
                return

    return some()
