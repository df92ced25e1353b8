"""Listening to recordings at the desk: who may, what is noted, and what no address reaches."""

from __future__ import annotations

import pytest

from account_core import CallLog, CallRecord, StorageUnavailable
from ivr.desk import recordings
from ivr.recording.shelf import Shelf
from tests.company import OWN, OWN_MOBILE
from tests.desk.conftest import Desk, today
from tests.recording.shelves import lay, wav

CALL = "host-5060-1764409000.12"
URL = f"/calls/{CALL}/recording"


@pytest.fixture(autouse=True)
def listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has listened yet."""
    monkeypatch.setattr(recordings, "LISTENERS", recordings.Listeners())


@pytest.fixture
def shelf(desk: Desk) -> Shelf:
    return Shelf(desk.settings)


def called(desk: Desk, contract: str | None) -> None:
    log = CallLog(desk.core.database, every_s=0.01)
    log.save(CallRecord(CALL, OWN_MOBILE, "0890", "ru", today(10), today(11), contract, None, [], "goodbye"))
    log.close()


def heard_by(desk: Desk) -> list[tuple[str, str]]:
    return [(noted.what, noted.facts["agent"]) for noted in desk.core.cards.story(CALL).audit]


@pytest.mark.parametrize("contract", [OWN, None])
def test_a_supervisor_hears_it_and_that_is_noted(desk: Desk, shelf: Shelf, contract: str | None) -> None:
    called(desk, contract)
    lay(shelf, CALL)
    browser = desk.signed_in("vera", "none")
    assert f'src="{URL}"' in browser.get(f"/calls/{CALL}").text
    assert heard_by(desk) == [], "nobody has listened yet"
    answer = browser.get(URL)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "audio/wav", wav(2))
    assert heard_by(desk) == [("recording heard", "vera")]
    page = browser.get(f"/calls/{CALL}").text
    assert page.count("запись прослушана") == 1 and "Вера Зимина" in page


def test_an_agent_and_a_stranger_hear_nothing(desk: Desk, shelf: Shelf) -> None:
    lay(shelf, CALL)
    assert desk.signed_in("anna").get(URL).status_code == 403
    assert desk.browser().get(URL).headers["location"] == "/sign-in"
    assert heard_by(desk) == []


def test_a_player_asks_for_ranges_and_is_noted_once(desk: Desk, shelf: Shelf) -> None:
    lay(shelf, CALL)
    browser = desk.signed_in("vera", "none")
    for first, last in ((1000, 1999), (0, 43), (32000, 32043)):
        part = browser.get(URL, headers={"range": f"bytes={first}-{last}"})
        assert part.status_code == 206
        assert part.headers["content-range"] == f"bytes {first}-{last}/32044"
        assert part.content == wav(2)[first : last + 1]
    assert browser.get(URL, headers={"range": "bytes=99999-"}).status_code == 416
    assert heard_by(desk) == [("recording heard", "vera")]


def test_a_copy_is_a_file_and_is_noted(desk: Desk, shelf: Shelf) -> None:
    lay(shelf, CALL)
    answer = desk.signed_in("vera", "none").get(f"{URL}?save=1")
    assert answer.headers["content-disposition"] == f'attachment; filename="{CALL}.wav"'
    assert heard_by(desk) == [("recording heard", "vera")]


def test_nothing_is_heard_that_cannot_be_noted(
    desk: Desk, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise StorageUnavailable("gone")

    lay(shelf, CALL)
    browser = desk.signed_in("vera", "none")
    monkeypatch.setattr(desk.core.recordings, "heard", away)
    for _ in range(2):
        answer = browser.get(URL)
        assert answer.status_code == 503 and b"RIFF" not in answer.content


@pytest.mark.parametrize(
    "call",
    [
        *("..%2f..%2faccounts.db", "%2e%2e", "..%5c..%5csecret.key", "%2fetc%2fpasswd", "x%00", "x%0a", "%"),
        *("..%252f..%252fsecret.key", "secret.key", "2026-11-29", "другой", "x" * 5000),
    ],
)
def test_no_address_leads_to_another_file(desk: Desk, shelf: Shelf, call: str) -> None:
    lay(shelf, CALL)
    (desk.settings.var / "secret.wav").write_bytes(b"treasure")
    (shelf.folder / "secret.key.wav").write_bytes(b"treasure")
    answer = desk.signed_in("vera", "none").get(f"/calls/{call}/recording")
    assert answer.status_code == 404
    assert b"treasure" not in answer.content


def test_a_call_that_goes_on_cannot_be_heard_yet(desk: Desk, shelf: Shelf) -> None:
    lay(shelf, CALL, age_s=0)
    browser = desk.signed_in("vera", "none")
    assert "Разговор ещё записывается" in browser.get(f"/calls/{CALL}").text
    assert browser.get(URL).status_code == 409
    assert heard_by(desk) == []


def test_one_that_was_cut_off_is_played_whole(desk: Desk, shelf: Shelf) -> None:
    lay(shelf, CALL, data=wav(2, told=0))
    browser = desk.signed_in("vera", "none")
    assert browser.get(URL).content == browser.get(URL).content == wav(2)


def test_a_call_without_a_recording_says_nothing_of_one(desk: Desk, shelf: Shelf) -> None:
    called(desk, OWN)
    lay(shelf, CALL, data=b"")
    browser = desk.signed_in("vera", "none")
    assert "<audio" not in browser.get(f"/calls/{CALL}").text
    assert browser.get(URL).status_code == 404
