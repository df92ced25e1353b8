"""A private apt: gets packages and all they need into a folder, as any user, and leaves the system alone.

Lists, cache and the (empty) list of installed packages are our own, so the whole closure is fetched, down to
the C library; the mirror, its keys and any proxy are those of the machine.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

DEBIAN_KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

CONFIGURATION = """\
Dir::State "{folder}/state";
Dir::State::Lists "{folder}/state/lists";
Dir::State::status "{folder}/state/status";
Dir::Cache "{folder}/cache";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Default-Release "";
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Binary::apt-get::APT::Keep-Downloaded-Packages "true";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear DPkg::Pre-Install-Pkgs;
"""


class AptFailed(Exception):
    """What apt complained of, in one line."""


class PrivateApt:
    """An apt of our own in `folder`, for the machine's own release or, with `suite`, another one of Debian."""

    def __init__(self, folder: Path, suite: str | None = None) -> None:
        self.folder, self.suite = folder, suite

    def fetch(self, packages: Sequence[str]) -> list[Path]:
        """Download `packages` and everything that they depend on; an interrupted download goes on."""
        self._prepare()
        for source in self._sources():
            (self.folder / "sources.list").write_text(source)
            try:
                self._run("update")
                break
            except AptFailed as failure:
                failed = failure
        else:
            raise failed
        self._run("install", "--yes", "--download-only", *packages)
        nothing = f"Dir::Cache::archives={self.folder}/nothing"  # or it lists only what is still to come
        listed = self._run("install", "--yes", "--print-uris", "-o", nothing, *packages)
        return [self._place(*found) for found in re.findall(r"^'(\S+)' (\S+\.deb) ", listed, re.MULTILINE)]

    def _place(self, address: str, name: str) -> Path:
        if address.startswith("file:"):  # apt leaves the packages of a mirror on disk where they are
            return Path(unquote(address.removeprefix("file:")))
        return self.folder / "cache" / "archives" / name

    def _prepare(self) -> None:
        for name in ("state/lists/partial", "cache/archives/partial", "nothing/partial"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "state" / "status").touch()
        text = CONFIGURATION.format(folder=self.folder)
        if self.suite:
            text += f'Dir::Etc::sourcelist "{self.folder}/sources.list";\nDir::Etc::sourceparts "/dev/null";\n'
        (self.folder / "apt.conf").write_text(text)

    def _sources(self) -> Iterable[str]:
        if not self.suite:
            return [""]  # the machine's own
        if not DEBIAN_KEYS.exists():
            raise AptFailed(f"{DEBIAN_KEYS} is missing (package debian-archive-keyring)")
        sources = [f"deb [signed-by={DEBIAN_KEYS}] {mirror} {self.suite} main\n" for mirror in mirrors()]
        if not sources:
            raise AptFailed("no package mirror is set in /etc/apt")
        return sources

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            ["apt-get", "-q", "-c", str(self.folder / "apt.conf"), *arguments],
            env={**os.environ, "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            complaints = re.findall(r"^E: (.*)", done.stderr, re.MULTILINE)
            raise AptFailed(complaints[0] if complaints else f"apt-get {arguments[0]} failed")
        return done.stdout


def mirrors() -> list[str]:
    """The package mirrors of this machine, that of the release itself first, as `http://host/path`."""
    listed = subprocess.run(
        ["apt-get", "--print-uris", "update"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^'([^']+)/dists/([^/']+)/InRelease'", listed.stdout, re.MULTILINE)
    plain = [base for base, suite in found if not re.search(r"-(security|updates|backports)", suite)]
    return list(dict.fromkeys(plain))


def unpack(archives: Iterable[Path], root: Path) -> None:
    """Lay the files of `archives` out in `root`, as they would lie in `/`; no script of a package is run."""
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(Path("usr") / name)
    with ThreadPoolExecutor(os.cpu_count()) as workers:
        for archive, done in [(a, workers.submit(_extract, a, root)) for a in archives]:
            if complaint := done.result():
                raise AptFailed(f"{archive.name} cannot be unpacked: {complaint}")


def _extract(archive: Path, root: Path) -> str:
    # `dpkg-deb --extract` would replace our link lib/ by a folder, where a package is not merged into /usr.
    contents = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE)
    placed = subprocess.run(
        ["tar", "--extract", "--keep-directory-symlink", "--no-same-owner", "--directory", root],
        stdin=contents.stdout,
        capture_output=True,
        text=True,
        check=False,
    )
    if contents.stdout:
        contents.stdout.close()
    return "" if contents.wait() == 0 and placed.returncode == 0 else placed.stderr.strip().split("\n")[-1]
