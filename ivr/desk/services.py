"""All that the pages of the desk work with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ivr.core import Core
from ivr.desk.texts import Texts
from ivr.desk.today import Today
from ivr.desk.walls import is_loopback
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.desk.live import Live
    from ivr.desk.pages import Pages


@dataclass
class Services:
    """The core, the switch, the texts and the templates of one desk."""

    settings: Settings
    core: Core
    live: Live
    texts: Texts
    pages: Pages
    today: Today

    @cached_property
    def secure_cookies(self) -> bool:
        """Whether cookies go over HTTPS only; on loopback there is nobody between."""
        return self.settings.desk_https or not is_loopback(self.settings.desk_host)
