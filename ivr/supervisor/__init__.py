"""Starts every part of the line, says when it is ready, restarts what dies, stops it all.

Written here, for none of the kept libraries does it: honcho restarts nothing; circus (ZeroMQ, Tornado) and
supervisord know that a process runs, but not that it works, so none of them tells «ready» or sees a stuck one.
"""

from ivr.supervisor.house import run
from ivr.supervisor.part import Part, Pauses
from ivr.supervisor.watch import CannotStart

__all__ = ["CannotStart", "Part", "Pauses", "run"]
