from __future__ import annotations

from tests.asterisk.switch import Switch


def test_starts_without_a_warning(switch: Switch) -> None:
    log = switch.log()
    assert "modules will be loaded" in log
    assert "WARNING" not in log
    assert "ERROR" not in log


def test_no_channel_is_left_before_the_first_call(switch: Switch) -> None:
    assert switch.channels() == 0
    assert switch.act(Action="Ping")["Ping"] == "Pong"
