"""Starting Asterisk and speaking to its console."""

from __future__ import annotations

import subprocess
from dataclasses import replace

from ivr.settings import Settings
from ivr.switch.music import quiet
from ivr.switch.program import Asterisk
from ivr.switch.render import folder, render


def command(settings: Settings, asterisk: Asterisk) -> list[str]:
    """Write the configuration of this instance; the words that start Asterisk with it, in the foreground."""
    for_waiting = replace(asterisk, music=quiet(asterisk.music, settings.parts / "music-on-hold"))
    return [*asterisk.argv, "-C", str(render(settings, for_waiting)), "-f", "-n"]


def console(settings: Settings, asterisk: Asterisk, order: str) -> str:
    """What the running Asterisk of this instance answers to `order` on its console."""
    configuration = folder(settings) / "etc" / "asterisk.conf"
    return subprocess.run(
        [*asterisk.argv, "-C", str(configuration), "-n", "-rx", order],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
