"""What the desk remembers of calls while they go on, and no longer."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from ivr.desk.scene import RINGING, WITHOUT_CALL
from ivr.transfer.live import LiveAgent, LiveCall

MOST = 2000
"""Things of a kind that are remembered; the oldest are forgotten."""
T = TypeVar("T")


class Recent(Generic[T]):
    """The last `MOST` values by their keys."""

    def __init__(self) -> None:
        self._values: OrderedDict[object, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: object) -> T | None:
        """The value of `key`."""
        return self._values.get(key)

    def put(self, key: object, value: T) -> None:
        """Remember `value`."""
        with self._lock:
            self._values[key] = value
            if len(self._values) > MOST:
                self._values.popitem(last=False)

    def kept(self, key: object, make: Callable[[], T]) -> T:
        """The value of `key`, made where there is none."""
        with self._lock:
            found = self._values.get(key)
        if found is None:
            self.put(key, found := make())
        return found

    def drop(self, key: object) -> None:
        """Forget `key`."""
        with self._lock:
            self._values.pop(key, None)


class Memory:
    """Which contract an agent found for a call, which call an agent had last, which cards were shown."""

    def __init__(self) -> None:
        self._contracts: Recent[str] = Recent()
        self._last: Recent[str] = Recent()
        self._shown: Recent[bool] = Recent()
        self.cases: Recent[object] = Recent()
        """How far new passwords have come (`ivr.desk.passwords`)."""

    def look(self, agents: Iterable[LiveAgent], calls: Iterable[LiveCall]) -> None:
        """Note who has which call: of it, a wrap-up is to be written."""
        seats = {call.seat: call.id for call in calls}
        for agent in agents:
            busy = agent.state not in (*WITHOUT_CALL, *RINGING)
            if busy and agent.call and seats.get(agent.seat) == agent.call:
                self._last.put(agent.agent, agent.call)

    def contract(self, call: str) -> str | None:
        """The contract that an agent found for `call`."""
        return self._contracts.get(call)

    def found(self, call: str, contract: str) -> None:
        """An agent found the contract of `call`."""
        self._contracts.put(call, contract)

    def last_call(self, login: str) -> str | None:
        """The call of which `login` has not written a wrap-up yet."""
        return self._last.get(login)

    def forget_call(self, login: str) -> None:
        """The wrap-up is written."""
        self._last.drop(login)

    def first_look(self, login: str, call: str, contract: str) -> bool:
        """Whether this agent has not been shown this contract in this call before."""
        key = login, call, contract
        new = self._shown.get(key) is None
        self._shown.put(key, True)
        return new
