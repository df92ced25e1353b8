"""What the one who holds the terminal sees of a call: what is said, what is pressed, what is waited for."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

import click

from ivr.cli.shown import printable

LINE, CALLER, NOTE = "line", "you", "*"
MARGIN = 6
"""Columns for the name of who speaks."""


class Screen:
    """Writes a call down as it goes. `wide` breaks no line: for a file or another program."""

    def __init__(self, *, wide: bool) -> None:
        self._wide = wide
        self._pressing = False

    def say(self, text: str, *, cut: bool = False) -> None:
        """The line says the whole of `text`, or is interrupted in it."""
        for part in self.saying(text):
            click.echo(part, nl=False)
        if cut:
            self.cut()

    def saying(self, text: str) -> Iterator[str]:
        """The parts of a new utterance, word by word, for whoever says it to write."""
        self._end_of_keys()
        click.secho(LINE.ljust(MARGIN), dim=True, nl=False)
        words = self._broken(printable(text)).split(" ")
        yield from (f"{word} " for word in words[:-1])
        yield f"{words[-1]}\n"

    def cut(self) -> None:
        """The caller has interrupted what is being said."""
        click.echo("—")

    def pressed(self, key: str) -> None:
        """The caller has pressed a key; keys of one entry stand in one line."""
        if not self._pressing:
            click.secho(CALLER.ljust(MARGIN), dim=True, nl=False)
        self._pressing = True
        click.secho(key, bold=True, nl=False)

    def spoke(self, words: str) -> None:
        """The caller has said something."""
        self._note(CALLER, f"«{words}»")

    def silence(self, seconds: float) -> None:
        """The line has waited so long for a key, and none came."""
        self._note(CALLER, f"(silence, {seconds:g} s)")

    def note(self, text: str) -> None:
        """Something about the call that nobody says."""
        self._note(NOTE, text)

    def _note(self, who: str, text: str) -> None:
        self._end_of_keys()
        click.secho(who.ljust(MARGIN) + printable(text), dim=True)

    def _end_of_keys(self) -> None:
        if self._pressing:
            click.echo()
        self._pressing = False

    def _broken(self, text: str) -> str:
        if self._wide:
            return text
        width = max(shutil.get_terminal_size().columns - 1, 30)
        indented = {"initial_indent": " " * MARGIN, "subsequent_indent": " " * MARGIN}
        return textwrap.fill(text, width, break_on_hyphens=False, **indented)[MARGIN:]  # type: ignore[arg-type]
