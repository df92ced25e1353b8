"""As whom a browser speaks: the names in a SIP message that Asterisk would know its sender by.

Asterisk goes by the user of `From`, then by the user name of a proof of password; a registration is for the
user of `To`. A message that could be read in another way than it is read here is no message (RFC 3261, 7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set

COMPACT = {"f": "from", "t": "to", "l": "content-length"}
USER = re.compile(r"sips?:([^@<>\s]*)@", re.IGNORECASE)
PROVEN = re.compile(r'\busername\s*=\s*"?([^",\s]*)"?', re.IGNORECASE)
ALONE = re.compile(r"(?<!\r)\n|\r(?!\n)|\0")
"""Line ends that one reader takes for one and another does not."""


class Unreadable(Exception):
    """Not a SIP message of the plain form that browsers send."""


def claimed(message: str) -> Set[str]:
    """Everybody that the sender of a request says to be; nobody for a response and a sign of life.

    Raises `Unreadable`.
    """
    if not message.strip("\r\n"):
        return frozenset()
    head, end, body = message.partition("\r\n\r\n")
    start, *lines = head.split("\r\n")
    if not end or ALONE.search(head) or not start.strip() or any(line[:1] in (" ", "\t", "") for line in lines):
        raise Unreadable("its head has no plain form")
    headers = [(COMPACT.get(name, name), value) for name, value in map(_header, lines)]
    if [value for name, value in headers if name == "content-length"] != [str(len(body.encode()))]:
        raise Unreadable("it is longer or shorter than it says")  # another message may stand behind it
    return frozenset() if start.startswith("SIP/2.0 ") else frozenset(_names(start, headers))


def is_registration(message: str) -> bool:
    """Whether it asks for calls to be led to its sender."""
    return message[:8].upper() == "REGISTER"


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon:
        raise Unreadable("a line is no header")
    return name.strip().lower(), value.strip()


def _names(start: str, headers: list[tuple[str, str]]) -> Iterator[str]:
    naming = {"from", "to"} if is_registration(start) else {"from"}
    for name, value in headers:
        if name in naming:
            yield from USER.findall(value) or [""]
        elif name in ("authorization", "proxy-authorization"):
            yield from PROVEN.findall(value) or [""]
    if len([name for name, _ in headers if name in naming]) != len(naming):
        raise Unreadable("it does not say once who sends it")
