"""The lock files hold what pyproject.toml asks for, and nothing of the machine they were made on."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from ivr.settings import load

HOME = load().home
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
WANTED = {
    "requirements.lock": PROJECT["dependencies"],
    "requirements-dev.lock": [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]],
}


def pinned(lock: str) -> dict[str, str]:
    """Name and version of each package in a lock file."""
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==(\S+)", (HOME / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in found}


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_holds_every_requirement(lock: str) -> None:
    versions = pinned(lock)
    missing = [
        wanted
        for wanted in map(Requirement, WANTED[lock])
        if not wanted.specifier.contains(versions.get(canonicalize_name(wanted.name), "0"))
    ]
    assert missing == [], "make lock"


def test_both_locks_agree() -> None:
    assert pinned("requirements.lock").items() <= pinned("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", WANTED)
def test_a_lock_names_no_host(lock: str) -> None:
    assert not re.search(r"://|--index-url|/opt/|/root/", (HOME / lock).read_text())
