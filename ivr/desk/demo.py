"""Two agents and a supervisor for trying the desk out. Their passwords are made here and are nowhere else."""

from __future__ import annotations

from pathlib import Path

from account_core import Agent
from ivr.core import Core
from ivr.private_files import write_private
from ivr.settings import Settings

PEOPLE = (
    Agent("anna", "Анна Орлова", "agent"),
    Agent("boris", "Борис Котов", "agent"),
    Agent("vera", "Вера Зимина", "supervisor"),
)


def passwords_file(settings: Settings) -> Path:
    """Where the passwords of the demo's agents are written, for the owner of the folder alone."""
    return settings.var / "desk-passwords.txt"


def add_demo_agents(settings: Settings, core: Core) -> bool:
    """Let the demo's agents in, if there are no agents at all yet; whether that was so."""
    if core.agents.list():
        return False
    passwords = {agent: core.new_password() for agent in PEOPLE}
    told = [f"{one.login}\t{password}\t{one.role}" for one, password in passwords.items()]
    write_private(passwords_file(settings), "\n".join(["login\tpassword\trole", *told, ""]))
    for agent, password in passwords.items():
        core.agents.add(agent, password)
    return True
