"""Pages that change by themselves: server-sent events with the parts of a page that are not as shown."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable

from markupsafe import Markup
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from account_core import StorageUnavailable
from ivr.desk import agent, callers, supervisor
from ivr.desk.asking import SITTING, Asking, may
from ivr.desk.services import Services

log = logging.getLogger(__name__)

LOOK_S = 5.0
"""Seconds after which a page is looked at again when nothing was told: deliveries, figures, the shift's end."""
TOGETHER_S = 0.02
"""Seconds in which changes that follow each other closely are gathered into one."""
PING_S = 15
AGAIN_MS = 1000
"""Milliseconds after which a browser comes back when the connection is lost."""

Regions = Callable[[Asking], dict[str, Markup]]


def routes() -> list[Route]:
    """The streams of the pages."""
    return [
        _stream("/events/agent", agent.regions, "agent"),
        _stream("/events/wallboard", supervisor.regions, "supervisor"),
        _stream("/events/callers", callers.regions, "supervisor"),
        _stream("/events/calls/{call}", supervisor.story_regions, "supervisor"),
    ]


def _stream(path: str, regions: Regions, access: str) -> Route:
    async def endpoint(request: Request) -> Response:
        asking = await run_in_threadpool(_asking, request)
        if not may(access, asking.sitting):
            return PlainTextResponse("", 403 if asking.sitting else 401)
        return EventSourceResponse(_changes(asking, regions), ping=PING_S, send_timeout=30)

    endpoint.access = access  # type: ignore[attr-defined]
    return Route(path, endpoint)


async def _changes(asking: Asking, regions: Regions) -> AsyncIterator[dict[str, object]]:
    """The whole page at first, which is what a browser needs that comes back; then what changes."""
    loop, stirred = asyncio.get_running_loop(), asyncio.Event()
    leave = asking.desk.live.subscribe(lambda: loop.call_soon_threadsafe(stirred.set))
    shown: dict[str, Markup] = {}
    try:
        while True:
            stirred.clear()
            if not await run_in_threadpool(_goes_on, asking):
                yield {"event": "over", "data": ""}
                return
            fresh = await run_in_threadpool(_looked, asking, regions)
            news = {name: html for name, html in fresh.items() if shown.get(name) != html}
            if news or not shown:
                shown |= news
                told = {"now": int(time.time() * 1000), "regions": news}
                yield {"event": "regions", "data": json.dumps(told, ensure_ascii=False), "retry": AGAIN_MS}
            await _stirred(stirred)
    finally:
        leave()


async def _stirred(stirred: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stirred.wait(), LOOK_S)
        await asyncio.sleep(TOGETHER_S)
    except TimeoutError:
        pass


def _asking(request: Request) -> Asking:
    desk: Services = request.app.state.desk
    sitting = desk.core.sittings.find(request.cookies.get(SITTING, ""))
    return Asking(request, desk, sitting, {})


def _goes_on(asking: Asking) -> bool:
    """Whether who looks still sits at the desk; an outage of the database signs nobody out."""
    try:
        return asking.desk.core.sittings.find(asking.request.cookies.get(SITTING, "")) is not None
    except StorageUnavailable:
        return True


def _looked(asking: Asking, regions: Regions) -> dict[str, Markup]:
    try:
        return regions(asking)
    except StorageUnavailable as outage:
        log.warning("a page stays as it is: %s", outage)
        return {}
