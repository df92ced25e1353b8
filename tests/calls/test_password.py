"""A new password by SMS."""

import pytest

from account_core import Accepted, Channel, Sender
from tests.company import CLOSED, LAST4, OWN, OWN_MOBILE, WITHOUT_MOBILE

NAMED = """
        ivr:  welcome
        cut:  2
        ivr:  password/intro
        ivr:  contract/enter
        keys: {0}
"""
SENT = """
        ivr:  password/confirm 4567
        keys: 1
        ivr:  password/sent 48
        ivr:  password/afterwards
"""


class Network:
    """The operator's end: keeps what it is sent."""

    name = "network"

    def __init__(self):
        self.sent = []

    def send(self, message):
        self.sent.append(message)
        return Accepted()


@pytest.fixture
def network(outbox):
    """Sends what waits when it is asked for what came."""

    class Sending(Network):
        def messages(self):
            while Sender(outbox, Channel.SMS, self).send_one():
                pass
            return self.sent

    return Sending()


def test_the_mobile_on_file_is_proof_enough(call, network):
    talk = call(
        f"""
        ivr:  welcome
        cut:  2
        ivr:  password/intro
        ivr:  password/offer 5678
        keys: 1
        {SENT}
        keys: 3
        ivr:  goodbye
        -> goodbye
        """,
        caller=OWN_MOBILE,
    )
    assert (talk.call.contract, talk.call.verified) == (OWN, "calling-number")
    [sms] = network.messages()
    assert sms.to == OWN_MOBILE


def test_from_another_telephone_the_passport_digits_are_asked_for(call, network):
    talk = call(f"""
        {NAMED.format(OWN)}
        ivr:  password/passport
        keys: {LAST4}
        {SENT}
        (hangs up)
    """)
    assert talk.call.verified == "passport"
    assert len(network.messages()) == 1


def test_a_hash_after_an_entry_is_a_habit_and_leads_nowhere(call, network):
    call(f"""
        {NAMED.format(OWN)}
        ivr:  password/passport
        cut:  #
        keys: {LAST4}
        ivr:  password/confirm 4567
        cut:  #
        keys: 1
        ivr:  password/sent 48
        ivr:  password/afterwards
        (hangs up)
    """)
    assert len(network.messages()) == 1


def test_a_hash_after_the_question_goes_back_as_ever(call):
    call(f"""
        {NAMED.format(OWN)}
        ivr:  password/passport
        keys: #
        ivr:  contract/enter
        (hangs up)
    """)


def test_passport_digits_are_in_no_record_of_the_call(call):
    talk = call(f"""
        {NAMED.format(OWN)}
        ivr:  password/passport
        keys: {LAST4}
        ivr:  password/confirm 4567
        (hangs up)
    """)
    assert LAST4 not in " ".join(talk.call.path)
    assert "password/passport: secret" in talk.call.path


@pytest.mark.parametrize("number", [OWN, CLOSED, WITHOUT_MOBILE, "99999999999"])
def test_a_stranger_hears_the_same_of_any_contract(call, network, number):
    digits = LAST4 if number != OWN else "0000"
    call(f"""
        {NAMED.format(number)}
        ivr:  password/passport
        keys: {digits}
        ivr:  password/refused
        ivr:  password/passport
        keys: {digits}
        ivr:  password/refused
        ivr:  password/passport
        keys: {digits}
        ivr:  handover
        -> support: could not key in a number (password/passport)
    """)
    assert network.messages() == []


def test_a_call_has_three_tries_at_passport_digits_whatever_the_contract(call):
    call(f"""
        {NAMED.format(OWN)}
        ivr:  password/passport
        keys: 0000
        ivr:  password/refused
        ivr:  password/passport
        keys: 0001
        ivr:  password/refused
        ivr:  password/passport
        keys: #
        ivr:  contract/enter
        keys: {OWN}
        ivr:  password/passport
        keys: 0002
        ivr:  password/refused
        ivr:  password/passport
        keys: {LAST4}
        ivr:  password/not-now
        ivr:  handover
        -> support: was not verified for a new password
    """)


def test_nothing_is_sent_without_a_yes(call, network):
    call(
        """
        ivr:  welcome
        cut:  2
        ivr:  password/intro
        ivr:  password/offer 5678
        keys: 1
        ivr:  password/confirm 4567
        keys: 2
        ivr:  main-menu
        (hangs up)
        """,
        caller=OWN_MOBILE,
    )
    assert network.messages() == []


def test_a_contract_gets_three_passwords_a_day(call, network):
    call(
        f"""
        ivr:  welcome
        cut:  2
        ivr:  password/intro
        ivr:  password/offer 5678
        keys: 1
        {SENT}
        keys: 2
        ivr:  password/sent 48
        ivr:  password/afterwards
        keys: 2
        ivr:  password/sent 48
        ivr:  password/afterwards
        keys: 2
        ivr:  password/not-now
        ivr:  handover
        -> support: got no new password: refused: too many new passwords
        """,
        caller=OWN_MOBILE,
    )


def test_the_caller_hears_what_became_of_the_message(call, outbox, network):
    script = f"""
        ivr:  welcome
        cut:  2
        ivr:  password/intro
        ivr:  password/offer 5678
        keys: 1
        {SENT}
        keys: 1
        ivr:  password/waiting
        ivr:  password/afterwards
        keys: 0
        ivr:  handover
        -> support: a new password was sent and did not help
    """
    call(script, caller=OWN_MOBILE)


def test_who_hangs_up_before_the_yes_gets_nothing_and_after_it_the_message(call, network):
    script = """
        ivr:  welcome
        cut:  2
        ivr:  password/intro
        ivr:  password/offer 5678
        keys: 1
        ivr:  password/confirm 4567
    """
    call(script + "(hangs up)", caller=OWN_MOBILE)
    assert network.messages() == []
    call(script + "keys: 1\n ivr: password/sent 48\n (hangs up)", caller=OWN_MOBILE)
    assert len(network.messages()) == 1
