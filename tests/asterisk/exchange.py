"""The one thread that sends and receives for every test telephone: each thing at its moment."""

from __future__ import annotations

import heapq
import itertools
import os
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import cache
from typing import TypeVar

T = TypeVar("T")


class Exchange:
    """Actions at moments, sockets to listen to, and orders from other threads."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._due: list[tuple[float, int, Callable[[float], object]]] = []
        self._order = itertools.count()
        self._orders: deque[Callable[[], None]] = deque()
        self._woken, self._wake = os.pipe()
        self._selector.register(self._woken, selectors.EVENT_READ, lambda: os.read(self._woken, 4096))
        threading.Thread(target=self._run, daemon=True, name="telephones").start()

    def do(self, order: Callable[[], T]) -> T:
        """Carry out `order` in the thread of the telephones; its answer, or what it raises."""
        done, answers, faults = threading.Event(), list[T](), list[BaseException]()

        def carry_out() -> None:
            try:
                answers.append(order())
            except BaseException as fault:
                faults.append(fault)
            done.set()

        self._orders.append(carry_out)
        os.write(self._wake, b"!")
        assert done.wait(10), "the thread of the telephones is stuck"
        if faults:
            raise faults[0]
        return answers[0]

    def later(self, at: float, action: Callable[[float], object]) -> None:
        """Carry out `action` at the moment `at`, which it is given."""
        heapq.heappush(self._due, (at, next(self._order), action))

    def listen(self, to: socket.socket, heard: Callable[[], object]) -> None:
        """Call `heard` whenever something has come."""
        self._selector.register(to, selectors.EVENT_READ, heard)

    def forget(self, each: socket.socket) -> None:
        """Close a socket that was listened to."""
        self._selector.unregister(each)
        each.close()

    def _run(self) -> None:
        while True:
            wait_s = self._due[0][0] - time.monotonic() if self._due else 1.0
            for key, _ in self._selector.select(max(wait_s, 0)):
                key.data()
            while self._orders:
                self._orders.popleft()()
            while self._due and self._due[0][0] <= time.monotonic():
                at, _, action = heapq.heappop(self._due)
                action(at)


@cache
def exchange() -> Exchange:
    """The exchange of this process."""
    return Exchange()
