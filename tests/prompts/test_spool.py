"""Joined utterances are kept while they are in use, and no longer than there is room."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ivr.prompts.spool import Spool, write_whole


def make(spool: Spool, name: str, last_used_s: float = 0.0) -> Path:
    file = Path(spool.path(name, name.encode) + ".alaw")
    os.utime(file, (time.time() - last_used_s,) * 2)
    return file


def test_what_is_there_is_not_made_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    make(spool, "a")
    assert spool.path("a", lambda: pytest.fail("made again")) == str(tmp_path / "a")


def test_what_callers_were_told_is_for_the_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "spool").mkdir(mode=0o755)
    Spool(tmp_path / "spool")
    assert stat.S_IMODE((tmp_path / "spool").stat().st_mode) == 0o700


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    spool = Spool(tmp_path, kept=2, in_use_s=600)
    old, older, new = make(spool, "old", 1000), make(spool, "older", 2000), make(spool, "new")
    spool.sweep()
    assert (older.exists(), old.exists(), new.exists()) == (False, True, True)


def test_saying_it_again_keeps_it(tmp_path: Path) -> None:
    spool = Spool(tmp_path, kept=1, in_use_s=600)
    said, unsaid = make(spool, "said", 2000), make(spool, "unsaid", 1000)
    spool.path("said", bytes)
    spool.sweep()
    assert (said.exists(), unsaid.exists()) == (True, False)


def test_what_a_caller_may_be_hearing_stays_however_many_there_are(tmp_path: Path) -> None:
    spool = Spool(tmp_path, kept=0, in_use_s=600)
    files = [make(spool, str(number), 300) for number in range(10)]
    spool.sweep()
    assert all(file.exists() for file in files)


def test_it_sweeps_by_itself(tmp_path: Path) -> None:
    spool = Spool(tmp_path, kept=5, in_use_s=0)
    for number in range(2000):
        spool.path(str(number), bytes)
    until(lambda: len(list(tmp_path.iterdir())) <= 500)


def until(true: Callable[[], bool], within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_sweep_of_another_process_is_no_harm(tmp_path: Path) -> None:
    ours, theirs = Spool(tmp_path, kept=0, in_use_s=0), Spool(tmp_path, kept=0, in_use_s=0)
    file = make(ours, "a", 1000)
    theirs.sweep()
    assert not file.exists()
    assert Path(ours.path("a", lambda: b"again") + ".alaw").read_bytes() == b"again"


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        write_whole(tmp_path / "a", "no bytes")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
