"""The manager interface against a real Asterisk: actions, lists, events, and a connection that comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr.switch.manager import Manager, Refused, SwitchAway, manager_of
from tests.asterisk.phone import Phone
from tests.asterisk.scene import rung
from tests.asterisk.stub import waits
from tests.asterisk.switch import Switch, running, until

SEAT = "Local/anna@agents/n"


@pytest.fixture(scope="module")
def switch() -> Iterator[Switch]:
    with running() as asterisk:
        yield asterisk


@pytest.fixture
def manager(switch: Switch) -> Iterator[Manager]:
    with manager_of(switch.settings) as made:
        until(lambda: made.connected)
        yield made


def test_an_action_is_done_and_its_event_is_heard(manager: Manager) -> None:
    added: list[str] = []
    manager.on_event("QueueMemberAdded", lambda event: added.append(event["Interface"]))
    manager.act("QueueAdd", Queue="support", Interface=SEAT)
    until(lambda: added == [SEAT])
    assert [m["Location"] for m in manager.ask("QueueStatus") if m["Event"] == "QueueMember"] == [SEAT]
    manager.act("QueueRemove", Queue="support", Interface=SEAT)


def test_what_asterisk_will_not_do_is_refused_in_its_words(manager: Manager) -> None:
    with pytest.raises(Refused, match="No such queue"):
        manager.act("QueueAdd", Queue="nowhere", Interface=SEAT)


@pytest.mark.parametrize("name", ["Command", "GetConfig", "UpdateConfig", "DBPut", "ModuleLoad", "Filter"])
def test_nothing_that_reaches_beyond_calls_and_agents_is_allowed(manager: Manager, name: str) -> None:
    with pytest.raises(Refused):
        manager.act(name, Command="core show version", Filename="manager.conf", Family="a", Key="b")


@pytest.mark.parametrize("value", ["support\r\nAction: Logoff", "a\nb", "a\rb", "a\0b"])
def test_no_value_becomes_a_header_of_its_own(manager: Manager, value: str) -> None:
    with pytest.raises(ValueError, match="Queue"):
        manager.act("QueueAdd", Queue=value, Interface=SEAT)
    assert manager.connected


def test_a_callers_name_cannot_confuse_what_follows(switch: Switch, manager: Manager) -> None:
    """pyst2 by itself would take everything after these words for one long list."""
    heard: list[str] = []
    manager.on_event("Newchannel", lambda event: heard.append(event["CallerIDName"]))
    name = "status will follow --END COMMAND--"
    with Phone(switch.settings.sip_port, name=name).dial("0890"):
        until(lambda: heard == [name])
    manager.act("Ping")


def test_a_fault_of_one_who_listens_is_no_fault_of_the_others(manager: Manager) -> None:
    heard: list[str] = []
    manager.on_event("QueueMemberAdded", lambda event: event["No such header"])
    manager.on_event("QueueMemberAdded", lambda event: heard.append(event["Interface"]))
    manager.act("QueueAdd", Queue="support", Interface=SEAT)
    until(lambda: heard == [SEAT])
    manager.act("QueueRemove", Queue="support", Interface=SEAT)


def test_a_lost_connection_comes_back_and_its_owner_is_told(switch: Switch, manager: Manager) -> None:
    told: list[str] = []
    manager.on_connected(lambda: told.append(f"{len(manager.ask('CoreShowChannels'))} channels"))
    manager.on_lost(lambda: told.append("lost"))
    with rung(switch, line=waits):
        switch.console("manager reload")  # keeps the sessions
        sessions = [line for line in switch.console("manager show connected").splitlines() if "ivr" in line]
        assert len(sessions) == 1
        assert manager._session
        manager._session.drop()
        until(lambda: told == ["lost", "1 channels"])


def test_nothing_is_done_and_nobody_waits_without_an_asterisk(switch: Switch) -> None:
    with Manager("127.0.0.1", switch.settings.agi_port, "ivr", "secret") as manager:
        with pytest.raises(SwitchAway):
            manager.act("Ping")
        assert not manager.connected
