"""The rows of passwords and of wrong ones, as resets and sign-in change them."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from account_core.password_tables import PasswordRow, WrongRow

LOGIN = "login"
"""The kind of stand-in under which wrong passwords are counted (`Keys.name`)."""


def keep(connection: Connection, contract: str, **values: object) -> None:
    """Change the passwords of `contract`. The caller has made sure to be alone with it."""
    changed = connection.execute(update(PasswordRow).where(PasswordRow.contract == contract).values(values))
    if not changed.rowcount:
        connection.execute(insert(PasswordRow), {"contract": contract, **values})


def wrong_in_a_row(connection: Connection, login: bytes) -> int:
    """Wrong passwords since the last right one or reset."""
    return connection.scalar(select(WrongRow.wrong).where(WrongRow.login == login)) or 0


def count_wrong(connection: Connection, login: bytes) -> None:
    """One more wrong password."""
    more = update(WrongRow).where(WrongRow.login == login).values(wrong=WrongRow.wrong + 1)
    if not connection.execute(more).rowcount:
        connection.execute(insert(WrongRow), {"login": login, "wrong": 1})


def forget_wrong(connection: Connection, login: bytes) -> None:
    """Begin to count anew."""
    connection.execute(delete(WrongRow).where(WrongRow.login == login))
