"""A file that is no table of subscribers is refused with one line that says why, before anything is changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from account_core import BadFile, Database, Imports, Keys
from account_core.imports import subscribers
from account_core.imports.source import LONGEST_LINE

HEADER = ",".join(subscribers.Subscribers.columns)
ROW = "77012345678,Иванов,,,ru,,0,Простой,active"


@pytest.fixture
def imports(database: Database) -> Imports:
    return Imports(database, Keys(b"a key for tests only, 32 bytes or more"))


sqlite_only = pytest.mark.parametrize("url", ["sqlite"], indirect=True)


def folder(path: Path) -> None:
    path.mkdir()


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode(encoding))


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda path: None, "there is no such file"),
    "a folder": (folder, "is not a file"),
    "a pipe": (os.mkfifo, "is not a file"),
    "empty": (text(""), "is empty"),
    "another header": (text("a,b,c\n1,2,3\n"), "the header lacks contract_number, name"),
    "no header": (text(ROW + "\n"), "the header lacks"),
    "a column too few": (text(HEADER.replace(",tariff", "") + "\n"), "the header lacks tariff"),
    "a column too many": (text(HEADER + ",note\n"), "the header has more than its columns"),
    "a column twice": (text(HEADER + ",name\n"), "the header has more than its columns"),
    "another encoding": (text(f"{HEADER}\n{ROW}\n", "cp1251"), "is not UTF-8"),
    "UTF-16": (text(f"{HEADER}\n{ROW}\n", "utf-16"), "NUL bytes"),
    "bad bytes far inside": (
        lambda path: path.write_bytes(f"{HEADER}\n".encode() + f"{ROW}\n".encode() * 9000 + b"\xff\xfe\n"),
        "is not UTF-8",
    ),
    "NUL bytes": (text(f"{HEADER}\n{ROW}\n\0\n"), "NUL bytes"),
    "a program": (lambda path: path.write_bytes(Path("/bin/true").read_bytes()), "NUL bytes"),
    "one endless line": (text("x" * (LONGEST_LINE + 10)), "a line is longer than 1 MB"),
    "one endless line far inside": (
        text(f"{HEADER}\n" + "x" * (LONGEST_LINE + 10)),
        "a line is longer than 1 MB",
    ),
}


@sqlite_only
@pytest.mark.parametrize(("make", "fault"), BAD.values(), ids=BAD)
def test_a_bad_file_is_refused(
    imports: Imports, tmp_path: Path, make: Callable[[Path], object], fault: str
) -> None:
    file = tmp_path / "subscribers.csv"
    make(file)
    with pytest.raises(BadFile) as refused:
        imports.subscribers(file)
    assert str(refused.value).startswith(f"{file}: ")
    assert fault in str(refused.value)
    assert "\n" not in str(refused.value)


@sqlite_only
def test_a_rejects_file_that_cannot_be_written_is_told_before_anything_is_read(
    imports: Imports, tmp_path: Path
) -> None:
    file = tmp_path / "subscribers.csv"
    file.write_text(f"{HEADER}\n{ROW}\n")
    (tmp_path / "subscribers.csv.rejects.csv").mkdir()
    with pytest.raises(BadFile, match=r"rejects\.csv"):
        imports.subscribers(file)


@sqlite_only
@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("last", [True, False], ids=["ended", "open end"])
def test_files_of_all_systems_are_read(
    imports: Imports, tmp_path: Path, start: str, end: str, last: bool
) -> None:
    file = tmp_path / "subscribers.csv"
    lines = [HEADER, ROW, ROW.replace("678", "679")]
    file.write_bytes((start + end.join(lines) + (end if last else "")).encode())
    assert imports.subscribers(file).added == 2


@sqlite_only
def test_semicolons_may_separate_and_then_a_comma_needs_no_quotes(imports: Imports, tmp_path: Path) -> None:
    file = tmp_path / "subscribers.csv"
    file.write_text(HEADER.replace(",", ";") + "\n77012345678;Иванов;;;ru;;1234,50;Простой;active\n")
    assert imports.subscribers(file).added == 1


@sqlite_only
def test_columns_may_come_in_any_order(imports: Imports, tmp_path: Path) -> None:
    file = tmp_path / "subscribers.csv"
    backwards = [",".join(reversed(line.split(","))) for line in (HEADER.upper(), ROW)]
    file.write_text("\n".join(backwards))
    assert imports.subscribers(file).added == 1
