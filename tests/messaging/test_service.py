"""What subscribers get who write to the line, and what nobody gets."""

from __future__ import annotations

import itertools
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from account_core import Audit, Channel, Incoming, MustChange, Resets, StorageUnavailable, WrongPassword
from ivr.messaging.alphabet import septets, ucs2
from ivr.messaging.service import SelfService
from ivr.messaging.texts import LANGUAGES, Texts
from tests.core.clock import Clock
from tests.core.passwords.company import OWN, OWN_MOBILE, Company

SHARED, STRANGER = "+79161110022", "+79990009900"
SCREEN_SEPTETS, SCREEN_UCS2 = 182, 70
"""Letters on a USSD screen: 160 octets (3GPP TS 23.038, 5)."""
HOUR_S, DAY_S = 3600, 24 * 3600


@pytest.fixture(autouse=True)
def others(company: Company) -> None:
    company.add("77000000005", "77000000006", mobile=SHARED)
    company.add("77000000007", mobile="+79160000007", balance=-30001, language="en")


def answers(company: Company) -> list[str]:
    """The texts of all SMS that were sent so far."""
    company.send()
    return [message.text for message in company.gateway.asked if message.channel == Channel.SMS]


class Subscribers:
    """Write and key, each time anew as far as the gateway is concerned."""

    def __init__(self, service: SelfService) -> None:
        self._service, self._ids = service, map(str, itertools.count())

    def write(self, text: str, sender: str = OWN_MOBILE) -> None:
        self._service.sms(next(self._ids), sender, text)

    def key(self, code: str, sender: str = OWN_MOBILE) -> str:
        return self._service.ussd(next(self._ids), sender, code)


@pytest.fixture
def subscribers(service: SelfService) -> Subscribers:
    return Subscribers(service)


@pytest.mark.parametrize(
    "word", ["ПАРОЛЬ", "пароль", " Пароль. ", "«пароль»!", "PASSWORD", "Новый  пароль", "Паро́ль"]
)
def test_the_word_for_a_password_gets_one_and_nothing_else(
    company: Company, subscribers: Subscribers, word: str
) -> None:
    subscribers.write(word)
    (text,) = answers(company)
    assert isinstance(company.door.sign_in(OWN, company.sms()[-1], company.visit()), MustChange)
    assert text.startswith("0890: временный пароль")


@pytest.mark.parametrize("word", ["баланс", "БАЛАНС?", "balance", "Остаток"])
def test_the_word_for_the_balance_gets_it(company: Company, subscribers: Subscribers, word: str) -> None:
    subscribers.write(word)
    assert answers(company) == ["На вашем счёте 0,00 ₽."]


def test_a_debt_is_called_one_in_the_language_of_the_contract(
    company: Company, subscribers: Subscribers
) -> None:
    subscribers.write("баланс", "+79160000007")
    assert answers(company) == ["You owe RUB 300.01."]


@pytest.mark.parametrize(
    "text", ["", "пароль забыл, помогите", "п", "?" * 1000, "пароль\nбаланс", "STOP", "{number}"]
)
def test_anything_else_gets_help(company: Company, subscribers: Subscribers, text: str) -> None:
    subscribers.write(text)
    assert answers(company) == ["Напишите на 3339 слово ПАРОЛЬ или БАЛАНС. Помощь: 0890."]


@pytest.mark.parametrize("sender", [STRANGER, SHARED, "+79160000001"])
@pytest.mark.parametrize("word", ["ПАРОЛЬ", "БАЛАНС"])
def test_unknown_shared_and_closed_are_refused_in_the_same_words(
    company: Company, subscribers: Subscribers, sender: str, word: str
) -> None:
    subscribers.write(word, sender)
    assert answers(company) == ["Не получилось. Вам помогут по телефону 0890."]


def test_limits_are_those_of_the_voice_line(company: Company, subscribers: Subscribers, clock: Clock) -> None:
    company.reset()
    for _ in range(3):
        subscribers.write("ПАРОЛЬ")
        company.send()
        clock.pass_by(HOUR_S)
    assert [text.partition(" ")[0] for text in answers(company)] == ["0890:", "0890:", "0890:", "Не"]
    clock.pass_by(DAY_S)
    subscribers.write("ПАРОЛЬ")
    assert len(company.sms()) == 4


def test_what_a_thumb_or_a_network_doubles_is_done_once(
    company: Company, subscribers: Subscribers, service: SelfService, clock: Clock
) -> None:
    subscribers.write("ПАРОЛЬ")
    clock.pass_by(59)
    subscribers.write("пароль")
    service.sms("0", OWN_MOBILE, "ПАРОЛЬ")
    assert len(answers(company)) == 1
    clock.pass_by(2)
    subscribers.write("пароль")
    assert len(answers(company)) == 2


def test_many_at_once_make_one_password(company: Company, service: SelfService) -> None:
    def write(_: int) -> bool:
        try:
            service.sms("the same", OWN_MOBILE, "ПАРОЛЬ")
        except Exception:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert any(pool.map(write, range(16)))
    assert len(answers(company)) == 1


