"""A classic AGI script: Asterisk starts a process for one call and talks to it over its standard streams."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from ivr.agi.calls import Application, printable
from ivr.agi.streams import PipeStream
from ivr.agi.wire import Wire
from ivr.dialogue import Hangup
from ivr.logs import of_call


def serve_one(build: Callable[[], Application]) -> None:
    """Serve the call that this process was started for.

    Asterisk sends SIGHUP when the caller hangs up, which would kill the process before the call is on record;
    ignored, the hang-up comes with the next reply like everywhere else.
    """
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    wire = Wire(_take_standard_streams())
    application = build()
    try:
        with of_call(printable(wire.id)):
            application.call(wire)
    except Hangup:
        pass
    finally:
        application.close()


def _take_standard_streams() -> PipeStream:
    """Keep them for the wire alone: a stray `print` would be a command."""
    stream = PipeStream(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return stream
