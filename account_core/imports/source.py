"""A CSV file as a stream of whole lines, whatever is in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType

from account_core.errors import BadFile

BLOCK = 1 << 18
"""Characters that are read at once."""
LONGEST_LINE = 1 << 20
"""Bytes without an end of line after which a file is no table."""


class Source:
    """The file at `path`, open behind its header. Raises `BadFile` with one line that says what to mend.

    The separator is a comma or a semicolon, whichever makes `columns` of the header; their order is free.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self._bytes = _Checked(path)
        self._text = io.TextIOWrapper(io.BufferedReader(self._bytes, BLOCK), "utf-8-sig", newline="")
        self._again = io.StringIO()
        self.lines = 0
        """Lines that `line` has given; who takes `blocks` adds theirs."""
        self.separator, self.order = _understood(path, self.line(), columns)

    @property
    def done(self) -> int:
        """Bytes read so far."""
        return self._bytes.done

    def line(self) -> str:
        """The next line with its end, or nothing at the end of the file."""
        with self._readable():
            line = self._again.readline() or self._text.readline()
        self.lines += bool(line)
        return line

    def blocks(self) -> Iterator[str]:
        """The rest of the file in large pieces of whole lines, which `line` does not give any more."""
        while True:
            with self._readable():
                block = self._text.read(BLOCK)
                block += self._text.readline() if block else ""
            if not block:
                return
            yield block

    def again(self, block: str) -> Iterator[str]:
        """The lines of a block one by one. `line` meanwhile gives those that follow, also behind the block."""
        self._again = io.StringIO(block, newline="")
        while self._again.tell() < len(block):
            yield self.line()

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    def _readable(self) -> _Readable:
        return _Readable(self)


class _Readable:
    """Turns what may go wrong in reading into `BadFile`."""

    __slots__ = ("_source",)

    def __init__(self, source: Source) -> None:
        self._source = source

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if isinstance(error, UnicodeDecodeError):
            raise BadFile(self._source.path, "is not UTF-8") from None
        if isinstance(error, OSError):
            raise BadFile(self._source.path, error.strerror or "cannot be read") from None


class _Checked(io.RawIOBase):
    """The bytes of a file, watched: a binary file or one endless line is noticed before it fills the memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.done, self._since_end_of_line = 0, 0
        try:
            if not path.exists():
                raise BadFile(path, "there is no such file")
            if not path.is_file():
                raise BadFile(path, "is not a file")
            if not path.stat().st_size:
                raise BadFile(path, "is empty")
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise BadFile(path, error.strerror or "cannot be read") from None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = self._file.readinto(buffer) or 0
        seen = bytes(buffer[:count])
        if b"\0" in seen:
            raise BadFile(self._path, "is not a text file: it holds NUL bytes")
        last_end = seen.rfind(b"\n")
        self._since_end_of_line = self._since_end_of_line + count if last_end < 0 else count - last_end
        if self._since_end_of_line > LONGEST_LINE:
            raise BadFile(self._path, "is not a table: a line is longer than 1 MB")
        self.done += count
        return count

    def close(self) -> None:
        self._file.close()
        super().close()


def _understood(path: Path, header: str, columns: Sequence[str]) -> tuple[str, list[int]]:
    """The separator, and the place in the file of each of `columns`."""
    for separator in (",", ";"):
        found = _names(path, header, separator)
        if sorted(found) == sorted(columns):
            return separator, [found.index(name) for name in columns]
    separator = ";" if header.count(";") > header.count(",") else ","
    found = _names(path, header, separator)
    missing = [name for name in columns if name not in found]
    if missing:
        raise BadFile(path, f"the header lacks {', '.join(missing)}; it must be: {separator.join(columns)}")
    raise BadFile(path, f"the header has more than its columns, which are: {separator.join(columns)}")


def _names(path: Path, header: str, separator: str) -> list[str]:
    try:
        return [name.strip().lower() for name in next(csv.reader([header], delimiter=separator), [])]
    except csv.Error as error:
        raise BadFile(path, f"its first line is no header: {error}") from None
