"""What the caller thinks of the talk with a person."""

from contextlib import suppress
from functools import partial

from account_core import Ratings, StorageUnavailable
from ivr.dialogue import Call, Choice, Goodbye, Next, NoAnswer
from ivr.flows import Services

STARS = Choice("rating/stars", {key: key for key in "12345"}, tries=2, silence_means="none")


def rating(call: Call, services: Services) -> Next:
    """Ask for one key. Whoever gives none is let go, and nobody is sent back to a person for that."""
    if services.ratings:
        with suppress(NoAnswer, StorageUnavailable):
            _rate(call, services.ratings)
    call.say_last("goodbye")
    return Goodbye()


def _rate(call: Call, ratings: Ratings) -> None:
    stars = call.ask(STARS)
    if stars in STARS.options:
        call.listening(partial(ratings.rate, call.id, int(stars)))
