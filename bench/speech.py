"""Spoken answers on a real Asterisk: how soon the prompt stops and the answer comes, many at once.

    python -m bench.speech [--levels 1,5,10,20] [--rounds 3]

Each caller is a telephone that speaks a person's recorded words into a prompt: «пароль», a word that is an
answer, and an 11-digit number. Measured at the telephone: from the first packet of the voice to the last of the
prompt, and from the last packet of the voice to the first of what the line says next. The silence by which the
end is known is in it: 0.45 s after a word, 0.3 s after a whole number, more where some of it was not heard.
The telephones run on the same machine.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ivr.agi.calls import Limits
from ivr.agi.server import Server, listen
from ivr.agi.wire import Wire
from ivr.speech.heard import decode
from ivr.voice.alaw import RATE, encode
from tests.asterisk.exchange import exchange
from tests.asterisk.listener import listening
from tests.asterisk.phone import Phone
from tests.asterisk.switch import Switch, running
from tests.speech.people import say

PROMPT, ANSWER, QUIET = b"\x66", b"\x44", b"\xd5"
"""The one byte that each sound consists of."""
SAID = {
    "answers:main-menu:ru": "пароль",
    "number:11:ru": "семьсот семьдесят двенадцать тридцать четыре пятьсот шестьдесят семь восемь",
}
IN_TIME_S = 1.5
"""Seconds within which an answer is in time: no pause that could be within the number was waited for."""
_TEXT = re.compile(r'text0="([^"]*)"')


class Asking:
    """Asks one question after another by voice, and says something as soon as an answer has come."""

    paths = frozenset({"line"})

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def call(self, wire: Wire) -> None:
        """One question, which the calling number names by its last digit."""
        wire.set_variable("TIMEOUT(absolute)", "120")
        grammar = asked_of(wire.env["agi_callerid"])
        created = wire.command("SPEECH CREATE", "ivr")
        wire.command("SPEECH SET", "grammar", grammar)
        reply = wire.command("SPEECH RECOGNIZE", f"{self._folder}/prompt", 20, within_s=60)
        while "onset" in str(reply):
            reply = wire.command("SPEECH RECOGNIZE", f"{self._folder}/quiet", 60, within_s=60)
        if not (found := _TEXT.search(reply.more)):
            raise RuntimeError(f"no answer: {created}, {reply}")
        decode(found[1])
        wire.command("STREAM FILE", f"{self._folder}/answer", "", within_s=60)
        wire.command("SPEECH DESTROY")

    def reload(self) -> None:
        """Nothing to read."""

    def close(self) -> None:
        """Nothing to close."""


def asked_of(caller: str) -> str:
    """The question that a caller is asked."""
    return list(SAID)[int(caller[-1]) % len(SAID)]


@dataclass(frozen=True)
class Result:
    """What one caller got."""

    grammar: str
    stop_s: float
    """Seconds from the first voice to the end of the prompt."""
    answer_s: float
    """Seconds from the last voice to the answer."""
    own_late_s: float
    """Seconds by which the telephone itself was late."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--levels", default="1,5,10,20")
    options.add_argument("--rounds", type=int, default=3)
    asked = options.parse_args()
    print("callers  question               answers   prompt stops, ms  answer begins, ms  telephones late, ms")
    print("at once                         in time   median     p95    median      p95    worst")
    exchange()  # there is one for all threads; ten that ask for the first at once would get several
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        running() as switch,
        listening(switch.settings),
        serving(switch, Path(name)),
    ):
        for level in map(int, asked.levels.split(",")):
            rounds = asked.rounds if level > 1 else 5 * asked.rounds
            told(level, [one for n in range(rounds) for one in measured(switch, level, n)])


@contextmanager
def serving(switch: Switch, folder: Path) -> Iterator[None]:
    """The application of this measurement, behind the port that Asterisk calls."""
    for name, byte, seconds in (("prompt", PROMPT, 30), ("answer", ANSWER, 1), ("quiet", QUIET, 60)):
        (folder / f"{name}.alaw").write_bytes(byte * RATE * seconds)
    server = Server(listen("127.0.0.1", switch.settings.agi_port), Asking(folder), Limits(drain_s=1))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield
    finally:
        server.stop()
        thread.join(10)


def measured(switch: Switch, level: int, round: int) -> list[Result]:
    """`level` callers who speak at once, for each question."""
    found = []
    for question in range(len(SAID)):
        numbers = [f"7495{round:03}{n:03}{question}" for n in range(level)]
        with ThreadPoolExecutor(level) as callers:
            found += callers.map(lambda number: spoken(switch, number), numbers)
    return found


def spoken(switch: Switch, number: str) -> Result:
    """One call: the prompt plays for a second, then the caller speaks."""
    grammar = asked_of(number)
    voice = encode(say(SAID[grammar], before_s=0, after_s=0, gap_s=0.05))
    with Phone(switch.settings.sip_port, caller=number).call("0890") as call:
        call.wait_for(lambda: PROMPT * 8000 in call.heard(), 20, every_s=0.1)
        call.speak(voice)
        call.wait_for(lambda: ANSWER * 160 in call.heard(), 40, every_s=0.1)
        sounds = call.heard()
        stopped = call.answered_at + (sounds.rindex(PROMPT * 160) + 160) / RATE
        answered = call.answered_at + sounds.index(ANSWER * 160) / RATE
        return Result(
            grammar,
            stopped - call.spoke_at,
            answered - call.spoken_at,
            call.late_s,
        )


def told(level: int, results: Sequence[Result]) -> None:
    """Lines of the table."""
    for grammar in SAID:
        those = [one for one in results if one.grammar == grammar]
        stop = np.percentile([one.stop_s * 1000 for one in those], [50, 95])
        answer = np.percentile([one.answer_s * 1000 for one in those], [50, 95])
        in_time = sum(one.answer_s < IN_TIME_S for one in those)
        late = 1000 * max(one.own_late_s for one in those)
        print(f"{level:7}  {grammar:20}  {in_time:3} of {len(those):3}", end="   ")
        print(f"{stop[0]:6.0f}  {stop[1]:6.0f}   {answer[0]:7.0f}  {answer[1]:7.0f}   {late:6.0f}", flush=True)


if __name__ == "__main__":
    main()
