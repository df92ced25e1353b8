"""A new password for the personal account: a person helps."""

from ivr.dialogue import Call, Handover, Next
from ivr.flows import Services


def password(call: Call, services: Services) -> Next:
    """Tell the caller that a person helps with the password."""
    call.say("password/soon")
    return Handover("support", about="forgot the password")
