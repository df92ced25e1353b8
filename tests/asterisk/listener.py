"""The real speech server beside a real Asterisk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.settings import Settings
from ivr.speech.probes import speech_is_well
from tests.asterisk.house import environment
from tests.asterisk.switch import stop, until


@contextmanager
def listening(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """`ivr speech` with these settings; its log is `speech.log` in their `var`."""
    output = settings.var / "speech.log"
    process = subprocess.Popen(
        [sys.executable, "-m", "ivr", "speech"],
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=output.open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        until(lambda: speech_is_well(settings, within_s=1), within_s=30, alive=process, output=output)
        yield process
    finally:
        stop(process)
