"""An office for tests: a switch with a switchboard, two agents at real telephones, and callers who reach them.

The application is a stub, so that a test says what it does; voices are single bytes that can be told apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ivr.switch.manager import Manager, manager_of
from ivr.transfer.board import Switchboard
from ivr.transfer.live import AgentState
from ivr.transfer.states import State
from tests.asterisk.phone import Phone, PhoneCall
from tests.asterisk.scene import lay_sounds, rung
from tests.asterisk.stub import Agi, Behaviour, wants
from tests.asterisk.switch import Switch, running, until
from tests.asterisk.telephone import Ringing, Telephone

ASKED = wants(IVR_NEXT="queue", IVR_QUEUE="support")
ONE, TWO, THREE = b"\x31", b"\x52", b"\x73"
"""The one byte that each voice consists of: the caller's, Anna's, Boris's."""
WHISPER = b"\x19"
PATIENT_S = 15.0
NO_ROUTE = "44"
"""The cause with which Asterisk gives up a telephone that sends no packets any more (Q.850)."""
SOUND = [""]
"""Where the whisper is, once there is a switch."""


def takes_at_one(agi: Agi) -> None:
    """Whispers, then takes the call at 1 and passes it on at anything else, or after a second."""
    answer = agi.command(f'STREAM FILE {SOUND[0]} "12"')
    if "result=0 " in answer:
        answer = agi.command("WAIT FOR DIGIT 1500")
    wish = agi.command("GET VARIABLE IVR_WISH")
    taken = f"result={ord('1')}" in answer or "(take)" in wish
    agi.command(f'SET VARIABLE IVR_NEXT "{"take" if taken else "pass"}"')


def joins_at_once(agi: Agi) -> None:
    """No whisper: the agent has the caller as soon as the telephone is answered."""
    agi.command('SET VARIABLE IVR_NEXT "take"')


@dataclass
class Office:
    """A switch with a switchboard, and two agents at their telephones."""

    switch: Switch
    manager: Manager
    board: Switchboard
    anna: Telephone
    boris: Telephone

    def state(self) -> State | None:
        """That of the only call."""
        calls = self.board.calls()
        return calls[0].state if calls else None

    def is_in(self, state: State | None) -> None:
        until(lambda: self.state() is state, PATIENT_S)

    def agent(self, name: str) -> AgentState:
        return next(a.state for a in self.board.agents() if a.agent == name)


House = tuple[Switch, Manager, Switchboard]


@contextmanager
def open_house(listening: bool = False, local: dict[str, str] | None = None) -> Iterator[House]:
    """A switch of its own and a switchboard; after a talk an agent rests for a moment only."""
    with running(local, listening=listening) as switch:
        lay_sounds(switch.settings.var)
        (switch.settings.var / "whisper.alaw").write_bytes(WHISPER * 16000)
        SOUND[0] = str(switch.settings.var / "whisper")
        manager = manager_of(switch.settings)
        board = Switchboard(manager, wrap_up_s=0.2, listening=listening)
        with manager:
            until(lambda: manager.connected, PATIENT_S)
            yield switch, manager, board


@contextmanager
def open_office(house: House) -> Iterator[Office]:
    """Anna is ready; Boris is signed in and rests. Afterwards all is quiet again."""
    switch, manager, board = house
    with (
        Telephone(switch.settings, "phone01") as anna,
        Telephone(switch.settings, "phone02") as boris,
    ):
        board.sign_in("anna", "phone01", ready=True)
        board.sign_in("boris", "phone02")
        until(lambda: all(a.state is not AgentState.UNREACHABLE for a in board.agents()), PATIENT_S)
        yield Office(switch, manager, board, anna, boris)
        for agent in ("anna", "boris"):
            board.sign_out(agent)
    until(lambda: switch.channels() == 0, PATIENT_S)
    until(lambda: not board.calls(), PATIENT_S)


@contextmanager
def talking(office: Office, whisper: Behaviour = joins_at_once) -> Iterator[tuple[PhoneCall, Ringing]]:
    """A caller who talks with Anna."""
    with rung(office.switch, line=ASKED, whisper=whisper) as (caller, _):
        ringing = office.anna.rings()
        ringing.answer()
        office.is_in(State.TALKING)
        yield caller, ringing


@contextmanager
def consulting(office: Office) -> Iterator[tuple[PhoneCall, Ringing, Ringing]]:
    """A caller who hears music while Anna asks Boris."""
    with talking(office) as (caller, anna):
        office.board.consult("anna", "boris")
        boris = office.boris.rings()
        boris.answer()
        office.is_in(State.CONSULTING)
        yield caller, anna, boris


def presses(ringing: Ringing, key: str) -> None:
    """An agent who has lifted the telephone listens who calls, and presses `key` meanwhile."""
    ringing.wait_for(lambda: WHISPER * 160 in ringing.heard(), PATIENT_S)
    ringing.keys(key)


def lose(office: Office, seat: str) -> None:
    """What Asterisk does when the telephone at `seat` has vanished."""
    lines = office.switch.console("core show channels concise").splitlines()
    channel = next(line.split("!")[0] for line in lines if line.startswith(f"PJSIP/{seat}-"))
    office.switch.act(Action="Hangup", Channel=channel, Cause=NO_ROUTE)


def hears(listener: PhoneCall, speaker: PhoneCall, voice: bytes, within_s: float = 8.0) -> bool:
    """Whether what `speaker` says now comes to `listener`. Mixing may change a sample a little."""
    begun = len(listener.heard())
    speaker.speak(voice * 8000)

    def came() -> bool:
        new = listener.heard()[begun:]
        return max(new.count(bytes([byte])) for byte in _like(voice)) > 1600

    try:
        listener.wait_for(came, within_s)
    except AssertionError:
        return False
    return True


def _like(voice: bytes) -> list[int]:
    """What is about as loud: of A-law, every other bit is turned over (G.711)."""
    level = voice[0] ^ 0x55
    return [near ^ 0x55 for near in range(max(level - 2, 0), level + 3)]


def each_other(*people: tuple[PhoneCall, bytes]) -> bool:
    """Whether everybody hears everybody else."""
    return all(
        hears(listener, speaker, voice)
        for listener, _ in people
        for speaker, voice in people
        if listener is not speaker
    )


def hears_music(caller: PhoneCall) -> bool:
    """Whether what comes now is neither silence nor one of our voices."""
    begun = len(caller.heard())
    try:
        caller.wait_for(lambda: len(set(caller.heard()[begun:])) > 20, 8)
    except AssertionError:
        return False
    return True


@contextmanager
def rung_too(office: Office) -> Iterator[PhoneCall]:
    """A second caller, behind the first."""
    until(lambda: len(office.board.calls()) == 1, PATIENT_S)
    with Phone(office.switch.settings.sip_port, caller="+79160000002").call("0890") as second:
        until(lambda: len(office.board.calls()) == 2, PATIENT_S)
        yield second
