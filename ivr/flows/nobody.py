"""What a caller hears who wants a person when nobody answers."""

from ivr.dialogue import Call, Choice, Goodbye, Handover, Home, Next
from ivr.flows import Services
from ivr.flows.callback import instead_of_nobody, possible

INSTEAD = Choice("nobody/instead", {"1": "menu", "2": "goodbye"}, silence_means="goodbye")
OR_CALLED = Choice("nobody/or-called", {"1": "menu", "2": "goodbye", "3": "callback"}, silence_means="goodbye")


def door(call: Call, services: Services, wanted: Handover) -> Next:
    """Let the caller through to a person in office hours; else say when people answer."""
    if services.hours.open_at(services.now()):
        return wanted
    call.about = wanted.about
    return nobody


def nobody(call: Call, services: Services) -> Next:
    """Say why nobody answers, or when somebody will, and offer the menu again, or to be called back."""
    now = services.now()
    opening = None if services.hours.open_at(now) else services.hours.next_opening(now)
    if opening:
        call.say("nobody/closed", when=opening)
    else:
        call.say("nobody/busy")
    return or_called if possible(call, services) else instead


def instead(call: Call, services: Services) -> Next:
    """Offer the menu again."""
    match call.ask(INSTEAD):
        case "goodbye":
            call.say_last("goodbye")
            return Goodbye()
        case _:
            return Home()


def or_called(call: Call, services: Services) -> Next:
    """Offer the menu again, or to be called back."""
    match call.ask(OR_CALLED):
        case "goodbye":
            call.say_last("goodbye")
            return Goodbye()
        case "callback":
            return instead_of_nobody
        case _:
            return Home()
