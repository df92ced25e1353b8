"""Files that only their owner may read, and the secrets that are made once and kept in them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from ivr.settings import BadSetting


def write_private(path: Path, text: str) -> None:
    """Replace `path` at once by `text`, readable for the owner alone."""
    _written_beside(path, text).replace(path)


def kept_secret(path: Path) -> str:
    """The secret in `path`, made there (256 bits) when there is none. All who ask at once get the same.

    Raises `BadSetting` where nothing can be kept.
    """
    try:
        return _kept(path)
    except OSError as error:
        raise BadSetting(f"IVR_VAR: {path} cannot be kept: {error.strerror}") from None


def _kept(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        fresh = _written_beside(path, secrets.token_urlsafe(32))
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            pass  # somebody else was quicker: theirs counts
        finally:
            fresh.unlink()
    return path.read_text().strip()


def _written_beside(path: Path, text: str) -> Path:
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())  # a key that is lost after a power cut takes all that was sealed with it
    return fresh
