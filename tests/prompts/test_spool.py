"""Joined utterances are kept while they are in use, and no longer than there is room."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.prompts import spool as module
from ivr.prompts.spool import Spool, remove_forsaken, write_whole


@pytest.fixture(autouse=True)
def on_disk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "MEMORY", tmp_path / "none")


def make(spool: Spool, name: str) -> Path:
    return Path(spool.path(name, name.encode) + ".alaw")


def left(spool: Spool) -> set[str]:
    return {file.stem for file in spool.folder.iterdir()}


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    file = make(spool, "a")
    assert spool.path("a", lambda: pytest.fail("made again")) == str(file.with_suffix(""))


def test_what_callers_were_told_is_for_the_owner_alone(tmp_path: Path) -> None:
    assert stat.S_IMODE(Spool(tmp_path).folder.stat().st_mode) == 0o700


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    spool = Spool(tmp_path, kept=2, in_use_s=0)
    for name in ("a", "b", "a", "c"):
        make(spool, name)
    assert left(spool) == {"a", "c"}


def test_what_asterisk_may_be_about_to_open_stays_however_many_there_are(tmp_path: Path) -> None:
    spool = Spool(tmp_path, kept=0, in_use_s=600)
    assert all(make(spool, str(number)).exists() for number in range(10))
    assert len(left(spool)) == 10


def test_it_never_grows(tmp_path: Path) -> None:
    spool = Spool(tmp_path, kept=5, in_use_s=0)
    for number in range(500):
        make(spool, str(number))
    assert left(spool) == {"495", "496", "497", "498", "499"}


def test_many_calls_at_once_find_what_they_asked_for(tmp_path: Path) -> None:
    spool = Spool(tmp_path, kept=5, in_use_s=600)
    with ThreadPoolExecutor(8) as calls:
        files = list(calls.map(lambda number: make(spool, str(number % 20)), range(400)))
    assert {file.read_bytes() for file in files} == {str(number).encode() for number in range(20)}


def test_a_closed_spool_is_gone(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    make(spool, "a")
    spool.close()
    assert list(tmp_path.iterdir()) == []


def test_the_spool_of_a_process_that_was_killed_is_removed_and_that_of_one_at_work_is_not(
    tmp_path: Path,
) -> None:
    ours = Spool(tmp_path)
    killed = "import os, sys; from pathlib import Path; from ivr.prompts import spool; "
    killed += "spool.MEMORY = Path('none'); kept = spool.Spool(Path(sys.argv[1])); os._exit(1)"
    subprocess.run([sys.executable, "-c", killed, tmp_path], check=False)
    assert len(list(tmp_path.iterdir())) == 2
    remove_forsaken(tmp_path)
    assert list(tmp_path.iterdir()) == [ours.folder]


def test_memory_is_used_where_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEMORY", tmp_path)
    assert Spool(tmp_path / "disk").folder.parent == tmp_path
    monkeypatch.setattr(module, "ROOM", 2**80)
    assert Spool(tmp_path / "disk").folder.parent == tmp_path / "disk"


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_whole(tmp_path / "a", "no bytes")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
