"""What the pages need of npm: pinned, made once, and its absence said in one line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ivr.cli import Mend
from ivr.desk import assets
from ivr.settings import load


def test_every_package_is_pinned_by_its_checksum_and_named_without_an_address() -> None:
    lock = (assets.WEB / "package-lock.json").read_text()
    packages = {name: told for name, told in json.loads(lock)["packages"].items() if name}
    assert [name for name, told in packages.items() if not told["integrity"].startswith("sha512-")] == []
    assert not re.search(r'"resolved"|https?://(?!.*(sponsors|funding))', lock)


def test_what_is_made_is_not_made_again() -> None:
    made = assets.ensure(load())
    before = {file: file.stat().st_mtime_ns for file in made.iterdir()}
    assert "jssip.js" in {file.name for file in before}
    assert {file: file.stat().st_mtime_ns for file in assets.ensure(load()).iterdir()} == before


def test_a_registry_that_cannot_be_reached_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    with pytest.raises(Mend, match=r"^cannot make the browser's telephone: npm: .*ECONNREFUSED") as told:
        assets.ensure(load(parts=tmp_path / "parts"))
    assert "\n" not in told.value.message
    assert not assets.ready(load(parts=tmp_path / "parts"))
