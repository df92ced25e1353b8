"""What a row of a payments' file must be, and what the rows do to the ledger."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Date,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from account_core.imports.fields import CONTRACT, contract, matching, roubles
from account_core.imports.merge import Merged
from account_core.imports.rows import Row
from account_core.imports.staging import Staging
from account_core.imports.straight import Filling, NotStraight
from account_core.money import parse_roubles
from account_core.tables import Contract, Entry

NAME = r"[\w.:/#-]{1,100}"
ISO_DAY = 10
"""Characters of `2026-11-12`."""
EARLIEST = dt.date(2000, 1, 1)


class Payments:
    """Files of payments. A payment is known by its `payment_id` and entered once, however often it comes."""

    name = "payments"
    columns = ("payment_id", "contract_number", "amount", "paid_at")
    same = "the same payment_id stands in the file before"

    def __init__(self, today: dt.date) -> None:
        self._latest = today + dt.timedelta(days=1)  # a till east of here is a day ahead
        self.staged = Table(
            "staged_payments",
            MetaData(),
            Column("line", Integer),
            Column("payment_id", Text),
            Column("contract", Text),
            Column("amount", BigInteger),
            Column("day", Date),
            prefixes=["TEMPORARY"],
        )

    def plain(self, separator: str) -> re.Pattern[str]:
        fields = (f"({NAME})", f"({CONTRACT})", roubles(separator), "([0-9]{4}-[0-9]{2}-[0-9]{2})")
        return re.compile("^" + separator.join(fields) + r"\r?\n", re.MULTILINE)

    def rows(self, found: Sequence[Sequence[str]], first_line: int) -> list[Row]:
        return [
            (line, name, number, _above_zero(int(r1 + r2 + (k1 or k2).ljust(2, "0"))), self._day(day))
            for line, (name, number, r1, k1, r2, k2, day) in enumerate(found, first_line)
        ]

    def row(self, line: int, fields: Sequence[str]) -> Row:
        name, number, amount, paid_at = fields
        name = matching(
            NAME, name, "the payment_id is empty, too long or not made of letters, digits and .:/#_-"
        )
        return line, name, contract(number), _above_zero(parse_roubles(amount)), self._day(paid_at)

    def filling(self, connection: Connection) -> Filling:
        """A payment always has to be held against its contract."""
        raise NotStraight

    def impossible(self) -> list[tuple[str, Select[tuple[int]]]]:
        """Why, and in which lines, rows that are right by themselves cannot be entered."""
        staged = self.staged.c
        known = select(Contract.number).where(Contract.number == staged.contract)
        unknown = select(staged.line).where(~known.exists())
        other = or_(Entry.contract != staged.contract, Entry.amount != staged.amount, Entry.day != staged.day)
        used = select(staged.line).where(Entry.payment_id == staged.payment_id, other)
        return [
            ("there is no such contract", unknown),
            ("the payment_id belongs to another payment that was entered earlier", used),
        ]

    def merge(self, connection: Connection, staging: Staging, today: dt.date) -> Merged:
        """Take off the payments that are entered already, enter the rest, and add them to the balances."""
        staged = self.staged.c
        entered = select(Entry.payment_id).where(Entry.payment_id.is_not(None))
        old = connection.execute(delete(self.staged).where(staged.payment_id.in_(entered))).rowcount
        new = select(staged.contract, literal("payment"), staged.amount, staged.day, staged.payment_id)
        into = ["contract", "kind", "amount", "day", "payment_id"]
        connection.execute(insert(Entry).from_select(into, new.order_by(staged.line)))
        sums = (
            select(staged.contract, func.sum(staged.amount).label("paid")).group_by(staged.contract).subquery()
        )
        more = {"balance": Contract.balance + cast(sums.c.paid, BigInteger)}
        connection.execute(update(Contract).values(more).where(Contract.number == sums.c.contract))
        return Merged(staging.count - old, 0, old)

    def _day(self, text: str) -> str:
        """The day of `2026-11-12`, `2026-11-12T10:30:00+03:00` or `12.11.2026`, as ISO 8601."""
        try:
            if re.fullmatch(r"[0-9]{2}\.[0-9]{2}\.[0-9]{4}", text):
                text = f"{text[6:]}-{text[3:5]}-{text[:2]}"
            day = (
                dt.date.fromisoformat(text) if len(text) == ISO_DAY else dt.datetime.fromisoformat(text).date()
            )
        except ValueError:
            raise ValueError("paid_at is not a day (write 2026-11-12)") from None
        if not EARLIEST <= day <= self._latest:
            raise ValueError("paid_at is in the future, or before 2000")
        return day.isoformat()


def _above_zero(amount: int) -> int:
    if amount <= 0:
        raise ValueError("the amount is not above zero")
    return amount
