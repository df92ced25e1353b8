"""The queue in Asterisk, over its manager interface: who waits, whispering to them, calling back."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from account_core import Callback
from ivr.switch.closing import CLOSING
from ivr.switch.manager import Headers, Manager, Refused
from ivr.waiting.picture import Caller, Picture, picture

log = logging.getLogger(__name__)

QUEUE = "support"
STEPS = " > "
"""Stands between the steps of a path where it travels in a channel variable (`ivr.main`)."""
LONGEST = 900
"""Characters of a story's path that travel with the call."""


@dataclass(frozen=True)
class Dialling:
    """How callers are called back."""

    channel: str
    """Such as `PJSIP/{number}@trunk`."""
    shown: str
    """The number that they see."""
    rings_s: int

    def channel_to(self, number: str) -> str:
        """The channel that rings `number` (E.164)."""
        return self.channel.replace("{number}", number).replace("{digits}", number.removeprefix("+"))


@dataclass
class QueueSwitch:
    """All of it may raise `SwitchAway` or `Refused`."""

    manager: Manager
    dialling: Dialling
    _whispers: dict[str, str] = field(default_factory=dict)
    """The whisper to each caller, by the id of the call."""

    def picture(self) -> Picture:
        """The queue at this moment."""
        return picture(self.manager.ask("QueueStatus", Queue=QUEUE))

    def channels(self) -> list[Headers]:
        """Everything that is up or being made."""
        return self.manager.ask("CoreShowChannels")

    def calls(self) -> Collection[str]:
        """The ids of all calls that are up or being made."""
        return {channel["Uniqueid"] for channel in self.channels()}

    def started_at(self) -> float:
        """When Asterisk was started, in seconds since 1970; it tells local time."""
        told = self.manager.act("CoreStatus")
        return dt.datetime.fromisoformat(f"{told['CoreStartupDate']} {told['CoreStartupTime']}").timestamp()

    def closing(self) -> bool:
        """Whether the line takes no new calls, for it is to stop (dialplans/from-carrier.conf)."""
        return self.manager.act("Getvar", Variable=CLOSING).get("Value") == "yes"

    def language(self, caller: Caller) -> str:
        """The language that the caller chose; empty when that is not known."""
        return self.manager.act("Getvar", Channel=caller.channel, Variable="IVR_LANGUAGE").get("Value", "")

    def whisper(self, caller: Caller, sounds: Collection[str]) -> None:
        """Say `sounds` (paths without suffix) to `caller`, who stays in the queue; one thing at a time."""
        self.hush(caller.id)
        name = f"whisper-{secrets.token_hex(8)}"
        self._whispers[caller.id] = name
        self.manager.act(
            "Originate",
            Channel="Local/say@whisper/n",
            ChannelId=name,
            OtherChannelId=f"{name}-2",
            Context="whisper",
            Exten="spy",
            Priority=1,
            Async="true",
            Variable=[f"IVR_CHANNEL={caller.channel}", f"IVR_SOUND={'&'.join(sounds)}"],
        )

    def hush(self, call_id: str) -> None:
        """Stop what is said to a caller, if it is not over."""
        if name := self._whispers.pop(call_id, None):
            try:
                self.manager.act("Hangup", Channel=name, Cause=16)
            except Refused:
                log.debug("the whisper was over already")

    def dial(self, callback: Callback) -> None:
        """Ring whoever asked to be called back; a refusal is a call that was never there."""
        story = callback.story
        variables = {
            "IVR_CALLED": callback.number,
            "IVR_SINCE": str(callback.since),
            "IVR_LANGUAGE": story.language,
            "IVR_CONTRACT": story.contract or "",
            "IVR_VERIFIED": story.verified or "",
            "IVR_ABOUT": story.about,
            "IVR_PATH": STEPS.join(story.path)[-LONGEST:],
        }
        try:
            self.manager.act(
                "Originate",
                Channel=self.dialling.channel_to(callback.number),
                ChannelId=callback.call_id or "",
                Context="callback",
                Exten="s",
                Priority=1,
                Timeout=self.dialling.rings_s * 1000,
                CallerID=self.dialling.shown,
                Async="true",
                Variable=[f"{name}={_plain(value)}" for name, value in variables.items()],
            )
        except Refused as why:
            log.warning("calling back: the switch refused the call: %s", why)


def _plain(value: str) -> str:
    """A value that begins no other variable, header or expression; Asterisk ends one at a comma."""
    kept = "".join(letter for letter in value if letter.isprintable() and letter not in '$|"\\')
    return kept.replace(",", ";")
