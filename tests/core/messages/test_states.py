"""Whatever happens to a message, in whatever order: it is sent or given up, and its secret is erased."""

from __future__ import annotations

import datetime as dt
import tempfile
from functools import cache
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import text

from account_core import (
    Accepted,
    Channel,
    Database,
    Keys,
    Letter,
    MessageDesk,
    NotToBeSent,
    Outbox,
    Report,
    State,
    TryLater,
    schema,
)
from account_core.outbox import LEASE_S, WAITING, Claimed
from tests.core.clock import Clock

USEFUL = dt.timedelta(hours=48)
ENDS = {State.SENT, State.DELIVERED, State.UNDELIVERABLE}


@cache
def empty_database() -> bytes:
    """The file of a database with nothing in it but the schema."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "accounts.db"
        database = Database(f"sqlite:///{file}")
        schema.upgrade(database)
        database.close()
        return file.read_bytes()


class OneMessage(RuleBasedStateMachine):
    """A secret message, and senders that claim it, die, come back late, and contradict each other."""

    @initialize()
    def write(self) -> None:
        self._folder = tempfile.TemporaryDirectory()
        file = Path(self._folder.name) / "accounts.db"
        file.write_bytes(empty_database())
        self._database = Database(f"sqlite:///{file}")
        self.clock, keys = Clock(), Keys(b"a key for tests only, 32 bytes or more")
        self.outbox = Outbox(self._database, keys, clock=self.clock)
        self.desk = MessageDesk(self._database, keys, clock=self.clock)
        letter = Letter(Channel.SMS, "+79161234567", "secret", "test", secret=True, useful_for=USEFUL)
        with self._database.writing() as connection:
            self.key = self.outbox.put(connection, letter)
        self.claims: list[Claimed] = []
        self.claimed_at: dict[str | None, float] = {}
        self.taken, self.began = False, self.clock()
        self.told: Report | None = None

    @rule()
    def claim(self) -> None:
        state, _, _, lease = self.row()
        if claimed := self.outbox.claim(Channel.SMS):
            assert not self.taken
            assert self.clock() - self.began < USEFUL.total_seconds()
            if state == State.SENDING:
                assert self.clock() - self.claimed_at[lease] >= LEASE_S
            self.claims.append(claimed)
            self.claimed_at[claimed.lease] = self.clock()

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def the_gateway_takes_it(self, data: st.DataObject) -> None:
        self.outbox.taken(data.draw(st.sampled_from(self.claims)), Accepted(), "gateway")
        self.taken = True

    @precondition(lambda self: self.claims)
    @rule(data=st.data(), perhaps=st.booleans())
    def the_gateway_is_down(self, data: st.DataObject, perhaps: bool) -> None:
        trouble = TryLater("down", perhaps_taken=perhaps)
        self.outbox.later(data.draw(st.sampled_from(self.claims)), trouble)

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def the_gateway_refuses(self, data: st.DataObject) -> None:
        self.outbox.refused(data.draw(st.sampled_from(self.claims)), "no")

    @precondition(lambda self: self.claims)
    @rule(report=st.sampled_from(Report))
    def the_gateway_reports(self, report: Report) -> None:
        assert self.outbox.report(self.key, report)
        self.taken, self.told = True, report

    @rule()
    def the_desk_tries_again(self) -> None:
        state, *_ = self.row()
        try:
            self.desk.retry(1, asked_by="anna")
        except NotToBeSent:
            pass
        else:
            # Of what was refused, a gateway may still tell that it did not arrive.
            assert not self.taken or (state, self.told) == (State.DEAD, Report.UNDELIVERABLE)
            self.taken = False

    @rule(seconds=st.sampled_from([0.5, 5.0, LEASE_S, 600.0, 24 * 3600.0]))
    def time_goes_by(self, seconds: float) -> None:
        self.clock.pass_by(seconds)

    @rule()
    def sweep(self) -> None:
        self.outbox.sweep()

    @invariant()
    def the_secret_is_there_as_long_as_it_is_needed_and_no_longer(self) -> None:
        state, sealed, due_at, _ = self.row()
        assert (state in WAITING) == (due_at is not None)
        if state in WAITING:
            assert sealed is not None
        if state in ENDS:
            assert sealed is None and self.taken

    def teardown(self) -> None:
        self.clock.pass_by(2 * USEFUL.total_seconds())
        self.outbox.sweep()
        state, sealed, *_ = self.row()
        assert state in ENDS | {State.DEAD}
        assert sealed is None
        self._database.close()
        self._folder.cleanup()

    def row(self) -> tuple[State, bytes | None, int | None, str | None]:
        with self._database.reading() as connection:
            row = connection.execute(text("SELECT state, text, due_at, lease FROM messages")).one()
        return State(row.state), row.text, row.due_at, row.lease


TestOneMessage = OneMessage.TestCase
TestOneMessage.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
