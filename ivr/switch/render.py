"""Writes Asterisk's configuration of this instance out of the templates in `asterisk_conf/` and `dialplans/`.

In a template `@{name}` stands for a value; Asterisk's own `${name}` is left alone. What an operator adds by
hand (a carrier's trunk, its password) goes into `local/`, which is made once and never written again.
"""

from __future__ import annotations

import os
import re
import resource
import socket
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path

from ivr.cli import Mend
from ivr.private_files import kept_secret, write_private
from ivr.settings import Settings
from ivr.switch.browsers import guest_secret, has_guest, web_prefix
from ivr.switch.program import Asterisk
from ivr.switch.seats import extensions, telephones

AMI_USER = "ivr"
LISTENING = "listening"
"""The context in which supervisors listen in."""
SLOT = re.compile(r"@\{([a-z_]+)\}")
UNSAFE = re.compile(r"[\x00-\x1f,;&|$\\\"'`<>#=\[\]{}()]")
"""Characters that mean something in a configuration file or in the arguments of a dialplan application."""
SOCKET_PATH_BYTES = 107
"""The longest path of a Unix socket (unix(7)); Asterisk's console is one."""


def folder(settings: Settings) -> Path:
    """Everything of Asterisk that belongs to this instance."""
    return settings.var.absolute() / "asterisk"


def ami_secret(settings: Settings) -> str:
    """The password of the manager interface; made at the first call and readable for the owner alone."""
    return kept_secret(folder(settings) / "ami.secret")


def render(settings: Settings, asterisk: Asterisk) -> Path:
    """Write every configuration file; the path of `asterisk.conf`, with which Asterisk is started.

    Raises `Mend` for a setting that Asterisk's files cannot hold.
    """
    home = folder(settings)
    for name in ("etc", "local", "state/keys", "spool", "run"):
        (home / name).mkdir(parents=True, exist_ok=True)
    (settings.var / "log").mkdir(parents=True, exist_ok=True)
    for private in (home, settings.var / "log"):
        private.chmod(0o700)
    values = _values(settings, asterisk)
    values["seats"] = extensions(settings)
    values["telephones"] = telephones(settings)
    values["dialplans"] = _dialplans(settings, values)
    values["guest"] = _guest(settings, values)
    values["recording"] = _recording(settings)
    for template in sorted((settings.home / "asterisk_conf").glob("*.conf")):
        write_private(home / "etc" / template.name, fill(template.read_text(), values))
    return home / "etc" / "asterisk.conf"


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with each `@{name}` replaced. A name without a value is our mistake: `KeyError`."""
    return SLOT.sub(lambda slot: values[slot[1]], template)


def _dialplans(settings: Settings, values: Mapping[str, str]) -> str:
    files = sorted((settings.home / "dialplans").glob("*.conf"))
    # What is switched off is not there: no mistake elsewhere can lead to it.
    files = [file for file in files if settings.listening or file.stem != LISTENING]
    return "\n".join(fill(file.read_text(), values) for file in files).rstrip()


def _guest(settings: Settings, values: Mapping[str, str]) -> str:
    if not has_guest(settings):
        return "; The page /phone is switched off."
    return fill((settings.home / "asterisk_conf" / "pjsip" / "guest.conf").read_text(), values).rstrip()


def _recording(settings: Settings) -> str:
    if not settings.recording:
        return "; Calls are not recorded: what records is not loaded."
    return (settings.home / "asterisk_conf" / "modules" / "recording.conf").read_text().rstrip()


def _values(settings: Settings, asterisk: Asterisk) -> dict[str, str]:
    home = folder(settings)
    if len(os.fsencode(home / "run" / "asterisk.ctl")) > SOCKET_PATH_BYTES:
        raise Mend(f"IVR_VAR: the path {settings.var} is too long for Asterisk; choose a shorter one")
    return {
        "etc": _path(home / "etc", "IVR_VAR"),
        "local": str(home / "local"),
        "state": str(home / "state"),
        "run": str(home / "run"),
        "logs": str(settings.var.absolute() / "log"),
        "fallback_sounds": str(settings.var.absolute() / "sounds" / "fallback"),
        "modules": _path(asterisk.modules, "IVR_PARTS"),
        "data": _path(asterisk.data, "IVR_PARTS"),
        "music": _path(asterisk.music, "IVR_PARTS"),
        "language": _word(settings.language, "IVR_LANGUAGE"),
        "listening": "yes" if settings.listening else "no",
        "sip_bind": _address(settings.sip_host, settings.sip_port, "IVR_SIP_HOST"),
        "agi_address": _address(settings.agi_host, settings.agi_port, "IVR_AGI_HOST"),
        "speech_address": settings.speech_server
        or _address(settings.speech_host, settings.speech_port, "IVR_SPEECH_HOST"),
        "rtp_first": str(settings.rtp_first),
        "rtp_last": str(settings.rtp_last),
        "ami_port": str(settings.ami_port),
        "ami_user": AMI_USER,
        "ami_secret": _word(ami_secret(settings), str(home / "ami.secret")),
        "http_port": str(settings.http_port),
        "http_prefix": _word(web_prefix(settings), str(home / "http.secret")),
        "guest_secret": _word(guest_secret(settings), str(home / "guest.secret")),
        "system_name": system_name(settings),
        "open_files": str(_open_files()),
    }


def _path(path: Path, setting: str) -> str:
    text = str(path.absolute())
    if found := UNSAFE.search(text):
        raise Mend(f"{setting}: Asterisk cannot use a path with {found[0]!r} in it: {text!r}")
    return text


def _word(text: str, setting: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]+", text):
        raise Mend(f"{setting}: letters, digits, - and _ only")
    return text


def _address(host: str, port: int, setting: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        raise Mend(f"{setting}: {host!r} is not an IP address") from None
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def system_name(settings: Settings) -> str:
    """What this instance of Asterisk is called; the ids of its calls begin with it."""
    return f"{_host_name()}-{settings.sip_port}"


def _host_name() -> str:
    return re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname().split(".")[0]) or "line"


def _open_files() -> int:
    """As many open files as the system lets us have; a call takes about ten."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 65536 if most == resource.RLIM_INFINITY else min(most, 65536)
