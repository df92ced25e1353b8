"""docs/settings.md is what the code makes of the settings."""

from __future__ import annotations

import difflib

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.settings import HOME, Settings

PAGE = HOME / "docs" / "settings.md"


def made(**environment: str) -> str:
    done = CliRunner().invoke(main, ["settings", "--markdown"], env=environment)
    assert done.exit_code == 0, done.output
    return done.output


def test_the_page_is_what_the_code_says_today() -> None:
    page, now = PAGE.read_text().splitlines(), made().splitlines()
    changed = "\n".join(difflib.unified_diff(page, now, "docs/settings.md", "the code", lineterm="", n=0))
    assert page == now, f"docs/settings.md is not up to date: run `make docs`\n{changed}"


def test_every_setting_has_its_row_and_its_meaning() -> None:
    page = made()
    assert [name for name in Settings.model_fields if f"| `IVR_{name.upper()}` |" not in page] == []
    assert [name for name, info in Settings.model_fields.items() if not info.description] == []


@pytest.mark.parametrize("set_here", [{"IVR_SIP_PORT": "5999"}, {"IVR_SIP_PORT": "not a port"}])
def test_the_page_does_not_depend_on_what_is_set(set_here: dict[str, str]) -> None:
    assert made(**set_here) == made()


def test_the_page_shows_no_folder_of_this_machine_and_the_limits_of_a_value() -> None:
    page = made()
    assert str(HOME) not in page
    assert "| `IVR_SIP_PORT` | `5060` | ≥ 1 and ≤ 65535 | UDP port that SIP listens on. |" in page
    assert "| `IVR_SMS_GATEWAY` | `kept` | `kept`, `kannel` |" in page
