"""Scripted conversations: a call written down line by line, held against the real dialogue and accounts.

    ivr:  main-menu             what the line says: a prompt's key and its values
    keys: 1                     keys that the caller presses once the line waits for them
    cut:  1                     keys pressed while the last prompt is still being said
    after 0.4 s                 the next `cut` comes so long after the prompt began
    says: мой баланс            what the caller says; `|` divides the alternatives that the recogniser offers,
                                each less likely than the one before
    (recogniser dies)           while the caller speaks
    (silence)                   the caller presses nothing
    (hangs up)                  the caller is gone
    -> support: why             how the talk ended: the queue and what its agent is told, or `-> goodbye`
    // anything                 a remark

Speech is heard where the script tells of it. A script with no `ivr:` lines is not held against what is said,
and hangs up at its end. A difference between the script and the call is shown as the difference of two
conversations.
"""

from __future__ import annotations

import difflib
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from account_core import format_roubles
from ivr.call_loop import Ending
from ivr.dialogue import KEYS, Deaf, Handover, Hangup, Heard, Key, Prompt, Stay
from ivr.prompts import SPOKEN, Prompts
from ivr.terminal import saying
from ivr.terminal.screen import Screen

CUT_AFTER_S = 0.4
"""Seconds from the beginning of a prompt to a `cut`, unless `after` says otherwise."""
LETTERS_A_SECOND = 15
"""Letters that are spoken in a second."""
NOTATION = re.compile(
    rf"ivr: \S.*|(keys|cut): [{re.escape(KEYS)} ]+|after [\d.]+ s|says: \S.*|\(recogniser dies\)"
    r"|\(silence\)|\(hangs up\)|-> \S.*"
)

T = TypeVar("T")


class Diverged(BaseException):
    """The call left the script: no use in going on. Not an Exception: no flow may catch it."""


class BadScript(ValueError):
    """A script that is not in the notation; the message names the line."""


def spoken(prompt: Prompt) -> str:
    """A prompt as a script writes it."""
    values = (
        format_roubles(v) if isinstance(v, int) and name == "amount" else str(v)
        for name, v in prompt.values.items()
    )
    return re.sub(r"\s", " ", " ".join([f"ivr: {prompt.key}", *values]))


def told(ending: Ending) -> list[str]:
    """How a talk ended, as a script writes it; nothing for a hang-up, which is the caller's own line."""
    if ending is None:
        return []
    if isinstance(ending, Handover):
        return [f"-> {ending.queue}: {ending.about}"]
    return ["-> stays" if isinstance(ending, Stay) else "-> goodbye"]


def script_lines(script: str) -> list[str]:
    """The lines of a script, with single spaces, no remarks, and the keys of one line together.

    Raises `BadScript`.
    """
    lines = [re.sub(r"\s+", " ", line.split("//")[0]).strip() for line in script.splitlines()]
    for number, line in enumerate(lines, 1):
        if line and not NOTATION.fullmatch(line):
            raise BadScript(f"line {number}: {line[:60]!r} is no line of a script")
    return [re.sub(r"(?<=[\d*#]) (?=[\d*#])", "", x) if x[:5] in ("keys:", "cut: ") else x for x in lines if x]


def difference(expected: list[str], actual: list[str]) -> str:
    """Two conversations side by side, as one diff."""
    return "\n".join(difflib.unified_diff(expected, actual, "script", "call", lineterm="", n=99))


