"""A package repository of our own in a folder, which the real apt-get reads: no network, no root."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
from pathlib import Path

import pytest

LIBRARIES = Path("usr/lib") / f"{platform.machine()}-linux-gnu"
LOADER = next(Path("/", LIBRARIES).glob("ld-linux*.so.*"))


class Repository:
    """Packages that apt can get. Only what is added here can be had."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = folder / "Packages"
        self.index.touch()

    def add(self, name: str, files: dict[str, bytes | Path], needs: str = "") -> None:
        """Build package `name`; a `Path` among `files` is copied from this machine."""
        tree = self.folder / f"{name}.tree"
        for path, content in files.items():
            place = tree / path
            place.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copy(content, place)
            else:
                place.write_bytes(content)
                place.chmod(0o755)
        control = f"Package: {name}\nVersion: 1.0\nArchitecture: all\nMaintainer: us\nDescription: a part\n"
        control += f"Depends: {needs}\n" if needs else ""
        (tree / "DEBIAN").mkdir()
        (tree / "DEBIAN" / "control").write_text(control)
        archive = self.folder / f"{name}_1.0_all.deb"
        subprocess.run(
            ["dpkg-deb", "-Znone", "--root-owner-group", "--build", tree, archive],
            check=True,
            capture_output=True,
        )
        self._list(control, archive)

    def _list(self, control: str, archive: Path) -> None:
        content = archive.read_bytes()
        with self.index.open("a") as index:
            index.write(f"{control}Filename: ./{archive.name}\nSize: {len(content)}\n")
            index.write(f"SHA256: {hashlib.sha256(content).hexdigest()}\n\n")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The only source of packages that this machine has for the time of a test, with a C library in it."""
    folder = tmp_path / "repository"
    folder.mkdir()
    (tmp_path / "sources.list").write_text(f"deb [trusted=yes] file:{folder} ./\n")
    configuration = tmp_path / "apt.conf"
    configuration.write_text(
        f'Dir::Etc::sourcelist "{tmp_path}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n'
    )
    monkeypatch.setenv("APT_CONFIG", str(configuration))
    made = Repository(folder)
    libc = {str(LIBRARIES / name): Path("/", LIBRARIES, name) for name in ("libc.so.6", LOADER.name)}
    made.add("our-libc", {**libc, "lib64/decoy": b"not merged into usr"})
    return made
