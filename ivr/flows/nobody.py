"""What a caller hears who asked for a person when nobody answers."""

from ivr.dialogue import Call, Choice, Goodbye, Home, Next
from ivr.flows import Services

NOBODY = Choice("nobody", {"1": "menu", "2": "goodbye"}, silence_means="goodbye")


def nobody(call: Call, services: Services) -> Next:
    """Say when people answer, and offer the menu again."""
    hours = services.hours
    match call.ask(NOBODY, opens=hours.opens, closes=hours.closes):
        case "goodbye":
            call.say_last("goodbye")
            return Goodbye()
        case _:
            return Home()
