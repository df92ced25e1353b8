"""A caller who withholds the number, which the network sends all the same: nobody here learns it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.asterisk.house import Line, open_line
from tests.asterisk.office import ASKED, PATIENT_S, House, open_house, open_office
from tests.asterisk.phone import Phone
from tests.asterisk.stub import stub, wants
from tests.asterisk.switch import Switch, until
from tests.company import OWN_MOBILE

ASSERTED = ("P-Asserted-Identity", f"<sip:{OWN_MOBILE}@carrier.example;user=phone>")
WITHHELD = [
    ("anonymous", (ASSERTED, ("Privacy", "id"))),
    (OWN_MOBILE, (ASSERTED, ("Privacy", "id"))),
    ("anonymous", (("P-Asserted-Identity", f"<tel:{OWN_MOBILE}>"), ("Privacy", "user;id"))),
    ("anonymous", (ASSERTED,)),
    ("Anonymous", ()),
    (OWN_MOBILE, (("Privacy", "ID"),)),
    (OWN_MOBILE, (("Privacy", "header;user"),)),
    (OWN_MOBILE, (("Remote-Party-ID", f"<sip:{OWN_MOBILE}@carrier.example>;privacy=full;screen=yes"),)),
]
SHOWN = [
    (OWN_MOBILE, ()),
    (OWN_MOBILE, (("Privacy", "none"),)),
    ("+74950000000", (ASSERTED, ("Privacy", "none"))),
    ("+74950000000", (ASSERTED,)),
]
Sent = tuple[tuple[str, str], ...]


def numbers_told(switch: Switch, caller: str, headers: Sent) -> list[tuple[str, str]]:
    """Number and name that AGI tells of one call."""
    with stub(switch.settings.agi_port, line=wants(IVR_NEXT="goodbye")) as application:
        phone = Phone(switch.settings.sip_port, caller=caller, name="Ivan", headers=headers)
        with phone.call("0890") as call:
            call.wait_for_end()
        return [(agi.env["agi_callerid"], agi.env["agi_calleridname"]) for agi in application.calls]


@pytest.mark.parametrize(("caller", "headers"), WITHHELD)
def test_the_application_is_told_no_number_and_no_name(switch: Switch, caller: str, headers: Sent) -> None:
    assert numbers_told(switch, caller, headers) == [("unknown", "unknown")]


@pytest.mark.parametrize(("caller", "headers"), SHOWN)
def test_a_number_that_may_be_shown_is_told(switch: Switch, caller: str, headers: Sent) -> None:
    assert [number for number, _ in numbers_told(switch, caller, headers)] == [OWN_MOBILE]


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with open_house() as opened:
        yield opened


@pytest.mark.parametrize(("caller", "headers"), WITHHELD[:5])
def test_neither_the_desk_nor_the_agents_telephone_is_told(house: House, caller: str, headers: Sent) -> None:
    with open_office(house) as office, stub(office.switch.settings.agi_port, line=ASKED):
        events: list[str] = []
        office.manager.on_event("*", lambda event: events.append(str(dict(event))))
        with Phone(office.switch.settings.sip_port, caller=caller, headers=headers).call("0890"):
            anna = office.anna.rings()
            assert [call.number for call in office.board.calls()] == [""]
            assert OWN_MOBILE[1:] not in str(anna.dialog.invite.headers)
            until(lambda: any("QueueCallerJoin" in event for event in events), PATIENT_S)
            joined = next(place for place, event in enumerate(events) if "QueueCallerJoin" in event)
            assert OWN_MOBILE[1:] not in "".join(events[joined:])


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with open_line() as opened:
        yield opened


def test_a_withheld_number_proves_nothing(line: Line) -> None:
    """From the mobile on file the line offers the balance of its contract; here it asks for the contract."""
    phone = Phone(line.settings.sip_port, caller="anonymous", headers=(ASSERTED, ("Privacy", "id")))
    with phone.call("0890") as call:
        line.hears(call, "main-menu", within_s=20)
        call.keys("1")
        line.hears(call, "contract/enter", within_s=20)
    with line.phone(OWN_MOBILE).call("0890") as call:
        line.hears(call, "main-menu", within_s=20)
        call.keys("1")
        line.hears(call, "balance/offer", within_s=20, ending="5678")
