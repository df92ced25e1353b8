"""Secrets from whoever runs a command: hidden at a terminal, a line of the standard input otherwise."""

from __future__ import annotations

import getpass
import sys

import click

from ivr.cli import Mend


def secret(what: str) -> str:
    """One secret. Raises `Mend` at the end of the input."""
    try:
        if sys.stdin.isatty():
            return getpass.getpass(f"{what}: ")
        line = sys.stdin.readline()
    except (EOFError, UnicodeDecodeError):
        line = ""
    if not line:
        raise Mend(f"{what}: the input has ended")
    return line.rstrip("\r\n")


def new_secret(what: str) -> str:
    """A secret that is asked for twice at a terminal, where nobody sees what he types."""
    while True:
        first = secret(what)
        if not sys.stdin.isatty() or secret(f"{what} again") == first:
            return first
        click.echo("These two are not the same.", err=True)
