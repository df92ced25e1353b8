"""Why something was not done. Each says so in one line."""

from __future__ import annotations

from ivr.transfer.states import Event, State


class NotDone(Exception):
    """Nothing came of a command, and everybody is where they were, or where the picture shows them."""


class NotNow(NotDone):
    """The call is in a state in which that cannot be wanted."""

    def __init__(self, wish: Event | str, state: State | None) -> None:
        super().__init__(f"{wish} is not possible now ({state or 'no call'})")
        self.wish, self.state = wish, state


class NobodyThere(NotDone):
    """No agent, no seat and no queue has that name, or nobody can be reached there now."""

    def __init__(self, name: str) -> None:
        super().__init__(f"nobody can be reached as {name}")
        self.name = name


class SeatTaken(NotDone):
    """Another agent sits there."""

    def __init__(self, seat: str, agent: str) -> None:
        super().__init__(f"{agent} sits at {seat}")
        self.seat, self.agent = seat, agent


class SwitchedOff(NotDone):
    """The settings do not allow it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is switched off")


class Unconfirmed(NotDone):
    """Asterisk did not say in time that it was done; it may still be."""

    def __init__(self, what: str) -> None:
        super().__init__(f"not confirmed: {what}")
