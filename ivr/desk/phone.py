"""The page `/phone`: whoever sees it rings the line from the browser, and reads what the line says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from account_core import Accounts, StorageUnavailable
from account_core.demo import FIRST, FIRST_MOBILE, FIRST_PASSPORT
from ivr.desk import assets
from ivr.desk.texts import Texts
from ivr.guests.telling import Event, channel
from ivr.guests.tickets import HEADER, Tickets
from ivr.guests.transcripts import Transcripts
from ivr.settings import Settings
from ivr.switch.browsers import GUEST, guest_secret, has_guest

HERE = Path(__file__).parent
LANGUAGES = ("ru", "en")
NUMBER = "0890"
BREATH_S = 15
"""Seconds after which a silent transcript gives a sign of life, so that nothing between takes it for dead."""


@dataclass(frozen=True)
class Demo:
    """The contract of the made-up company that a newcomer may try everything with."""

    contract: str = FIRST
    mobile: str = FIRST_MOBILE
    passport: str = FIRST_PASSPORT


class PhonePage:
    """The page, the tickets of its calls and their transcripts."""

    def __init__(self, settings: Settings, accounts: Accounts, texts: Texts) -> None:
        self._steps = texts
        self._settings, self._accounts, self._transcripts = settings, accounts, Transcripts()
        self._tickets, self._secret = Tickets(settings), guest_secret(settings)
        self._texts = {language: _texts(settings, language) for language in LANGUAGES}
        self._template = _environment().get_template("phone.html")

    def routes(self) -> list[Route]:
        """What the page needs; open to whoever reaches the desk. None where the page is switched off."""
        if not has_guest(self._settings):
            return []
        return [
            Route("/phone", self.page),
            Route("/phone/calls", self.begin, methods=["POST"]),
            Route("/phone/calls/{id}", self.transcript),
        ]

    async def page(self, request: Request) -> Response:
        """The page itself, in the language of the browser or the one that was chosen."""
        language = self._language(request)
        values: dict[str, Any] = {
            "t": self._texts[language],
            "language": language,
            "other": {"ru": "en", "en": "ru"}[language],
            "theme": request.cookies.get("desk-theme", "auto"),
            "demo": await run_in_threadpool(self._demo),
            "ready": assets.ready(self._settings),
            "number": NUMBER,
        }
        response = HTMLResponse(self._template.render(**values))
        if request.query_params.get("language") == language:
            response.set_cookie("desk-language", language, 31536000, httponly=True, samesite="strict")
        return response

    async def begin(self, request: Request) -> Response:
        """A ticket for one call from the number that was chosen, and what the telephone needs to ring."""
        if not _is_ours(request):
            return JSONResponse({"why": "not from this page"}, 403)
        wish = request.query_params.get("from", "")
        demo = await run_in_threadpool(self._demo)
        if wish and not (demo and wish == demo.mobile):
            return JSONResponse({"why": "nobody may call from that number"}, 400)
        ticket, written = self._tickets.issue(wish or None)
        self._transcripts.listen(channel(self._settings))
        self._transcripts.open(ticket.id)
        return JSONResponse(
            {
                "transcript": f"/phone/calls/{ticket.id}",
                "headers": {HEADER: written},
                "user": GUEST,
                "password": self._secret,
                "number": NUMBER,
            },
            headers={"Cache-Control": "no-store"},
        )

    async def transcript(self, request: Request) -> Response:
        """What the line says in one call, as it says it (server-sent events)."""
        transcript = self._transcripts.find(request.path_params["id"])
        if transcript is None:
            return JSONResponse({"why": "no such call"}, 404)
        seen = request.headers.get("last-event-id", "")
        after = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else 0
        language = self._language(request)

        async def events() -> AsyncIterator[dict[str, str]]:
            async for number, event in transcript.after(after):
                yield {"id": str(number), "data": json.dumps(self._read(event, language), ensure_ascii=False)}

        return EventSourceResponse(events(), ping=BREATH_S, headers={"Cache-Control": "no-store"})

    def _read(self, event: Event, language: str) -> Event:
        """`event` with the name of an answer as people read it."""
        answer = event.get("answer")
        return {**event, "answer": self._steps.story(answer, language)} if isinstance(answer, str) else event

    def _language(self, request: Request) -> str:
        wishes = (
            request.query_params.get("language", ""),
            request.cookies.get("desk-language", ""),
            request.headers.get("accept-language", "")[:2].lower(),
        )
        return next((wish for wish in wishes if wish in LANGUAGES), self._settings.language)

    def _demo(self) -> Demo | None:
        """The made-up contract, where the database is the demo's."""
        try:
            found = self._accounts.by_mobile(FIRST_MOBILE)
        except StorageUnavailable:
            return None  # the page still rings, and the line says what is wrong
        return Demo() if found and found.contract == FIRST else None


def _is_ours(request: Request) -> bool:
    origin = request.headers.get("origin", "").partition("://")[2]
    return origin.lower() == request.headers.get("host", "").lower() != ""


def _texts(settings: Settings, language: str) -> dict[str, str]:
    texts = yaml.safe_load((settings.home / "prompts" / language / "phone.yaml").read_text(encoding="utf-8"))
    return {str(key): str(text) for key, text in texts.items()}


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
