"""A gateway that answers as a test tells it to."""

from __future__ import annotations

from collections import deque

from account_core import Accepted, Message


class Scripted:
    """Takes every message, unless `answers` has an answer left; an exception there is raised."""

    name = "scripted"

    def __init__(self) -> None:
        self.answers: deque[Accepted | Exception] = deque()
        self.asked: list[Message] = []
        """All that it was asked to send, taken or not."""

    def send(self, message: Message) -> Accepted:
        self.asked.append(message)
        answer = self.answers.popleft() if self.answers else Accepted(f"id-{len(self.asked)}")
        if isinstance(answer, Exception):
            raise answer
        return answer
