"""Being called back instead of waiting: the wish, and the call that fulfils it."""

from functools import partial

from account_core import Callbacks, CallbackStory, Event, Wish
from ivr.dialogue import Call, Choice, Goodbye, Handover, Home, Next, NoAnswer, Stay
from ivr.flows import Services
from ivr.flows.recording import tell_of_recording

CONFIRM = Choice("callback/confirm", {"1": "yes", "2": "no"}, tries=2, silence_means="no")
READY = Choice("callback/ready", {"1": "yes", "2": "no"}, tries=2, silence_means="nobody", keyed=True)
EVENTS = {"yes": Event.ANSWERED, "no": Event.REFUSED}
"""What the answer of somebody who was called back means; any other is a mailbox's."""


def possible(call: Call, services: Services) -> Callbacks | None:
    """The wishes, if this caller can be called back: callbacks are on, and the number is known and ordinary."""
    return services.callbacks if services.callbacks and services.callbacks.possible(call.caller) else None


def from_the_queue(call: Call, services: Services) -> Next:
    """A caller in the queue pressed the key: whoever does not confirm goes on waiting in the same place."""
    if confirmed(call, services):
        return promised
    call.say("callback/stay")
    return Stay()


def instead_of_nobody(call: Call, services: Services) -> Next:
    """A caller for whom nobody is there wants to be called back."""
    return promised if confirmed(call, services) else Home()


def confirmed(call: Call, services: Services) -> bool:
    """Read back whom we would call; keep the wish if the caller confirms it."""
    callbacks, number = possible(call, services), call.caller
    if callbacks is None or number is None:
        return False
    try:
        answer = call.ask(CONFIRM, ending=number[-4:])
    except NoAnswer:
        return False  # nobody is put through to a person for keys that mean nothing
    if answer != "yes":
        return False
    story = CallbackStory(call.language, call.contract, call.verified, call.about, call.path)
    call.listening(partial(callbacks.ask, number, story, call.since))
    return True


def promised(call: Call, services: Services) -> Next:
    """The wish is kept."""
    call.say_last("callback/promised")
    return Goodbye()


def called(call: Call, services: Services) -> Next:
    """We have called back: say who calls and why. Only a person presses a key, a mailbox does not."""
    if services.callbacks is None:
        return Goodbye()
    tell_of_recording(call)
    call.say("callback/hello")
    try:
        event = EVENTS.get(call.ask(READY), Event.MISSED)
    except NoAnswer:
        event = Event.MISSED
    state = call.listening(partial(services.callbacks.tell, call.id, event, "nobody pressed a key"))
    if state == Wish.TALKING:
        return Handover("support", about=call.about)
    call.say_last("goodbye")
    return Goodbye()
