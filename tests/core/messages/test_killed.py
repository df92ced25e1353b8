"""A sender may be killed at any moment: nothing is lost, and what goes out twice was taken just before."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from account_core import Database, MessageDesk, State
from tests.core.messages.killed import AT_RANDOM

TIMES = 104
"""On each of two databases: 208 in all, 26 at each step."""
BETWEEN_YES_AND_COMMIT = ("took", "answered", "writing")
"""The steps after which the gateway has the message and nobody else knows: the only ones that double it."""


def test_senders_killed_at_every_step_lose_nothing_and_double_only_what_was_just_taken(
    url: str, database: Database, desk: MessageDesk, tmp_path: Path
) -> None:
    run = [sys.executable, "-m", "tests.core.messages.killed", url, tmp_path / "took", str(TIMES)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    kills, took = told["kills"], Counter(told["took"])
    doubles = sum(took.values()) - len(took)
    explained = sum(kills[step] for step in BETWEEN_YES_AND_COMMIT)
    print(f"kills {kills}; {len(told['keys'])} messages, 0 lost, {doubles} doubles, {explained} at these steps")
    assert set(took) == set(told["keys"])
    assert {message.state for message in desk.recent(10**6)} == {State.SENT}
    assert sum(kills.values()) >= TIMES - kills[AT_RANDOM]
    assert all(kills[step] == TIMES // 8 for step in kills if step != AT_RANDOM)
    assert explained <= doubles <= explained + kills[AT_RANDOM]
