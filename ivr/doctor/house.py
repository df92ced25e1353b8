"""The machine and the folders: Python, packages, disk, secrets, sounds, office hours."""

from __future__ import annotations

import platform
import re
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ivr.doctor.found import Found, well, wrong
from ivr.prompts import BadCatalogue, MissingSound, Prompts, Sounds
from ivr.prompts.index import SUFFIX, Index, sounds_folder
from ivr.settings import Settings
from ivr.spoken import LANGUAGES

OLDEST_PYTHON = (3, 11)
FREE_MB = 1000
"""Free space below which logs, records and sounds are in danger, in megabytes."""
FALLBACK = "fallback/"


def python(settings: Settings) -> Iterator[Found]:
    """Whether this Python is new enough."""
    here = platform.python_version()
    if sys.version_info >= OLDEST_PYTHON:
        yield well("Python", here)
    else:
        yield wrong("Python", here, "install Python 3.11 or newer, then `make setup PYTHON=…`")


def packages(settings: Settings) -> Iterator[Found]:
    """Whether the packages are those of the lock file."""
    lock = settings.home / "requirements.lock"
    pinned = re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==(\S+)", lock.read_text(), re.MULTILINE)
    others = [f"{name} {_installed(name)}" for name, wanted in pinned if _installed(name) != wanted]
    if others:
        yield wrong("packages", f"not as in {lock.name}: {', '.join(others)}", "`make setup`")
    else:
        yield well("packages", f"{len(pinned)}, as in {lock.name}")


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "missing"


def disk(settings: Settings) -> Iterator[Found]:
    """Whether there is room for what the line writes."""
    place = next(folder for folder in (settings.var, *settings.var.absolute().parents) if folder.exists())
    free_mb = shutil.disk_usage(place).free // 1_000_000
    told = f"{free_mb:,} MB free for {settings.var}"
    if free_mb >= FREE_MB:
        yield well("disk", told)
    else:
        yield wrong("disk", told, f"make room: {FREE_MB:,} MB or more, or choose another IVR_VAR")


def office_hours(settings: Settings) -> Iterator[Found]:
    """Whether people begin to answer before they stop."""
    hours = {name: value for name, value in settings if name.startswith("office_")}
    opens, closes = hours.get("office_opens"), hours.get("office_closes")
    if opens is not None and closes is not None and opens >= closes:
        told = f"from {opens} to {closes}"
        yield wrong("office hours", told, "IVR_OFFICE_OPENS has to come before IVR_OFFICE_CLOSES")
    else:
        yield well(
            "office hours", ", ".join(f"{name[7:]} {value}" for name, value in hours.items() if value != "")
        )


def secrets_are_private(settings: Settings) -> Iterator[Found]:
    """Whether the files with secrets are there when they are needed, and for the owner alone."""
    files = [
        settings.var / "secret.key",
        *sorted(settings.var.glob("*.secret")),
        *sorted(settings.var.glob("*.password")),
    ]
    files.append(settings.var / "asterisk" / "ami.secret")
    for file in files:
        if file.exists():
            yield _private(file)
    if settings.secret_key.get_secret_value():
        yield well("secret key", "from IVR_SECRET_KEY")
    elif not files[0].exists():
        yield wrong(
            "secret key", f"{files[0]} is not there yet", "`ivr setup` makes it, or restore it from the backup"
        )


def _private(file: Path) -> Found:
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        return wrong(file.name, f"others can read it: mode {mode:o}", f"chmod 600 {file}")
    return well(file.name, "for its owner alone")


def sounds(settings: Settings) -> Iterator[Found]:
    """Whether everything that the line says has a sound, in every language."""
    try:
        catalogue = Prompts.load(settings.home / "prompts")
    except BadCatalogue as fault:
        yield wrong("prompts", str(fault), "mend that file; `ivr prompts check` tells more")
        return
    folders = {language: sounds_folder(settings.var, language) for language in LANGUAGES}
    indexes = {language: Index.read(folder) for language, folder in folders.items()}
    try:
        Sounds(catalogue, folders, indexes)
    except MissingSound as missing:
        yield wrong("sounds", str(missing), "`ivr prompts build`")
        return
    for language in catalogue.languages:
        yield _fallback(catalogue, settings.var, language, len(indexes[language].names))


def _fallback(catalogue: Prompts, var: Path, language: str, count: int) -> Found:
    keys = [key.removeprefix(FALLBACK) for key in catalogue.keys(language) if key.startswith(FALLBACK)]
    folder = var / "sounds" / "fallback" / language
    missing = [key for key in keys if not (folder / f"{key}{SUFFIX}").is_file()]
    if missing:
        told = f"the dialplan's own are missing: {', '.join(missing)}"
        return wrong(f"sounds ({language})", told, "`ivr prompts build`")
    return well(f"sounds ({language})", f"{count}, and {len(keys)} of the dialplan")
