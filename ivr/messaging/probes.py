"""Asking from outside whether the sender and the endpoint are well."""

from __future__ import annotations

import http.client
import time
from pathlib import Path

from ivr.settings import Settings
from ivr.switch.probes import EVERYWHERE

DEAD_S = 5.0
"""Seconds without a sign of life after which a sender counts as dead."""


def sign_of_life(settings: Settings) -> Path:
    """Where the sender of this instance writes, twice a second, the time of a clock that nobody sets."""
    return settings.var / "run" / "sender.alive"


def sender_is_well(settings: Settings, within_s: float) -> bool:
    """Whether a sender lives; told at once."""
    try:
        return 0 <= time.monotonic() - float(sign_of_life(settings).read_text()) < DEAD_S
    except (OSError, ValueError):
        return False


def endpoint_is_well(settings: Settings, within_s: float) -> bool:
    """Whether the endpoint answers."""
    host = EVERYWHERE.get(settings.gateway_host, settings.gateway_host)
    connection = http.client.HTTPConnection(host, settings.gateway_port, timeout=within_s)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
