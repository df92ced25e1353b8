"""The balance of a contract: the caller's own, or the one that the caller names."""

from functools import partial

from account_core import Account, NoSuchContract, TooManyUnknown
from ivr.dialogue import BACK, OPERATOR, Call, Choice, Goodbye, Handover, Home, Next, Unsuitable
from ivr.flows import Services
from ivr.flows.contract import CONTRACT, SpokenContract

OFFER = Choice("balance/offer", {"1": "yes", "2": "other", "0": OPERATOR})
AFTERWARDS = Choice(
    "balance/afterwards",
    {"1": "again", "2": "other", "3": "goodbye", "0": OPERATOR},
    silence_means="goodbye",
)


def balance(call: Call, services: Services) -> Next:
    """Offer the balance of the contract that the calling number belongs to; else ask for a contract."""
    own = call.listening(partial(services.accounts.by_mobile, call.caller)) if call.caller else None
    if own is None:
        return of_named_contract
    match call.ask(OFFER, ending=own.contract[-4:]):
        case "yes":
            call.contract, call.verified = own.contract, "calling-number"
            return partial(tell, account=own)
        case "other":
            return of_named_contract
        case "operator":
            return Handover("support", about="asked for a person when offered the balance")
        case _:
            return Home()


def of_named_contract(call: Call, services: Services) -> Next:
    """Ask for the contract number and read its balance."""
    spoken = SpokenContract(call, services.accounts)

    def look_up(number: str) -> Account:
        try:
            return services.accounts.find(number, caller=call.caller, call_id=call.id)
        except NoSuchContract:
            raise Unsuitable("contract/unknown", heard=number) from None

    try:
        answer = call.ask(CONTRACT, look_up, spoken)
    except TooManyUnknown:
        call.say("contract/too-many")
        return Handover("support", about="named too many contract numbers that do not exist")
    if answer == BACK:
        return Home()
    if not isinstance(answer, Account):
        return Handover("support", about="asked for a person instead of a contract number")
    call.contract, call.verified = answer.contract, "contract-number"
    return partial(tell, account=answer)


def tell(call: Call, services: Services, account: Account) -> Next:
    """Read the balance, the tariff and the last payment, and ask what comes next."""
    if account.balance == 0:
        call.say("balance/zero")
    elif account.balance < 0:
        call.say("balance/debt", amount=-account.balance)
    else:
        call.say("balance/amount", amount=account.balance)
    call.say("balance/tariff", tariff=account.tariff)
    if account.last_payment:
        call.say("balance/last-payment", amount=account.last_payment.amount, date=account.last_payment.at)
    match call.ask(AFTERWARDS):
        case "again":
            return partial(tell, account=account)
        case "other":
            return of_named_contract
        case "operator":
            return Handover("support", about="after hearing the balance")
        case "goodbye":
            call.say_last("goodbye")
            return Goodbye()
        case _:
            return Home()
