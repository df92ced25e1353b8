"""`ivr agents`, and the agents of the demo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from account_core import Agent
from ivr.core import open_core
from ivr.desk.demo import add_demo_agents, passwords_file
from ivr.settings import load
from tests.company import SECRET


def ivr(var: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """`ivr` with those words, in a folder of its own."""
    environment = {**os.environ, "IVR_VAR": str(var), "IVR_SECRET_KEY": SECRET, "IVR_ARGON2_MEMORY_KIB": "8"}
    program = str(Path(sys.executable).with_name("ivr"))
    return subprocess.run(
        [program, *words],
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def test_an_agent_is_added_listed_and_turned_off(tmp_path: Path) -> None:
    added = ivr(tmp_path, "agents", "add", "anna", "--name", "Анна [red]", typed="Pleasant-7-Trees\n")
    assert (added.returncode, added.stdout) == (0, "anna may sign in as agent\n")
    assert ivr(tmp_path, "agents", "off", "anna").returncode == 0
    listed = ivr(tmp_path, "agents", "list").stdout
    assert "Анна [red]" in listed and "off" in listed
    unknown = ivr(tmp_path, "agents", "off", "nobody")
    assert (unknown.returncode, unknown.stderr) == (2, "Error: there is no agent nobody\n")


def test_a_password_that_will_not_do_is_one_line_that_does_not_show_it(tmp_path: Path) -> None:
    refused = ivr(tmp_path, "agents", "add", "anna", "--name", "Anna", typed="hunter2\n")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1 and "hunter2" not in refused.stderr + refused.stdout


def test_the_demo_has_agents_with_passwords_that_only_its_owner_can_read(tmp_path: Path) -> None:
    settings = load(var=tmp_path, secret_key=SECRET, argon2_memory_kib=8)
    core = open_core(settings)
    assert add_demo_agents(settings, core) is True
    file = passwords_file(settings)
    assert file.stat().st_mode & 0o777 == 0o600
    rows = [line.split("\t") for line in file.read_text().splitlines()[1:]]
    assert [row[2] for row in rows] == ["agent", "agent", "supervisor"]
    for login, password, role in rows:
        assert core.agents.sign_in(login, password).role == role
    core.database.close()


def test_where_there_are_agents_already_the_demo_adds_none(tmp_path: Path) -> None:
    settings = load(var=tmp_path, secret_key=SECRET, argon2_memory_kib=8)
    core = open_core(settings)
    core.agents.add(Agent("own", "Own", "supervisor"), "Pleasant-7-Trees")
    assert add_demo_agents(settings, core) is False
    assert not passwords_file(settings).exists()
    core.database.close()
