"""The rendered dialplan, read by asterisklint and by rules of our own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.main import Application
from ivr.settings import load
from ivr.switch.program import Asterisk
from ivr.switch.render import render

ASTERISKLINT = Path(sys.executable).with_name("asterisklint")
DIALPLANS = sorted((load().home / "dialplans").glob("*.conf"))
OUTWARD = (
    "System",
    "TrySystem",
    "Originate",
    "Exec",
    "TryExec",
    "ChannelRedirect",
    "ExternalIVR",
    "DISA",
)


@pytest.fixture(scope="module")
def etc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the rendered configuration, with all that can be switched on."""
    return rendered(tmp_path_factory.mktemp("var"), listening=True)


def rendered(var: Path, **settings: bool) -> Path:
    unused = Asterisk(("/bin/true",), Path("/modules"), Path("/data"), Path("/music"))
    return render(load(var=var, **settings), unused).parent


def lint(etc: Path, command: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, str(ASTERISKLINT), command, str(etc / "extensions.conf")]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_asterisklint_has_nothing_to_say(etc: Path, tmp_path: Path) -> None:
    # It does not know hints yet.
    text = re.sub(r"^exten => \w+,hint,.*$", "", (etc / "extensions.conf").read_text(), flags=re.MULTILINE)
    (tmp_path / "extensions.conf").write_text(text)
    checked = lint(tmp_path, "dialplan-check")
    assert (checked.stderr + checked.stdout, checked.returncode) == ("", 0)


def test_asterisklint_would_notice_a_way_to_nowhere(etc: Path, tmp_path: Path) -> None:
    broken = (etc / "extensions.conf").read_text().replace("Goto(line,s,1)", "Goto(lime,s,1)")
    (tmp_path / "extensions.conf").write_text(broken)
    assert "E_DP_GOTO_NOCONTEXT" in lint(tmp_path, "dialplan-check").stderr


def test_every_module_that_the_dialplan_needs_is_loaded(etc: Path) -> None:
    needed = re.findall(r"^load => (\S+)", lint(etc, "modules-show").stdout, re.MULTILINE)
    loaded = re.findall(r"^(?:require|load) = (\S+)", (etc / "modules.conf").read_text(), re.MULTILINE)
    assert needed
    assert set(needed) <= set(loaded)


@pytest.mark.parametrize("dialplan", DIALPLANS, ids=lambda path: path.name)
def test_a_dialplan_is_one_context_of_its_own_name_and_says_who_may_enter(dialplan: Path) -> None:
    text = dialplan.read_text()
    assert text.startswith("; Entered ")
    assert re.findall(r"^\[(.*)\]$", text, re.MULTILINE) == [dialplan.stem]


@pytest.mark.parametrize("dialplan", DIALPLANS, ids=lambda path: path.name)
def test_nothing_calls_out_or_runs_a_program(dialplan: Path) -> None:
    steps = re.findall(
        r"^(?:exten =>.*?,.*?,| same => n(?:\(\w+\))?,)(\w+)", dialplan.read_text(), re.MULTILINE
    )
    assert steps
    assert not set(steps) & set(OUTWARD)
    assert "SHELL(" not in dialplan.read_text()


def test_only_the_seats_of_agents_are_ever_dialled(etc: Path) -> None:
    dialled = re.findall(r"Dial\(([^,]*)", (etc / "extensions.conf").read_text().replace("a-z0-9,", ""))
    seats = {f"PJSIP/{kind}{n:02}" for kind in ("seat", "phone") for n in range(1, load().seats + 1)}
    assert set(dialled) == {*seats, "Local/${FILTER(${IVR_SEAT})}@agents/n"}


@pytest.mark.parametrize("dialplan", DIALPLANS, ids=lambda path: path.name)
def test_no_extension_is_a_pattern(dialplan: Path) -> None:
    """What is dialled is one of the numbers written there, so it needs no filter."""
    text = dialplan.read_text()
    assert not re.search(r"^exten => _", text, re.MULTILINE)
    assert "${EXTEN}" not in text


def test_nobody_is_sent_out_of_a_queue_for_having_waited_long() -> None:
    text = "".join(file.read_text() for file in DIALPLANS)
    waits = re.findall(r",Queue\((.*)\)$", text, re.MULTILINE)
    assert waits and not any("".join(wait.split(",")[4:5]) for wait in waits)


@pytest.mark.parametrize("dialplan", DIALPLANS, ids=lambda path: path.name)
def test_nothing_that_a_caller_sent_is_used_unfiltered(dialplan: Path) -> None:
    text = re.sub(r"\$\{FILTER\([^,{]+,\$\{[A-Z_]+\([^${}]*\)\}\)", "", dialplan.read_text())
    assert not re.search(r"\$\{(CALLERID|PJSIP_HEADER|SIP_HEADER|CONNECTEDLINE|REDIRECTING)", text)


@pytest.mark.parametrize("dialplan", DIALPLANS, ids=lambda path: path.name)
def test_nothing_is_done_after_the_caller_is_gone(dialplan: Path) -> None:
    assert not re.search(r"^exten => h,", dialplan.read_text(), re.MULTILINE)


def test_the_dialplan_and_the_application_know_the_same_entrances() -> None:
    asked = {path for file in DIALPLANS for path in re.findall(r"AGI\(agi://\S+?/(\w+)\)", file.read_text())}
    assert asked == Application.paths


def test_calls_are_heard_by_callers_who_wait_and_by_supervisors_who_only_hear() -> None:
    steps = [
        (file.stem, *found)
        for file in DIALPLANS
        for found in re.findall(r",(ChanSpy|ExtenSpy)\(([^,]*),(\w+)", file.read_text())
    ]
    assert steps == [
        ("listening", "ChanSpy", "${IVR_HEARD}", "uqE"),  # no w, W, B, d: nothing is ever said into the talk
        ("whisper", "ChanSpy", "${IVR_CHANNEL}", "uqWE"),
    ]


def test_nothing_of_the_dialplan_leads_to_listening(etc: Path) -> None:
    text = (etc / "extensions.conf").read_text()
    assert "[listening]" in text and not re.search(r"[(?,:]listening,", text)


def test_where_listening_is_off_there_is_no_context_for_it(tmp_path: Path) -> None:
    text = (rendered(tmp_path) / "extensions.conf").read_text()
    assert "[listening]" not in text and "\nLISTENING=no\n" in text


def test_a_seat_can_dial_a_test_and_nothing_else() -> None:
    text = (load().home / "dialplans" / "from-agent.conf").read_text()
    assert set(re.findall(r"^exten\s*=>\s*([^,]+),", text, re.MULTILINE)) == {"100"}
    assert "Goto" not in text


def test_callers_come_in_by_the_numbers_of_the_line_alone() -> None:
    """A dialled `%00` reaches the dialplan as the extension `s`: where callers come in there must be none."""
    text = (load().home / "dialplans" / "from-carrier.conf").read_text()
    assert set(re.findall(r"^exten\s*=>\s*([^,]+),", text, re.MULTILINE)) == {"0890", "88002500890"}
