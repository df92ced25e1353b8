"""Pages out of templates. Whatever comes from outside is escaped, for there is no way around it here."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from account_core import format_roubles
from ivr.desk.plots import columns, rating, share

if TYPE_CHECKING:
    from ivr.desk.asking import Asking

HERE = Path(__file__).parent


class Pages:
    """The templates of the desk."""

    def __init__(self, folder: Path = HERE / "templates") -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {
            "money": format_roubles,
            "contract": contract,
            "moment": moment,
            "clock": clock,
            "day": day,
            "since": since,
            "lasted": lasted,
        }
        self._environment.globals |= {"columns": columns, "rating": rating, "share": share}

    def render(self, template: str, asking: Asking, **values: Any) -> str:
        """`template` with `values`; `t(key)` is a text, `me` who sits at the desk."""
        common = {"ask": asking, "t": asking.text, "me": asking.sitting, "language": asking.language}

        def story(words: str) -> str:
            return asking.desk.texts.story(words, asking.language)

        return self._environment.get_template(template).render(**common, story=story, **values)


def contract(number: str) -> str:
    """A contract number as people read it: `770 1234 5678`."""
    return f"{number[:3]} {number[3:7]} {number[7:]}" if len(number) == 11 else number


def moment(at: dt.datetime) -> str:
    """Day and time of day, here: `22.11 14:05`."""
    return f"{at.astimezone():%d.%m %H:%M}"


def clock(at: dt.datetime) -> str:
    """The time of day, here."""
    return f"{at.astimezone():%H:%M:%S}"


def day(at: dt.date) -> str:
    """`22.11.2026`"""
    return f"{at:%d.%m.%Y}"


def since(at: dt.datetime) -> int:
    """Milliseconds since 1970, for the script that counts on."""
    return int(at.timestamp() * 1000)


def lasted(seconds: float | None) -> str:
    """`1:05`, `1:02:03`."""
    if seconds is None:
        return "—"
    minutes, left = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
