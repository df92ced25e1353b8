"""What goes out when a password is reset: the password itself by SMS, and word of it by e-mail."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from sqlalchemy import Connection, Row

from account_core.letters import letter
from account_core.messages import Channel, Letter
from account_core.outbox import Outbox

ABOUT = "temporary password"
NOTICE = "notice of a new password"
_EMAIL = re.compile(r"[^\s@<>,;]{1,64}@[^\s@<>,;]{1,255}")


def put(outbox: Outbox, connection: Connection, row: Row[Any], password: str, valid_for: dt.timedelta) -> str:
    """Queue the messages of contract `row`; the key of the SMS. One that still waits is taken back."""
    outbox.replace(connection, row.number, ABOUT)
    if row.email and _EMAIL.fullmatch(row.email):
        outbox.put(connection, _notice(row))
    hours = round(valid_for.total_seconds() / 3600)
    text = letter("temporary-password", row.language, password=password, hours=hours)
    sms = Letter(Channel.SMS, row.mobile, text, ABOUT, row.number, secret=True, useful_for=valid_for)
    return outbox.put(connection, sms)


def _notice(row: Row[Any]) -> Letter:
    text = letter("notice", row.language, contract=row.number[-4:], mobile=row.mobile[-4:])
    subject = letter("notice-subject", row.language)
    return Letter(Channel.EMAIL, row.email, text, NOTICE, row.number, subject=subject)
