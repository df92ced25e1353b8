"""For all tests."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes says something of the machine, nothing of the code.
settings.register_profile("line", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("line")

CALLS = ("asterisk", "desk")
"""The folders whose tests are calls in real time, to a real Asterisk or in a real browser."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a machine was too busy for is tried once more, a call twice, and the summary names it (`RERUN`)."""
    for item in items:
        calls = item.path.relative_to(Path(__file__).parent).parts[0] in CALLS
        item.add_marker(pytest.mark.flaky(reruns=2 if calls else 1))
