"""What a caller may learn about a contract, and how often he may guess."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from account_core import lookup
from account_core.alone import alone
from account_core.audit import Audit
from account_core.clocks import AHEAD_S
from account_core.database import Database
from account_core.errors import NoSuchContract, StorageUnavailable, TooManyUnknown
from account_core.lookup import Account
from account_core.plain import plain
from account_core.prepared import Prepared
from account_core.tables import Unknown

DAY_S = 24 * 3600
MOST_REMEMBERED = 10_000
"""Callers who named an unknown number while nothing could be counted: they are told nothing until it can."""
CONTRACT_NUMBER = re.compile("[0-9]{11}")


@dataclass(frozen=True)
class Limits:
    """How many unknown contract numbers may be named before nothing more is looked up."""

    unknown_a_call: int = 3
    unknown_a_day: int = 10
    """By one calling number in 24 hours."""
    unknown_a_day_withheld: int = 200
    """By all calls together whose number is withheld, in 24 hours."""


class Accounts:
    """Look-ups of contracts. Every method may raise `StorageUnavailable`."""

    def __init__(self, database: Database, limits: Limits = Limits()) -> None:
        self._database, self._limits = database, limits
        self._by_number = Prepared(database, lookup.by_number())
        self._among = Prepared(database, lookup.among())
        self._by_mobile = Prepared(database, lookup.by_mobile())
        self._uncounted = set[str]()
        self._asking, self._lock = Counter[str](), threading.Lock()

    def find(self, number: str, *, caller: str | None, call_id: str) -> Account:
        """The open contract `number`, asked for in the call `call_id` by `caller` (None: number withheld).

        Raises `NoSuchContract` for an unknown, a closed and a malformed number alike. Raises `TooManyUnknown`,
        for an existing number too, once the call or its calling number has named too many of those.
        """
        asked = _Asking(plain(call_id), plain(caller or ""), int(time.time()))
        wanted = number if CONTRACT_NUMBER.fullmatch(number) else ""
        with self._beside(asked.caller) as others:
            (row,) = self._by_number.rows(number=wanted, **asked.values())
            self._refuse_if_over(asked, row[0], row[1])
            if row[2] is None:
                raise self._count_unknown(asked)
            self._let_be_told(asked, row[0] + row[1] + others)
        return lookup.account(row[2:])

    def among(self, heard: Sequence[str], *, caller: str | None, call_id: str) -> str:
        """The open contract that a caller means who spoke: of the ways to hear it, the likeliest that exists.

        `heard` has the likeliest first; more than `AT_MOST_OFFERED` are not looked at. The contract that
        `caller` belongs to goes before the others. What a caller may learn is bounded as if he keyed: it counts
        as an unknown number when none exists (then raises `NoSuchContract`), and also when one was picked
        that was not the likeliest, for then the contracts have told something that the caller did not say.
        Raises `TooManyUnknown` as `find` does.
        """
        asked = _Asking(plain(call_id), plain(caller or ""), int(time.time()))
        wanted = [number for number in heard if CONTRACT_NUMBER.fullmatch(number)][: len(lookup.OFFERED)]
        padded = wanted + [""] * (len(lookup.OFFERED) - len(wanted))
        offered = dict(zip(lookup.OFFERED, padded, strict=True))
        with self._beside(asked.caller) as others:
            return self._picked(asked, wanted, self._among.rows(**offered, **asked.values()), others)

    def _picked(self, asked: _Asking, wanted: list[str], rows: Sequence[Sequence[Any]], others: int) -> str:
        self._refuse_if_over(asked, rows[0][0], rows[0][1])
        mobiles: dict[str, str | None] = {row[2]: row[3] for row in rows if row[2] is not None}
        if not mobiles:
            raise self._count_unknown(asked)
        own = [number for number, mobile in mobiles.items() if asked.caller and mobile == asked.caller]
        picked = min(own or mobiles, key=wanted.index)
        if picked != wanted[0] and picked not in own:
            self._count_unknown(asked)
        else:
            self._let_be_told(asked, rows[0][0] + rows[0][1] + others)
        return picked

    def denied(self, *, caller: str | None, call_id: str) -> None:
        """Count that a caller who spoke says of the contract read back that it is another one.

        Raises `TooManyUnknown` when that was one too many.
        """
        self._count_unknown(_Asking(plain(call_id), plain(caller or ""), int(time.time())))

    def by_mobile(self, mobile_e164: str) -> Account | None:
        """The open contract with that mobile, if there is exactly one."""
        rows = self._by_mobile.rows(mobile=plain(mobile_e164))
        return lookup.account(rows[0]) if len(rows) == 1 else None

    @contextmanager
    def _beside(self, caller: str) -> Iterator[int]:
        """How many others ask here for the same caller right now: what they name may not be counted yet."""
        with self._lock:
            others = self._asking[caller]
            self._asking[caller] += 1
        try:
            yield others
        finally:
            with self._lock:
                self._asking[caller] -= 1
                if not self._asking[caller]:
                    del self._asking[caller]

    def _let_be_told(self, asked: _Asking, unknown: int) -> None:
        """Hold a hit of somebody with `unknown` numbers today against those that are being counted right now.

        It takes its place among them: as one more, which is taken back. Where nothing can be counted nothing
        is told, or whoever keeps the counter busy could guess on. Most callers have named no unknown number,
        and are answered after one look.
        """
        if unknown or asked.who in self._uncounted:
            with self._counting(asked) as connection:
                _, mine = self._one_more(connection, asked)
                connection.execute(delete(Unknown).where(Unknown.id == mine))

    def _count_unknown(self, asked: _Asking) -> NoSuchContract:
        with self._counting(asked) as connection:
            left, _ = self._one_more(connection, asked)
            if not left:
                Audit.note(connection, "limit of unknown numbers", caller=asked.caller, call=asked.call_id)
        return NoSuchContract(tries_left=left)

    @contextmanager
    def _counting(self, asked: _Asking) -> Iterator[Connection]:
        """A transaction that is alone with the counts of the caller. That it failed is remembered."""
        try:
            with self._database.writing() as connection:
                alone(connection, f"caller {asked.caller}", f"call {asked.call_id}")
                yield connection
        except StorageUnavailable:
            if len(self._uncounted) < MOST_REMEMBERED:
                self._uncounted.add(asked.who)
            raise
        self._uncounted.discard(asked.who)

    def _one_more(self, connection: Connection, asked: _Asking) -> tuple[int, int]:
        """Count one more unknown number: how many are left after it, and its row. Raises `TooManyUnknown`."""
        in_call, by_caller = connection.execute(_COUNTS, asked.values()).one()
        self._refuse_if_over(asked, in_call, by_caller)
        over = or_(Unknown.at <= asked.now - DAY_S, Unknown.at > asked.now + AHEAD_S)
        connection.execute(delete(Unknown).where(over))
        row = {"call_id": asked.call_id, "caller": asked.caller, "at": asked.now}
        mine = connection.execute(insert(Unknown), row).inserted_primary_key
        left = min(self._limits.unknown_a_call - in_call, self._a_day(asked) - by_caller) - 1
        return left, mine[0] if mine else 0

    def _refuse_if_over(self, asked: _Asking, in_call: int, by_caller: int) -> None:
        if in_call >= self._limits.unknown_a_call:
            raise TooManyUnknown("call", self._limits.unknown_a_call)
        if by_caller >= self._a_day(asked):
            raise TooManyUnknown("caller" if asked.caller else "withheld", self._a_day(asked))

    def _a_day(self, asked: _Asking) -> int:
        return self._limits.unknown_a_day if asked.caller else self._limits.unknown_a_day_withheld


_COUNTS = select(lookup.unknown_in_call, lookup.unknown_by_caller)


@dataclass(frozen=True)
class _Asking:
    """Who asks, and when."""

    call_id: str
    caller: str
    """Empty when withheld."""
    now: int
    """Seconds since 1970."""

    def values(self) -> dict[str, object]:
        when = {"since": self.now - DAY_S, "until": self.now + AHEAD_S}
        return {"call_id": self.call_id, "caller": self.caller, **when}

    @property
    def who(self) -> str:
        """Whose tries these are: the caller's, or those of a call without a number."""
        return self.caller or self.call_id
