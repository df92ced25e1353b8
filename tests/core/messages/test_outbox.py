"""No message is lost, none is sent twice without need, and no secret outlives its sending."""

from __future__ import annotations

import datetime as dt
import itertools
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text, update

from account_core import (
    Accepted,
    Audit,
    Channel,
    Database,
    Keys,
    Letter,
    MessageDesk,
    NotToBeSent,
    Outbox,
    Refused,
    Sender,
    State,
    StorageUnavailable,
    TryLater,
)
from account_core.message_tables import MessageRow
from account_core.outbox import LEASE_S
from account_core.tables import Contract
from tests.core.clock import Clock
from tests.core.messages.gateways import Scripted
from tests.core.messages.seen import states, stored_text

Put = Callable[..., str]
HOUR_S = 3600


def test_a_message_of_a_transaction_that_is_undone_was_never_there(
    database: Database, outbox: Outbox, desk: MessageDesk
) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as connection:
        outbox.put(connection, Letter(Channel.SMS, "+79161234567", "text", "test"))
        raise ZeroDivisionError
    assert desk.recent() == []


def test_a_message_is_sent_once_and_its_secret_is_erased(
    database: Database, put: Put, sender: Sender, gateway: Scripted, desk: MessageDesk
) -> None:
    key = put("Пароль Ab3dEfGh9k")
    assert sender.send_one()
    assert not sender.send_one()
    (asked,) = gateway.asked
    assert (asked.key, asked.to, asked.text, asked.attempt) == (key, "+79161234567", "Пароль Ab3dEfGh9k", 1)
    (told,) = desk.recent()
    assert (told.state, told.gateway) == (State.SENT, "scripted")
    assert stored_text(database) is None


def test_no_text_can_be_read_in_the_database_at_any_time(
    database: Database, put: Put, tmp_path: Path, sender: Sender
) -> None:
    put("Пароль Ab3dEfGh9k")
    sealed = stored_text(database)
    assert sealed and b"Ab3dEfGh9k" not in sealed
    sender.send_one()
    files = b"".join(file.read_bytes() for file in tmp_path.glob("accounts.db*"))
    assert b"Ab3dEfGh9k" not in files


def test_a_text_moved_to_another_destination_is_not_sent(
    database: Database, put: Put, sender: Sender, gateway: Scripted, desk: MessageDesk
) -> None:
    put(secret=False)
    with database.writing() as connection:
        connection.execute(update(MessageRow).values(destination="+79990000000"))
    assert not sender.send_one()
    assert gateway.asked == []
    assert states(desk) == [State.DEAD]


@pytest.mark.parametrize("change", [{"mobile": "+79990000000"}, {"mobile": None}, {"status": "closed"}])
def test_a_secret_is_not_sent_to_what_was_the_subscribers_mobile(
    database: Database,
    put: Put,
    sender: Sender,
    gateway: Scripted,
    desk: MessageDesk,
    change: dict[str, str | None],
) -> None:
    put()
    put("no secret", secret=False)
    with database.writing() as connection:
        connection.execute(update(Contract).where(Contract.number == "77012345678").values(change))
    while sender.send_one():
        pass
    assert [message.text for message in gateway.asked] == ["no secret"]
    assert states(desk) == [State.DEAD, State.SENT]
    assert desk.show(1).trouble == "the contract is closed, or has another address on file now"
    with pytest.raises(NotToBeSent) as erased:
        desk.retry(1, asked_by="anna")
    assert erased.value.erased


def test_the_oldest_is_sent_first_and_other_channels_are_left_alone(
    put: Put, sender: Sender, gateway: Scripted, clock: Clock, desk: MessageDesk
) -> None:
    for name in ("first", "second"):
        put(name)
        clock.pass_by(1)
    put("mail", channel=Channel.EMAIL, to="a@example.org", subject="s")
    while sender.send_one():
        pass
    assert [message.text for message in gateway.asked] == ["first", "second"]
    assert states(desk) == [State.SENT, State.SENT, State.QUEUED]


def test_a_gateway_that_is_down_for_an_hour_gets_the_message_afterwards_with_the_same_key(
    put: Put, sender: Sender, gateway: Scripted, clock: Clock, desk: MessageDesk
) -> None:
    put()
    down_until, tried_at = clock.now + HOUR_S, []
    while states(desk) == [State.QUEUED]:
        if clock.now < down_until:
            gateway.answers.append(TryLater("connection refused"))
        if sender.send_one():
            tried_at.append(clock.now)
        gateway.answers.clear()
        clock.pass_by(5)
    assert states(desk) == [State.SENT]
    assert clock.now - down_until < 600
    pauses = [after - before for before, after in itertools.pairwise(tried_at)]
    assert pauses[0] <= 10
    assert max(pauses) <= 455
    assert 12 < len(tried_at) < 60
    assert len({message.key for message in gateway.asked}) == 1
    assert [message.attempt for message in gateway.asked] == list(range(1, len(tried_at) + 1))


