"""The balance of a contract."""

from tests.company import OWN_MOBILE

HEARD = """
        ivr:  balance/amount 1 234,50 ₽
        ivr:  balance/tariff Семейный
        ivr:  balance/last-payment 500,00 ₽ 2026-11-12
"""


def test_a_stranger_keys_eleven_digits_and_hears_the_balance_at_once(call):
    talk = call(f"""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: 770 1234 5678
        {HEARD}
        ivr:  balance/afterwards
        keys: 3
        ivr:  goodbye
        -> goodbye
    """)
    assert (talk.call.contract, talk.call.verified) == ("77012345678", "contract-number")
    assert talk.call.path == [
        "main-menu: balance",
        "contract/enter: …5678",
        "balance/afterwards: goodbye",
    ]


def test_keys_typed_ahead_are_kept_for_the_questions_they_answer(call):
    call("""
        ivr:  welcome
        cut:  1
        ivr:  contract/enter
        cut:  77012345678
        ivr:  balance/amount 1 234,50 ₽
        cut:  3
        ivr:  goodbye
        -> goodbye
    """)


def test_a_caller_from_the_mobile_on_file_is_offered_the_own_contract(call):
    talk = call(
        f"""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  balance/offer 5678
        keys: 1
        {HEARD}
        ivr:  balance/afterwards
        (hangs up)
        """,
        caller=OWN_MOBILE,
    )
    assert talk.call.verified == "calling-number"


def test_the_offer_can_be_declined_for_another_contract(call):
    call(
        """
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  balance/offer 5678
        keys: 2
        ivr:  contract/enter
        keys: 77012340001
        ivr:  balance/debt 300,01 ₽
        (hangs up)
        """,
        caller=OWN_MOBILE,
    )


def test_a_mobile_of_two_contracts_is_offered_neither(call):
    call(
        """
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        (hangs up)
        """,
        caller="+79161110022",
    )


def test_a_contract_without_payments_has_no_last_payment_to_tell(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: 77012340001
        ivr:  balance/debt 300,01 ₽
        ivr:  balance/tariff Простой
        ivr:  balance/afterwards
        (hangs up)
    """)


def test_a_hash_after_the_eleventh_digit_is_a_habit_and_cuts_nothing(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: 77012345678
        ivr:  balance/amount 1 234,50 ₽
        cut:  #
        ivr:  balance/tariff Семейный
        (hangs up)
    """)


def test_a_short_number_is_read_back_and_asked_for_again(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: 7701234
        (silence)
        ivr:  number/short 7701234
        ivr:  contract/enter
        keys: 770#
        ivr:  number/short 770
        ivr:  contract/enter
        keys: 77012345678
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_a_closed_contract_sounds_like_an_unknown_one(call):
    for number in ("77012340009", "99999999999"):
        call(f"""
            ivr:  welcome
            ivr:  main-menu
            keys: 1
            ivr:  contract/enter
            keys: {number}
            ivr:  contract/unknown {number}
            ivr:  contract/enter
            (hangs up)
        """)


def test_three_failures_of_any_kind_lead_to_a_person(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: 99999999999
        ivr:  contract/unknown 99999999999
        ivr:  contract/enter
        keys: 770
        (silence)
        ivr:  number/short 770
        ivr:  contract/enter
        (silence)
        ivr:  handover
        -> support: could not key in a number (contract/enter)
    """)


def test_a_twelfth_digit_does_not_spoil_the_next_try(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: 77701234567
        ivr:  contract/unknown 77701234567
        cut:  8
        ivr:  contract/unknown 77701234567
        ivr:  contract/enter
        keys: 77012345678
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_a_key_pressed_after_the_reason_was_heard_begins_the_new_number(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: 77701234567
        ivr:  contract/unknown 77701234567
        after 2.5 s
        cut:  77012345678
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_star_within_a_number_starts_it_again(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: 7709*
        ivr:  contract/enter
        keys: 77012345678
        ivr:  balance/amount 1 234,50 ₽
        (hangs up)
    """)


def test_zero_and_hash_instead_of_a_number_ask_for_a_person(call):
    call("""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        ivr:  contract/enter
        keys: 0#
        ivr:  handover
        -> support: asked for a person instead of a contract number
    """)


def test_three_unknown_contracts_are_all_that_a_call_may_name(call):
    unknown = """
        ivr:  contract/enter
        keys: 7700000000{0}
        ivr:  contract/unknown 7700000000{0}
    """
    call(f"""
        ivr:  welcome
        ivr:  main-menu
        keys: 1
        {unknown.format(1)}
        {unknown.format(2)}
        ivr:  contract/enter
        keys: #
        ivr:  main-menu
        keys: 1
        {unknown.format(3)}
        ivr:  contract/enter
        keys: 77012345678
        ivr:  contract/too-many
        ivr:  handover
        -> support: named too many contract numbers that do not exist
    """)


def test_a_calling_number_cannot_harvest_contracts_call_by_call(call):
    for n in range(10):
        call(
            f"""
            ivr:  welcome
            cut:  1
            ivr:  contract/enter
            cut:  7700000000{n}
            ivr:  contract/unknown 7700000000{n}
            (hangs up)
            """,
            caller="+74951234567",
        )
    call(
        """
        ivr:  welcome
        cut:  1
        ivr:  contract/enter
        cut:  77012345678
        ivr:  contract/too-many
        ivr:  handover
        -> support: named too many contract numbers that do not exist
        """,
        caller="+74951234567",
    )


def test_the_balance_is_told_again_and_then_that_of_another_contract(call):
    call(f"""
        ivr:  welcome
        cut:  1
        ivr:  contract/enter
        cut:  77012345678
        {HEARD}
        ivr:  balance/afterwards
        keys: 1
        {HEARD}
        ivr:  balance/afterwards
        keys: 2
        ivr:  contract/enter
        keys: 77012340001
        ivr:  balance/debt 300,01 ₽
        (hangs up)
    """)


def test_silence_after_the_balance_ends_in_a_goodbye_not_in_the_queue(call):
    call(f"""
        ivr:  welcome
        cut:  1
        ivr:  contract/enter
        cut:  77012345678
        {HEARD}
        ivr:  balance/afterwards
        (silence)
        ivr:  not-heard
        ivr:  balance/afterwards
        (silence)
        ivr:  not-heard
        ivr:  balance/afterwards
        (silence)
        ivr:  goodbye
        -> goodbye
    """)


def test_a_person_after_the_balance_knows_the_contract(call):
    talk = call(f"""
        ivr:  welcome
        cut:  1
        ivr:  contract/enter
        cut:  77012345678
        {HEARD}
        ivr:  balance/afterwards
        keys: 0
        ivr:  handover
        -> support: after hearing the balance
    """)
    assert talk.call.contract == "77012345678"


def test_an_account_with_nothing_on_it_is_told_so(call):
    call("""
        ivr:  welcome
        cut:  1
        ivr:  contract/enter
        cut:  77012340002
        ivr:  balance/zero
        ivr:  balance/tariff Простой
        (hangs up)
    """)
