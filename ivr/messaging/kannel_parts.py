"""Kannel's two programs, found or got without root, as parts that the supervisor can keep running."""

from __future__ import annotations

import http.client
import shutil
from functools import partial
from pathlib import Path

from ivr.messaging import kannel_files
from ivr.settings import Settings
from ivr.supervisor import Part
from ivr.switch import parts

PACKAGES = ("kannel", "kannel-extras")
"""The second holds `fakesmsc`, the stand-in for an operator."""
SCREEN = ["-v", "2"]
"""What they write to the screen: warnings and errors. All else would show texts of messages."""


def parts_of(settings: Settings) -> list[Part]:
    """Bearerbox, which talks to the operator, and smsbox, which talks to us. Raises `Mend`."""
    configuration = kannel_files.write(settings)
    return [
        _part("bearerbox", command(settings, "sbin/bearerbox"), configuration, settings.kannel_admin_port),
        _part("smsbox", command(settings, "sbin/smsbox"), configuration, settings.kannel_url.port or 80),
    ]


def command(settings: Settings, program: str) -> list[str]:
    """The words that run `program`, such as `sbin/smsbox`: the system's own, or one got now."""
    if own := shutil.which(Path(program).name, path="/usr/local/sbin:/usr/sbin:/usr/lib/kannel/test"):
        return [own]
    return parts.command(parts.ensure("kannel", PACKAGES, folder=settings.parts), f"usr/{program}")


def answers(port: int, within_s: float) -> bool:
    """Whether a web server answers there, whatever it says."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=within_s)
    try:
        connection.request("GET", "/")
        return bool(connection.getresponse().status)
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _part(name: str, program: list[str], configuration: Path, port: int) -> Part:
    well = partial(answers, port)
    return Part(name, [*program, *SCREEN, str(configuration)], ready=well, alive=well)
