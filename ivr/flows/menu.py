"""The welcome and the main menu."""

from ivr.dialogue import OPERATOR, Call, Choice, Handover, Next
from ivr.flows import Services
from ivr.flows.balance import balance
from ivr.flows.password import password
from ivr.flows.recording import tell_of_recording

MAIN_MENU = Choice("main-menu", {"1": "balance", "2": "password", "0": OPERATOR, "9": "language"})
OTHER_LANGUAGE = {"ru": "en", "en": "ru"}


def welcome(call: Call, services: Services) -> Next:
    """Greet the caller, who hears first if the call is recorded."""
    tell_of_recording(call)
    call.say("welcome")
    return announcement


def announcement(call: Call, services: Services) -> Next:
    """Say what is announced to everybody now, if anything is."""
    if text := services.announced(call.language):
        call.say("announcement", text=text)
    return main_menu


def main_menu(call: Call, services: Services) -> Next:
    """Ask what the caller wants."""
    match call.ask(MAIN_MENU):
        case "balance":
            return balance
        case "password":
            return password
        case "language":
            call.language = OTHER_LANGUAGE[call.language]
            tell_of_recording(call)
            return announcement
        case "operator":
            return Handover("support", about="asked for a person")
        case _:
            return main_menu
