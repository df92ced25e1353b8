"""Kannel's configuration of this instance, rendered from `kannel.conf` beside this file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from ivr.cli import Mend
from ivr.messaging.gateways import endpoint, gateway_secret, kannel_password
from ivr.private_files import kept_secret, write_private
from ivr.settings import Settings
from ivr.switch.render import UNSAFE, fill

INCOMING = "/kannel/sms?id=%I"
"""Where Kannel brings what subscribers write; %I is its own name of the message, the same at every try."""
SMSC = """\
# The operator's end of Kannel: one group for each SMPP account (Kannel's user guide, chapter 6). This file was
# made once and is never written again. For a trial without an operator, `fakesmsc -r 13010` stands in for one:

group = smsc
smsc = fake
smsc-id = trial
port = 13010
connect-allow-ip = "127.0.0.1"
"""


def folder(settings: Settings) -> Path:
    """Everything of Kannel that belongs to this instance."""
    return settings.var.absolute() / "kannel"


def write(settings: Settings) -> Path:
    """Write the configuration; its path, with which `bearerbox` and `smsbox` are started. Raises `Mend`."""
    home = folder(settings)
    if found := UNSAFE.search(str(home)):
        raise Mend(f"IVR_VAR: Kannel cannot use a path with {found[0]!r} in it")
    for name in ("store", "reports"):
        (home / name).mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    if not (home / "smsc.conf").exists():
        write_private(home / "smsc.conf", SMSC)
    template = (files("ivr.messaging") / "kannel.conf").read_text(encoding="utf-8")
    write_private(home / "kannel.conf", fill(template, _values(settings, home)))
    return home / "kannel.conf"


def _values(settings: Settings, home: Path) -> dict[str, str]:
    return {
        "folder": str(home),
        "smsc": str(home / "smsc.conf"),
        "admin_port": str(settings.kannel_admin_port),
        "admin_password": kept_secret(home / "admin.password"),
        "box_port": str(settings.kannel_box_port),
        "sendsms_port": str(settings.kannel_url.port),
        "user": settings.kannel_user,
        "password": kannel_password(settings),
        "number": settings.sms_number,
        "incoming": endpoint(settings) + INCOMING,
        "secret": gateway_secret(settings),
    }
