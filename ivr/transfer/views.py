"""Values for the desk, out of the picture."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from ivr.transfer.live import AgentState, LiveAgent, LiveCall
from ivr.transfer.picture import Picture
from ivr.transfer.states import State, allowed
from ivr.transfer.talks import Talk

STATES = {
    State.TALKING: AgentState.TALKING,
    State.HELD: AgentState.HOLDING,
    State.CALLING: AgentState.CALLING,
    State.CONSULTING: AgentState.CONSULTING,
    State.CONFERENCE: AgentState.CONFERENCE,
    State.OVER: AgentState.TALKING,
}
"""What an agent does who has a call in that state; one whose caller has just gone is still on the telephone."""


def agents(picture: Picture, wrapping: Mapping[str, dt.datetime]) -> tuple[LiveAgent, ...]:
    """Who is signed in, in the order of the seats."""
    return tuple(_agent(picture, seat, wrapping) for seat in sorted(picture.members))


def calls(picture: Picture) -> tuple[LiveCall, ...]:
    """Who waits for people or is with them, the longest first."""
    talks = [talk for talk in picture.talks.values() if talk.state is not State.OVER]
    return tuple(_call(picture, talk) for talk in sorted(talks, key=lambda talk: talk.began))


def _agent(picture: Picture, seat: str, wrapping: Mapping[str, dt.datetime]) -> LiveAgent:
    member, talk = picture.members[seat], picture.at(seat)
    state, since = _busy(talk, seat) if talk else _idle(picture, seat, wrapping)
    return LiveAgent(member.agent, seat, state, since, talk.id if talk else None, member.reason)


def _busy(talk: Talk, seat: str) -> tuple[AgentState, dt.datetime]:
    leg = next(leg for leg in talk.legs.values() if leg.seat == seat)
    if talk.state in (State.QUEUED, State.OFFERED):
        return (AgentState.TOLD if leg.up else AgentState.RINGING), talk.since
    if leg is not talk.agent and talk.state is not State.CONFERENCE:
        return AgentState.CALLED_IN, talk.since
    return STATES[talk.state], talk.since


def _idle(picture: Picture, seat: str, wrapping: Mapping[str, dt.datetime]) -> tuple[AgentState, dt.datetime]:
    member = picture.members[seat]
    if seat in wrapping:
        return AgentState.WRAPPING_UP, wrapping[seat]
    if member.paused:
        return AgentState.RESTING, member.since
    return (AgentState.READY if member.reachable else AgentState.UNREACHABLE), member.since


def _call(picture: Picture, talk: Talk) -> LiveCall:
    agent, colleague = talk.agent, talk.colleague
    member = picture.members.get(agent.seat) if agent else None
    return LiveCall(
        id=talk.id,
        state=talk.state,
        since=talk.since,
        began=talk.began,
        number=talk.number,
        queue=talk.queue,
        position=talk.position,
        seat=agent.seat if agent else None,
        agent=member.agent if member else None,
        colleague=colleague.seat if colleague else None,
        can=allowed(talk.state),
        listeners=picture.listeners.of(talk.id),
    )
