"""Callers who speak."""

from dataclasses import replace

import pytest

from account_core import StorageUnavailable
from ivr.dialogue.confirming import GOING_ON, RIGHT
from ivr.dialogue.heard import Heard, Trust
from ivr.dialogue.questions import AskAgain, said
from tests.company import CLOSED, IN_DEBT, LAST4, OWN, OWN_MOBILE

OWN_SAID = "семьсот семьдесят двенадцать тридцать четыре пятьсот шестьдесят семь восемь"
DEBT_SAID = "семь семь ноль один два три четыре ноль ноль ноль один"
CLOSED_SAID = "семь семь ноль один два три четыре ноль ноль ноль девять"
UNKNOWN_SAID = "девять девять девять девять девять девять девять девять девять девять девять"
ASKED = """
        ivr:  welcome
        ivr:  main-menu/spoken
        says: баланс
        ivr:  contract/enter/spoken
"""
PASSWORD_ASKED = """
        ivr:  welcome
        ivr:  main-menu/spoken
        says: пароль
        ivr:  password/intro
        ivr:  contract/enter/spoken
"""


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


def test_what_was_said_before_a_correction_is_dropped(call):
    call(f"""
        {ASKED}
        says: семь семь ноль два нет не так {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        (silence)
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_a_no_stops_a_number_of_which_the_line_was_certain(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        says: нет
        ivr:  number/denied
        ivr:  contract/enter/spoken
        says: {DEBT_SAID}
        ivr:  number/going-on/spoken {IN_DEBT}
        says: да
        ivr:  balance/debt 300,01 ₽
        (hangs up)
    """)


def test_who_says_no_and_the_number_again_is_heard_at_once(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        says: нет семь [unk] семь [unk] семь
        ivr:  number/denied
        says: {DEBT_SAID}
        ivr:  number/going-on/spoken {IN_DEBT}
        says: да
        ivr:  balance/debt 300,01 ₽
        (hangs up)
    """)


def test_a_key_of_the_no_does_not_begin_the_next_number(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID} | {DEBT_SAID}
        ivr:  number/right/spoken {OWN}
        keys: 2
        ivr:  number/denied
        after 0.3 s
        cut:  2
        ivr:  number/denied
        ivr:  contract/enter/spoken
        keys: {IN_DEBT}
        ivr:  balance/debt 300,01 ₽
        (hangs up)
    """)


def test_who_is_still_speaking_when_refused_has_not_failed_again(call):
    call(f"""
        {ASKED}
        says: [unk]
        ivr:  speech/not-understood
        says: [unk]
        ivr:  contract/enter/spoken
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        (hangs up)
    """)


def test_a_yes_to_another_try_is_no_yes_to_the_question(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID} | {DEBT_SAID}
        ivr:  number/right/spoken {OWN}
        says: [unk]
        ivr:  speech/not-understood
        ivr:  number/right/spoken {OWN}
        says: да
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_who_says_no_twice_to_a_certain_number_is_believed(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        says: [unk] нет | [unk]
        ivr:  number/right/spoken {OWN}
        says: [unk] нет | [unk]
        ivr:  number/denied
        (hangs up)
    """)


def test_who_says_the_same_twice_is_believed(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID} | {DEBT_SAID}
        ivr:  number/right/spoken {OWN}
        says: [unk] да | [unk]
        ivr:  speech/not-understood
        ivr:  number/right/spoken {OWN}
        says: [unk] да | [unk]
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_silence_is_no_yes_where_the_recogniser_died(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        (recogniser dies)
        ivr:  number/right {OWN}
        keys: 1
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_a_digit_in_a_correction_is_no_yes(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID} | {DEBT_SAID}
        ivr:  number/right/spoken {OWN}
        says: [unk] один
        ivr:  speech/not-understood
        ivr:  number/right/spoken {OWN}
        says: нет [unk] один
        ivr:  number/denied
        ivr:  contract/enter/spoken
        (hangs up)
    """)


def test_too_few_digits_are_told(call):
    call(f"""
        {ASKED}
        says: семь семь один два три пять
        ivr:  speech/short
        ivr:  contract/enter/spoken
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        (hangs up)
    """)


def test_digits_that_were_hardly_said_are_not_read_back_as_no_contract(call):
    call(f"""
        {ASKED}
        says: [unk] | {UNKNOWN_SAID}
        ivr:  speech/not-understood
        ivr:  contract/enter/spoken
        (hangs up)
    """)


def test_a_yes_before_the_number_was_heard_belongs_to_what_was_said_before():
    late = Heard("yes", 1.0, after_s=RIGHT.known_after_s)
    assert said(RIGHT, late, Trust()) == said(RIGHT, Heard("yes", 1.0), Trust()) == "yes"
    early = replace(late, after_s=RIGHT.known_after_s - 0.1)
    for question in (RIGHT, GOING_ON):
        with pytest.raises(AskAgain):
            said(question, early, Trust())
    assert said(RIGHT, replace(early, answer="no"), Trust()) == "no"


def test_a_greeting_and_thanks_are_no_mistakes_and_no_goodbye(call):
    call(f"""
        ivr:  welcome
        ivr:  main-menu/spoken
        says: здравствуйте
        ivr:  main-menu/spoken
        says: алло
        ivr:  speech/not-understood
        ivr:  main-menu/spoken
        says: здравствуйте [unk] баланс пожалуйста
        ivr:  contract/enter/spoken
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        says: всё верно
        ivr:  balance/amount 1 234,50 ₽
        ivr:  balance/tariff Семейный
        ivr:  balance/last-payment 500,00 ₽ 2026-11-12
        ivr:  balance/afterwards
        says: другой договор спасибо
        ivr:  contract/enter/spoken
        says: повторите [unk] пожалуйста
        ivr:  contract/enter/spoken
        says: семь семь ноль один оператор
        ivr:  handover
        -> support: asked for a person instead of a contract number
    """)


def test_who_was_not_understood_twice_is_tried_by_voice_once_from_then_on(call):
    call(f"""
        {ASKED}
        says: [unk]
        ivr:  speech/not-understood
        ivr:  contract/enter/spoken
        says: [unk]
        ivr:  speech/not-understood
        ivr:  contract/enter
        keys: {OWN}
        ivr:  balance/amount 1 234,50 ₽
        ivr:  balance/tariff Семейный
        ivr:  balance/last-payment 500,00 ₽ 2026-11-12
        ivr:  balance/afterwards
        says: [unk]
        ivr:  speech/not-understood
        ivr:  balance/afterwards
        keys: 3
        ivr:  goodbye
        -> goodbye
    """)


def test_no_balance_is_told_on_a_guess(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID} | {DEBT_SAID}
        ivr:  number/right/spoken {OWN}
        (silence)
        ivr:  not-heard
        ivr:  number/right/spoken {OWN}
        says: [unk] [unk]
        ivr:  speech/not-understood
        ivr:  number/right {OWN}
        keys: 1
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
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


def test_after_two_failures_by_voice_the_question_is_put_for_the_keys_and_then_comes_a_person(call):
    call(f"""
        {ASKED}
        says: [unk] семь
        ivr:  speech/not-understood
        ivr:  contract/enter/spoken
        says: {UNKNOWN_SAID}
        ivr:  contract/not-found 99999999999
        ivr:  contract/enter
        (silence)
        ivr:  handover
        -> support: could not key in a number (contract/enter)
    """)


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
