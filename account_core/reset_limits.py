"""How often a new password may be asked for, and how often the proof may be guessed.

Counted alike for contracts that exist and for numbers that are none, in the transaction that decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, ScalarSelect, delete, func, insert, or_, select

from account_core.alone import alone
from account_core.clocks import AHEAD_S
from account_core.errors import AccountError
from account_core.password_tables import TryRow
from account_core.visits import Visit

DAY_S = 24 * 3600


@dataclass(frozen=True)
class ResetLimits:
    """What is allowed in 24 hours, unless another unit is named."""

    resets_a_contract: int = 3
    passports_a_contract: int = 5
    """Tries at the passport digits of one contract, right ones too."""
    passports_a_call: int = 3
    """Tries at passport digits in one call."""
    contracts_a_caller: int = 10
    """Different contract numbers that one calling number may name."""
    contracts_withheld: int = 200
    """The same for all callers together whose number is withheld."""


STANDARD = ResetLimits()


class ResetRefused(AccountError):
    """No new password. Before a caller is verified, all of these must sound alike."""

    told = "refused"
    """For the audit trail."""


class VerificationFailed(ResetRefused):
    """Wrong digits, or no such contract, or one that cannot have a new password: nobody is told which."""

    told = "not verified"

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"not verified; {tries_left} more tries")
        self.tries_left = tries_left
        """In this call, for this contract."""


class TooManyTries(ResetRefused):
    """No more tries at passport digits in this `call`, or today for this `contract` (`who`)."""

    def __init__(self, who: str, allowed: int) -> None:
        super().__init__(f"{allowed} tries at passport digits are the limit of one {who}")
        self.who, self.allowed, self.told = who, allowed, f"refused: too many tries of one {who}"


class TooManyContracts(ResetRefused):
    """The calling number has named too many different contracts today."""

    told = "refused: too many contracts of one calling number"

    def __init__(self, allowed: int) -> None:
        super().__init__(f"{allowed} contracts are the limit of one calling number")
        self.allowed = allowed


class TooManyResets(ResetRefused):
    """The contract has had its new passwords for today."""

    told = "refused: too many new passwords"

    def __init__(self, allowed: int, again_in_s: int) -> None:
        super().__init__(f"{allowed} new passwords a day are the limit of one contract")
        self.allowed, self.again_in_s = allowed, again_in_s


@dataclass(frozen=True)
class Asked:
    """Who asked, about what, when."""

    named: bytes
    """A stand-in for the contract number."""
    visit: Visit
    now: int
    """Seconds since 1970."""

    def alone(self, connection: Connection) -> None:
        """Let nobody else count for the same contract, call or calling number until the transaction ends."""
        alone(connection, self.named.hex(), f"caller {self.visit.number}", f"call {self.visit.key}")

    @property
    def today(self) -> ColumnElement[bool]:
        """A try of the last 24 hours."""
        return TryRow.at.between(self.now - DAY_S + 1, self.now + AHEAD_S)

    def note(self, connection: Connection, kind: str) -> None:
        """Count one more, and forget what is too old to count."""
        over = or_(TryRow.at <= self.now - DAY_S, TryRow.at > self.now + AHEAD_S)
        some = select(TryRow.id).where(over).limit(100).with_for_update(skip_locked=True)
        connection.execute(delete(TryRow).where(TryRow.id.in_(some)))
        row = {"kind": kind, "named": self.named, "caller": self.visit.number, "call_id": self.visit.key}
        connection.execute(insert(TryRow), {**row, "at": self.now})

    def counted(self, kind: str, which: ColumnElement[bool]) -> ScalarSelect[int]:
        """How many there were of `kind` in the last 24 hours."""
        counted = select(func.count()).where(TryRow.kind == kind, self.today, which)
        return counted.scalar_subquery()


def count_contract(connection: Connection, asked: Asked, limits: ResetLimits) -> TooManyContracts | None:
    """Count that the caller named a contract, or refuse it; one that he named before is nothing new."""
    mine = (TryRow.kind == "contract", TryRow.caller == asked.visit.number, asked.today)
    named = set(connection.scalars(select(TryRow.named).where(*mine).distinct()))
    allowed = limits.contracts_a_caller if asked.visit.number else limits.contracts_withheld
    if asked.named not in named and len(named) >= allowed:
        return TooManyContracts(allowed)
    asked.note(connection, "contract")
    return None


def count_passport(connection: Connection, asked: Asked, limits: ResetLimits) -> TooManyTries | int:
    """Count one try at the passport digits, or refuse it; how many the caller has left after it."""
    in_call = asked.counted("passport", TryRow.call_id == asked.visit.key)
    of_contract = asked.counted("passport", TryRow.named == asked.named)
    in_call_left, left = connection.execute(
        select(limits.passports_a_call - in_call, limits.passports_a_contract - of_contract)
    ).one()
    if in_call_left <= 0:
        return TooManyTries("call", limits.passports_a_call)
    if left <= 0:
        return TooManyTries("contract", limits.passports_a_contract)
    asked.note(connection, "passport")
    return min(in_call_left, left) - 1


def count_reset(connection: Connection, asked: Asked, limits: ResetLimits) -> TooManyResets | None:
    """Count one new password, or refuse it."""
    done = (TryRow.kind == "reset", TryRow.named == asked.named, asked.today)
    times = sorted(connection.scalars(select(TryRow.at).where(*done)))
    if len(times) >= limits.resets_a_contract:
        over = times[len(times) - limits.resets_a_contract] + DAY_S
        return TooManyResets(limits.resets_a_contract, over - asked.now)
    asked.note(connection, "reset")
    return None
