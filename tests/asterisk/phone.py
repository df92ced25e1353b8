"""A telephone for tests, in plain Python: SIP and RTP over UDP, hundreds of calls in one thread.

    phone = Phone(switch.settings.sip_port, caller="+79161234567")
    with phone.call("0890") as call:
        call.keys("1")
        call.wait_for(lambda: "contract/enter" in ear.names(call.heard()))
        call.hang_up()

Keys are RFC 4733 events in the stream of the voice, at moments that are on record (`Press`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.asterisk.dialog import HOST, Dialog
from tests.asterisk.exchange import exchange
from tests.asterisk.media import FRAME_S, Media, Press, timeline

SETUP_S = 15.0
"""Seconds in which a call is answered or refused."""


@dataclass(frozen=True)
class Phone:
    """A telephone that can make any number of calls at once."""

    sip_port: int
    """UDP port on loopback where the line answers."""
    caller: str = "+79161234567"
    name: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers that the network adds to the INVITE."""

    @contextmanager
    def call(self, number: str) -> Iterator[PhoneCall]:
        """Dial and wait for the answer; the call is over at the end of the block. Fails when it is refused."""
        with self.dial(number) as call:
            call.wait_for(lambda: call.state not in ("calling", "ringing"), SETUP_S)
            assert call.state == "talking", f"{number} did not answer: {call.reason}"
            yield call

    @contextmanager
    def dial(self, number: str) -> Iterator[PhoneCall]:
        """Dial and do not wait; leaving the block takes the call back or ends it."""
        call = exchange().do(lambda: PhoneCall(self, number))
        try:
            yield call
            call.hang_up()
        finally:
            exchange().do(call.put_away)


class PhoneCall:
    """One call. Everything here may be used in any thread."""

    def __init__(self, phone: Phone, number: str) -> None:
        self.media = Media(HOST)
        self._over = False
        exchange().listen(self.media.socket, self.media.receive)
        self._dialog = Dialog(
            phone.sip_port,
            number,
            phone.caller,
            phone.name,
            self.media.port,
            self.media.send_to,
            phone.headers,
        )
        self._tick(time.monotonic())

    @property
    def state(self) -> str:
        """`calling`, `ringing`, `talking` or `over`."""
        return self._dialog.state

    @property
    def reason(self) -> str:
        """Why the call is over: the SIP status, or the Q.850 cause with which the line hung up."""
        return self._dialog.reason

    @property
    def hung_up_by_line(self) -> bool:
        """Whether the line ended it."""
        return self._dialog.ended_by_line

    @property
    def answered_at(self) -> float:
        """`time.monotonic()` of the answer; second 0 of what is heard."""
        return self._dialog.answered_at

    @property
    def ended_at(self) -> float:
        """`time.monotonic()` of the end."""
        return self._dialog.ended_at

    def keys(self, keys: str, tone_s: float = 0.1, gap_s: float = 0.1, at: float = 0.0) -> list[Press]:
        """Press `keys` one after another, from the moment `at` on; return when the last is over."""
        tone, gap = round(tone_s / FRAME_S), round(gap_s / FRAME_S)
        presses = [Press(key, tone, gap, at) for key in keys]
        exchange().do(lambda: self.media.press(presses))
        self.wait_for(lambda: self.state == "over" or all(p.released.is_set() for p in presses), 60, 0.02)
        return presses

    def speak(self, voice: bytes) -> None:
        """Say `voice` (A-law); do not wait for its end."""
        exchange().do(lambda: self.media.speak(voice))

    @property
    def spoke_at(self) -> float:
        """`time.monotonic()` of the first packet of what was said last."""
        return self.media.spoke_at

    @property
    def spoken_at(self) -> float:
        """`time.monotonic()` of the end of its last packet so far."""
        return self.media.spoken_at

    def heard(self) -> bytes:
        """All that was heard since the answer, as A-law, each sample at its moment."""
        return timeline(list(self.media.packets), self.answered_at)

    def heard_at(self, moment: float) -> float:
        """The second of `heard()` at which `moment` (a `time.monotonic()`) was."""
        return moment - self.answered_at

    @property
    def packets(self) -> int:
        """Packets of voice that have come."""
        return len(self.media.packets)

    @property
    def late_s(self) -> float:
        """Seconds by which the latest of our own packets was late: how far this telephone can be believed."""
        return self.media.late_s

    def wait_for(self, true: Callable[[], bool], within_s: float = 10.0, every_s: float = 0.02) -> None:
        """Wait for `true()`, asked every so many seconds; fail when it does not come."""
        deadline = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < deadline, f"not within {within_s} s ({self.state} {self.reason})"
            time.sleep(every_s)

    def wait_for_end(self, within_s: float = 10.0) -> None:
        """Wait until the call is over."""
        self.wait_for(lambda: self.state == "over", within_s)

    def hang_up(self) -> None:
        """End the call, or take it back before it is answered; wait until the line has taken note."""
        exchange().do(self._dialog.hang_up)
        self.wait_for(lambda: self.state == "over" and not self._dialog.unanswered)

    def put_away(self) -> None:
        """Close the sockets."""
        self._over = True
        self._dialog.put_away()
        exchange().forget(self.media.socket)

    def _tick(self, due: float) -> None:
        if not self._over:
            self.media.tick(due)
            exchange().later(due + FRAME_S, self._tick)
