"""The conversations of the line, one a file. `Services` is all that a flow may use besides the call itself."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from account_core import Accounts, Callbacks, Ratings, Resets
from ivr.hours.office import OfficeHours


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _nothing(language: str) -> None:
    return None


@dataclass(frozen=True)
class Services:
    """What the flows of one application share."""

    accounts: Accounts
    resets: Resets
    hours: OfficeHours = field(default_factory=OfficeHours)
    callbacks: Callbacks | None = None
    """Wishes to be called back; None: nobody is called back."""
    ratings: Ratings | None = None
    now: Callable[[], dt.datetime] = _now
    announced: Callable[[str], str | None] = _nothing
    """What is announced to every caller in a language now, such as an outage; its words."""
