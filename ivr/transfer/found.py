"""Calls as they are found when the picture is made anew: out of lists of channels instead of events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from ivr.transfer.talks import COLLEAGUE, SEAT, UP, Headers, Leg, Place, Talk, number_of


def found_talks(
    channels: Iterable[Headers], waiting: Mapping[str, Headers], queue: str, now: dt.datetime
) -> dict[str, Talk]:
    """Who waits for people or is with them, by `CoreShowChannels`.

    `waiting` has those whom `QueueStatus` names, by the ids of their channels; the others are in `queue`.
    """
    shown = list(channels)
    callers = [_caller(channel, waiting.get(channel["Uniqueid"]), queue, now) for channel in shown]
    found = {talk.id: talk for talk in callers if talk}
    for channel in shown:
        _add_leg(found, channel)
    return found


def _caller(channel: Headers, waiting: Headers | None, queue: str, now: dt.datetime) -> Talk | None:
    place = _place(channel)
    if SEAT.match(channel["Channel"]) or channel["Channel"].startswith("Local/") or place is None:
        return None
    ago = dt.timedelta(seconds=int(waiting["Wait"])) if waiting else dt.timedelta()
    queue = waiting["Queue"] if waiting else queue
    talk = Talk(channel["Uniqueid"], channel["Channel"], number_of(channel), queue, now - ago, now, place)
    talk.position = int(waiting["Position"]) if waiting else None
    return talk


def _add_leg(found: Mapping[str, Talk], channel: Headers) -> None:
    seat = SEAT.match(channel["Channel"])
    asked = COLLEAGUE.match(channel["Uniqueid"])
    talk = found.get(asked[1] if asked else channel["Linkedid"])
    if seat and talk:
        in_room = channel["Application"] == "ConfBridge"
        up = channel["ChannelState"] == UP
        leg = Leg(channel["Uniqueid"], seat[1], channel["Channel"], asked is not None, up, in_room)
        leg.talked = in_room or talk.place is Place.TALK
        talk.legs[leg.id] = leg


def _place(channel: Headers) -> Place | None:
    """Where a channel is by what its dialplan does; None where it has nothing to do with people."""
    match channel["Application"], channel["Context"], channel["Exten"]:
        case "Queue", _, _:
            return Place.TALK if channel["BridgeId"] else Place.QUEUE
        case "ConfBridge", _, _:
            return Place.ROOM
        case _, "second", "hold":
            return Place.MUSIC
        case "Dial", "second", "direct":
            return Place.TALK if channel["BridgeId"] else Place.DIRECT
    return None
