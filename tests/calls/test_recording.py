"""When a call is recorded, when its caller hears of it, and when the recording pauses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pytest

from account_core import Callbacks, Database
from ivr.flows import Services
from ivr.flows.callback import called
from tests.company import LAST4, OWN


@dataclass
class Recording:
    """Notes what it is told."""

    can: bool = True
    told: list[str] = field(default_factory=list)

    def possible(self) -> bool:
        return self.can

    def begin(self) -> None:
        self.told.append("begins")

    @contextmanager
    def paused(self) -> Iterator[None]:
        self.told.append("pauses")
        try:
            yield
        finally:
            self.told.append("goes on")


def test_the_caller_hears_of_it_before_anything_else(call) -> None:
    recording = Recording()
    call("ivr: recording/notice\nivr: welcome\nivr: main-menu\n(hangs up)", recording=recording)
    assert recording.told == ["begins"]


def test_a_key_during_the_notice_is_kept_and_the_call_is_recorded(call) -> None:
    recording = Recording()
    call("ivr: recording/notice\ncut: 1\nivr: contract/enter\n(hangs up)", recording=recording)
    assert recording.told == ["begins"]


def test_who_chooses_another_language_hears_of_it_in_that(call) -> None:
    call(
        """
        ivr:  recording/notice
        ivr:  welcome
        ivr:  main-menu
        keys: 9
        ivr:  recording/notice
        ivr:  main-menu
        (hangs up)
        """,
        recording=Recording(),
    )


def test_nobody_is_told_of_a_recording_that_cannot_be_made(call) -> None:
    recording = Recording(can=False)
    call("ivr: welcome\nivr: main-menu\n(hangs up)", recording=recording)
    assert recording.told == []


@pytest.mark.parametrize(
    "ending", [f"keys: {LAST4}\nivr: password/confirm 4567\n(hangs up)", "(hangs up)", "keys: 0#"]
)
def test_it_pauses_for_a_secret_and_for_nothing_else(call, ending: str) -> None:
    recording = Recording()
    after = (
        "\nivr: handover\n-> support: asked for a person instead of the passport digits"
        if "#" in ending
        else ""
    )
    call(
        f"""
        ivr:  recording/notice
        ivr:  welcome
        cut:  2
        ivr:  password/intro
        ivr:  contract/enter
        keys: {OWN}
        ivr:  password/passport
        {ending}{after}
        """,
        recording=recording,
    )
    assert recording.told == ["begins", "pauses", "goes on"]


def test_who_is_called_back_hears_of_it_too(call, services: Services, database: Database) -> None:
    recording = Recording()
    call(
        "ivr: recording/notice\nivr: callback/hello\nivr: callback/ready\n(hangs up)",
        first=called,
        services=replace(services, callbacks=Callbacks(database)),
        recording=recording,
    )
    assert recording.told == ["begins"]
