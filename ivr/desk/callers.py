"""What callers asked for and what they thought: open wishes to be called back, and the ratings of the day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup
from starlette.responses import Response
from starlette.routing import Route

from account_core import Callback, Callbacks, Wish
from ivr.desk.asking import Asking, for_supervisors


@dataclass(frozen=True)
class Asked:
    """An open wish as the page shows it."""

    id: int
    ending: str
    """The last digits of the number."""
    since: dt.datetime
    """When the caller began to wait."""
    state: Wish
    tries: int
    due_at: dt.datetime | None
    """Before that it is not called; None: as soon as it is its turn, or it is being called."""
    contract: str | None


def routes() -> list[Route]:
    """The page, and its button."""
    return [
        for_supervisors("/callers", page),
        for_supervisors("/callers/take-back", take_back, "POST"),
    ]


def page(asking: Asking) -> Response:
    """The page."""
    return asking.page("callers.html", regions=regions(asking))


def regions(asking: Asking) -> dict[str, Markup]:
    """The parts of it, which change by themselves."""
    desk = asking.desk
    names = {agent.login: agent.name for agent in desk.core.agents.list()}
    callbacks, settings = desk.core.callbacks, desk.settings
    shown = {
        "wishes": asking.render(
            "callers_wishes.html",
            wishes=waiting(callbacks),
            most=callbacks.rules.tries,
            calls=bool(settings.callback_dial),
        ),
        "ratings": asking.render("callers_ratings.html", rows=rated(asking, names), day=desk.today.figures()),
    }
    return {region: Markup(html) for region, html in shown.items()}  # noqa: S704 - rendered with autoescape


def take_back(asking: Asking) -> Response:
    """Nobody calls for that wish any more."""
    number = asking.form.get("wish", "")
    id = int(number) if number.isdecimal() and len(number) < 19 else 0
    if not asking.desk.core.callbacks.take_back(id, by=asking.who.agent.login):
        return asking.refused("sorry/no-wish")
    asking.desk.live.changed()
    return asking.done("/callers")


def asked(wish: Callback) -> Asked:
    """`wish` as the page shows it."""
    since = dt.datetime.fromtimestamp(wish.since / 10, dt.UTC)
    due_at = dt.datetime.fromtimestamp(wish.due_at, dt.UTC)
    rests = wish.state is Wish.WAITING and due_at > dt.datetime.now(dt.UTC)
    contract = wish.story.contract
    return Asked(wish.id, wish.number[-4:], since, wish.state, wish.tries, due_at if rests else None, contract)


def rated(asking: Asking, names: dict[str, str]) -> list[tuple[str, Counter[int]]]:
    """The ratings of the day by the agents' names, in their order; calls of which nobody is known come last."""
    found = asking.desk.today.figures().stars
    known = sorted((names.get(agent, agent), stars) for agent, stars in found.items() if agent)
    nobodys = found.get(None)
    return [*known, *([(asking.text("ratings/nobody"), nobodys)] if nobodys else [])]


def waiting(callbacks: Callbacks) -> list[Asked]:
    """The open wishes, the oldest first."""
    return [asked(wish) for wish in callbacks.open()]
