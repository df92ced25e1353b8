"""SMS through Kannel: its `sendsms` over HTTP, as its smsbox 1.4.5 answers (gw/smsbox.c).

Everything secret travels in headers and in the body of a POST: the address of a request ends up in logs. The
time for one message is limited as a whole, for a limit on each read is no limit for a peer that trickles.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass

import httpx2

from account_core import Accepted, Message, Refused, TryLater
from ivr.messaging.alphabet import septets

ANSWER_S = 10.0
"""Seconds for one message from the first byte to the answer; the outbox's lease is 60 s."""
CONNECT_S = 3.0
"""Seconds for a connection to stand."""
SETTINGS_S = 60.0
"""Seconds to leave Kannel alone that does not know us: only a person can mend that."""
VALID_MIN = 48 * 60
"""Minutes for which the operator tries to deliver: as long as a temporary password can be used."""
ALL_REPORTS = 31
"""`dlr-mask`: delivered 1, not delivered 2, buffered 4, taken by the operator 8, refused by the operator 16."""
TAKEN = 202
"""The status of a yes: bearerbox has the message, on disk where it is told to (`store-type`)."""
SEVEN_BIT, UCS2 = 0, 2
"""`coding` of sendsms."""
NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")
SAID = (
    "Authorization failed for sendsms",
    "Not routable. Do not try again.",
    "Temporal failure, try again later.",
    "Sending failed.",
    "Number(s) has/have been denied by white- and/or black-lists.",
    "Sender missing and no global set, rejected",
    "Charset or body misformed, rejected",
    "DLR-URL field misformed, rejected",
    "Unknown request.",
)
"""What Kannel is known to say. Nothing else is passed on: an answer might hold the text of the message."""


@dataclass(frozen=True)
class _Answer:
    status: int
    said: str
    after_s: float


class KannelGateway:
    """The `sendsms` service at `url`. `sender` is the number that the SMS come from.

    `report_url` gives, for the key of a message, the address where Kannel tells what became of it.
    """

    name = "kannel"

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        sender: str,
        report_url: Callable[[str], str],
        *,
        answer_s: float = ANSWER_S,
    ) -> None:
        self._url, self._user, self._password, self._sender = url, user, password, sender
        self._report_url, self._answer_s = report_url, answer_s
        # made once, for it takes longer than the rest of a message; http: has no use for it
        self._tls = ssl.create_default_context() if url.startswith("https:") else False

    def send(self, message: Message) -> Accepted:
        """See `Gateway.send`."""
        if not NUMBER.fullmatch(message.to):
            raise Refused("the destination is not a telephone number")
        return _outcome(asyncio.run(self._answer(message)))

    async def _answer(self, message: Message) -> _Answer:
        try:
            async with asyncio.timeout(self._answer_s):
                return await self._post(message)
        except (
            httpx2.ConnectError,
            httpx2.ConnectTimeout,
            httpx2.UnsupportedProtocol,
            httpx2.LocalProtocolError,
        ):
            raise TryLater("Kannel cannot be reached") from None
        except (TimeoutError, httpx2.TimeoutException):
            raise TryLater(f"Kannel gave no answer in {self._answer_s:g} s", perhaps_taken=True) from None
        except httpx2.TransportError as broken:
            raise TryLater(f"Kannel's answer broke off: {type(broken).__name__}", perhaps_taken=True) from None

    async def _post(self, message: Message) -> _Answer:
        # trust_env: a proxy of the environment must not see passwords
        timeout = httpx2.Timeout(self._answer_s, connect=min(CONNECT_S, self._answer_s))
        client = httpx2.AsyncClient(verify=self._tls, trust_env=False, timeout=timeout)
        headers, content = self._headers(message), message.text.encode()
        async with client, client.stream("POST", self._url, headers=headers, content=content) as response:
            # A yes is a yes, whatever becomes of the rest of the answer.
            taken = response.status_code == TAKEN
            said = "" if taken else await anext(response.aiter_text(200), "")
            return _Answer(response.status_code, said, _seconds(response.headers.get("Retry-After")))

    def _headers(self, message: Message) -> dict[str, str]:
        return {
            "X-Kannel-Username": self._user,
            "X-Kannel-Password": self._password,
            "X-Kannel-From": self._sender,
            "X-Kannel-To": message.to,
            "X-Kannel-Coding": str(UCS2 if septets(message.text) is None else SEVEN_BIT),
            "X-Kannel-Validity": str(VALID_MIN),
            "X-Kannel-DLR-Mask": str(ALL_REPORTS),
            "X-Kannel-DLR-URL": self._report_url(message.key),
            "Content-Type": "text/plain; charset=UTF-8",
            "Connection": "close",
        }


def _outcome(answer: _Answer) -> Accepted:
    """What an answer means. Raises `TryLater` or `Refused`."""
    said = next((known for known in SAID if answer.said.startswith(known)), "")
    reason = f"Kannel answers {answer.status} {said}".rstrip()
    match answer.status:
        case status if status == TAKEN:
            return Accepted()
        case 403 if not said.startswith("Authorization"):
            raise Refused(reason)
        case 401 | 403 | 404 | 405:
            raise TryLater(reason, after_s=SETTINGS_S)
        case 429 | 500 | 503:
            raise TryLater(reason, after_s=answer.after_s)
        case status if 400 <= status < 500:
            raise Refused(reason)
        case _:
            # Not Kannel's: a proxy that lost the answer, or somebody else on its port.
            raise TryLater(reason, after_s=answer.after_s, perhaps_taken=True)


def _seconds(retry_after: str | None) -> float:
    return float(retry_after) if retry_after and re.fullmatch("[0-9]{1,5}", retry_after) else 0.0
