"""What callers hear when a part fails or nobody answers."""

from dataclasses import replace

from account_core import StorageUnavailable
from ivr.flows.nobody import nobody


class BrokenAccounts:
    """Accounts whose database is away."""

    def by_mobile(self, mobile):
        raise StorageUnavailable("the disk is gone")

    def find(self, number, *, caller, call_id):
        raise StorageUnavailable("the disk is gone")


def test_a_caller_is_led_to_a_person_when_the_database_is_away(call, services):
    call(
        """
        ivr:  welcome
        cut:  1
        ivr:  contract/enter
        cut:  77012345678
        ivr:  trouble
        ivr:  handover
        -> support: the line had a fault
        """,
        services=replace(services, accounts=BrokenAccounts()),
    )


def test_a_fault_in_a_flow_leads_to_a_person_too(call, services):
    call(
        """
        ivr:  welcome
        cut:  1
        ivr:  contract/enter
        cut:  77012345678
        ivr:  trouble
        ivr:  handover
        -> support: the line had a fault
        """,
        services=replace(services, accounts=None),
    )


def test_a_caller_whom_nobody_can_answer_now_may_go_back(call):
    call(
        """
        ivr:  nobody/busy
        ivr:  nobody/instead
        keys: 1
        ivr:  main-menu
        (hangs up)
        """,
        first=nobody,
    )


def test_nobody_is_left_without_a_goodbye(call):
    call(
        """
        ivr:  nobody/busy
        ivr:  nobody/instead
        keys: 2
        ivr:  goodbye
        -> goodbye
        """,
        first=nobody,
    )
