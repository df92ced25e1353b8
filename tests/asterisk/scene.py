"""What surrounds a call in the tests of the dialplan: sounds that can be told apart, and people to talk to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.asterisk.phone import Phone, PhoneCall
from tests.asterisk.stub import Behaviour, Stub, stub
from tests.asterisk.switch import Switch, until

APOLOGY, NOBODY, GOODBYE, ENGLISH, LONG = b"\x11", b"\x22", b"\x33", b"\x44", b"\x66"
LISTENED = b"\x3b"
"""The one byte that each sound consists of."""
AGENTS = """\
[agents]
exten => anna,1,Answer()
 same => n,Wait(60)
exten => boris,1,Wait(60)
exten => curt,1,Answer()
 same => n,Wait(1)
exten => dora,1,Hangup(17)
"""
"""Anna answers and stays, Boris lets it ring, Curt answers and hangs up after a second, Dora is always busy."""


def lay_sounds(var: Path) -> None:
    """The recorded sentences of the dialplan in two languages, and half a minute of `LONG` in `var`."""
    for language, apology in {"ru": APOLOGY, "en": ENGLISH}.items():
        folder = var / "sounds" / "fallback" / language
        folder.mkdir(parents=True)
        said = {"apology": apology, "nobody": NOBODY, "goodbye": GOODBYE, "listened": LISTENED}
        for name, byte in said.items():
            (folder / f"{name}.alaw").write_bytes(byte * 4000)
    (var / "long.alaw").write_bytes(LONG * 8000 * 30)


@contextmanager
def at_work(switch: Switch, agent: str) -> Iterator[None]:
    """`agent` is signed in to the queue, alone."""
    interface = f"Local/{agent}@agents/n"
    switch.act(Action="QueueAdd", Queue="support", Interface=interface)
    try:
        yield
    finally:
        if interface in switch.console("queue show support"):
            switch.act(Action="QueueRemove", Queue="support", Interface=interface)
        until(lambda: f"Local/{agent}@agents" not in switch.console("core show channels concise"))


@contextmanager
def rung(switch: Switch, **behaviours: Behaviour) -> Iterator[tuple[PhoneCall, Stub]]:
    """A call to the line, whose application behaves so at each of its paths."""
    with (
        stub(switch.settings.agi_port, **behaviours) as application,
        Phone(switch.settings.sip_port).call("0890") as call,
    ):
        yield call, application


def hears(call: PhoneCall, sound: bytes, within_s: float = 3.0) -> float:
    """The moment (`time.monotonic()`) at which a sound, all of one byte, begins. Fails when it is not heard."""
    call.wait_for(lambda: sound * 160 in call.heard(), within_s)
    return call.answered_at + call.heard().index(sound * 160) / 8000


def served(switch: Switch, agent: str = "anna") -> bool:
    """Whether a caller is joined to `agent`."""
    lines = switch.console("core show channels concise").splitlines()
    return any(line.startswith(f"Local/{agent}@agents") and "!Up!" in line for line in lines)
