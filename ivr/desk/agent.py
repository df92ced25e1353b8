"""The agent's desk: its page, what the buttons do, and the contract of whoever calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from account_core import NoSuchContract, TooManyUnknown, Visit
from ivr.desk import assets, passwords
from ivr.desk.asking import Asking, for_agents
from ivr.desk.doing import doing
from ivr.desk.scene import AgentScene, CallShown
from ivr.switch.seats import seat_secret, seats

QUEUES = ("support",)
"""Queues that a call can be sent to."""

Button = tuple[str, str, str]
"""What it does, its letter together with Alt, its style."""
OFFER: tuple[Button, ...] = (("take", "T", "primary"), ("pass_on", "P", ""))
HOLD, RESUME, FINISH = ("hold", "H", ""), ("resume", "H", "primary"), ("finish", "Q", "danger")
JOIN, HAND_OVER, CANCEL = ("join", "J", ""), ("hand_over", "G", "primary"), ("cancel", "X", "")
TALK: tuple[Button, ...] = (HOLD, FINISH)
BUTTONS: dict[str, tuple[Button, ...]] = {
    "ringing": OFFER,
    "told": OFFER,
    "holding": (RESUME, FINISH),
    "calling a colleague": (CANCEL,),
    "consulting": (HAND_OVER, JOIN, CANCEL),
    "conference": (HAND_OVER, CANCEL, FINISH),
}
"""The buttons of a call by the agent's state in it; which of them do something, the switchboard says."""


def routes() -> list[Route]:
    """The agent's page and all that its buttons do."""
    return [
        for_agents("/", page),
        for_agents("/telephone", telephone),
        *(for_agents(f"/do/{name}", doing(act), "POST") for name, act in ACTIONS.items()),
    ]


def page(asking: Asking) -> Response:
    """The agent's page; supervisors, whom no caller is put through to, begin at the wallboard."""
    if asking.who.agent.supervises:
        return RedirectResponse("/wallboard", 303)
    return asking.page("agent.html", regions=regions(asking), **own_telephone(asking))


def own_telephone(asking: Asking) -> dict[str, Any]:
    """What a page needs that is a telephone, where whoever sits at the desk has chosen so."""
    in_page = asking.who.seat in seats(asking.desk.settings) and assets.ready(asking.desk.settings)
    words = asking.desk.texts.of(asking.language, "telephone/")
    if asking.who.agent.supervises:  # there is no call to take
        words["ringing"] = asking.text("listening/rings")
    return {"in_page": in_page, "telephone": words}


def telephone(asking: Asking) -> Response:
    """What the page's own telephone needs to be the one of the agent's seat."""
    seat, settings = asking.who.seat, asking.desk.settings
    if seat not in seats(settings):
        return JSONResponse({"why": asking.text("state/no-telephone")}, 404)
    return JSONResponse({"user": seat, "password": seat_secret(settings, seat)})


def regions(asking: Asking) -> dict[str, Markup]:
    """The parts of the page that change by themselves."""
    scene = asking.desk.live.scene_of(asking.who)
    topics, rests = (asking.desk.texts.of(asking.language, kind) for kind in ("topic/", "rest/"))
    buttons = BUTTONS.get(scene.call.phase, TALK) if scene.call else ()
    common = {"scene": scene, "topics": topics, "rests": rests, "queues": QUEUES, "buttons": buttons}
    shown = {
        name: asking.render(f"agent_{name}.html", **common) for name in ("state", "queue", "colleagues", "call")
    }
    return {name: Markup(html) for name, html in {**shown, "card": _card(asking, scene, topics)}.items()}  # noqa: S704 - rendered with autoescape


def _card(asking: Asking, scene: AgentScene, topics: dict[str, str]) -> str:
    """The contract of the call, or of the call whose wrap-up is to be written."""
    call = scene.call or scene.wrapping
    contract = _contract(asking, scene)
    card = asking.desk.core.cards.of(contract, but_call=call.id) if call and contract else None
    if call and card:
        _keep_that_shown(asking, call.id, card.account.contract)
    password = passwords.shown(asking, scene, card) if card else ""
    return asking.render(
        "agent_card.html",
        scene=scene,
        card=card,
        topics=topics,
        password=Markup(password),  # noqa: S704 - rendered with autoescape
    )


def _keep_that_shown(asking: Asking, call: str, contract: str) -> None:
    login = asking.who.agent.login
    if asking.desk.live.memory.first_look(login, call, contract):
        asking.desk.core.cards.opened(contract, login, call)


def _contract(asking: Asking, scene: AgentScene) -> str | None:
    """What the caller named, else what the agent found for the call."""
    if scene.call is None:
        return scene.wrapping.contract if scene.wrapping else None
    told = scene.call.story.contract if scene.call.story else None
    return asking.desk.live.memory.contract(scene.call.id) or told


