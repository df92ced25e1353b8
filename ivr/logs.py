"""The logs: each line says which call it belongs to, and shows of a subscriber's number its end alone."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

FORM = "%(asctime)s %(levelname)s %(process)d call=%(call)s %(name)s: %(message)s"
NUMBER = re.compile(r"(?<![\w.-])(?:\+|%2B)?\d{7,11}(\d{4})(?![\w.]|-\d)")
"""Contracts (11 digits) and telephone numbers (E.164); the ids of calls and channels have points and dashes."""
PASSWORD = re.compile(r"(?<=://)[^/\s@]+(?=@)|(?<=password=)[^&\s]+|(?<=secret=)[^&\s]+", re.IGNORECASE)
BEFORE_PASSWORDS = ("://", "password=", "secret=")
"""Without one of these, in whatever case, `PASSWORD` finds nothing."""

_call: ContextVar[str] = ContextVar("call", default="-")


@contextmanager
def of_call(call_id: str) -> Iterator[None]:
    """What is logged inside, in this thread and in what it asks others to do, belongs to this call."""
    token = _call.set(call_id)
    try:
        yield
    finally:
        _call.reset(token)


def set_up() -> None:
    """Log to the standard error from now on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Masked(FORM))
    handler.addFilter(_told)
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def masked(text: str) -> str:
    """`text` without passwords, and of each number of a subscriber its last four digits."""
    folded = text.casefold()
    if any(mark in folded for mark in BEFORE_PASSWORDS):  # a search that costs a call more than its log line
        text = PASSWORD.sub("***", text)
    return NUMBER.sub(r"…\1", text)


class _Masked(logging.Formatter):
    """Masks the whole of a record, the text of its exception too."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def _told(record: logging.LogRecord) -> bool:
    record.call = _call.get()
    return True