def test_messages_that_failed_together_do_not_come_back_together(
    put: Put, sender: Sender, gateway: Scripted, database: Database
) -> None:
    gateway.answers.extend(TryLater("down") for _ in range(50))
    for _ in range(50):
        put()
    while sender.send_one():
        pass
    with database.reading() as connection:
        due = list(connection.scalars(text("SELECT due_at FROM messages")))
    assert len(set(due)) > 40


def test_a_gateway_that_breaks_in_an_unforeseen_way_is_tried_again_and_its_words_are_not_kept(
    put: Put, sender: Sender, gateway: Scripted, clock: Clock, desk: MessageDesk
) -> None:
    put("Пароль Ab3dEfGh9k")
    gateway.answers.append(ValueError("cannot send 'Ab3dEfGh9k'"))
    sender.send_one()
    assert desk.recent()[0].trouble == "scripted failed: ValueError"
    clock.pass_by(60)
    assert sender.send_one()
    assert states(desk) == [State.SENT]


def test_a_refused_message_is_a_dead_letter_that_the_desk_can_try_again(
    put: Put, sender: Sender, gateway: Scripted, desk: MessageDesk
) -> None:
    put()
    gateway.answers.append(Refused("no such number"))
    sender.send_one()
    (dead,) = desk.recent(state=State.DEAD)
    assert dead.trouble == "no such number"
    assert not sender.send_one()
    desk.retry(dead.id, asked_by="anna")
    assert sender.send_one()
    assert states(desk) == [State.SENT]
    with pytest.raises(NotToBeSent):
        desk.retry(dead.id, asked_by="anna")


def test_a_message_that_came_too_late_is_given_up_and_erased(
    database: Database, put: Put, sender: Sender, outbox: Outbox, clock: Clock, desk: MessageDesk
) -> None:
    put(useful_for=dt.timedelta(hours=48))
    clock.pass_by(48 * HOUR_S + 1)
    assert not sender.send_one()
    outbox.sweep()
    assert states(desk) == [State.DEAD]
    assert stored_text(database) is None
    with pytest.raises(NotToBeSent):
        desk.retry(desk.recent()[0].id, asked_by="anna")


def test_what_a_dead_sender_held_is_sent_by_another_when_the_lease_is_over(
    put: Put, outbox: Outbox, sender: Sender, gateway: Scripted, clock: Clock, database: Database
) -> None:
    put()
    assert outbox.claim(Channel.SMS)
    clock.pass_by(LEASE_S - 1)
    assert not sender.send_one()
    clock.pass_by(1)
    assert sender.send_one()
    assert [message.attempt for message in gateway.asked] == [2]
    told = [noted.what for noted in Audit.story(database, "77012345678")]
    assert told == ["message taken over from a sender that is gone", "message sent"]


def test_a_sender_that_lost_its_lease_does_not_disturb_the_one_that_has_it(
    put: Put, outbox: Outbox, clock: Clock, desk: MessageDesk
) -> None:
    put()
    slow = outbox.claim(Channel.SMS)
    clock.pass_by(LEASE_S)
    quick = outbox.claim(Channel.SMS)
    assert slow and quick
    outbox.later(slow, TryLater("down"))
    outbox.refused(slow, "no")
    assert states(desk) == [State.SENDING]
    outbox.taken(slow, Accepted(), "scripted")
    outbox.later(quick, TryLater("down"))
    assert states(desk) == [State.SENT]


def test_a_clock_that_was_turned_back_holds_nothing_up(
    put: Put, sender: Sender, outbox: Outbox, clock: Clock
) -> None:
    put()
    clock.pass_by(-10 * HOUR_S)
    assert not sender.send_one()
    outbox.sweep()
    assert sender.send_one()


def test_a_replaced_message_never_leaves(
    database: Database, put: Put, outbox: Outbox, sender: Sender, gateway: Scripted, desk: MessageDesk
) -> None:
    put("old")
    put("of another", contract="77000000001")
    with database.writing() as connection:
        assert outbox.replace(connection, "77012345678", "temporary password") == 1
    put("new")
    while sender.send_one():
        pass
    assert sorted(message.text for message in gateway.asked) == ["new", "of another"]
    assert states(desk)[0] == State.REPLACED


def test_many_senders_at_once_send_each_message_once(
    url: str, database: Database, put: Put, keys: Keys, desk: MessageDesk
) -> None:
    for n in range(60):
        put(f"message {n}")
    gateways = [Scripted() for _ in range(6)]
    databases = [Database(url) for _ in gateways]
    together = threading.Barrier(len(gateways))

    def send_all(place: int) -> None:
        sender = Sender(Outbox(databases[place], keys), Channel.SMS, gateways[place])
        together.wait()
        busy = True
        while busy:
            with suppress(StorageUnavailable):  # a slow machine: a sender waits that out (`Sender.run`)
                busy = sender.send_one()

    with ThreadPoolExecutor(len(gateways)) as pool:
        list(pool.map(send_all, range(len(gateways))))
    for other in databases:
        other.close()
    sent = Counter(message.text for gateway in gateways for message in gateway.asked)
    assert sent == {f"message {n}": 1 for n in range(60)}
    assert set(states(desk)) == {State.SENT}
