"""Where the keys of a caller in the terminal come from: a keyboard, or a pipe."""

from __future__ import annotations

import os
import re
import select
import termios
import tty
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Protocol

from ivr.dialogue import KEYS, Hangup, Key

END = "\x04"
"""Ctrl-D."""
ESCAPED = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|O.|.)?")
"""What a terminal sends for keys that no telephone has: arrows, F1 (ECMA-48)."""


class Keys(Protocol):
    """The keys that a caller presses. Each method raises `Hangup` when the caller is gone."""

    def ahead(self, within_s: float) -> Key | None:
        """A key that is pressed while the line speaks, or None when none came within `within_s` seconds."""

    def key(self, within_s: float) -> Key | None:
        """A key that is pressed when the line waits for one, or None as above."""


class Keyboard:
    """Single keys of a terminal, each at the moment it is pressed. Ctrl-D hangs up."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._pressed: deque[str] = deque()

    @contextmanager
    def open(self) -> Iterator[Keyboard]:
        """Take the terminal: keys come without Enter and are not written by it. Given back at the end."""
        before = termios.tcgetattr(self._terminal)
        tty.setcbreak(self._terminal, termios.TCSADRAIN)
        try:
            yield self
        finally:
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, before)

    def key(self, within_s: float) -> Key | None:
        """See `Keys`."""
        end = monotonic() + within_s
        while True:
            while self._pressed:
                pressed = self._pressed.popleft()
                if pressed == END:
                    raise Hangup
                if pressed in KEYS:
                    return pressed
            if not select.select([self._terminal], [], [], max(end - monotonic(), 0))[0]:
                return None
            self._read()

    ahead = key

    def _read(self) -> None:
        try:
            text = os.read(self._terminal, 1024).decode(errors="replace")
        except OSError as gone:  # the terminal's window was closed
            raise Hangup from gone
        self._pressed.extend(ESCAPED.sub("", text) or ("" if text else END))


class Piped:
    """Lines of keys: those of one line are pressed at once, as soon as the line waits for the first of them.

    An empty line is a caller who says nothing; the end hangs up. So does a character that is no key, and
    `fault` tells of it.
    """

    def __init__(self, source: int) -> None:
        self._source = source
        self._waiting: deque[str] = deque()
        self._begun = self._at_end = False
        self.fault = ""

    def ahead(self, within_s: float) -> Key | None:
        """See `Keys`: what is left of the line of keys that was begun."""
        return self._next() if self._begun and self._waiting and self._waiting[0] != "\n" else None

    def key(self, within_s: float) -> Key | None:
        """See `Keys`."""
        end = monotonic() + within_s
        while True:
            while self._waiting:
                if self._waiting[0] != "\n":
                    return self._next()
                self._waiting.popleft()
                if not self._begun:
                    return None
                self._begun = False
            if self._at_end:
                raise Hangup
            if not select.select([self._source], [], [], max(end - monotonic(), 0))[0]:
                return None
            self._read()

    def _next(self) -> Key:
        key = self._waiting.popleft()
        self._begun = True
        if key not in KEYS:
            self.fault = f"{key!r} is no key of a telephone; there are {KEYS}"
            raise Hangup
        return key

    def _read(self) -> None:
        read = os.read(self._source, 65536)
        self._at_end = not read
        self._waiting.extend(letter for letter in read.decode(errors="replace") if letter not in " \t\r")
