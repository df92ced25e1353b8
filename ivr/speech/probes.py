"""Whether the speech server works."""

from __future__ import annotations

import http.client

from ivr.settings import Settings
from ivr.switch.probes import EVERYWHERE


def speech_is_well(settings: Settings, within_s: float) -> bool:
    """Whether it has loaded its model and answers."""
    here = f"{EVERYWHERE.get(settings.speech_host, settings.speech_host)}:{settings.speech_port}"
    asked = http.client.HTTPConnection(settings.speech_server or here, timeout=within_s)
    try:
        asked.request("GET", "/health")
        return asked.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
