"""The conversations of the line, one a file. `Services` is all that a flow may use besides the call itself."""

from dataclasses import dataclass, field

from account_core import Accounts, Resets


@dataclass(frozen=True)
class OfficeHours:
    """When people answer."""

    opens: int = 8
    """Hour of the day, 0-23."""
    closes: int = 20
    """Hour of the day, 1-24."""


@dataclass(frozen=True)
class Services:
    """What the flows of one application share."""

    accounts: Accounts
    resets: Resets
    hours: OfficeHours = field(default_factory=OfficeHours)
