"""What commands take and show: contract numbers, and texts of strangers that must not move the cursor."""

from __future__ import annotations

import re

from rich.console import Console
from rich.table import Table

from ivr.cli import Mend

LINE = "\n"
PIPE_WIDTH = 200
"""Characters of a line that goes into a file or another program: nothing is cut off there."""


def contract_number(text: str) -> str:
    """`text`, if it is a contract number. Raises `Mend`."""
    if not re.fullmatch("[0-9]{11}", text):
        raise Mend("a contract is a number of eleven digits")
    return text


def printable(text: str, keep: str = "") -> str:
    """`text` with a mark in place of every character that a terminal would obey, other than those to `keep`."""
    return "".join(letter if letter.isprintable() or letter in keep else "\ufffd" for letter in text)


def put_out(table: Table, nothing: str) -> None:
    """Print `table`, or `nothing` when it has no rows."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPE_WIDTH)
    console.print(table if table.row_count else nothing)
