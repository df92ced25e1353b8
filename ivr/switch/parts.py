"""Programs that the system lacks, unpacked beside the product: without root, and only in one folder."""

from __future__ import annotations

import fcntl
import json
import platform
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from ivr import settings
from ivr.cli import Mend
from ivr.switch.apt import AptFailed, PrivateApt, unpack

TESTING = "forky"
"""The release of Debian that has what stable lacks (Asterisk 22)."""
LIBRARIES_BESIDE = ("asterisk", "pulseaudio")
"""Folders of private libraries under lib/<machine>/."""


def ensure(name: str, packages: Sequence[str], suite: str | None = None, *, folder: Path | None = None) -> Path:
    """The root folder in which `packages` and all they need lie unpacked; got now when they are not there.

    `suite` names a release of Debian; without it they are of the machine's own release. `folder` is
    `settings.parts` unless given. Raises `Mend` that says what is missing and how to get it.
    """
    folder = (folder or settings.load().parts).absolute()
    root = folder / name
    request = _request(packages, suite)
    if _has(root, request):
        return root
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder / f".{name}.lock", name):
        if not _has(root, request):
            _get(root, packages, suite, request)
    return root


def here(name: str, packages: Sequence[str], suite: str | None = None, *, folder: Path) -> Path | None:
    """The root folder of `ensure`, or None when it would have to be got first."""
    root = folder.absolute() / name
    return root if _has(root, _request(packages, suite)) else None


def command(root: Path, program: str) -> list[str]:
    """The words that run `program` (such as `usr/bin/sipp`) out of `root` with the libraries of `root`.

    A script is run by its interpreter out of `root`. A program that starts others needs `environment` instead.
    """
    path = root / program
    with path.open("rb") as file:
        first = file.readline(256)
    if first.startswith(b"#!"):
        interpreter, *rest = first[2:].decode().split()
        return [*command(root, interpreter.lstrip("/")), *rest, str(path)]
    return [str(_loader(root)), "--library-path", ":".join(map(str, _libraries(root))), str(path)]


def environment(root: Path) -> dict[str, str]:
    """PATH and LD_LIBRARY_PATH for programs of the machine's own release that start each other (PostgreSQL)."""
    programs = [root / "usr" / "bin", root / "usr" / "sbin", Path("/usr/bin"), Path("/bin")]
    return {
        "PATH": ":".join(map(str, programs)),
        "LD_LIBRARY_PATH": ":".join(map(str, _libraries(root))),
    }


def _get(root: Path, packages: Sequence[str], suite: str | None, request: str) -> None:
    work = root.with_name(f".{root.name}.work")
    fresh = work / "root"
    shutil.rmtree(fresh, ignore_errors=True)
    click.echo(f"{root.name}: downloading {', '.join(packages)} and what they need …")
    try:
        archives = PrivateApt(work / "apt", suite).fetch(packages)
        size_mb = sum(archive.stat().st_size for archive in archives) / 1e6
        click.echo(f"{root.name}: unpacking {len(archives)} packages, {size_mb:.0f} MB …")
        unpack(archives, fresh)
    except FileNotFoundError as missing:
        raise Mend(_advice(root.name, packages, f"{missing.filename} is not on this system")) from None
    except AptFailed as failure:
        raise Mend(_advice(root.name, packages, str(failure))) from None
    (fresh / ".request").write_text(request)
    shutil.rmtree(root, ignore_errors=True)
    fresh.rename(root)
    shutil.rmtree(work)


def _advice(name: str, packages: Sequence[str], why: str) -> str:
    return f"cannot get {name}: {why}. Install it yourself: apt-get install {' '.join(packages)}"


def _request(packages: Sequence[str], suite: str | None) -> str:
    return json.dumps({"packages": sorted(packages), "suite": suite, "machine": platform.machine()})


def _has(root: Path, request: str) -> bool:
    stamp = root / ".request"
    return stamp.is_file() and stamp.read_text() == request


@contextmanager
def alone(lock: Path, name: str) -> Iterator[None]:
    """Hold `lock`; the system lets it go when we die."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo(f"{name}: somebody else is getting it, waiting …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _loader(root: Path) -> Path:
    # The link in lib64/ is absolute in some releases and would lead out of `root`; the file itself is here.
    found = sorted(root.glob("usr/lib/*-linux-gnu*/ld-linux*.so.*"))
    if not found:
        raise Mend(f"{root} holds no C library; remove that folder and run `ivr setup` again")
    return found[0]


def _libraries(root: Path) -> list[Path]:
    library = _loader(root).parent
    return [library, *(library / name for name in LIBRARIES_BESIDE if (library / name).is_dir())]
