"""`ivr call`: a call in the terminal, with the line's own accounts, flows and texts, and without Asterisk."""

from __future__ import annotations

import secrets
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from account_core import AccountError, CallLog
from ivr import call_loop
from ivr.call_loop import Ending
from ivr.cli import Mend
from ivr.cli.prompts import catalogue_of
from ivr.core import Core, open_core
from ivr.dialogue import Call, Hangup, Line
from ivr.flows import Services
from ivr.flows.menu import main_menu, welcome
from ivr.flows.nobody import door
from ivr.main import e164, new_call, services_of
from ivr.on_record import on_record
from ivr.prompts import Prompts
from ivr.settings import Settings, load
from ivr.terminal import script as scripts
from ivr.terminal.keys import Keyboard, Keys, Piped
from ivr.terminal.line import TerminalLine
from ivr.terminal.screen import Screen

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
HOW_TO = "Keys 0-9 * #, also while the line speaks; Ctrl-D hangs up."


@click.command()
@click.option("--from", "caller", metavar="NUMBER", help="The calling number; without it, it is withheld.")
@click.option("--to", "called", default="0890", show_default=True, help="The number that was dialled.")
@click.option("--language", help="The language in which the line greets.  [default: IVR_LANGUAGE]")
@click.option(
    "--script",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Let this conversation be held (docs/calls.md); exit code 1 where the line says something else.",
)
def call(caller: str | None, called: str, language: str | None, script: Path | None) -> None:
    """Call the line from this terminal: what it says can be read, your keys are a telephone's.

    The accounts are this instance's own, and the call goes on record. From a pipe, each line holds the keys of
    one answer, an empty one is silence, and the end hangs up.
    """
    settings = load(**({"language": language} if language else {}))
    prompts = catalogue_of(settings)
    if settings.language not in prompts.languages:
        raise Mend(f"the line speaks {' and '.join(prompts.languages)}, not {settings.language!r}")
    if caller and not e164(caller, settings.home_region):
        raise Mend("--from: not a telephone number")
    line = _Called(prompts, settings, caller, called)
    if script:
        line.by_script(script)
    elif sys.stdin.isatty():
        line.by_hand()
    else:
        line.by_pipe()


@dataclass(frozen=True)
class _Called:
    """The line, and who calls it."""

    prompts: Prompts
    settings: Settings
    caller: str | None
    called: str

    def by_hand(self) -> None:
        """Let the one at the keyboard talk; text comes at the pace of speech, so that it can be cut."""
        screen = Screen(wide=not sys.stdout.isatty())
        with Keyboard(sys.stdin.fileno()).open() as keyboard:
            screen.note(HOW_TO)
            self._by_keys(keyboard, screen, 1 / scripts.LETTERS_A_SECOND)

    def by_pipe(self) -> None:
        """Take the keys from the standard input. Raises `Mend` when there is something else in it."""
        keys = Piped(sys.stdin.fileno())
        self._by_keys(keys, Screen(wide=True), 0)
        if keys.fault:
            raise Mend(keys.fault)

    def by_script(self, file: Path) -> None:
        """Hold the conversation of `file`; exit code 1 where the line says something else. Raises `Mend`."""
        expected = _script(file)
        screen = Screen(wide=not sys.stdout.isatty())
        line = scripts.ScriptedLine(deque(expected), self.prompts, screen)
        ending = self._hold(line, lambda: line.now)
        line.ended(ending)
        screen.note(_in_words(ending))
        if line.said != expected:
            click.echo(scripts.difference(expected, line.said), err=True)
            sys.exit(1)

    def _by_keys(self, keys: Keys, screen: Screen, letter_s: float) -> None:
        ending = self._hold(TerminalLine(self.prompts, keys, screen, letter_s), time.monotonic)
        screen.note(_in_words(ending))

    def _hold(self, line: Line, clock: Callable[[], float]) -> Ending:
        call = new_call(line, f"terminal-{secrets.token_hex(8)}", self.caller, self.settings)
        call.clock = clock
        with _core(self.settings) as core, _signals_hang_up():
            log = CallLog(core.database)
            talk = partial(_talk, call, services_of(self.settings, core))
            try:
                return on_record(log, call, self.called, talk)
            finally:
                log.close()


def _talk(call: Call, services: Services) -> Ending:
    try:
        return call_loop.run(call, welcome, main_menu, services, door)
    except scripts.Diverged:
        return None  # whoever follows a script hangs up where the line leaves it


def _script(file: Path) -> list[str]:
    try:
        return scripts.script_lines(file.read_text(encoding="utf-8"))
    except OSError as fault:
        raise Mend(f"{file}: {fault.strerror}") from None
    except ValueError as fault:
        raise Mend(f"{file}: {fault}") from None


def _in_words(ending: Ending) -> str:
    return "".join(scripts.told(ending)) or "hung up"


@contextmanager
def _core(settings: Settings) -> Iterator[Core]:
    try:
        core = open_core(settings)
    except AccountError as error:
        raise Mend(str(error)) from None
    try:
        yield core
    finally:
        core.database.close()


@contextmanager
def _signals_hang_up() -> Iterator[None]:
    """Ctrl-C, or a window that is closed, is a caller who hangs up: the call is put on record as such."""

    def hang_up(*_: object) -> NoReturn:
        raise Hangup

    before = {number: signal.signal(number, hang_up) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
