"""Passwords: what a good one is, how a temporary one is made, how they are kept (docs/security.md says why)."""

from __future__ import annotations

import os
import secrets
import threading
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from account_core.common_passwords import is_common
from account_core.errors import AccountError
from account_core.keys import Keys

SHORTEST_EVER = 6
SMALL, CAPITAL, DIGITS = "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
ALPHABET = SMALL + CAPITAL + DIGITS
"""Letters and digits that nobody takes for another when reading them from a screen: no 0 O o, no 1 l I."""


class Fault(StrEnum):
    """Why a password will not do."""

    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    NO_SMALL = "no small letter"
    NO_CAPITAL = "no capital letter"
    NO_DIGIT = "no digit"
    COMMON = "one of those that are guessed first"
    OWN_NUMBER = "contains the contract number or the mobile number"
    UNCHANGED = "the same as before"
    UNUSABLE = "contains characters that cannot be typed"


class BadPassword(AccountError):
    """A new password breaks the rules in `faults`. The password itself is not in here."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("the new password will not do: " + ", ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class PasswordPolicy:
    """The rules of passwords."""

    shortest: int = 8
    """Characters, of a permanent password; never fewer than 6."""
    longest: int = 128
    """Characters; more are refused, none are ever cut off."""
    temporary_length: int = 10
    """Characters."""
    temporary_h: float = 48.0
    """Hours for which a temporary password is valid."""
    ticket_min: float = 15.0
    """Minutes in which a permanent password must be set after the temporary one was used."""
    wrong_in_a_row: int = 3
    """Wrong passwords that lock a personal account until a reset."""
    memory_kib: int = 19 * 1024
    """Argon2id's memory for one hash, in KiB."""
    rounds: int = 2
    lanes: int = 1

    def __post_init__(self) -> None:
        if self.shortest < SHORTEST_EVER:
            raise ValueError(f"passwords have {SHORTEST_EVER} characters or more")


class Passwords:
    """Makes, keeps and compares passwords by `policy`. May be used by many threads at once."""

    def __init__(self, keys: Keys, policy: PasswordPolicy = PasswordPolicy()) -> None:
        self._keys, self.policy = keys, policy
        self._hasher = PasswordHasher(policy.rounds, policy.memory_kib, policy.lanes)
        # More at once would take more memory and be no quicker.
        self._turns = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._nobodys = self.hashed(secrets.token_urlsafe())

    def temporary(self) -> str:
        """A new temporary password, with a small letter, a capital and a digit."""
        while True:
            made = "".join(secrets.choice(ALPHABET) for _ in range(self.policy.temporary_length))
            if all(set(made) & set(kind) for kind in (SMALL, CAPITAL, DIGITS)):
                return made

    def hashed(self, password: str) -> str:
        """What is kept of `password`: argon2id with its parameters and salt, over the peppered password."""
        with self._turns:
            return self._hasher.hash(self._keys.peppered(_normal(password) or ""))

    def matches(self, password: str, hashed: str | None) -> bool:
        """Whether `password` is the one of `hashed`; it takes the same time where there is no hash."""
        usable = _normal(password) if len(password) <= self.policy.longest else None
        try:
            with self._turns:
                self._hasher.verify(hashed or self._nobodys, self._keys.peppered(usable or ""))
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None and usable is not None

    def outdated(self, hashed: str) -> bool:
        """Whether `hashed` was made with other parameters than those of today."""
        return self._hasher.check_needs_rehash(hashed)

    def refuse_bad(self, password: str, *own_numbers: str | None) -> None:
        """Raises `BadPassword` unless `password` may become a permanent one of whoever has `own_numbers`."""
        if faults := self._faults(password, [number for number in own_numbers if number]):
            raise BadPassword(faults)

    def _faults(self, password: str, own_numbers: list[str]) -> list[Fault]:
        normal = _normal(password)
        if len(password) > self.policy.longest:
            return [Fault.TOO_LONG]
        if normal is None:
            return [Fault.UNUSABLE]
        found = {
            Fault.TOO_SHORT: len(normal) < self.policy.shortest,
            Fault.NO_SMALL: not any(map(str.islower, normal)),
            Fault.NO_CAPITAL: not any(map(str.isupper, normal)),
            Fault.NO_DIGIT: not any(map(str.isdigit, normal)),
            Fault.COMMON: is_common(normal),
            Fault.OWN_NUMBER: any(number.lstrip("+")[-10:] in normal for number in own_numbers),
        }
        return [fault for fault, is_so in found.items() if is_so]


def _normal(password: str) -> str | None:
    """One form for what looks the same (NIST SP 800-63B: NFKC); None for what no keyboard types."""
    if not password or any(unicodedata.category(character) in ("Cc", "Cs", "Cn") for character in password):
        return None
    return unicodedata.normalize("NFKC", password)
