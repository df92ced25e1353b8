"""Where recordings lie, under which names, for how long."""

from __future__ import annotations

import datetime as dt
import io
import stat
import wave
from pathlib import Path

import pytest

from ivr.recording import shelf as shelves
from ivr.recording.keeper import Keeper, sweep
from ivr.recording.shelf import NoRoom, Shelf, file_name, mend
from ivr.settings import load
from tests.asterisk.switch import until
from tests.recording.shelves import lay, wav

TODAY = dt.date(2026, 11, 29)
CALL = "host-5060-1764409000.12"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(load(var=tmp_path))


def days(shelf: Shelf) -> list[str]:
    return [day.isoformat() for day, _ in shelf.days()]


def test_a_recording_is_found_by_its_call(shelf: Shelf) -> None:
    lay(shelf, "another.1", TODAY)
    path = lay(shelf, CALL, TODAY - dt.timedelta(days=3), wav(2.5))
    found = shelf.find(CALL)
    assert found
    assert (found.path, found.call, found.length_s) == (path, CALL, 2.5)
    assert shelf.find("host-5060-1764409000.1") is None


def test_files_and_folders_are_for_their_owner_alone_whatever_the_umask(shelf: Shelf) -> None:
    path = shelf.place(CALL, TODAY)
    modes = [stat.S_IMODE(one.stat().st_mode) for one in (shelf.folder, path.parent, path)]
    assert modes == [0o700, 0o700, 0o600]


@pytest.mark.parametrize(
    "call",
    [
        "../../accounts.db",
        "..",
        ".",
        "/etc/passwd",
        "a/b",
        "a\\b",
        "a\0b",
        "a,b",
        "a&b",
        "a;b|c",
        "$(id)",
        "ы" * 900,
        "",
    ],
)
def test_whatever_a_call_is_named_its_file_lies_in_the_folder_of_the_day(shelf: Shelf, call: str) -> None:
    path = shelf.place(call, TODAY)
    assert path.parent == shelf.folder / "2026-11-29"
    assert path.resolve() == path
    assert set(path.name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-")
    assert len(path.name) < 200


def test_two_calls_never_share_a_file(shelf: Shelf) -> None:
    shelf.place("a/b", TODAY)
    with pytest.raises(FileExistsError):
        shelf.place("a,b", TODAY)


def test_a_link_that_somebody_laid_is_not_written_through(shelf: Shelf, tmp_path: Path) -> None:
    target = tmp_path / "accounts.db"
    (shelf.make_ready(TODAY) / file_name(CALL)).symlink_to(target)
    with pytest.raises(OSError):
        shelf.place(CALL, TODAY)
    assert not target.exists()
    assert shelf.find(CALL) is None


def test_a_disk_that_is_nearly_full_takes_no_recordings(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelves, "ROOM_MB", 10**12)
    with pytest.raises(NoRoom):
        shelf.place(CALL, TODAY)


def test_what_is_older_than_so_many_days_is_erased_and_nothing_else(shelf: Shelf) -> None:
    for age in (0, 1, 29, 30, 31, 400):
        lay(shelf, f"call.{age}", TODAY - dt.timedelta(days=age))
    (shelf.folder / "notes").mkdir()
    (shelf.folder / "2020-13-45").mkdir()
    sweep(shelf, 30, TODAY)
    assert days(shelf) == ["2026-11-29", "2026-11-28", "2026-10-31", "2026-10-30"]
    assert (shelf.folder / "notes").is_dir() and (shelf.folder / "2020-13-45").is_dir()


def test_a_link_in_the_place_of_an_old_day_is_not_followed(shelf: Shelf, tmp_path: Path) -> None:
    treasure = tmp_path / "treasure"
    treasure.mkdir()
    shelf.make_ready(TODAY)
    (shelf.folder / "2020-01-01").symlink_to(treasure)
    sweep(shelf, 30, TODAY)
    assert treasure.is_dir()


def test_old_recordings_are_erased_at_the_start_and_when_the_setting_changes(shelf: Shelf) -> None:
    today = dt.date.today()
    for age in (1, 5, 50):
        lay(shelf, f"call.{age}", today - dt.timedelta(days=age))
    kept = [30]
    keeper = Keeper(shelf, lambda: kept[0], every_s=0.02)
    try:
        until(lambda: [one.call for one in shelf.all()] == ["call.1", "call.5"])
        kept[0] = 2
        until(lambda: [one.call for one in shelf.all()] == ["call.1"])
    finally:
        keeper.close()


def test_a_folder_that_cannot_be_swept_is_logged_and_nothing_more(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(f"{path} is not ours")

    lay(shelf, CALL, dt.date(2020, 1, 1))
    monkeypatch.setattr(shelves.shutil, "rmtree", refuse)
    sweep(shelf, 30, TODAY)
    assert "cannot be erased" in caplog.text


def test_a_recording_that_was_cut_off_can_be_played_to_its_end(shelf: Shelf) -> None:
    """Asterisk writes the length at the end: a file of one that was killed tells of no voice."""
    path = lay(shelf, CALL, TODAY, wav(2, told=0))
    before = path.stat().st_mtime
    found = shelf.find(CALL)
    assert found
    mend(found)
    assert path.read_bytes() == wav(2)
    assert abs(path.stat().st_mtime - before) < 0.01
    with wave.open(io.BytesIO(path.read_bytes())) as sound:
        assert sound.getnframes() == 16000


def test_a_file_that_is_no_recording_is_left_as_it_is(shelf: Shelf) -> None:
    path = lay(shelf, CALL, TODAY, b"something else altogether, and longer than a header is")
    found = shelf.find(CALL)
    assert found
    mend(found)
    assert path.read_bytes().startswith(b"something else")
