"""Callers who are misheard, correct themselves, and say what is no answer."""

from dataclasses import replace

import pytest

from ivr.dialogue.confirming import GOING_ON, RIGHT
from ivr.dialogue.heard import Heard, Trust
from ivr.dialogue.questions import AskAgain, said
from tests.calls.spoken import ASKED, DEBT_SAID, OWN_SAID, UNKNOWN_SAID
from tests.company import IN_DEBT, OWN


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


def test_who_must_look_for_the_number_is_waited_for(call):
    call(f"""
        {ASKED}
        says: подождите сейчас
        ivr:  speech/wait
        says: {OWN_SAID}
        ivr:  number/going-on/spoken {OWN}
        (silence)
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_who_is_waited_for_in_vain_is_asked_again_and_has_not_failed(call):
    call(f"""
        {ASKED}
        says: минуточку
        ivr:  speech/wait
        (silence)
        ivr:  contract/enter/spoken
        (silence)
        ivr:  contract/where
        ivr:  contract/enter/spoken
        keys: {OWN}
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_keys_end_the_wait(call):
    call(f"""
        {ASKED}
        says: секунду
        ivr:  speech/wait
        keys: {OWN}
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_who_does_not_know_the_number_hears_where_it_is(call):
    call(f"""
        {ASKED}
        says: не помню
        ivr:  contract/where
        ivr:  contract/enter/spoken
        says: девушка {OWN_SAID} спасибо
        ivr:  number/going-on/spoken {OWN}
        (silence)
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_ones_and_twos_said_to_a_number_read_back_confirm_nothing(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID} | {DEBT_SAID}
        ivr:  number/right/spoken {OWN}
        says: ноль один
        ivr:  speech/not-understood
        ivr:  number/right/spoken {OWN}
        says: да
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_an_unsure_yes_to_one_number_is_none_to_the_next(call):
    call(f"""
        {ASKED}
        says: {OWN_SAID} | {DEBT_SAID}
        ivr:  number/right/spoken {OWN}
        says: да [unk] | [unk]
        ivr:  speech/not-understood
        ivr:  number/right/spoken {OWN}
        keys: 2
        ivr:  number/denied
        ivr:  contract/enter/spoken
        says: {DEBT_SAID} | {OWN_SAID}
        ivr:  number/right/spoken {IN_DEBT}
        says: да [unk] | [unk]
        ivr:  speech/not-understood
        (hangs up)
    """)