def test_a_number_gets_five_answers_an_hour_and_passwords_all_the_same(
    company: Company, subscribers: Subscribers, clock: Clock
) -> None:
    for _ in range(20):
        subscribers.write("как дела")
        clock.pass_by(61)
    assert len(answers(company)) == 5
    subscribers.write("ПАРОЛЬ")
    assert len(company.sms()) == 1
    clock.pass_by(HOUR_S)
    subscribers.write("как дела")
    assert len(answers(company)) == 7


def test_a_death_between_the_password_and_its_note_makes_no_second_one(
    company: Company, texts: Texts, clock: Clock, monkeypatch: pytest.MonkeyPatch, service: SelfService
) -> None:
    def dies(*_: object, **__: object) -> None:
        raise StorageUnavailable("killed")

    with monkeypatch.context() as killed:
        killed.setattr(Incoming, "finish", dies)
        with pytest.raises(StorageUnavailable):
            service.sms("1", OWN_MOBILE, "ПАРОЛЬ")
    clock.pass_by(120)
    service.sms("1", OWN_MOBILE, "ПАРОЛЬ")
    service.sms("1", OWN_MOBILE, "ПАРОЛЬ")
    assert len(company.sms()) == 1


def test_a_death_before_the_password_leaves_the_request_to_be_served_again(
    company: Company, clock: Clock, monkeypatch: pytest.MonkeyPatch, service: SelfService
) -> None:
    def dies(*_: object) -> None:
        raise StorageUnavailable("killed")

    with monkeypatch.context() as killed:
        killed.setattr(Resets, "confirm", dies)
        with pytest.raises(StorageUnavailable):
            service.sms("1", OWN_MOBILE, "ПАРОЛЬ")
    clock.pass_by(31)
    service.sms("1", OWN_MOBILE, "ПАРОЛЬ")
    assert len(company.sms()) == 1


def test_a_clock_that_was_turned_back_stops_nobody(
    company: Company, subscribers: Subscribers, clock: Clock
) -> None:
    subscribers.write("баланс")
    clock.pass_by(-10 * HOUR_S)
    subscribers.write("баланс")
    assert len([told for told in company.desk.recent() if told.about == "answer"]) == 2


def test_the_trail_tells_who_asked_for_what_and_holds_no_text(
    company: Company, subscribers: Subscribers
) -> None:
    subscribers.write("ПАРОЛЬ")
    subscribers.key("*100#")
    notes = [note for note in Audit.story(company.database, OWN) if note.what.startswith("asked for")]
    assert [
        (note.what, note.facts["channel"], note.facts["from"], note.facts["decided"]) for note in notes
    ] == [
        ("asked for password", "sms", OWN_MOBILE, "password"),
        ("asked for balance", "ussd", OWN_MOBILE, "balance"),
    ]
    everything = str(Audit.story(company.database, OWN))
    assert not any(password in everything for password in company.sms())


@pytest.mark.parametrize("code", ["*111*25#", "*111*25", " *111*25# "])
def test_the_code_for_a_password_sends_it_by_sms_and_says_so(
    company: Company, subscribers: Subscribers, code: str
) -> None:
    assert subscribers.key(code) == "Временный пароль придёт по SMS на номер, который записан в договоре."
    assert subscribers.key(code) == "Временный пароль придёт по SMS на номер, который записан в договоре."
    (password,) = company.sms()
    assert isinstance(company.door.sign_in(OWN, password, company.visit()), MustChange)


def test_codes_for_the_balance_and_for_nothing(subscribers: Subscribers) -> None:
    assert [subscribers.key("*100#") for _ in range(3)] == ["На вашем счёте 0,00 ₽."] * 3
    assert subscribers.key("*100#", "+79160000007") == "You owe RUB 300.01."
    for code in ("", "*111#", "*100*1#", "*111*25*79990001122#", "ы" * 1000):
        assert subscribers.key(code) == "Баланс: *100#. Новый пароль: *111*25#. Помощь: 0890."


@pytest.mark.parametrize("sender", [STRANGER, SHARED, "", "3339", "Bank", "+447700900123"])
@pytest.mark.parametrize("code", ["*111*25#", "*100#"])
def test_a_session_of_nobody_we_know_is_refused(
    company: Company, subscribers: Subscribers, sender: str, code: str
) -> None:
    assert subscribers.key(code, sender) == "Не получилось. Вам помогут по телефону 0890."
    assert answers(company) == []


def test_a_session_and_its_number_belong_together(service: SelfService) -> None:
    assert service.ussd("1", OWN_MOBILE, "*111*25#").startswith("Временный пароль")
    assert service.ussd("1", STRANGER, "*111*25#").startswith("Не получилось")


def test_an_older_password_is_of_no_use_after_a_new_one_by_sms(
    company: Company, subscribers: Subscribers
) -> None:
    old = company.reset()
    subscribers.write("ПАРОЛЬ")
    with pytest.raises(WrongPassword):
        company.door.sign_in(OWN, old, company.visit())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_and_fits(texts: Texts, language: str) -> None:
    assert texts.keys(language) == texts.keys(LANGUAGES[0])
    values = {"amount": -99_999_999_99, "number": "+123456789012345"}
    for key in texts.keys(language):
        if key.startswith("words/"):
            continue
        text = texts.text(key, language, **values)
        length = septets(text)
        assert not re.search("[{}]", text)
        assert ucs2(text) <= SCREEN_UCS2 or (length is not None and length <= SCREEN_SEPTETS), (key, len(text))
