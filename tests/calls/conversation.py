"""Scripted conversations: a call written down line by line, held against the real dialogue and accounts.

    ivr:  main-menu             what the line says: a prompt's key and its values
    keys: 1                     keys that the caller presses once the line waits for them
    cut:  1                     keys pressed while the last prompt is still being said
    after 0.4 s                 the next `cut` comes so long after the prompt began
    (silence)                   the caller presses nothing
    (hangs up)                  the caller is gone
    -> handed over: ...         how the talk ended

A difference between the script and the call is shown as the difference of two conversations.
"""

from __future__ import annotations

import difflib
import re
from collections import deque
from dataclasses import dataclass, field

from account_core import format_roubles
from ivr.dialogue import KEYS, Hangup, Prompt
from ivr.prompts import Prompts


class Diverged(BaseException):
    """The call left the script: no use in going on. Not an Exception: no flow may catch it."""


def spoken(prompt: Prompt) -> str:
    """A prompt as a script writes it."""
    values = (
        format_roubles(v) if isinstance(v, int) and name == "amount" else str(v)
        for name, v in prompt.values.items()
    )
    return re.sub(r"\s", " ", " ".join([f"ivr: {prompt.key}", *values]))


def script_lines(script: str) -> list[str]:
    """The lines of a script, with single spaces, no comments, and the keys of one line together."""
    lines = (re.sub(r"\s+", " ", line.split("//")[0]).strip() for line in script.splitlines())
    return [re.sub(r"(?<=[\d*#]) (?=[\d*#])", "", x) if x[:5] in ("keys:", "cut: ") else x for x in lines if x]


@dataclass
class ScriptedLine:
    """A telephone line whose caller follows a script. The clock moves as prompts and waits would take it."""

    script: deque[str]
    prompts: Prompts
    said: list[str] = field(default_factory=list)
    now: float = 0.0
    stops: str = KEYS

    def play(self, prompt: Prompt, language: str, stops: str = KEYS) -> str | None:
        text = self.prompts.text(prompt.key, language, **prompt.values)
        self._line_said(spoken(prompt))
        after = 0.4
        if self.script and (pause := re.match(r"after ([\d.]+) s", self.script[0])):
            after = float(pause[1])
            self.said.append(self.script.popleft())
        if self.script and self.script[0].startswith("cut: "):
            key = self._caller_key("cut: ")
            if key in stops:
                self.now += after
                return key
        self.now += len(text) / 15
        self._hang_up_if_due()
        return None

    def key(self, within_s: float) -> str | None:
        self._hang_up_if_due()
        if self.script and self.script[0].startswith(("keys: ", "cut: ")):
            self.now += 0.2
            return self._caller_key(self.script[0][:6].split(":")[0] + ": ")
        self.now += within_s
        if self.script and self.script[0] == "(silence)":
            self.said.append(self.script.popleft())
        elif not self.script or not self.script[0].startswith("ivr: "):
            self.said.append("(silence)")
            raise Diverged
        return None

    def listening(self, work, keep):
        return work()

    def _caller_key(self, kind: str) -> str:
        keys = self.script.popleft().removeprefix(kind).replace(" ", "")
        if len(keys) > 1:
            self.script.appendleft(kind + keys[1:])
        if kind == "cut: " and len(keys) > 1:
            self.script[0] = "keys: " + keys[1:]
        self._note_key(kind, keys[0])
        return keys[0]

    def _note_key(self, kind: str, key: str) -> None:
        if self.said and self.said[-1].startswith(("keys: ", "cut: ")):
            self.said[-1] += key
        else:
            self.said.append(kind + key)

    def _hang_up_if_due(self) -> None:
        if self.script and self.script[0] == "(hangs up)":
            self.said.append(self.script.popleft())
            raise Hangup

    def _line_said(self, line: str) -> None:
        self.said.append(line)
        if not self.script or self.script[0] != line:
            raise Diverged
        self.script.popleft()


def difference(expected: list[str], actual: list[str]) -> str:
    """Two conversations side by side, as one diff."""
    return "\n".join(difflib.unified_diff(expected, actual, "script", "call", lineterm="", n=99))
