"""Coming to the desk and leaving it, and how its pages look."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from account_core import DeskClosed, SeatTaken
from ivr.desk.asking import (
    LANGUAGE,
    SITTING,
    THEME,
    THEMES,
    YEAR_S,
    Asking,
    for_agents,
    for_anyone,
)
from ivr.desk.texts import LANGUAGES

IN_THE_PAGE, NONE = "page", "none"
"""Telephones that are not of SIP: the page itself, and no telephone."""


def routes() -> list[Route]:
    """The way in and out."""
    return [
        for_anyone("/health", health),
        for_anyone("/sign-in", form),
        for_anyone("/sign-in", sign_in, "POST"),
        for_agents("/sign-out", sign_out, "POST"),
        for_anyone("/look", look, "POST"),
    ]


def health(asking: Asking) -> Response:
    """That we are here."""
    return PlainTextResponse("well")


def form(asking: Asking) -> Response:
    """The form to sign in."""
    if asking.sitting:
        return RedirectResponse("/", 303)
    return _form(asking)


def sign_in(asking: Asking) -> Response:
    """Check who it is, and give a telephone."""
    given = asking.form
    try:
        agent = asking.desk.core.agents.sign_in(given.get("login", ""), given.get("password", ""))
        token = asking.desk.core.sittings.begin(agent, _seat(asking, given.get("seat", NONE)))
    except DeskClosed as refusal:
        return _form(asking, 403, "sign-in/locked" if refusal.locked else "sign-in/wrong")
    except SeatTaken as taken:
        return _form(asking, 409, "sign-in/taken", seat=taken.seat, agent=taken.agent)
    asking.desk.live.came()
    response = RedirectResponse("/", 303)
    asking.set_cookie(response, SITTING, token)
    return response


def sign_out(asking: Asking) -> Response:
    """Leave the desk: no call comes any more."""
    asking.desk.core.sittings.end(asking.who)
    asking.desk.live.leaves(asking.who)
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(SITTING)
    return response


def look(asking: Asking) -> Response:
    """Choose the language or the colours."""
    response = RedirectResponse(asking.back, 303)
    if (language := asking.form.get("language")) in LANGUAGES:
        asking.set_cookie(response, LANGUAGE, str(language), YEAR_S)
    if (theme := asking.form.get("theme")) in THEMES:
        asking.set_cookie(response, THEME, str(theme), YEAR_S)
    return response


def _form(asking: Asking, status: int = 200, why: str = "", **values: object) -> Response:
    seats = asking.desk.live.telephones()
    told = asking.text(why, **values) if why else ""
    return asking.page("sign_in.html", status, why=told, seats=seats, given=asking.form)


def _seat(asking: Asking, wish: str) -> str | None:
    """The telephone that was wished for: one of those that there are."""
    live = asking.desk.live
    if wish == IN_THE_PAGE:
        return live.free_page_seat({sitting.seat for sitting in asking.desk.core.sittings.now()})
    return wish if wish in live.telephones() else None
