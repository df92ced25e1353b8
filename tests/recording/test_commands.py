"""`ivr recordings` and what `ivr doctor` says of them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from account_core import CallLog, CallRecord, Cards, Keys, open_database
from ivr.cli import main
from ivr.doctor import State
from ivr.doctor import recorded as doctor
from ivr.doctor.found import Found
from ivr.recording.shelf import Shelf
from ivr.settings import Settings, load
from tests.company import OWN, SECRET
from tests.recording.shelves import lay, wav

CALL = "host-5060-1764409000.12"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = load(var=tmp_path, recording=True)
    database = open_database(made.url())
    log, now = CallLog(database), dt.datetime.now(dt.UTC)
    log.save(CallRecord(CALL, None, "0890", "ru", now, now, OWN, None, [], "goodbye"))
    log.close()
    database.close()
    return made


@pytest.fixture
def shelf(settings: Settings) -> Shelf:
    return Shelf(settings)


def ivr(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(main, ["recordings", *words], env={"IVR_VAR": str(settings.var)})


def found(settings: Settings) -> Found:
    [one] = doctor.recordings(settings)
    return one


def test_the_list_shows_the_last_first_and_no_whole_contract(settings: Settings, shelf: Shelf) -> None:
    lay(shelf, "another.1", age_s=3600)
    lay(shelf, CALL, data=wav(62))
    told = ivr(settings).output
    assert told.index(CALL) < told.index("another.1")
    assert "1:02" in told and f"…{OWN[-4:]}" in told and OWN not in told
    assert "another.1" not in ivr(settings, "--last", "1").output


def test_an_empty_shelf_is_said_to_be_empty(settings: Settings) -> None:
    assert (ivr(settings).output, ivr(settings).exit_code) == ("no recordings\n", 0)


def test_one_is_erased_for_good_and_that_is_noted(settings: Settings, shelf: Shelf) -> None:
    path = lay(shelf, CALL)
    lay(shelf, "another.1")
    assert ivr(settings, "erase", CALL).exit_code == 0
    assert not path.exists() and shelf.find("another.1")
    [noted] = Cards(open_database(settings.url()), Keys(SECRET.encode())).story(CALL).audit
    assert noted.what == "recording erased" and noted.facts["agent"]


@pytest.mark.parametrize(
    "words",
    [["erase", "nobody.1"], ["erase", "../../accounts.db"], ["erase", "\x1b[2J"], ["erase"], ["--last", "0"]],
)
def test_bad_input_is_told_in_one_line(settings: Settings, words: list[str]) -> None:
    done = ivr(settings, *words)
    assert done.exit_code == 2
    assert "\x1b" not in done.output
    assert (settings.var / "accounts.db").exists()
    assert len([line for line in done.output.splitlines() if line.startswith("Error")]) == 1


def test_nothing_is_erased_that_cannot_be_noted(settings: Settings, shelf: Shelf) -> None:
    path = lay(shelf, CALL)
    (settings.var / "accounts.db").write_text("broken")
    assert ivr(settings, "erase", CALL).exit_code == 2
    assert path.exists()


def test_the_doctor_tells_how_many_there_are_and_for_how_long(settings: Settings, shelf: Shelf) -> None:
    assert (found(settings).state, found(settings).told) == (State.WELL, "0 calls, 0 MB, kept for 30 days")
    lay(shelf, CALL)
    assert found(settings).told.startswith("1 calls")


def test_where_calls_are_not_recorded_the_doctor_says_so(settings: Settings, shelf: Shelf) -> None:
    off = settings.model_copy(update={"recording": False})
    assert (found(off).state, found(off).told) == (State.RESTING, "calls are not recorded (IVR_RECORDING)")
    lay(shelf, CALL)
    assert "there are 1 calls" in found(off).told


def test_a_folder_that_others_can_read_is_told_with_its_remedy(settings: Settings, shelf: Shelf) -> None:
    lay(shelf, CALL)
    shelf.folder.chmod(0o755)
    assert found(settings).to_do == f"chmod 700 {shelf.folder}"


def test_a_folder_that_cannot_be_written_is_told(settings: Settings, shelf: Shelf) -> None:
    shelf.folder.write_text("in the way")
    shelf.folder.chmod(0o600)
    assert (found(settings).state, "no call is recorded" in found(settings).told) == (State.WRONG, True)


def test_a_disk_that_is_nearly_full_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "ROOM_MB", 10**12)
    assert "IVR_RECORDING_DAYS" in found(settings).to_do


def test_recordings_that_stayed_empty_are_told(settings: Settings, shelf: Shelf) -> None:
    lay(shelf, CALL, data=b"", age_s=10)
    assert found(settings).state is State.WELL, "it has only begun"
    lay(shelf, "another.1", data=b"", age_s=90)
    assert found(settings).told.startswith("1 are empty")
