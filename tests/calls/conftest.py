from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from account_core import Accounts, Database, Keys, Outbox, PasswordPolicy, Passwords, Resets, open_database
from ivr import call_loop
from ivr.dialogue import Call, Goodbye, Handover
from ivr.flows import Services
from ivr.flows.menu import main_menu, welcome
from ivr.flows.nobody import door
from ivr.prompts import Prompts
from ivr.settings import HOME
from ivr.terminal.script import Diverged, ScriptedLine, difference, script_lines
from tests.company import SECRET, small_company


@dataclass
class Talk:
    """A call that has ended as its script says."""

    call: Call
    ending: Goodbye | Handover | None


@pytest.fixture(scope="session")
def prompts() -> Prompts:
    return Prompts.load(HOME / "prompts")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path / 'accounts.db'}")
    small_company(opened)
    yield opened
    opened.close()


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database, Keys(SECRET.encode()))


@pytest.fixture
def services(database: Database, outbox: Outbox) -> Services:
    keys = Keys(SECRET.encode())
    quick = Passwords(keys, PasswordPolicy(memory_kib=8, rounds=1))
    return Services(Accounts(database), Resets(database, keys, quick, outbox))


@pytest.fixture
def call(services: Services, prompts: Prompts) -> Callable[..., Talk]:
    """Hold the call that `script` tells; fail with the difference where it goes another way."""
    numbers = iter(range(1000))

    def hold(script: str, *, caller: str | None = None, first=welcome, services=services, **known) -> Talk:
        expected = script_lines(script)
        line = ScriptedLine(deque(expected), prompts)
        named = {"id": f"test.{next(numbers)}", **known}
        talk = Call(line, caller=caller, clock=lambda: line.now, **named)
        try:
            ending = call_loop.run(talk, first, main_menu, services, door)
            line.ended(ending)
        except Diverged:
            pytest.fail("the call left the script\n" + difference(expected, line.said))
        if line.said != expected:
            pytest.fail("the call left the script\n" + difference(expected, line.said))
        return Talk(talk, ending)

    return hold
