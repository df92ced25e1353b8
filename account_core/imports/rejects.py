"""The rows that could not be taken, written where whoever made the file can mend them."""

from __future__ import annotations

import csv
import heapq
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Any, TextIO

from account_core.errors import BadFile
from account_core.imports.rows import Reject
from account_core.imports.source import Source

SHOWN = 20
"""Rejects that are kept in memory, to be shown at once."""


class Rejects:
    """The file `FILE.rejects.csv`: line, reason and the fields as they were. Without rejects there is none."""

    def __init__(self, source: Path, separator: str, columns: Sequence[str]) -> None:
        self.path = source.with_name(source.name + ".rejects.csv")
        self.count, self.first = 0, list[Reject]()
        self._separator, self._columns = separator, columns
        self._file: TextIO | None = None
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise BadFile(self.path, error.strerror or "cannot be replaced") from None

    def add(self, rejects: Iterable[Reject]) -> None:
        """Keep `rejects`. Raises `BadFile` when the file cannot be written."""
        for reject in rejects:
            self.count += 1
            if len(self.first) < SHOWN:
                self.first.append(reject)
            try:
                self._writer().writerow([reject.line, reject.reason, *reject.fields])
            except OSError as error:
                raise BadFile(self.path, error.strerror or "cannot be written") from None

    def close(self) -> None:
        """Finish the file."""
        if self._file:
            self._file.close()

    def _writer(self) -> Any:
        if self._file is None:
            # It holds what the source holds, so it is as private as can be.
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(handle, "w", encoding="utf-8", newline="")
            self._writer().writerow(["line", "reason", *self._columns])
        return csv.writer(self._file, delimiter=self._separator)


def found_late(
    source: Path, columns: Sequence[str], late: Sequence[tuple[str, array[int]]]
) -> Iterator[Reject]:
    """The rejects of lines that are wrong only beside others, with their fields, from a second reading."""
    if not any(lines for _, lines in late):
        return
    wanted = heapq.merge(*(zip(lines, repeat(reason)) for reason, lines in late))
    with Source(source, columns) as again:
        for line, reason in wanted:
            while again.lines < line - 1:
                again.line()
            record = chain([again.line()], iter(again.line, ""))
            yield Reject(line, reason, next(csv.reader(record, delimiter=again.separator)))
