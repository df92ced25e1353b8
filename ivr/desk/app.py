"""The desk as a web application."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from ivr.core import Core
from ivr.desk import agent, assets, callers, entry, events, sip, supervisor
from ivr.desk.asking import Asking, for_anyone
from ivr.desk.live import Live
from ivr.desk.pages import Pages
from ivr.desk.phone import PhonePage
from ivr.desk.services import Services
from ivr.desk.texts import Texts
from ivr.desk.today import Today
from ivr.desk.walls import Walls
from ivr.settings import Settings

STATIC = Path(__file__).parent / "static"
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def desk_app(services: Services) -> Starlette:
    """The application for a web server."""
    phone = PhonePage(services.settings, services.core.accounts, services.texts)
    routes: list[BaseRoute] = [
        *entry.routes(),
        *agent.routes(),
        *supervisor.routes(),
        *callers.routes(),
        *events.routes(),
        for_anyone("/static/{name}", static),
        for_anyone("/assets/{name}", asset),
        *phone.routes(),
        sip.route(services),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Walls, settings=services.settings)])
    app.state.desk = services
    return app


def services_of(settings: Settings, core: Core, live: Live) -> Services:
    """What the pages work with. Raises `BadCatalogue`."""
    texts = Texts.load(settings.home / "prompts")
    return Services(settings, core, live, texts, Pages(), Today(core.figures))


def static(asking: Asking) -> Response:
    """A style sheet, a script or a picture of ours."""
    file = STATIC / asking.request.path_params["name"]
    return _file(file)


def asset(asking: Asking) -> Response:
    """A bundle that set-up made of npm packages."""
    return _file(assets.folder(asking.desk.settings) / asking.request.path_params["name"])


def _file(file: Path) -> Response:
    if file.suffix not in KINDS or not file.is_file():
        return Response(status_code=404)
    return FileResponse(file, media_type=KINDS[file.suffix], headers={"Cache-Control": "no-cache"})
