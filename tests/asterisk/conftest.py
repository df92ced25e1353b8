from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.asterisk.scene import AGENTS, at_work, lay_sounds
from tests.asterisk.switch import Switch, running


@pytest.fixture(scope="session")
def switch() -> Iterator[Switch]:
    """One real Asterisk for the whole run; nothing listens on its application port unless a test does."""
    with running(local={"extensions.conf": AGENTS}) as asterisk:
        lay_sounds(asterisk.settings.var)
        yield asterisk


@pytest.fixture
def agent(switch: Switch) -> Iterator[None]:
    """Somebody is signed in, and answers."""
    with at_work(switch, "anna"):
        yield
