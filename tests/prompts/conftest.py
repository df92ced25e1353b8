from __future__ import annotations

from collections.abc import Mapping

import pytest

from ivr.voice import provide
from ivr.voice.voices import Voice


@pytest.fixture(scope="session")
def voices() -> Mapping[str, Voice]:
    """The real voices; `ivr setup` has got them."""
    return provide.voices()
