"""The telephone line of a call that somebody makes in the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from ivr.dialogue import KEYS, Deaf, Heard, Key, Prompt
from ivr.prompts import Prompts
from ivr.spoken import BadValue
from ivr.terminal.keys import Keys
from ivr.terminal.screen import Screen

T = TypeVar("T")


class TerminalLine:
    """`ivr.dialogue.Line` over a screen and keys. What is said can be read, and a key cuts it as in a call."""

    def __init__(self, prompts: Prompts, keys: Keys, screen: Screen, letter_s: float) -> None:
        self._prompts, self._keys, self._screen = prompts, keys, screen
        self._letter_s = letter_s
        """Seconds that a letter takes to be said."""

    def play(self, prompt: Prompt, language: str, stops: str = KEYS) -> Key | None:
        """See `ivr.dialogue.Line`."""
        text = self._text(prompt, language)
        for part in self._screen.saying(text) if text else ():
            click.echo(part, nl=False)
            key = self._keys.ahead(len(part) * self._letter_s)
            if key is not None and key in stops:
                if not part.endswith("\n"):
                    self._screen.cut()
                self._screen.pressed(key)
                return key
        return None

    def key(self, within_s: float) -> Key | None:
        """See `ivr.dialogue.Line`."""
        key = self._keys.key(within_s)
        if key is None:
            self._screen.silence(within_s)
        else:
            self._screen.pressed(key)
        return key

    def hears(self, language: str) -> bool:
        """See `ivr.dialogue.Line`. A terminal has no ears."""
        return False

    def hear(self, prompt: Prompt, grammar: str, language: str, within_s: float) -> Key | Heard | None:
        """See `ivr.dialogue.Line`."""
        raise Deaf("a terminal has no ears")

    def listening(self, work: Callable[[], T], keep: Callable[[Key], object]) -> T:
        """See `ivr.dialogue.Line`; keys pressed meanwhile wait where they come from."""
        return work()

    def _text(self, prompt: Prompt, language: str) -> str:
        try:
            return self._prompts.text(prompt.key, language, **prompt.values)
        except BadValue:
            if not self._prompts.entry(prompt.key, language).optional:
                raise
            return ""
