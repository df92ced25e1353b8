"""What keeps a part from its work: something that somebody has to mend, or an outage that passes by itself."""

from __future__ import annotations

import os

from account_core import AccountError, StorageRefused, StorageUnavailable
from ivr.cli import Mend


class Outage(Mend):
    """Something is away just now, and the same command may do well later: the exit code says so."""

    exit_code = os.EX_TEMPFAIL


def of_accounts(error: AccountError) -> Mend:
    """What `error` of the accounts means for whoever started a command."""
    passes = isinstance(error, StorageUnavailable) and not isinstance(error, StorageRefused)
    return Outage(str(error)) if passes else Mend(str(error))
