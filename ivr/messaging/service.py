"""What a subscriber can have without a call: a new password and the balance, by SMS and by USSD.

Whoever writes is known by the number alone, so all goes to the mobile on file: the password by SMS, the balance
to the very number that asked. Unknown number, shared number, limits: all are refused in the same words.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field

import phonenumbers

from account_core import Accounts, Channel, Incoming, Letter, ResetRefused, Resets, Visit
from ivr.messaging.texts import HOME_LANGUAGE, Texts, Wish

log = logging.getLogger(__name__)

ABOUT = "answer"
"""What an answer is, for the desk."""
REFUSED = "refused"
CODES = {"*111*25": Wish.PASSWORD, "*100": Wish.BALANCE}
"""USSD codes, without the `#` at their end: some gateways leave it out."""
_RUSSIAN = re.compile(r"(?:\+?7|8)?(9[0-9]{9})")
"""Which of these codes are given out changes faster than the tables of phonenumbers."""


@dataclass(frozen=True)
class _Served:
    """What came of a wish."""

    outcome: str
    """A key of the texts, but for the part before `/`."""
    contract: str | None = None
    language: str | None = None
    values: dict[str, object] = field(default_factory=dict)


class SelfService:
    """Serves wishes. Its methods may raise `StorageUnavailable` and `BeingServed`: the same may work later."""

    def __init__(
        self, accounts: Accounts, resets: Resets, incoming: Incoming, texts: Texts, number: str, region: str
    ) -> None:
        self._accounts, self._resets, self._incoming, self._texts = accounts, resets, incoming, texts
        self._number, self._region = number, region

    def sms(self, id: str, sender: str, text: str) -> None:
        """Serve the SMS that the gateway calls `id`. The answer, if there is one, goes into the outbox."""
        mobile = mobile_of(sender, self._region)
        if mobile is None:
            log.info("an SMS from what is no mobile of this country gets no answer")
            return
        wish, language = self._texts.wish(text)
        visit = Visit("sms", f"sms {mobile} {id}", mobile)
        if self._incoming.begin(visit, wish) is not None:
            return
        served = self._serve(visit, wish)
        self._incoming.finish(visit, served.outcome, served.contract, self._letter(mobile, served, language))

    def ussd(self, session: str, sender: str, code: str) -> str:
        """Serve the USSD `code`; the text for the screen."""
        mobile = mobile_of(sender, self._region)
        wish = CODES.get(code.strip().removesuffix("#"), Wish.HELP)
        if mobile is None:
            return self._texts.text(REFUSED, HOME_LANGUAGE)
        visit = Visit("ussd", f"ussd {mobile} {session}", mobile)
        before = self._incoming.begin(visit, wish, **({} if wish is Wish.PASSWORD else {"twin_s": 0}))
        if before is not None and wish is Wish.PASSWORD:
            return self._shown(_Served(before, language=self._language(mobile)))
        served = self._serve(visit, wish)
        self._incoming.finish(visit, served.outcome, served.contract)
        return self._shown(served)

    def _serve(self, visit: Visit, wish: Wish) -> _Served:
        if wish is Wish.HELP:
            return _Served(Wish.HELP, language=self._language(visit.number), values={"number": self._number})
        return self._password(visit) if wish is Wish.PASSWORD else self._balance(visit)

    def _password(self, visit: Visit) -> _Served:
        language = self._language(visit.number)
        case = self._resets.own(visit)
        if case is None:
            return _Served(REFUSED, language=language)
        try:
            self._resets.confirm(case)
        except ResetRefused:
            return _Served(REFUSED, case.contract, language)
        return _Served(Wish.PASSWORD, case.contract, language)

    def _balance(self, visit: Visit) -> _Served:
        account = self._accounts.by_mobile(visit.number)
        if account is None:
            return _Served(REFUSED)
        outcome = "debt" if account.balance < 0 else "balance"
        return _Served(outcome, account.contract, account.language, {"amount": account.balance})

    def _language(self, mobile: str) -> str | None:
        account = self._accounts.by_mobile(mobile)
        return account.language if account else None

    def _letter(self, mobile: str, served: _Served, language: str | None) -> Letter | None:
        """The answer by SMS; none to who gets a password, for that is the answer."""
        if served.outcome == Wish.PASSWORD:
            return None
        key = "sms/help" if served.outcome == Wish.HELP else served.outcome
        text = self._texts.text(key, served.language or language or HOME_LANGUAGE, **served.values)
        return Letter(Channel.SMS, mobile, text, ABOUT, served.contract)

    def _shown(self, served: _Served) -> str:
        key = f"ussd/{served.outcome}" if served.outcome in (Wish.HELP, Wish.PASSWORD) else served.outcome
        return self._texts.text(key, served.language or HOME_LANGUAGE, **served.values)


def mobile_of(sender: str, region: str) -> str | None:
    """The mobile of `region` that `sender`, as the network writes it, is; None for all others.

    Short numbers, names and machines get no answer, so that no two machines ever answer each other; numbers of
    other countries get none either, for whoever earns by calls to them could make us pay for answers.
    """
    if region == "RU":
        found = _RUSSIAN.fullmatch(sender)
        return f"+7{found[1]}" if found else None
    if not re.fullmatch(r"\+?[0-9]{8,15}", sender):
        return None
    try:
        number = phonenumbers.parse(sender, region)
    except phonenumbers.NumberParseException:
        return None
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    if phonenumbers.number_type(number) not in kinds or phonenumbers.region_code_for_number(number) != region:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
