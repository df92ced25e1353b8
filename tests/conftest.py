"""For all tests."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something of the machine, nothing of the code.
settings.register_profile("line", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("line")

REAL_TIME = ("asterisk", "desk")
"""The folders whose tests are calls in real time, to a real Asterisk or in a real browser."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A call that a machine was too busy for is made once more, and the summary names it (`RERUN`)."""
    for item in items:
        if item.path.relative_to(Path(__file__).parent).parts[0] in REAL_TIME:
            item.add_marker(pytest.mark.flaky(reruns=1))
