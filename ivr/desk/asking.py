"""One request to the desk: who asks, in which language, with what; and what may be asked by whom.

Every route says who may use it, by `for_anyone`, `for_agents` or `for_supervisors`; a test walks them all.
"""

from __future__ import annotations

import asyncio
import functools
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from account_core import Sitting, StorageUnavailable
from ivr.desk.services import Services
from ivr.desk.walls import fresh_token

log = logging.getLogger(__name__)

SITTING, VISIT, LANGUAGE, THEME = "desk", "desk-visit", "desk-language", "desk-theme"
"""Cookies: the sitting's token, what proves that a sign-in form is ours, how the page looks."""
THEMES = ("auto", "light", "dark")
MOST_FIELDS = 20
BODY_S = 10.0
"""Seconds in which a form must have come as a whole."""
YEAR_S = 365 * 24 * 3600


@dataclass
class Asking:
    """One request."""

    request: Request
    desk: Services
    sitting: Sitting | None
    form: dict[str, str]
    fresh_visit: str | None = None
    """The cookie `VISIT`, where the browser has none yet."""

    @property
    def who(self) -> Sitting:
        """Who asks, where only those who sit at the desk may ask."""
        if self.sitting is None:
            raise LookupError("nobody sits there")  # the route is open to more people than it should be
        return self.sitting

    @property
    def language(self) -> str:
        """The language that was chosen, else the browser's own."""
        chosen = self.request.cookies.get(LANGUAGE) or self.request.headers.get("accept-language", "")[:2]
        return chosen if chosen in ("ru", "en") else self.desk.settings.language

    @property
    def theme(self) -> str:
        """`auto` is what the machine wants."""
        chosen = self.request.cookies.get(THEME, "auto")
        return chosen if chosen in THEMES else "auto"

    @property
    def csrf(self) -> str:
        """What our own forms have in them and nobody else can know."""
        cookies = self.request.cookies
        known = cookies.get(SITTING, "") if self.sitting else (self.fresh_visit or cookies.get(VISIT, ""))
        return self.desk.core.keys.name("csrf", known).hex() if known else ""

    @property
    def by_script(self) -> bool:
        """Whether our script asks, and shows the answer itself."""
        return self.request.headers.get("x-desk") == "1"

    @property
    def back(self) -> str:
        """The page that the form stood on; never another site."""
        back = self.form.get("back", "/")
        return back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"

    def text(self, key: str, **values: object) -> str:
        """A text in the language of the page."""
        return self.desk.texts.text(key, self.language, **values)

    def render(self, template: str, **values: object) -> str:
        """A piece of a page."""
        return self.desk.pages.render(template, self, **values)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A whole page."""
        return HTMLResponse(self.render(template, **values), status)

    def done(self, back_to: str = "/") -> Response:
        """It is done; the pages show it by themselves."""
        return JSONResponse({}) if self.by_script else RedirectResponse(back_to, 303)

    def refused(self, key: str, status: int = 409, **values: object) -> Response:
        """It is not done, and why."""
        why = self.text(key, **values)
        return (
            JSONResponse({"why": why}, status) if self.by_script else self.page("sorry.html", status, why=why)
        )

    def set_cookie(self, response: Response, name: str, value: str, max_age: int | None = None) -> None:
        """A cookie that no script sees and no other site sends."""
        secure = self.desk.secure_cookies
        response.set_cookie(name, value, max_age, secure=secure, httponly=True, samesite="strict")


Answer = Callable[[Asking], Response]


def for_anyone(path: str, answer: Answer, method: str = "GET") -> Route:
    """Open to whoever reaches us."""
    return _route(path, answer, method, "anyone")


def for_agents(path: str, answer: Answer, method: str = "GET") -> Route:
    """Open to everybody who sits at the desk."""
    return _route(path, answer, method, "agent")


def for_supervisors(path: str, answer: Answer, method: str = "GET") -> Route:
    """Open to supervisors."""
    return _route(path, answer, method, "supervisor")


def may(access: str, sitting: Sitting | None) -> bool:
    """Whether somebody with that sitting may use what is open to `access`."""
    if access == "anyone":
        return True
    return sitting is not None and (access == "agent" or sitting.agent.supervises)


def _route(path: str, answer: Answer, method: str, access: str) -> Route:
    @functools.wraps(answer)
    async def endpoint(request: Request) -> Response:
        try:
            form = await _form(request) if method == "POST" else {}
        except TimeoutError:
            return PlainTextResponse("The form did not come.", 408, {"Connection": "close"})
        return await run_in_threadpool(_answered, request, form, answer, access)

    endpoint.access = access  # type: ignore[attr-defined]
    return Route(path, endpoint, methods=[method])


def _answered(request: Request, form: dict[str, str], answer: Answer, access: str) -> Response:
    desk: Services = request.app.state.desk
    asking = Asking(request, desk, None, form)
    try:
        asking.sitting = desk.core.sittings.find(request.cookies.get(SITTING, ""))
        return _allowed(asking, answer, access)
    except StorageUnavailable as outage:
        log.warning("the desk cannot answer: %s", outage)
        return asking.refused("sorry/storage", 503)


def _allowed(asking: Asking, answer: Answer, access: str) -> Response:
    if not may(access, asking.sitting):
        if asking.sitting:
            return asking.refused("sorry/role", 403)
        if asking.by_script or asking.request.method == "POST":
            return asking.refused("sorry/signed-out", 401)
        return RedirectResponse("/sign-in", 303)
    if asking.request.method == "POST" and not _is_ours(asking):
        return asking.refused("sorry/stale", 403)
    if asking.sitting is None and not asking.request.cookies.get(VISIT):
        asking.fresh_visit = fresh_token()
    response = answer(asking)
    if asking.fresh_visit:
        asking.set_cookie(response, VISIT, asking.fresh_visit)
    return response


def _is_ours(asking: Asking) -> bool:
    """Whether the form that was sent is one of ours: browsers tell where it stood, and it knows a secret."""
    headers = asking.request.headers
    origin = headers.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != headers.get("host", "").lower():
        return False
    given = headers.get("x-csrf") or asking.form.get("csrf", "")
    return bool(asking.csrf) and hmac.compare_digest(given.encode("utf-8", "replace"), asking.csrf.encode())


async def _form(request: Request) -> dict[str, str]:
    async with asyncio.timeout(BODY_S):  # each one that never comes whole would keep its place for ever
        form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}
