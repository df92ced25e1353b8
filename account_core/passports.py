"""The last four digits of a passport: kept only as a hash that nobody can make or check without the key."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

BLOCK = 64
"""Bytes of SHA-256's block."""


def keyed_hash(key: bytes) -> Callable[[str, str], bytes]:
    """A function of a contract number and the last four digits: HMAC-SHA256 over both.

    The key is taken in once (RFC 2104, section 4), which halves the time of a million hashes.
    """
    padded = (sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner, outer = sha256(bytes(byte ^ 0x36 for byte in padded)), sha256(bytes(byte ^ 0x5C for byte in padded))

    def hashed(contract: str, last4: str) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update((contract + last4).encode())
        second.update(first.digest())
        return second.digest()

    return hashed
