"""A new password for the caller in hand: the agent checks the passport digits, and the same rules hold as at
the keypad (`account_core.resets`). The digits are compared and never shown again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from account_core import (
    Card,
    PassportNeeded,
    ResetRefused,
    TooManyResets,
    VerificationFailed,
    Verified,
    Visit,
)
from ivr.desk.asking import Asking
from ivr.desk.scene import AgentScene


@dataclass
class Case:
    """How far it has come in one call, for one contract, with one agent."""

    contract: str
    verified: Verified | None = None
    told: tuple[str, dict[str, object]] | None = None
    """The text that says what happened last, and its values."""
    fault: bool = False
    over: bool = False
    """No more tries."""


def shown(asking: Asking, scene: AgentScene, card: Card) -> str:
    """The piece of the page: what can be done next."""
    if scene.call is None or scene.call.ringing:
        return ""
    case = _case(asking, scene.call.id, card.account.contract)
    key, values = case.told or ("", {})
    verified = case.verified
    return asking.render(
        "agent_password.html",
        step=_step(case, card, scene.call.number),
        how=verified.how if verified else "",
        ending=verified.ending if verified else "",
        told=asking.text(key, **values) if key else "",
        fault=case.fault,
    )


def verify(asking: Asking, visit: Visit, contract: str) -> None:
    """Check the digits that the caller told the agent."""
    case = _case(asking, visit.id, contract)
    resets = asking.desk.core.resets
    try:
        begun = resets.begin(contract, visit)
        if isinstance(begun, PassportNeeded):
            begun = resets.verify(begun, asking.form.get("digits", ""))
        case.verified, case.told, case.fault = begun, None, False
    except VerificationFailed as failed:
        case.told, case.fault = ("password/wrong", {"left": failed.tries_left}), True
    except ResetRefused:
        case.told, case.fault, case.over = ("password/too-many", {}), True, True


def send(asking: Asking, visit: Visit, contract: str) -> None:
    """Send a new password to the mobile on file; who calls from it has nothing more to prove."""
    case = _case(asking, visit.id, contract)
    if case.verified is None:
        case.verified = _own_number(asking, visit, contract)
    if case.verified is None:
        return
    try:
        asking.desk.core.resets.confirm(case.verified)
        case.told, case.fault, case.verified = ("password/sent", {}), False, None
    except TooManyResets:
        case.told, case.fault, case.over = ("password/too-many-resets", {}), True, True
        case.verified = None
    except ResetRefused:
        case.told, case.fault, case.verified = ("password/too-many", {}), True, None


def _own_number(asking: Asking, visit: Visit, contract: str) -> Verified | None:
    try:
        begun = asking.desk.core.resets.begin(contract, visit)
    except ResetRefused:
        return None
    return begun if isinstance(begun, Verified) else None


def _step(case: Case, card: Card, number: str | None) -> str:
    if card.closed:
        return "closed"
    if not card.account.mobile:
        return "no-mobile"
    if case.over:
        return "over"
    if case.verified:
        return "verified"
    return "own-number" if number == card.account.mobile else "ask"


def _case(asking: Asking, call_id: str, contract: str) -> Case:
    """The case of this call; another contract, or another agent, begins anew."""
    key = asking.who.agent.login, call_id, contract
    case = asking.desk.live.memory.cases.kept(key, lambda: Case(contract))
    return cast(Case, case)
