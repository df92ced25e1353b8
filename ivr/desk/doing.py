"""What a button asks of the switch, and what the page says when nothing came of it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from ivr.desk.asking import Asking
from ivr.switch.manager import Refused, SwitchAway
from ivr.transfer.errors import NobodyThere, NotDone, SwitchedOff, Unconfirmed


def doing(act: Callable[[Asking], Response | None]) -> Callable[[Asking], Response]:
    """The answer to a button that does `act`."""

    def answer(asking: Asking) -> Response:
        try:
            return act(asking) or asking.done()
        except SwitchAway:
            return asking.refused("sorry/switch", 503)
        except NobodyThere:
            return asking.refused("sorry/nobody")
        except SwitchedOff:
            return asking.refused("sorry/switched-off", 403)
        except Unconfirmed:
            return asking.refused("sorry/unconfirmed", 504)
        except (NotDone, Refused):
            return asking.refused("sorry/state")

    return answer
