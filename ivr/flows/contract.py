"""The number of a contract: how it is asked for, and what a spoken one is held against."""

from __future__ import annotations

from collections.abc import Sequence

from account_core import Accounts, NoSuchContract
from ivr.dialogue import Call, Digits, Picked, Unsuitable

CONTRACT_DIGITS = 11
CONTRACT = Digits("contract/enter", length=CONTRACT_DIGITS, silence="contract/where", within_s=12.0)
"""Many a caller has to look for it."""


class SpokenContract:
    """Which of the numbers that were heard is a contract (`ivr.dialogue.Data`).

    `secret` keeps from the caller whether there is one: whatever was heard is read back, and asked about.
    """

    def __init__(self, call: Call, accounts: Accounts, *, secret: bool = False) -> None:
        self._accounts, self._secret = accounts, secret
        self._caller, self._call_id = call.caller, call.id
        self._counted = False

    def pick(self, readings: Sequence[str]) -> Picked:
        """Raises `Unsuitable` when none of them exists, and `TooManyUnknown`."""
        try:
            found = self._accounts.among(readings, caller=self._caller, call_id=self._call_id)
        except NoSuchContract:
            self._counted = True
            if self._secret:
                return Picked(readings[0], known=False)
            raise Unsuitable("contract/not-found", heard=readings[0]) from None
        self._counted = found != readings[0]
        return Picked(found, known=not self._secret)

    def denied(self) -> None:
        """Count it as a number that does not exist, unless the picking itself has counted."""
        if not self._counted:
            self._accounts.denied(caller=self._caller, call_id=self._call_id)
