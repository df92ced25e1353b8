"""What can go wrong in a use case. Each error carries its facts, and no number that a caller keyed in."""

from __future__ import annotations

from pathlib import Path


class AccountError(Exception):
    """Base of every error that this library raises on purpose."""


class NoSuchContract(AccountError):
    """No open contract has that number. Unknown, closed and malformed numbers are alike to the caller."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"no such contract; {tries_left} more unknown numbers are allowed")
        self.tries_left = tries_left
        """How many more unknown numbers may be named before `TooManyUnknown`."""


class TooManyUnknown(AccountError):
    """Too many unknown numbers were named by one `call`, one `caller` or all `withheld` numbers (`who`)."""

    def __init__(self, who: str, allowed: int) -> None:
        super().__init__(f"{allowed} unknown contract numbers are the limit of one {who}")
        self.who, self.allowed = who, allowed


class StorageUnavailable(AccountError):
    """The database is away, locked, full or damaged. Nothing was changed; the same may work later."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database does not answer: {reason}")
        self.reason = reason


class StorageRefused(StorageUnavailable):
    """The database works and does not take what it was given: the same will not work later."""


class SchemaOutdated(AccountError):
    """The tables are not those that this program was written for."""

    def __init__(self, found: str | None, needed: str) -> None:
        advice = "update the program" if found and found > needed else "run `ivr db upgrade`"
        at = f"is at {found}" if found else "is empty"
        super().__init__(f"the database schema {at}, this program needs {needed}: {advice}")
        self.found, self.needed = found, needed


class BadDatabaseUrl(AccountError):
    """The address of the database cannot be used. No password is in the message."""


class BadMoney(AccountError, ValueError):
    """A text is not an amount of roubles."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not an amount of roubles: {text[:40]!r} (write 1234,50 or 1234.50)")
        self.text = text


class BadFile(AccountError):
    """A file is not what it should be. The message is one line for whoever made the file."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path}: {fault}")
        self.path, self.fault = path, fault
