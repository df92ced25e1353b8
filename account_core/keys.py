"""Keys of their own for each purpose, all made of the one secret key that comes from outside the database."""

from __future__ import annotations

import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from account_core.errors import AccountError
from account_core.passports import keyed_hash

SHORTEST_SECRET = 32
"""Bytes."""
NONCE = 12
"""Bytes (NIST SP 800-38D, 5.2.1.1); random, which is safe for 2**32 texts under one key (8.3)."""


class BadSecretKey(AccountError):
    """The secret key is missing or too short to keep anything secret."""

    def __init__(self) -> None:
        super().__init__(f"the secret key needs {SHORTEST_SECRET} characters or more")


class Unreadable(AccountError):
    """A sealed text was changed, moved to another place, or sealed with another secret key."""

    def __init__(self) -> None:
        super().__init__("the text cannot be read: was the secret key changed?")


class Keys:
    """What can be done with the secret key. Raises `BadSecretKey`."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < SHORTEST_SECRET:
            raise BadSecretKey
        self.passport = keyed_hash(secret)
        """What is kept of a passport: a function of the contract number and the last four digits."""
        self._name = _derived(secret, "name")
        self._password = _derived(secret, "password")
        self._texts = AESGCM(_derived(secret, "texts"))

    def name(self, kind: str, text: str) -> bytes:
        """A stand-in of 16 bytes, by which a number that somebody named can be counted and not be read."""
        return hmac.digest(self._name, f"{kind} {text}".encode(), "sha256")[:16]

    def peppered(self, password: str) -> bytes:
        """What is hashed in place of `password`: who has the hashes and not the key cannot even guess."""
        return hmac.digest(self._password, password.encode(), "sha256")

    def seal(self, text: str, place: str) -> bytes:
        """`text`, readable only with the key and only for the `place` that it is sealed for."""
        nonce = os.urandom(NONCE)
        return nonce + self._texts.encrypt(nonce, text.encode(), place.encode())

    def unseal(self, sealed: bytes, place: str) -> str:
        """The text again. Raises `Unreadable`."""
        try:
            return self._texts.decrypt(sealed[:NONCE], sealed[NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError):
            raise Unreadable from None


def _derived(secret: bytes, purpose: str) -> bytes:
    # HKDF's expand step (RFC 5869, 2.3); the extract step may be left out where the secret is strong (3.3).
    return hmac.digest(secret, f"line0890 {purpose}\x01".encode(), "sha256")
