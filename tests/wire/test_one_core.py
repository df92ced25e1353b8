"""A busy process keeps to one processor; its clocks are the test's, the threads and processors are real."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

PROGRAM = """
import json, os, sys, threading
from ivr.agi import one_core

now = used = 0.0
one_core.monotonic, one_core.process_time = lambda: now, lambda: used
core, end = one_core.OneCore(), threading.Event()
threading.Thread(target=end.wait).start()
seen = []
for past_s, busy in json.loads(sys.argv[1]):
    now, used = now + past_s, used + past_s * busy
    core.look()
    threads = [int(thread) for thread in os.listdir("/proc/self/task")]
    seen.append(sorted({len(os.sched_getaffinity(thread)) for thread in threads}))
print(json.dumps(seen))
end.set()
"""
ALL = len(os.sched_getaffinity(0))
pytestmark = pytest.mark.skipif(ALL == 1, reason="there is one processor alone")


def processors(*looks: tuple[float, float]) -> list[int]:
    """On how many processors each thread may run, after looks that many seconds apart at so busy a process."""
    words = [sys.executable, "-c", PROGRAM, json.dumps(looks)]
    seen = json.loads(subprocess.run(words, check=True, stdout=subprocess.PIPE, timeout=30).stdout)
    assert all(len(threads) == 1 for threads in seen), seen
    return [threads[0] for threads in seen]


def test_a_process_with_little_to_do_is_left_to_the_kernel() -> None:
    assert processors((0.3, 0.4), (0.3, 0.0), (0.3, 0.4)) == [ALL, ALL, ALL]


def test_all_threads_of_a_busy_process_keep_together_until_it_rests() -> None:
    assert processors((0.3, 1.2), (0.3, 0.3), (0.3, 0.2), (0.3, 0.4)) == [1, 1, ALL, ALL]


def test_looks_in_quick_succession_tell_nothing() -> None:
    assert processors((0.1, 1.0), (0.15, 1.0), (0.01, 0.0)) == [ALL, 1, 1]


def test_the_kernel_chooses_again_after_a_while() -> None:
    assert processors((0.3, 1.0), (4.9, 1.0), (0.3, 1.0), (0.3, 1.0)) == [1, 1, ALL, 1]
