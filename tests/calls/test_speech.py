"""Callers who speak."""

import pytest

from account_core import StorageUnavailable
from tests.calls.spoken import ASKED, CLOSED_SAID, DEBT_SAID, OWN_SAID, PASSWORD_ASKED, UNKNOWN_SAID
from tests.company import CLOSED, IN_DEBT, LAST4, OWN, OWN_MOBILE


def test_a_caller_speaks_from_the_menu_to_the_goodbye(call):
    talk = call(f"""
        {ASKED}
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        (silence)
        ivr:  balance/amount 1 234,50 ₽
        ivr:  balance/tariff Семейный
        ivr:  balance/last-payment 500,00 ₽ 2026-11-12
        ivr:  balance/afterwards
        says: нет спасибо
        ivr:  goodbye
        -> goodbye
    """)
    assert (talk.call.contract, talk.call.verified) == (OWN, "contract-number")


def test_no_digit_that_was_spoken_is_recorded_but_the_last_four(call):
    talk = call(f"""
        {ASKED}
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        (silence)
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)
    assert talk.call.path == ["main-menu: balance", "not-heard", "contract/enter: …5678"]


@pytest.mark.parametrize("wish", ["соедините с человеком", "[unk] оператор пожалуйста", "оператор"])
def test_a_person_is_asked_for_in_many_ways(call, wish):
    call(f"""
        ivr:  welcome
        ivr:  main-menu/spoken
        says: {wish}
        ivr:  handover
        -> support: asked for a person
    """)


def test_what_is_understood_everywhere(call):
    call(f"""
        {ASKED}
        says: повторите
        ivr:  contract/enter/spoken
        says: нет
        ivr:  contract/enter/spoken
        says: назад
        ivr:  main-menu/spoken
        says: повтори
        ivr:  main-menu/spoken
        says: баланс
        ivr:  contract/enter/spoken
        says: оператор
        ivr:  handover
        -> support: asked for a person instead of a contract number
    """)


def test_of_what_the_recogniser_offers_the_contract_that_exists_is_meant(call):
    call(f"""
        {ASKED}
        says: {UNKNOWN_SAID} | {DEBT_SAID}
        ivr:  number/right/spoken {IN_DEBT}
        says: да
        ivr:  balance/debt 300,01 ₽
        (hangs up)
    """)


def test_the_contract_of_the_calling_number_goes_before_others(call):
    call(
        f"""
        ivr:  welcome
        ivr:  main-menu/spoken
        says: баланс
        ivr:  balance/offer/spoken 5678
        says: другой договор
        ivr:  contract/enter/spoken
        says: {DEBT_SAID} | {OWN_SAID}
        ivr:  number/right/spoken {OWN}
        says: верно
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
        """,
        caller=OWN_MOBILE,
    )


def test_a_key_outdoes_what_was_said(call):
    call("""
        ivr:  welcome
        ivr:  main-menu/spoken
        cut:  1
        ivr:  contract/enter/spoken
        keys: 77012345678
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_passport_digits_are_keyed_only(call):
    call(f"""
        {PASSWORD_ASKED}
        says: {OWN_SAID}
        ivr:  number/right/spoken {OWN}
        says: да
        ivr:  password/passport
        keys: 9731
        ivr:  password/confirm/spoken 4567
        says: да
        ivr:  password/sent 48
        ivr:  password/afterwards
        (hangs up)
    """)


@pytest.mark.parametrize("said", [OWN_SAID, CLOSED_SAID, UNKNOWN_SAID])
def test_who_asks_for_a_password_hears_the_same_of_any_contract(call, said):
    number = {OWN_SAID: OWN, CLOSED_SAID: CLOSED, UNKNOWN_SAID: "99999999999"}[said]
    call(f"""
        {PASSWORD_ASKED}
        says: {said}
        ivr:  number/right/spoken {number}
        says: да
        ivr:  password/passport
        (hangs up)
    """)


def test_a_recogniser_that_dies_leaves_the_question_to_the_keys(call):
    call("""
        ivr:  welcome
        ivr:  main-menu/spoken
        says: баланс
        ivr:  contract/enter/spoken
        (recogniser dies)
        ivr:  contract/enter
        keys: 77012345678
        ivr:  balance/amount 1 234,50 ₽
        ivr:  balance/tariff Семейный
        ivr:  balance/last-payment 500,00 ₽ 2026-11-12
        ivr:  balance/afterwards
        keys: #
        ivr:  main-menu
        (hangs up)
    """)


def test_english_is_keyed(call):
    call("""
        ivr:  welcome
        ivr:  main-menu/spoken
        keys: 9
        ivr:  main-menu
        (hangs up)
    """)


def test_a_speaker_cannot_fish_for_contracts(call):
    """Each attempt in which the contracts told more than the caller said is counted, whatever comes of it."""
    for _ in range(10):
        call(
            f"""
            {ASKED}
            says: {UNKNOWN_SAID} | {DEBT_SAID}
            ivr:  number/right/spoken {IN_DEBT}
            (hangs up)
            """,
            caller="+74951234567",
        )
    call(
        f"""
        {ASKED}
        says: {UNKNOWN_SAID} | {DEBT_SAID}
        ivr:  contract/too-many
        ivr:  handover
        -> support: named too many contract numbers that do not exist
        """,
        caller="+74951234567",
    )


def test_a_mumble_is_not_held_against_the_contracts(call, services):
    class Unasked:
        def among(self, heard, *, caller, call_id):
            raise StorageUnavailable("was asked")

    mumble = " | ".join(f"{DEBT_SAID[: -len('один')]}{last}" for last in ("ноль", "один", "два", "три"))
    many = f"{mumble} | [unk] | [unk] семь".replace("says: ", "")
    call(
        f"""
        {ASKED}
        says: [unk] | [unk] один | {many}
        ivr:  speech/not-understood
        ivr:  contract/enter/spoken
        (hangs up)
        """,
    )


def test_a_hash_after_a_keyed_number_does_not_answer_the_next_spoken_question(call):
    call(f"""
        {PASSWORD_ASKED}
        keys: {OWN}
        ivr:  password/passport
        cut:  #
        keys: {LAST4}
        ivr:  password/confirm/spoken 4567
        cut:  #
        ivr:  password/confirm/spoken 4567
        keys: 1
        ivr:  password/sent 48
        ivr:  password/afterwards
        (hangs up)
    """)
