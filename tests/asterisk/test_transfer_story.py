"""The whole line: the caller presses 0, the agent hears who calls and why, and the two are joined."""

from __future__ import annotations

from account_core import Handovers, open_database
from ivr.switch.manager import manager_of
from ivr.transfer.board import Switchboard
from ivr.transfer.states import State
from tests.asterisk.house import Line, open_line
from tests.asterisk.switch import until
from tests.asterisk.telephone import Telephone
from tests.company import OWN, OWN_MOBILE


def test_the_agent_hears_who_calls_and_why() -> None:
    with open_line(seats=2) as line:
        manager = manager_of(line.settings)
        board = Switchboard(manager)
        with (
            manager,
            Telephone(line.settings, "phone01") as anna,
            line.phone(OWN_MOBILE).call("0890") as caller,
        ):
            until(lambda: manager.connected, 15)
            board.sign_in("anna", "phone01", ready=True)
            line.hears(caller, "main-menu")
            caller.keys("1")
            caller.keys("1", at=caller.answered_at + 6)
            caller.keys("0", at=caller.answered_at + 9)
            ringing = anna.rings(60)
            ringing.answer()
            ear = line.ear(("whisper/contract", {"begins": OWN[:4], "ending": OWN[-4:]}))
            wanted = ["whisper/contract", "whisper/by-number", "whisper/balance", "whisper/take"]
            ringing.wait_for(lambda: ear.names(ringing.heard()) == wanted, 30, every_s=0.5)
            ringing.keys("1")
            until(lambda: board.calls()[0].state is State.TALKING, 15)
            the_story_is_kept(line, board.calls()[0].id)


def the_story_is_kept(line: Line, call: str) -> None:
    database = open_database(line.settings.url())
    story = Handovers(database).of(call)
    database.close()
    assert story
    assert (story.contract, story.verified, story.calling_number) == (OWN, "calling-number", OWN_MOBILE)
    assert story.path[-1].endswith("operator")
