"""What supervisors see: the wallboard, the stories of calls, the messages that nobody got."""

from __future__ import annotations

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from account_core import MessageDesk, NoSuchMessage, NotToBeSent, State, Told
from ivr.desk import recordings
from ivr.desk.asking import Asking, for_supervisors

CALLS = 100
"""Calls that the list shows."""


def routes() -> list[Route]:
    """The pages of supervisors."""
    return [
        for_supervisors("/wallboard", wallboard),
        for_supervisors("/calls", calls),
        for_supervisors("/calls/{call}", story),
        for_supervisors("/calls/{call}/recording", recordings.listen),
        for_supervisors("/messages", messages),
        for_supervisors("/messages/retry", retry, "POST"),
    ]


def wallboard(asking: Asking) -> Response:
    """The board."""
    return asking.page("wallboard.html", regions=regions(asking))


def regions(asking: Asking) -> dict[str, Markup]:
    """The parts of the wallboard that change by themselves."""
    desk = asking.desk
    common = {
        "scene": desk.live.wall(),
        "day": desk.today.figures(),
        "dead": dead(desk.core.desk),
    }
    templates = {
        "tiles": "tiles",
        "plots": "plots",
        "calls-now": "calls",
        "staff": "staff",
        "trouble": "trouble",
    }
    return {
        region: Markup(asking.render(f"wall_{name}.html", **common))  # noqa: S704 - rendered with autoescape
        for region, name in templates.items()
    }


def calls(asking: Asking) -> Response:
    """The last calls."""
    return asking.page("calls.html", records=asking.desk.core.cards.recent(CALLS))


def story(asking: Asking) -> Response:
    """All that is known of one call."""
    tale = asking.desk.core.cards.story(asking.request.path_params["call"])
    names = {agent.login: agent.name for agent in asking.desk.core.agents.list()}
    topics = asking.desk.texts.of(asking.language, "topic/")
    audits = asking.desk.texts.of(asking.language, "audit/")
    recording = recordings.shown(asking)
    return asking.page("story.html", tale=tale, names=names, topics=topics, audits=audits, recording=recording)


def messages(asking: Asking) -> Response:
    """The messages that no gateway took, or that never arrived."""
    return asking.page("messages.html", dead=dead(asking.desk.core.desk, 200))


def retry(asking: Asking) -> Response:
    """Send one of them again."""
    number = asking.form.get("message", "")
    try:
        asking.desk.core.desk.retry(int(number) if number.isdecimal() else 0, asked_by=asking.who.agent.login)
    except (NoSuchMessage, NotToBeSent) as why:
        return asking.refused("sorry/not-now", why=why)
    return RedirectResponse("/messages", 303)


def dead(desk: MessageDesk, most: int = 50) -> list[Told]:
    """Messages that were given up or could not be delivered, the newest first."""
    found = [told for state in (State.DEAD, State.UNDELIVERABLE) for told in desk.recent(most, state=state)]
    return sorted(found, key=lambda told: told.id, reverse=True)[:most]
