"""The table in docs/transfer.md is the one in the code. To renew it: `python -m tests.transfer.test_page`."""

from __future__ import annotations

from ivr.settings import HOME
from ivr.transfer.states import TABLE, Event, State

PAGE = HOME / "docs" / "transfer.md"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->"


def rendered() -> str:
    """The table as Markdown: a row an event, a column a state."""
    head = f"| | {' | '.join(State)} |\n|{' --- |' * (len(State) + 1)}\n"
    return head + "".join(
        f"| **{event}** | {' | '.join(_cell(s, event) for s in State)} |\n" for event in Event
    )


def _cell(state: State, event: Event) -> str:
    step = TABLE[state][event]
    if step is None:
        return "✗"
    done = "; ".join(step.actions)
    if step.to is state:
        return done or "·"
    return f"→ {step.to}" + (f": {done}" if done else "")


def test_the_page_shows_the_table_of_the_code() -> None:
    shown = PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
    assert shown == rendered()


if __name__ == "__main__":
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + rendered() + END + rest.partition(END)[2])
