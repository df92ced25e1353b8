"""The seats of agents: two telephones each, one in the browser (`seat01`) and one by SIP (`phone01`)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator

from ivr.private_files import kept_secret
from ivr.settings import Settings

RING_S = 20
"""Seconds that an agent's telephone rings for one caller."""
# r: while the telephone rings and as it is lifted, Dial passes on nothing of it (app_dial.c,
# caller_entertained). Else the beginning of a key that is pressed just then goes to the queue's side
# and its end to the whisper, and Asterisk takes the key for held down and drops the agent's voice for the
# whole talk (channel.c, IN_DTMF).
SEAT = """\
exten => {name},hint,PJSIP/{name}&Custom:{name}
exten => {name},1,Set(__IVR_AGENT_LANGUAGE=${{IVR_LANGUAGE_{name}}})
 same => n,Dial(PJSIP/{name},{ring_s},grU(told))
 same => n,Goto(gone,1)"""
TELEPHONE = """\
[{name}](agent-{kind})
auth = {name}
aors = {name}
callerid = "" <{name}>

[{name}]
type = auth
auth_type = userpass
username = {name}
password = {secret}

[{name}](agent-aor)"""


def seats(settings: Settings) -> list[str]:
    """The seats with a telephone in the browser: `seat01`, `seat02`, ..."""
    return [f"seat{n:02}" for n in range(1, settings.seats + 1)]


def phones(settings: Settings) -> list[str]:
    """The seats with a SIP telephone: `phone01`, `phone02`, ..."""
    return [f"phone{n:02}" for n in range(1, settings.seats + 1)]


def seat_secret(settings: Settings, seat: str) -> str:
    """The SIP password of a seat's telephone; its user name is the seat's name. The same on every call."""
    key = kept_secret(settings.var / "asterisk" / "seats.secret")
    mac = hmac.digest(key.encode(), seat.encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def extensions(settings: Settings) -> str:
    """What `dialplans/agents.conf` has for each seat."""
    names = [*seats(settings), *phones(settings)]
    return "\n".join(SEAT.format(name=name, ring_s=RING_S) for name in names)


def telephones(settings: Settings) -> str:
    """What `pjsip.conf` has for each seat, below its templates."""
    return "\n\n".join(_telephones(settings))


def _telephones(settings: Settings) -> Iterator[str]:
    for kind, names in (("browser", seats(settings)), ("sip", phones(settings))):
        for name in names:
            yield TELEPHONE.format(name=name, kind=kind, secret=seat_secret(settings, name))
