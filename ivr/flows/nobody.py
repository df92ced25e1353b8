"""What a caller hears who wants a person when nobody answers."""

from ivr.dialogue import Call, Choice, Goodbye, Handover, Home, Next
from ivr.flows import Services

INSTEAD = Choice("nobody/instead", {"1": "menu", "2": "goodbye"}, silence_means="goodbye")


def door(call: Call, services: Services, wanted: Handover) -> Next:
    """Let the caller through to a person in office hours; else say when people answer."""
    return wanted if services.hours.open_at(services.now()) else nobody


def nobody(call: Call, services: Services) -> Next:
    """Say why nobody answers, or when somebody will, and offer the menu again."""
    now = services.now()
    opening = None if services.hours.open_at(now) else services.hours.next_opening(now)
    if opening:
        call.say("nobody/closed", when=opening)
    else:
        call.say("nobody/busy")
    match call.ask(INSTEAD):
        case "goodbye":
            call.say_last("goodbye")
            return Goodbye()
        case _:
            return Home()
