"""The list of sounds that the build leaves beside them: which file says which words."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

SUFFIX = ".alaw"


@dataclass(frozen=True)
class Index:
    """The sounds of one language. A sound is named by the hash of what it was made of."""

    FILE: ClassVar = "index.json"

    language: str = ""
    voice: str = ""
    """Whose voice it is, for people."""
    fragments: dict[str, str] = field(default_factory=dict)
    """The sound of each fragment by its text."""
    recorded: dict[str, str] = field(default_factory=dict)
    """Recordings of whole prompts by key, and of the fixed words of one with slots by `key.1`, `key.2` …"""

    fixed: dict[str, str] = field(default_factory=dict)
    """The joined sounds of the prompts without slots, by key."""

    @property
    def names(self) -> set[str]:
        """Every sound that is named here."""
        return {*self.fragments.values(), *self.recorded.values(), *self.fixed.values()}

    @classmethod
    def read(cls, folder: Path) -> Index:
        """The index of `folder`; an empty one when nothing was built there."""
        try:
            return cls(**json.loads((folder / cls.FILE).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return cls()

    def dump(self) -> bytes:
        """What `read` reads."""
        return json.dumps(vars(self), ensure_ascii=False, indent=0, sort_keys=True).encode()


def sounds_folder(var: Path, language: str) -> Path:
    """Where the sounds of a language lie."""
    return var / "sounds" / language
