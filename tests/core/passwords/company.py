"""A company with the contracts that a thief would like to tell apart, and telephones to call it from."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable

from sqlalchemy import insert

from account_core import (
    Channel,
    Database,
    Keys,
    MessageDesk,
    Outbox,
    PassportNeeded,
    PasswordPolicy,
    Passwords,
    ResetLimits,
    ResetRefused,
    Resets,
    Sender,
    SignIns,
    Verified,
    Visit,
)
from account_core.password_tables import PasswordRow
from account_core.reset_limits import STANDARD
from account_core.tables import Contract
from tests.core.messages.gateways import Scripted

OWN, OWN_MOBILE, OWN_EMAIL = "77012345678", "+79161234567", "anna@example.org"
CLOSED, WITHOUT_MOBILE, WITHOUT_PASSPORT, UNKNOWN = "77000000001", "77000000002", "77000000003", "77099999999"
STRANGER = "+79990009900"
NOT_TO_BE_HAD = [
    UNKNOWN,
    CLOSED,
    WITHOUT_MOBILE,
    WITHOUT_PASSPORT,
    "",
    "7701234567",
    "' OR 1=1 --",
    "\0",
    "\udcff",
]
"""What is no contract that a password is sent for; nobody may tell these apart."""
HOUR_S = 3600
LAST4, WRONG4 = "9731", "9730"
QUICK = PasswordPolicy(memory_kib=8, rounds=1)
"""Rules of today, hashes for tests only."""


class Company:
    """The use cases over one database, with a gateway that hands its messages to the test."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], float],
        policy: PasswordPolicy = QUICK,
        limits: ResetLimits = STANDARD,
    ) -> None:
        self.database, self.clock = database, clock
        self.keys = Keys(b"a key for tests only, 32 bytes or more")
        self.passwords = Passwords(self.keys, policy)
        self.outbox = Outbox(database, self.keys, clock=clock)
        self.desk = MessageDesk(database, self.keys, clock)
        self.resets = Resets(database, self.keys, self.passwords, self.outbox, limits, clock)
        self.door = SignIns(database, self.keys, self.passwords, clock)
        self.gateway = Scripted()
        self._senders = [Sender(self.outbox, channel, self.gateway) for channel in Channel]
        self._calls = itertools.count()

    def open_contracts(self) -> None:
        """The contracts that the tests talk of; the passport digits of all are `LAST4`."""
        self.add(OWN, mobile=OWN_MOBILE, email=OWN_EMAIL)
        self.add(CLOSED, mobile="+79160000001", status="closed")
        self.add(WITHOUT_MOBILE, mobile=None)
        self.add(WITHOUT_PASSPORT, mobile="+79160000003", passport=None)

    def add(self, *numbers: str, **differences: object) -> None:
        """Open contracts; what is not said is that of an ordinary one."""
        ordinary = {"holder": "Иванова", "mobile": None, "email": None, "language": "ru"}
        ordinary |= {"tariff": "Простой", "status": "active", "balance": 0}
        rows = [
            {"number": number, "passport": self.keys.passport(number, LAST4), **ordinary, **differences}
            for number in numbers
        ]
        with self.database.writing() as connection:
            connection.execute(insert(Contract), rows)

    def give_passwords(self, contracts: list[str], permanent: str, temporary: str | None = None) -> None:
        """Write hashes as they are: for tests with many accounts."""
        until = dt.datetime.fromtimestamp(self.clock(), dt.UTC) + dt.timedelta(days=1) if temporary else None
        rows = {"permanent": permanent, "temporary": temporary, "temporary_until": until}
        with self.database.writing() as connection:
            connection.execute(insert(PasswordRow), [{"contract": one, **rows} for one in contracts])

    def visit(self, caller: str | None = STRANGER, call: str | None = None) -> Visit:
        """A new call, or `call` again."""
        return Visit("voice", call or f"call-{next(self._calls)}", caller)

    def verified(self, contract: str = OWN, caller: str | None = STRANGER) -> Verified:
        """The case of a caller who proved to be the holder of `contract`."""
        case = self.resets.begin(contract, self.visit(caller))
        return self.resets.verify(case, LAST4) if isinstance(case, PassportNeeded) else case

    def reset(self, contract: str = OWN, caller: str | None = OWN_MOBILE) -> str:
        """Ask for a new password and have it sent: the password, as the SMS tells it."""
        self.resets.confirm(self.verified(contract, caller))
        return self.sms()[-1]

    def sms(self) -> list[str]:
        """The passwords that arrived by SMS so far."""
        self.send()
        texts = [message.text for message in self.gateway.asked if message.channel == Channel.SMS]
        return [found[0] for text in texts if (found := re.search("[A-Za-z0-9]{10}", text))]

    def send(self) -> None:
        """Send what is due."""
        for sender in self._senders:
            while sender.send_one():
                pass


def heard(company: Company, contract: str, digits: str, call: str | None = None) -> str:
    """What a caller from another phone learns by naming `contract` and `digits`, all of it, in one line."""
    try:
        case = company.resets.begin(contract, company.visit(STRANGER, call))
        assert isinstance(case, PassportNeeded)
        return f"ends in {company.resets.verify(case, digits).ending}"
    except ResetRefused as refusal:
        return f"{type(refusal).__name__} {refusal}"
