"""The web desk in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.desk.probes import desk_is_well
from ivr.settings import Settings
from tests.asterisk.house import environment
from tests.asterisk.switch import stop, until


@contextmanager
def site(settings: Settings) -> Iterator[str]:
    """The address of the desk of a line that runs."""
    output = settings.var / "desk.log"
    process = subprocess.Popen(
        [sys.executable, "-m", "ivr", "desk"],
        env=environment(settings),
        stdin=subprocess.DEVNULL,
        stdout=output.open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        until(lambda: desk_is_well(settings, within_s=1), within_s=60, alive=process, output=output)
        yield f"http://127.0.0.1:{settings.desk_port}"
    finally:
        stop(process)
