"""Which numbers the line answers."""

from __future__ import annotations

import pytest

from tests.asterisk.phone import Phone
from tests.asterisk.stub import stub, wants
from tests.asterisk.switch import Switch

OTHERS = ["0891", "089", "08900", "112", "+79161234567", "s", "h", "support", "line", "0890&0891", "T"]


@pytest.mark.parametrize("number", ["0890", "88002500890"])
def test_the_numbers_of_the_line_are_answered_and_reach_the_application(switch: Switch, number: str) -> None:
    with stub(switch.settings.agi_port, line=wants(IVR_NEXT="goodbye")) as application:
        with Phone(switch.settings.sip_port, caller="79161234567").call(number) as call:
            call.wait_for_end()
            assert call.hung_up_by_line
        assert [call.env["agi_callerid"] for call in application.calls] == ["79161234567"]
        assert application.calls[0].env["agi_dnid"] == number


@pytest.mark.parametrize("number", OTHERS)
def test_any_other_number_is_refused_and_never_answered(switch: Switch, number: str) -> None:
    with stub(switch.settings.agi_port, line=wants(IVR_NEXT="goodbye")) as application:
        with Phone(switch.settings.sip_port).dial(number) as call:
            call.wait_for_end()
            assert "404" in call.reason
        assert application.calls == []
    assert switch.channels() == 0


def test_the_supervisors_own_name_opens_no_number(switch: Switch) -> None:
    with Phone(switch.settings.sip_port, caller="probe").dial("0890") as call:
        call.wait_for_end()
        assert "404" in call.reason


def test_a_callers_name_is_handed_on_as_it_is_and_never_evaluated(switch: Switch) -> None:
    name = "${CHANNEL(state)} $[1+1] ,) Set(IVR_NEXT=goodbye)"
    with (
        stub(switch.settings.agi_port, line=wants(IVR_NEXT="goodbye")) as application,
        Phone(switch.settings.sip_port, name=name).call("0890") as call,
    ):
        call.wait_for(lambda: bool(application.calls))
        assert application.calls[0].env["agi_calleridname"] == name
