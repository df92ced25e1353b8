from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from account_core import Channel, Database, Keys, Letter, MessageDesk, Outbox, Sender
from account_core.tables import Contract
from tests.core.clock import Clock
from tests.core.messages.gateways import Scripted
from tests.core.ready import ready_postgres, ready_sqlite, url

__all__ = ["ready_postgres", "ready_sqlite", "url"]

SECRET_KEY = b"a key for tests only, 32 bytes or more"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys() -> Keys:
    return Keys(SECRET_KEY)


@pytest.fixture
def outbox(database: Database, keys: Keys, clock: Clock) -> Outbox:
    return Outbox(database, keys, clock=clock)


@pytest.fixture
def desk(database: Database, keys: Keys, clock: Clock) -> MessageDesk:
    return MessageDesk(database, keys, clock=clock)


@pytest.fixture
def put(database: Database, outbox: Outbox) -> Callable[..., str]:
    """Queues a letter; what the test does not say is that of a temporary password."""
    ordinary_contract = {"holder": "Иванова", "mobile": "+79161234567", "email": None, "language": "ru"}
    ordinary_contract |= {"passport": None, "tariff": "Простой", "status": "active", "balance": 0}
    with database.writing() as connection:
        for number in ("77012345678", "77000000001"):
            connection.execute(insert(Contract), {"number": number, **ordinary_contract})

    def letter(text: str = "Пароль Ab3dEfGh9k", **differences: object) -> str:
        ordinary = {"channel": Channel.SMS, "to": "+79161234567", "about": "temporary password"}
        ordinary |= {"contract": "77012345678", "secret": True}
        with database.writing() as connection:
            return outbox.put(connection, Letter(text=text, **{**ordinary, **differences}))

    return letter


@pytest.fixture
def gateway() -> Scripted:
    return Scripted()


@pytest.fixture
def sender(outbox: Outbox, gateway: Scripted) -> Sender:
    return Sender(outbox, Channel.SMS, gateway)
