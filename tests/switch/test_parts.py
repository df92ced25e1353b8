"""Programs that the system lacks, got by the real apt-get out of a repository in a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ivr.cli import Mend
from ivr.switch import parts
from tests.switch.conftest import Repository

SCRIPT = b"#!/usr/bin/env-of-ours -a -b\n"


@pytest.fixture
def folder(tmp_path: Path, repository: Repository) -> Path:
    repository.add("tool", {"usr/bin/tool": Path("/usr/bin/printf")}, needs="our-libc")
    return tmp_path / "parts"


def said(root: Path, *words: str) -> str:
    return subprocess.run(
        [*parts.command(root, "usr/bin/tool"), *words], capture_output=True, text=True, check=True
    ).stdout


def test_a_program_runs_with_the_libraries_it_came_with(folder: Path) -> None:
    root = parts.ensure("tools", ["tool"], folder=folder)
    assert root == folder / "tools"
    assert said(root, "%s", "it runs") == "it runs"
    assert parts.command(root, "usr/bin/tool")[0].startswith(str(root))


def test_it_is_got_once(folder: Path, repository: Repository) -> None:
    root = parts.ensure("tools", ["tool"], folder=folder)
    repository.index.write_text("")  # nothing could be had any more
    assert parts.ensure("tools", ["tool"], folder=folder) == root
    assert parts.here("tools", ["tool"], folder=folder) == root


def test_another_request_gets_it_anew(folder: Path, repository: Repository) -> None:
    parts.ensure("tools", ["tool"], folder=folder)
    repository.add("extra", {"usr/share/extra": b"more"}, needs="our-libc")
    assert parts.here("tools", ["extra", "tool"], folder=folder) is None
    root = parts.ensure("tools", ["extra", "tool"], folder=folder)
    assert (root / "usr/share/extra").read_bytes() == b"more"


def test_half_finished_work_of_an_earlier_run_does_no_harm(folder: Path) -> None:
    left = folder / ".tools.work" / "root" / "usr" / "bin"
    left.mkdir(parents=True)
    (left / "broken").touch()
    (folder / "tools" / "usr").mkdir(parents=True)  # no stamp: it was never finished
    root = parts.ensure("tools", ["tool"], folder=folder)
    assert said(root, "well") == "well"
    assert not (root / "usr/bin/broken").exists()
    assert sorted(path.name for path in folder.iterdir()) == [".tools.lock", "tools"]


def test_folders_that_are_not_merged_into_usr_land_there(folder: Path) -> None:
    root = parts.ensure("tools", ["tool"], folder=folder)
    assert (root / "usr/lib64/decoy").exists()
    assert (root / "lib64").readlink() == Path("usr/lib64")


def test_two_at_once_do_the_work_once(folder: Path, tmp_path: Path) -> None:
    order = f"""
from pathlib import Path
from ivr.switch import parts
parts.ensure("tools", ["tool"], folder=Path({str(folder)!r}))
"""
    runs = [subprocess.Popen([sys.executable, "-c", order], stdout=subprocess.PIPE, text=True) for _ in "ab"]
    told = "".join(run.communicate(timeout=60)[0] for run in runs)
    assert [run.returncode for run in runs] == [0, 0]
    assert told.count("downloading") == 1


def test_what_cannot_be_had_is_one_line_that_says_how_to_get_it(folder: Path) -> None:
    with pytest.raises(Mend) as told:
        parts.ensure("tools", ["no-such-package"], folder=folder)
    assert told.value.message == (
        "cannot get tools: Unable to locate package no-such-package. "
        "Install it yourself: apt-get install no-such-package"
    )


def test_a_system_without_apt_is_told_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Mend, match=r"apt-get is not on this system\. Install it yourself"):
        parts.ensure("tools", ["tool"], folder=folder)


def test_a_script_is_run_by_the_interpreter_it_came_with(folder: Path, repository: Repository) -> None:
    repository.add(
        "script",
        {"usr/bin/script": SCRIPT, "usr/bin/env-of-ours": Path("/usr/bin/printf")},
        needs="our-libc",
    )
    root = parts.ensure("scripts", ["script"], folder=folder)
    *_, interpreter, first, second, script = parts.command(root, "usr/bin/script")
    assert (interpreter, first, second) == (str(root / "usr/bin/env-of-ours"), "-a", "-b")
    assert script == str(root / "usr/bin/script")
