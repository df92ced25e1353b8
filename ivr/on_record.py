"""Each call is put on record: when it begins, and again when it has ended, however it ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from account_core import HANDED_OVER, CallLog, CallRecord, HandoverStory
from ivr.call_loop import Ending
from ivr.dialogue import Call, Goodbye, Handover, Stay


def on_record(
    calls: CallLog,
    call: Call,
    called: str,
    talk: Callable[[], Ending],
    keep: Callable[[HandoverStory], object] = lambda _: None,
) -> Ending:
    """Lead `talk`, which is what passes in `call` to the number `called`; the record is in `calls`.

    The story of a call that is handed over is given to `keep` before anybody else learns of it.
    """
    record = _record(call, called)
    calls.save(record)
    outcome = "failed"
    try:
        ending = talk()
        outcome = _outcome(ending, call.about)
        if isinstance(ending, Handover):
            keep(_story(record, call, ending))
        return ending
    finally:
        calls.save(_ended(record, call, outcome))


def _record(call: Call, called: str) -> CallRecord:
    return CallRecord(
        call_id=call.id,
        calling_number=call.caller,
        called_number=called,
        language=call.language,
        started_at=dt.datetime.now(dt.UTC),
        ended_at=None,
        contract=call.contract,
        verified=call.verified,
        path=call.path,
        outcome="in progress",
    )


def _story(record: CallRecord, call: Call, handover: Handover) -> HandoverStory:
    return HandoverStory(
        call_id=call.id,
        queue=handover.queue,
        about=handover.about,
        contract=call.contract,
        verified=call.verified,
        path=call.path,
        calling_number=call.caller,
        language=call.language,
        called_at=record.started_at,
        handed_over_at=dt.datetime.now(dt.UTC),
    )


def _ended(record: CallRecord, call: Call, outcome: str) -> CallRecord:
    return replace(
        record,
        language=call.language,
        ended_at=dt.datetime.now(dt.UTC),
        contract=call.contract,
        verified=call.verified,
        path=call.path,
        outcome=outcome,
    )


def _outcome(ending: Ending, handed_over: str) -> str:
    """`handed_over` is why a caller was put through before: that stays so, whatever comes later."""
    match ending:
        case Handover(_, about):
            return HANDED_OVER + (handed_over or about)
        case _ if handed_over:
            return HANDED_OVER + handed_over
        case Goodbye() | Stay():
            return "goodbye"
        case None:
            return "hung up"