# what the buttons do


def _switch(action: str) -> Callable[[Asking], Response | None]:
    """Ask the switch; the page changes when its event has come."""

    def act(asking: Asking) -> None:
        asking.desk.live.do(action, asking.who, to=asking.form.get("to", ""))

    return act


def rest(asking: Asking) -> None:
    """Take a break."""
    reasons = asking.desk.texts.of(asking.language, "rest/")
    reason = asking.form.get("reason", "")
    asking.desk.live.rest(asking.who, reason if reason in reasons else next(iter(reasons)))


def wrap_up(asking: Asking) -> Response | None:
    """Keep what the call was about, and go on."""
    live, form = asking.desk.live, asking.form
    scene = live.scene_of(asking.who)
    topic = form.get("topic", "")
    if scene.wrapping is None or form.get("call") != scene.wrapping.id:
        return asking.refused("sorry/no-call")
    if topic not in asking.desk.texts.of(asking.language, "topic/"):
        return asking.refused("sorry/empty")
    wrapping, agent = scene.wrapping, asking.who.agent.login
    asking.desk.core.notes.wrap_up(agent, wrapping.id, topic, form.get("text", ""), wrapping.contract)
    live.wrapped_up(asking.who, ready=form.get("then") != "rest")
    return None


def note(asking: Asking) -> Response | None:
    """Keep a note about the contract on the page."""
    scene = asking.desk.live.scene_of(asking.who)
    contract, call = _contract(asking, scene), scene.call or scene.wrapping
    if call is None or contract is None or contract != asking.form.get("contract"):
        return asking.refused("sorry/no-call")
    if not asking.form.get("text", "").strip():
        return asking.refused("sorry/empty")
    agent = asking.who.agent.login
    asking.desk.core.notes.add(agent, asking.form["text"], contract=contract, call_id=call.id)
    asking.desk.live.changed()
    return None


def find(asking: Asking) -> Response | None:
    """Look up the contract that the caller names to the agent; unknown numbers count as the caller's own."""
    call = asking.desk.live.scene_of(asking.who).call
    if call is None or call.ringing:
        return asking.refused("sorry/no-call")
    number = "".join(asking.form.get("contract", "").split())
    try:
        account = asking.desk.core.accounts.find(number, caller=call.number, call_id=call.id)
    except NoSuchContract:
        return asking.refused("sorry/no-contract", 404)
    except TooManyUnknown:
        return asking.refused("sorry/too-many")
    asking.desk.live.memory.found(call.id, account.contract)
    asking.desk.live.changed()
    return None


def _of_recording(act: Callable[[Asking, str], None]) -> Callable[[Asking], Response | None]:
    """Do something with the recording of the agent's own talk."""

    def answer(asking: Asking) -> Response | None:
        call = asking.desk.live.scene_of(asking.who).call
        if call is None or call.ringing or call.phase == "called in" or call.recording == "none":
            return asking.refused("sorry/no-call")
        act(asking, call.id)
        asking.desk.live.changed()
        return None

    return answer


def _with_card(then: Callable[[Asking, Visit, str], None]) -> Callable[[Asking], Response | None]:
    """Do something for the contract of the call in hand, in the name of the agent."""

    def act(asking: Asking) -> Response | None:
        scene = asking.desk.live.scene_of(asking.who)
        contract = _contract(asking, scene)
        if scene.call is None or scene.call.ringing or contract is None:
            return asking.refused("sorry/no-call")
        then(asking, visit_of(asking, scene.call), contract)
        asking.desk.live.changed()
        return None

    return act


def visit_of(asking: Asking, call: CallShown) -> Visit:
    """The call in hand: tries at the keypad and tries with the agent are counted together."""
    return Visit("desk", call.id, call.number, agent=asking.who.agent.login)


CALLS = ("take", "pass_on", "hold", "resume", "consult", "join", "hand_over", "cancel", "finish", "transfer")
"""What the switch is asked for; `ivr.transfer.states` says when."""
ACTIONS: dict[str, Callable[[Asking], Response | None]] = {
    **{action: _switch(action) for action in CALLS},
    "ready": lambda asking: asking.desk.live.ready(asking.who),
    "rest": rest,
    "wrap-up": wrap_up,
    "note": note,
    "find": find,
    "pause-recording": _of_recording(
        lambda asking, call: asking.desk.live.pauses.pause(call, asking.who.agent.login)
    ),
    "go-on-recording": _of_recording(lambda asking, call: asking.desk.live.pauses.go_on(call)),
    "verify": _with_card(passwords.verify),
    "send-password": _with_card(passwords.send),
}
