"""What a drawing of the call flow is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.dialogue import Question


@dataclass(frozen=True)
class Target:
    """Where a way leads."""

    kind: str
    """`flow`, `home`, `handover`, `goodbye`, or `unread`: an expression that the reader does not understand."""
    name: str = ""
    """The flow, the queue, or the expression."""
    about: str = ""
    """What the agent is told of a handover."""


@dataclass(frozen=True)
class Way:
    """One way out of a flow."""

    keys: tuple[str, ...]
    """Keys that choose it; `silence` and `number` stand among them for what is no key."""
    answer: str
    """The answer that they give; without keys, what else leads this way, such as the name of a refusal."""
    says: tuple[str, ...]
    """Prompts that are said on the way."""
    target: Target


@dataclass
class Flow:
    """One conversation."""

    name: str
    module: str
    about: str
    """The first line of its docstring."""
    role: str = ""
    """`entrance` when calls begin with it, `door` when every handover passes it."""
    says: list[str] = field(default_factory=list)
    """Prompts that it says on its way to its questions, or that refuse an answer."""
    questions: list[Question] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