@dataclass
class ScriptedLine:
    """A telephone line whose caller follows a script. The clock moves as prompts and waits would take it."""

    script: deque[str]
    prompts: Prompts
    screen: Screen | None = None
    """Shows the call to whoever watches."""
    said: list[str] = field(default_factory=list)
    """The conversation so far, as a script writes it."""
    now: float = 0.0
    """Seconds since the call began."""

    def __post_init__(self) -> None:
        self._keys_left = False  # whether the line of keys that was begun goes on
        self._checked = any(line.startswith("ivr: ") for line in self.script)
        self._hears = any(map(saying.is_spoken, self.script))
        self._ending_told = any(line.startswith("-> ") for line in self.script)

    def play(self, prompt: Prompt, language: str, stops: str = KEYS) -> Key | None:
        """See `ivr.dialogue.Line`."""
        text = self.prompts.text(prompt.key, language, **prompt.values)
        self._line_said(spoken(prompt))
        after = CUT_AFTER_S
        if self.script and (pause := re.match(r"after ([\d.]+) s", self.script[0])):
            after = float(pause[1])
            self.said.append(self.script.popleft())
        if self.script and self.script[0].startswith("cut: "):
            key = self._caller_key("cut: ")
            if key in stops:
                self.now += after
                self._show_cut(text, key)
                return key
        self.now += len(text) / LETTERS_A_SECOND
        if self.screen:
            self.screen.say(text)
        self._hang_up_if_due()
        return None

    def key(self, within_s: float) -> Key | None:
        """See `ivr.dialogue.Line`."""
        self._hang_up_if_due()
        if self.script and self.script[0].startswith(("keys: ", "cut: ")):
            self.now += 0.2
            key = self._caller_key(self.script[0][:6].split(":")[0] + ": ")
            if self.screen:
                self.screen.pressed(key)
            return key
        self._silence(within_s)
        return None

    def hears(self, language: str) -> bool:
        """See `ivr.dialogue.Line`."""
        return self._hears and language == "ru"

    def hear(self, prompt: Prompt, grammar: str, language: str, within_s: float) -> Key | Heard | None:
        """See `ivr.dialogue.Line`."""
        inviting = self.prompts.entry(prompt.key + SPOKEN, language).key
        if (pressed := self.play(Prompt(inviting, prompt.values), language)) is not None:
            return pressed
        line = self.script[0] if self.script else ""
        if line == saying.DIES:
            self.said.append(self.script.popleft())
            self._hears = False
            raise Deaf("the script says so")
        if not line.startswith(saying.SAYS):
            return self.key(within_s)
        self.said.append(self.script.popleft())
        if self.screen:
            self.screen.spoke(line.removeprefix(saying.SAYS))
        return saying.heard(line, grammar, self.prompts)

    def listening(self, work: Callable[[], T], keep: Callable[[Key], object]) -> T:
        """See `ivr.dialogue.Line`."""
        return work()

    def ended(self, ending: Ending) -> None:
        """Note how the talk ended, for a script that tells of it."""
        if self._checked or self._ending_told:
            self.said += told(ending)

    def _silence(self, within_s: float) -> None:
        if not self.script and not self._checked:
            raise Hangup
        self.now += within_s
        if self.screen:
            self.screen.silence(within_s)
        if self.script and self.script[0] == "(silence)":
            self.said.append(self.script.popleft())
        elif not self.script or not self.script[0].startswith("ivr: "):
            self.said.append("(silence)")
            raise Diverged

    def _caller_key(self, kind: str) -> Key:
        keys = self.script.popleft().removeprefix(kind)
        if self._keys_left:
            self.said[-1] += keys[0]
        else:
            self.said.append(kind + keys[0])
        self._keys_left = len(keys) > 1
        if self._keys_left:
            self.script.appendleft("keys: " + keys[1:])
        return keys[0]

    def _show_cut(self, text: str, key: Key) -> None:
        if self.screen:
            self.screen.say(text, cut=True)
            self.screen.pressed(key)

    def _hang_up_if_due(self) -> None:
        if self.script and self.script[0] == "(hangs up)":
            self.said.append(self.script.popleft())
            raise Hangup

    def _line_said(self, line: str) -> None:
        if not self._checked:
            return
        self.said.append(line)
        if not self.script or self.script[0] != line:
            raise Diverged
        self.script.popleft()
