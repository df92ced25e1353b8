"""The rows of a file, checked: at a glance where they are plain, with care where they are not.

A pattern matches the lines that need no thought, at the speed of C. Every other line is read by the csv module
and judged field by field. Both ways give the same rows; a test holds them to that.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Protocol

from account_core.imports.source import Source

Row = tuple[Any, ...]
"""The line number and the values of the staged columns."""


class Rules(Protocol):
    """What the rows of one kind of file must be."""

    @property
    def columns(self) -> Sequence[str]:
        """The header."""

    def plain(self, separator: str) -> re.Pattern[str]:
        """Matches a line, its end included, that needs no thought."""

    def rows(self, found: Sequence[Sequence[str]], first_line: int) -> list[Row]:
        """The rows of consecutive plain lines, from the pattern's groups. Raises `ValueError` if in doubt."""

    def row(self, line: int, fields: Sequence[str]) -> Row:
        """The row of any line. Raises `ValueError` with the reason why it is none."""


@dataclass(frozen=True)
class Reject:
    """A row that cannot be taken."""

    line: int
    """Of the file; the header is line 1."""
    reason: str
    fields: Sequence[str] = ()


@dataclass
class Batch:
    """Some consecutive rows of a file."""

    rows: list[Row] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    done: int = 0
    """Bytes of the file read so far."""


def batches(source: Source, rules: Rules) -> Iterator[Batch]:
    """All rows of `source`. Raises `BadFile`."""
    in_order = source.order == list(range(len(rules.columns)))
    plain = rules.plain(source.separator) if in_order else re.compile(r"(?!)")
    for block in source.blocks():
        batch = _at_a_glance(source, rules, plain, block) or _with_care(source, rules, plain, block)
        batch.done = source.done
        yield batch


def _at_a_glance(source: Source, rules: Rules, plain: re.Pattern[str], block: str) -> Batch | None:
    found, lines = plain.findall(block), block.count("\n")
    if len(found) != lines or not block.endswith("\n"):
        return None
    try:
        batch = Batch(rules.rows(found, source.lines + 1))
    except ValueError:
        return None
    source.lines += lines
    return batch


def _with_care(source: Source, rules: Rules, plain: re.Pattern[str], block: str) -> Batch:
    batch = Batch()
    for line in source.again(block):
        match _judged(source, rules, plain, line):
            case Reject() as reject:
                batch.rejects.append(reject)
            case tuple() as row:
                batch.rows.append(row)
    return batch


def _judged(source: Source, rules: Rules, plain: re.Pattern[str], line: str) -> Row | Reject | None:
    """What a record that begins with `line` comes to; None if it is blank."""
    number = source.lines
    if found := plain.fullmatch(line):
        with suppress(ValueError):
            return rules.rows([found.groups("")], number)[0]
    record = chain([line], iter(source.line, ""))  # a quoted field may go on in the lines that follow
    try:
        fields = next(csv.reader(record, delimiter=source.separator, strict=True))
    except csv.Error as error:
        return Reject(number, _fault(error, number, source.lines), [line.rstrip()[:200]])
    try:
        return rules.row(number, _in_order(fields, source.order)) if any(fields) else None
    except ValueError as error:
        return Reject(number, str(error), fields)


def _in_order(fields: Sequence[str], order: Sequence[int]) -> Sequence[str]:
    if len(fields) != len(order):
        raise ValueError(f"has {len(fields)} fields instead of {len(order)}")
    return [fields[place].strip() for place in order]


def _fault(error: csv.Error, first: int, last: int) -> str:
    if "field limit" in str(error):
        return f"a field is too long, or a quote is not closed (lines {first} to {last} are lost to it)"
    if "unexpected end" in str(error):
        return f"a quote is opened and not closed (lines {first} to {last} are lost to it)"
    return f"the quotes are wrong: {error}"
