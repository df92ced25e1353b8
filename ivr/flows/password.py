"""A new password for the personal account, sent to the mobile on file and nowhere else.

Whether a contract exists is nobody's business before the caller is verified: each refusal sounds the same.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from account_core import (
    PassportNeeded,
    ResetRefused,
    State,
    TooManyUnknown,
    VerificationFailed,
    Verified,
    Visit,
)
from ivr.dialogue import BACK, OPERATOR, Call, Choice, Digits, Goodbye, Handover, Home, Next, Unsuitable
from ivr.flows import Services
from ivr.flows.contract import CONTRACT, SpokenContract

OFFER = Choice("password/offer", {"1": "yes", "2": "other", "0": OPERATOR})
PASSPORT = Digits("password/passport", length=4, short="password/passport-short", secret=True)
CONFIRM = Choice("password/confirm", {"1": "send", "2": "no", "0": OPERATOR}, weighty=True)
AFTERWARDS = Choice(
    "password/afterwards",
    {"1": "arrived?", "2": "again", "3": "goodbye", "0": OPERATOR},
    silence_means="goodbye",
)
REPORTS = {
    State.QUEUED: "password/waiting",
    State.SENDING: "password/waiting",
    State.SENT: "password/taken",
    State.DELIVERED: "password/delivered",
}
"""What a caller hears of a message in each state; of every other state that it was not delivered."""

HOUR = dt.timedelta(hours=1)


def password(call: Call, services: Services) -> Next:
    """Offer a new password for the contract that the calling number belongs to; else ask for a contract."""
    call.say("password/intro")
    own = call.listening(partial(services.resets.own, _visit(call)))
    if own is None:
        return of_named_contract
    match call.ask(OFFER, ending=own.contract[-4:]):
        case "yes":
            return partial(confirm, case=own)
        case "other":
            return of_named_contract
        case "operator":
            return Handover("support", about="asked for a person about the password")
        case _:
            return Home()


def of_named_contract(call: Call, services: Services) -> Next:
    """Ask for the contract number and, where the calling number proves nothing, for the passport digits."""
    try:
        answer = call.ask(CONTRACT, str, SpokenContract(call, services.accounts, secret=True))
    except TooManyUnknown:
        return _not_now(call, "named too many contract numbers that do not exist")
    if answer == BACK:
        return Home()
    if answer == OPERATOR:
        return Handover("support", about="asked for a person about the password")
    try:
        case = call.listening(partial(services.resets.begin, answer, _visit(call)))
        if isinstance(case, PassportNeeded):
            return partial(verify, case=case)
    except ResetRefused:
        return _not_now(call, "may not ask for a password now")
    return partial(confirm, case=case)


def verify(call: Call, services: Services, case: PassportNeeded) -> Next:
    """Ask for the passport digits until they are right or no more tries are left."""

    def check(digits: str) -> Verified:
        try:
            return services.resets.verify(case, digits)
        except VerificationFailed:
            raise Unsuitable("password/refused") from None

    try:
        answer = call.ask(PASSPORT, check)
    except ResetRefused:
        return _not_now(call, "was not verified for a new password")
    if isinstance(answer, Verified):
        return partial(confirm, case=answer)
    if answer == OPERATOR:
        return Handover("support", about="asked for a person instead of the passport digits")
    return of_named_contract


def confirm(call: Call, services: Services, case: Verified) -> Next:
    """Say where the password would go, and send it if the caller agrees."""
    call.contract, call.verified = case.contract, case.how
    match call.ask(CONFIRM, ending=case.ending):
        case "send":
            return partial(send, case=case)
        case "operator":
            return Handover("support", about="asked for a person before a password was sent")
        case _:
            return Home()


def send(call: Call, services: Services, case: Verified) -> Next:
    """Send a new password."""
    try:
        promise = call.listening(partial(services.resets.confirm, case))
    except ResetRefused as refusal:
        return _not_now(call, f"got no new password: {refusal.told}")
    call.path.append("a new password is on its way")
    valid = round((promise.valid_until - dt.datetime.now(dt.UTC)) / HOUR)
    call.say("password/sent", valid=valid)
    return partial(afterwards, case=case)


def afterwards(call: Call, services: Services, case: Verified) -> Next:
    """Ask what comes next: the fate of the message, another one, a person."""
    match call.ask(AFTERWARDS):
        case "arrived?":
            message = call.listening(partial(services.resets.last, case))
            call.say(REPORTS.get(message.state, "password/undelivered") if message else "password/waiting")
            return partial(afterwards, case=case)
        case "again":
            return partial(send, case=case)
        case "operator":
            return Handover("support", about="a new password was sent and did not help")
        case "goodbye":
            call.say_last("goodbye")
            return Goodbye()
        case _:
            return Home()


def _visit(call: Call) -> Visit:
    return Visit("voice", call.id, call.caller)


def _not_now(call: Call, about: str) -> Handover:
    call.say_last("password/not-now")
    return Handover("support", about=about)
