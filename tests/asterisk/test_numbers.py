"""Which numbers the line answers."""

from __future__ import annotations

import pytest

from tests.asterisk.caller import dialled
from tests.asterisk.stub import stub, wants
from tests.asterisk.switch import Switch, until


@pytest.mark.parametrize("number", ["0890", "88002500890"])
def test_the_numbers_of_the_line_are_answered_and_reach_the_application(switch: Switch, number: str) -> None:
    with stub(switch.settings.agi_port, line=wants(IVR_NEXT="goodbye")) as application:
        with dialled(switch.settings.sip_port, number, caller="79161234567") as caller:
            assert caller.status == 200
            assert caller.hung_up.wait(5)
        assert [call.env["agi_callerid"] for call in application.calls] == ["79161234567"]
        assert application.calls[0].env["agi_dnid"] == number


@pytest.mark.parametrize(
    "number", ["0891", "089", "08900", "112", "+79161234567", "s", "h", "support", "line", "0890&0891", "T"]
)
def test_any_other_number_is_refused_and_never_answered(switch: Switch, number: str) -> None:
    with stub(switch.settings.agi_port, line=wants(IVR_NEXT="goodbye")) as application:
        with dialled(switch.settings.sip_port, number) as caller:
            assert caller.status == 404
        assert application.calls == []
    assert switch.channels() == 0


def test_the_supervisors_own_name_opens_no_number(switch: Switch) -> None:
    with dialled(switch.settings.sip_port, "0890", caller="probe") as caller:
        assert caller.status == 404


def test_a_callers_name_is_handed_on_as_it_is_and_never_evaluated(switch: Switch) -> None:
    name = "${CHANNEL(state)} $[1+1] ,) Set(IVR_NEXT=goodbye)"
    with stub(switch.settings.agi_port, line=wants(IVR_NEXT="goodbye")) as application:
        with dialled(switch.settings.sip_port, "0890", caller="79161234567", name=name) as caller:
            assert caller.status == 200
            until(lambda: bool(application.calls))
        assert application.calls[0].env["agi_calleridname"] == name
