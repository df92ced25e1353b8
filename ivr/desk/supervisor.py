"""What supervisors see: the wallboard, the stories of calls, the messages that nobody got."""

from __future__ import annotations

from markupsafe import Markup
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from account_core import MessageDesk, NoSuchMessage, NotToBeSent, State, Told
from ivr.desk import callers, recordings
from ivr.desk.agent import own_telephone
from ivr.desk.asking import Asking, for_supervisors
from ivr.desk.doing import doing

CALLS = 100
"""Calls that the list shows."""


def routes() -> list[Route]:
    """The pages of supervisors."""
    return [
        for_supervisors("/wallboard", wallboard),
        for_supervisors("/calls", calls),
        for_supervisors("/calls/{call}", story),
        for_supervisors("/listen", doing(listen), "POST"),
        for_supervisors("/listen/stop", doing(stop_listening), "POST"),
        for_supervisors("/calls/{call}/recording", recordings.listen),
        for_supervisors("/messages", messages),
        for_supervisors("/messages/retry", retry, "POST"),
    ]


def wallboard(asking: Asking) -> Response:
    """The board."""
    return asking.page("wallboard.html", regions=regions(asking), **own_telephone(asking))


def regions(asking: Asking) -> dict[str, Markup]:
    """The parts of the wallboard that change by themselves."""
    desk = asking.desk
    common = {
        "scene": desk.live.wall(),
        "day": desk.today.figures(),
        "dead": dead(desk.core.desk),
        "wishes": callers.waiting(desk.core.callbacks),
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
    more = {"recording": recording, "regions": story_regions(asking), **own_telephone(asking)}
    return asking.page("story.html", tale=tale, names=names, topics=topics, audits=audits, **more)


def story_regions(asking: Asking) -> dict[str, Markup]:
    """The part of a call's story that changes while it goes on."""
    call = asking.desk.live.call_now(asking.request.path_params["call"])
    return {"now": Markup(asking.render("story_now.html", call=call))}  # noqa: S704 - rendered with autoescape


def listen(asking: Asking) -> Response:
    """Hear the talk of a call that goes on."""
    if asking.who.seat is None:
        return asking.refused("listening/no-telephone")
    asking.desk.live.listen(asking.who, asking.form.get("call", ""))
    return asking.done(asking.back)


def stop_listening(asking: Asking) -> Response:
    """Hear it no more."""
    asking.desk.live.stop_listening(asking.who)
    return asking.done(asking.back)


def messages(asking: Asking) -> Response:
    """The messages that no gateway took, or that never arrived."""
    return asking.page("messages.html", dead=dead(asking.desk.core.desk, 200))


def retry(asking: Asking) -> Response:
    """Send one of them again."""
    number = asking.form.get("message", "")
    try:
        asking.desk.core.desk.retry(
            int(number) if number.isdecimal() and len(number) < 20 else 0, asked_by=asking.who.agent.login
        )
    except (NoSuchMessage, NotToBeSent) as why:
        return asking.refused("sorry/not-now", why=why)
    return RedirectResponse("/messages", 303)


def dead(desk: MessageDesk, most: int = 50) -> list[Told]:
    """Messages that were given up or could not be delivered, the newest first."""
    found = [told for state in (State.DEAD, State.UNDELIVERABLE) for told in desk.recent(most, state=state)]
    return sorted(found, key=lambda told: told.id, reverse=True)[:most]
