"""The parts that make up the line 0890."""

from __future__ import annotations

import fcntl
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from ivr.cli import Mend
from ivr.desk.probes import desk_is_well
from ivr.messaging.gateways import gateway_secret, gateways
from ivr.messaging.probes import endpoint_is_well, sender_is_well
from ivr.settings import Settings
from ivr.speech.probes import speech_is_well
from ivr.supervisor.part import Part
from ivr.switch import probes
from ivr.switch.closing import close, say_goodbye
from ivr.switch.program import Asterisk
from ivr.switch.start import command
from ivr.waiting.probes import waiting_is_well

LONGEST_LETTER_S = 30.0
"""Seconds that a stopping sender may take: half its lease, in which every gateway answers or is given up."""
BUSY_SWITCH_S = 10.0
"""Seconds of silence that Asterisk is allowed: with it every call would die, so it is not killed lightly."""

BUSY_DESK_S = 5.0
"""Seconds of silence that the desk is allowed: killing it would cut the telephones in its pages off."""


def parts_of(settings: Settings, asterisk: Asterisk) -> list[Part]:
    """What has to run for the line to work. Asterisk is first, for it is where calls come in.

    Asterisk and speech need no database; the others are to be started when its schema is the one they need.
    """
    return [
        Part(
            "asterisk",
            command(settings, asterisk),
            ready=partial(probes.asterisk_is_well, settings),
            alive=partial(probes.asterisk_is_well, settings),
            silent_s=BUSY_SWITCH_S,
            rest=partial(close, settings, asterisk),
            farewell=partial(say_goodbye, settings),
        ),
        Part(
            "application",
            [sys.executable, "-m", "ivr", "serve"],
            ready=partial(probes.application_is_well, settings),
            alive=partial(probes.application_reacts, settings),
            reloads=True,
            prepared=True,
        ),
        Part(
            "waiting",
            [sys.executable, "-m", "ivr", "waiting"],
            ready=partial(waiting_is_well, settings),
            alive=partial(waiting_is_well, settings),
            reloads=True,
            prepared=True,
        ),
        *_speech(settings),
        *_messaging(settings),
        Part(
            "desk",
            [sys.executable, "-m", "ivr", "desk"],
            ready=partial(desk_is_well, settings),
            alive=partial(desk_is_well, settings),
            silent_s=BUSY_DESK_S,
            prepared=True,
        ),
    ]


def _speech_is_here(settings: Settings) -> bool:
    return settings.speech and not settings.speech_server


def _speech(settings: Settings) -> list[Part]:
    if not _speech_is_here(settings):
        return []
    return [
        Part(
            "speech",
            [sys.executable, "-m", "ivr", "speech"],
            ready=partial(speech_is_well, settings),
            alive=partial(speech_is_well, settings),
            reloads=True,
        )
    ]


def _messaging(settings: Settings) -> list[Part]:
    gateways(settings)  # bad settings are told now, and the secrets are there before two programs make them
    gateway_secret(settings)
    return [
        Part(
            "sender",
            [sys.executable, "-m", "ivr", "send"],
            ready=partial(sender_is_well, settings),
            alive=partial(sender_is_well, settings),
            stop_s=LONGEST_LETTER_S,
            prepared=True,
        ),
        Part(
            "gateway",
            [sys.executable, "-m", "ivr", "gateway"],
            ready=partial(endpoint_is_well, settings),
            alive=partial(endpoint_is_well, settings),
            prepared=True,
        ),
    ]


Port = tuple[str, str, str, int, socket.SocketKind]
"""The setting of a port, what it is for, its address, its number, and how it is listened on."""


def wanted_ports(settings: Settings) -> list[Port]:
    """The ports that the parts listen on."""
    speech = ("IVR_SPEECH_PORT", "speech", settings.speech_host, settings.speech_port, socket.SOCK_STREAM)
    return [
        ("IVR_SIP_PORT", "SIP", settings.sip_host, settings.sip_port, socket.SOCK_DGRAM),
        ("IVR_AMI_PORT", "manager interface", "127.0.0.1", settings.ami_port, socket.SOCK_STREAM),
        ("IVR_HTTP_PORT", "WebSocket telephones", "127.0.0.1", settings.http_port, socket.SOCK_STREAM),
        ("IVR_AGI_PORT", "application", settings.agi_host, settings.agi_port, socket.SOCK_STREAM),
        ("IVR_GATEWAY_PORT", "gateways", settings.gateway_host, settings.gateway_port, socket.SOCK_STREAM),
        ("IVR_DESK_PORT", "desk", settings.desk_host, settings.desk_port, socket.SOCK_STREAM),
        *([speech] if _speech_is_here(settings) else []),
    ]


def check_ports(settings: Settings) -> None:
    """Raise `Mend` that names the setting of a port which another program has."""
    for setting, purpose, host, port, kind in wanted_ports(settings):
        if why := cannot_bind(host, port, kind):
            raise Mend(f"port {port} of {host} ({purpose}) cannot be used: {why}; set {setting} to another")


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the folder `var` of this instance. Raises `Mend` when another `ivr run` holds it."""
    settings.var.mkdir(parents=True, exist_ok=True)
    with (settings.var / "run.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Mend(
                f"the line runs already with {settings.var}; a second one needs another IVR_VAR"
            ) from None
        yield


def runs(settings: Settings) -> bool:
    """Whether an `ivr run` holds the folder `var` of this instance."""
    try:
        with (settings.var / "run.lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        pass
    return False


def cannot_bind(host: str, port: int, kind: socket.SocketKind) -> str:
    """Why nobody can listen there now; empty when one can."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, kind) as trial:
        if kind == socket.SOCK_STREAM:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the programs themselves do
        try:
            trial.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""
