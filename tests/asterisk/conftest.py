from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.asterisk.switch import Switch, running


@pytest.fixture(scope="session")
def switch() -> Iterator[Switch]:
    """One real Asterisk for the whole run; nothing listens on its application port."""
    with running() as asterisk:
        yield asterisk
