"""Asking from outside whether the desk is well."""

from __future__ import annotations

import http.client

from ivr.settings import Settings
from ivr.switch.probes import EVERYWHERE


def desk_is_well(settings: Settings, within_s: float) -> bool:
    """Whether the desk answers."""
    host = EVERYWHERE.get(settings.desk_host, settings.desk_host)
    connection = http.client.HTTPConnection(host, settings.desk_port, timeout=within_s)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
