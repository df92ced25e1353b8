"""Whole balance calls held at once on a real Asterisk: how fast the answer comes, and whether voice comes late.

    python -m bench.at_once [--levels 1,10,50,100,200]

Each caller is a telephone that keys 1 and a contract number and listens to the balance for 12 s. Measured by
the kernel's own clock at the telephone: from the release of the eleventh key to the first sound of the
answer, and how much later than 20 ms after its predecessor any packet of a sound came. The telephones run on
the same machine and take more of it than the line does: what is told is a floor.
"""

from __future__ import annotations

import argparse
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from tests.asterisk.ear import Ear
from tests.asterisk.house import Line, open_line
from tests.asterisk.media import FRAME, RATE, Heard
from tests.asterisk.phone import PhoneCall
from tests.company import OWN

LISTEN_S = 12.0
LATE_S = 0.06
"""Seconds of delay that a telephone's buffer takes up without a gap."""
CALLERS = itertools.count(1)


@dataclass(frozen=True)
class Result:
    """What one caller got."""

    answer_s: float | None
    """Seconds from the eleventh key to the answer; None: no answer was heard."""
    delays: list[float]
    """Seconds by which each packet of a sound came too late."""
    own_late_s: float
    """Seconds by which this telephone itself was late."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--levels", default="1,10,50,100,200")
    levels = [int(level) for level in options.parse_args().levels.split(",")]
    print("  calls   heard an   eleventh key to answer, ms    packets of voice that    the telephones'")
    print("at once     answer     median        p95           came over 60 ms late     own delay, ms")
    with open_line() as line:
        ear = Ear({"balance": line.sound("balance/amount", amount=123450)})
        for level in levels:
            told(level, measured(line, ear, level))


def measured(line: Line, ear: Ear, level: int) -> list[Result]:
    """`level` callers, all on the line at the same time."""
    with ThreadPoolExecutor(level) as callers:
        calls = list(callers.map(lambda n: balance_call(line, n / level), range(level)))
    return [result(ear, *call) for call in calls]


def balance_call(line: Line, after_s: float) -> tuple[PhoneCall, float]:
    """One call, and the moment at which its last key was released."""
    time.sleep(after_s)
    with line.phone(f"+7495{next(CALLERS):07}").call("0890") as call:
        presses = call.keys("1" + OWN, tone_s=0.08, gap_s=0.08, at=time.monotonic() + 1.0)
        until = time.monotonic() + LISTEN_S
        call.wait_for(lambda: time.monotonic() > until, LISTEN_S + 5, every_s=0.2)
        return call, presses[-1].released_at


def result(ear: Ear, call: PhoneCall, released_at: float) -> Result:
    """What came of a call, from its recording."""
    answers = [said.at_s for said in ear.listen(call.heard())]
    answer_s = answers[0] - call.heard_at(released_at) if answers else None
    return Result(answer_s, delays(call.media.packets), call.late_s)


def delays(packets: list[Heard]) -> list[float]:
    """For each packet of a sound: seconds by which it came later than 20 ms after the one before."""
    return [
        packet.at - last.at - FRAME / RATE
        for last, packet in itertools.pairwise(packets)
        if packet.timestamp - last.timestamp == FRAME
    ]


def told(level: int, results: list[Result]) -> None:
    """One line of the table."""
    waits = [one.answer_s * 1000 for one in results if one.answer_s is not None]
    median, p95 = np.percentile(waits, [50, 95]) if waits else (float("nan"), float("nan"))
    late = [delay > LATE_S for one in results for delay in one.delays]
    share = 100 * sum(late) / len(late)
    own_ms = 1000 * max(one.own_late_s for one in results)
    answer = f"{level:7}    {len(waits):7}   {median:8.0f}   {p95:8.0f}"
    print(f"{answer}           {share:18.2f} %     {own_ms:12.0f}", flush=True)


if __name__ == "__main__":
    main()
