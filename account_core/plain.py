"""Texts from outside, as any database takes them."""

from __future__ import annotations


def plain(value: str, longest: int = 100) -> str:
    """`value` without NUL and half characters, cut to `longest` characters."""
    if value.isascii() and value.isprintable() and len(value) <= longest:
        return value
    return value.encode("utf-8", "replace").decode().replace("\0", "")[:longest]
