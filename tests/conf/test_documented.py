"""The configuration that docs/asterisk.md tells an operator to write, in a real Asterisk."""

from __future__ import annotations

import re

import pytest

from ivr.settings import load
from tests.asterisk.switch import running


def written(folder: str) -> dict[str, str]:
    """The files of `folder` as the page shows them."""
    page = (load().home / "docs" / "asterisk.md").read_text()
    found = re.findall(rf"<!-- {folder}/(\S+) -->\n```ini\n(.*?)```", page, re.DOTALL)
    return {name: text.replace("sip.carrier.example", "127.0.0.1:9") for name, text in found}


SHOWN = {
    "local": {
        "pjsip show endpoint trunk": ["192.0.2.0/28", "from-carrier"],
        "pjsip show registrations": ["trunk-registration"],
        "pjsip show transport udp": ["198.51.100.7"],
        "dialplan show from-carrier": ["'0890'", "'+78002500890'"],
    },
    "agent": {
        "queue show support": ["PJSIP/anna"],
        "pjsip show endpoint anna": ["nowhere", "127.0.0.1:5080"],
    },
}
"""What Asterisk's console tells of the files of a folder."""


@pytest.mark.parametrize("folder", SHOWN)
def test_asterisk_understands_what_the_page_says(folder: str) -> None:
    with running(local=written(folder)) as switch:
        for order, words in SHOWN[folder].items():
            told = switch.console(order)
            assert [word for word in words if word not in told] == []
        assert [line for line in switch.log().splitlines() if "ERROR" in line] == []
