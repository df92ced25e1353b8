"""What a row of a subscribers' file must be, and what the rows do to the contracts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    and_,
    delete,
    insert,
    literal,
    or_,
    select,
    update,
)

from account_core.imports.fields import (
    CONTRACT,
    EMAIL,
    TEXT,
    contract,
    matching,
    roubles,
    text,
)
from account_core.imports.merge import Merged, indexes_rebuilt
from account_core.imports.rows import Row
from account_core.imports.staging import Staging
from account_core.imports.straight import Filling
from account_core.keys import Keys
from account_core.mobiles import RUSSIAN_MOBILE, e164
from account_core.money import parse_roubles
from account_core.outlived import void
from account_core.tables import Contract, Entry


class Subscribers:
    """Files of subscribers. Of a passport only the hash that `keys` makes goes any further."""

    name = "subscribers"
    columns = (
        "contract_number",
        "name",
        "mobile",
        "email",
        "language",
        "passport_last4",
        "balance",
        "tariff",
        "status",
    )
    same = "the same contract stands in the file before"

    def __init__(self, keys: Keys) -> None:
        self._hashed = keys.passport
        self.staged = _staged()

    def plain(self, separator: str) -> re.Pattern[str]:
        fields = (
            f"({CONTRACT})",
            f"({TEXT})",
            f"(?:{RUSSIAN_MOBILE})?",
            f"({EMAIL})?",
            "(ru|en)",
            "([0-9]{4})?",
            roubles(separator),
            f"({TEXT})",
            "(active|closed)",
        )
        return re.compile("^" + separator.join(fields) + r"\r?\n", re.MULTILINE)

    def rows(self, found: Sequence[Sequence[str]], first_line: int) -> list[Row]:
        hashed = self._hashed
        return [
            (
                line,
                number,
                holder,
                "+7" + mobile if mobile else None,
                email or None,
                language,
                hashed(number, last4) if last4 else None,
                tariff,
                status,
                int(r1 + r2 + (k1 or k2).ljust(2, "0")),
            )
            for line, (
                number,
                holder,
                mobile,
                email,
                language,
                last4,
                r1,
                k1,
                r2,
                k2,
                tariff,
                status,
            ) in enumerate(found, first_line)
        ]

    def row(self, line: int, fields: Sequence[str]) -> Row:
        number, holder, mobile, email, language, last4, balance, tariff, status = fields
        contract(number)
        last4 = matching("[0-9]{4}|", last4, "the passport's last digits are not four digits")
        return (
            line,
            number,
            text(holder, "the name"),
            e164(mobile) if mobile else None,
            matching(f"{EMAIL}|", email, "the e-mail is not one") or None,
            matching("ru|en", language.lower(), "the language is not ru or en"),
            self._hashed(number, last4) if last4 else None,
            text(tariff, "the tariff"),
            matching("active|closed", status.lower(), "the status is not active or closed"),
            parse_roubles(balance),
        )

    def filling(self, connection: Connection) -> Filling:
        return Filling(connection, self.staged.columns.keys()[1:])

    def impossible(self) -> list[tuple[str, Select[tuple[int]]]]:
        """Nothing in the tables stands against a subscriber."""
        return []

    def merge(self, connection: Connection, staging: Staging, today: dt.date) -> Merged:
        """Settle the contracts that are known, take them off, and open the rest."""
        changed = self._settle(connection, today)
        known = select(Contract.number).where(Contract.number == self.staged.c.number).exists()
        old = connection.execute(delete(self.staged).where(known)).rowcount
        added = staging.count - old
        self._open(connection, today, added, ordered=staging.in_order)
        return Merged(added, changed, old - changed)

    def _settle(self, connection: Connection, today: dt.date) -> int:
        staged = self.staged.c
        same = Contract.number == staged.number
        closed = and_(staged.status == "closed", Contract.status != "closed")
        moved = or_(Contract.mobile.is_distinct_from(staged.mobile), closed)
        void(connection, select(Contract.number).join(self.staged, same).where(moved))
        difference = staged.balance - Contract.balance
        correction = select(staged.number, literal("correction"), difference, literal(today)).where(
            same, difference != 0
        )
        connection.execute(insert(Entry).from_select(["contract", "kind", "amount", "day"], correction))
        new = {column.name: column for column in staged if column.name not in ("line", "number")}
        differs = or_(*(getattr(Contract, name).is_distinct_from(value) for name, value in new.items()))
        return connection.execute(update(Contract).values(new).where(and_(same, differs))).rowcount

    def _open(self, connection: Connection, today: dt.date, added: int, *, ordered: bool) -> None:
        staged = self.staged.c
        columns = [column for column in staged if column.name != "line"]
        new = select(*columns)
        with indexes_rebuilt(connection, Contract, added):
            new = new if ordered else new.order_by(staged.number)
            connection.execute(insert(Contract).from_select([column.name for column in columns], new))
        opening = select(staged.number, literal("opening"), staged.balance, literal(today)).where(
            staged.balance != 0
        )
        connection.execute(insert(Entry).from_select(["contract", "kind", "amount", "day"], opening))


def _staged() -> Table:
    return Table(
        "staged_subscribers",
        MetaData(),
        Column("line", Integer),
        Column("number", Text),
        Column("holder", Text),
        Column("mobile", Text),
        Column("email", Text),
        Column("language", Text),
        Column("passport", LargeBinary),
        Column("tariff", Text),
        Column("status", Text),
        Column("balance", BigInteger),
        prefixes=["TEMPORARY"],
    )
