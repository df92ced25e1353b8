"""Twenty callers who speak at the same time, on a real Asterisk with the real recogniser: whole balances."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from ivr.voice.alaw import encode
from tests.asterisk.exchange import exchange
from tests.asterisk.house import Line, open_line
from tests.asterisk.media import FRAME
from tests.asterisk.phone import PhoneCall
from tests.company import OWN
from tests.speech.people import say

pytestmark = [pytest.mark.alone, pytest.mark.timeout(400)]

AT_ONCE = 20
NUMBER = "семьсот семьдесят двенадцать тридцать четыре пятьсот шестьдесят семь восемь"
SLOW_S = 60.0
"""Seconds in which even a machine that is busy with other work goes on."""
TRIES = 2
"""How often a caller says the same; after two failures a question is put for the keys."""
PIECE = slice(12 * FRAME, 18 * FRAME)
"""A piece of a sound by which it is known: no sound here has that of another."""


class Caller:
    """Speaks a number and wants to hear its balance; all of them say each thing at the same moment."""

    def __init__(self, line: Line, number: str, together: threading.Barrier) -> None:
        self._line, self.number, self._together = line, number, together
        self.late_s = 0.0
        """Seconds by which this telephone itself was late."""

    def calls(self) -> bool:
        """Whether the caller was told the right balance, without a key touched."""
        with suppress(AssertionError), self._line.phone(self.number).call("0890") as call:
            self._hears(call, "main-menu/spoken")
            self._says(call, "один", "contract/enter/spoken")
            self._says(call, NUMBER, "number/right/spoken", heard=OWN)
            self._says(call, "один", "balance/amount", amount=123450)
            self.late_s = call.late_s
            return True
        self._together.abort()
        return False

    def _says(self, call: PhoneCall, words: str, prompt: str, **values: object) -> None:
        """Say `words` with all others, and again where that was not enough, until the line says `prompt`."""
        with suppress(threading.BrokenBarrierError):
            self._together.wait(SLOW_S)
        for _ in range(TRIES):
            since = len(call.heard())
            call.speak(encode(say(words)))
            with suppress(AssertionError):
                return self._hears(call, prompt, since, **values)
        raise AssertionError(f"{prompt} was not reached")

    def _hears(self, call: PhoneCall, prompt: str, since: int = 0, **values: object) -> None:
        # Listening as the other tests do, by correlation, would take more of the machine than the line does.
        piece = self._line.sound(prompt, **values)[PIECE]
        call.wait_for(lambda: piece in call.heard()[since:], SLOW_S, every_s=0.5)


def test_twenty_callers_who_speak_at_once_are_told_their_balances() -> None:
    exchange()  # there is one for all threads, and it is made by the first who asks
    with open_line(speech=True, first_key_s=60.0) as line, ThreadPoolExecutor(AT_ONCE) as threads:
        together = threading.Barrier(AT_ONCE)
        callers = [Caller(line, f"+7495222{n:04}", together) for n in range(AT_ONCE)]
        began = time.monotonic()
        heard = list(threads.map(Caller.calls, callers))
        late_ms = 1000 * max(caller.late_s for caller in callers)
        log = (line.settings.var / "speech.log").read_text()
        told = f"{sum(heard)} in {time.monotonic() - began:.0f} s, the telephones {late_ms:.0f} ms late,"
        told += f" load {os.getloadavg()[0]:.0f}"
        assert "was refused" not in log, told
        assert "was dropped" not in log, told
        assert all(heard), told
