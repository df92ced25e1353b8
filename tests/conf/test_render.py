"""Settings become Asterisk's files; what those cannot hold is refused in one line."""

from __future__ import annotations

import stat
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from ivr.cli import Mend
from ivr.doctor.asterisk import wanted
from ivr.private_files import kept_secret
from ivr.settings import BadSetting, Settings, load
from ivr.switch.program import Asterisk
from ivr.switch.render import ami_secret, fill, folder, render

RECORDS = ("func_cut", "func_groupcount", "func_uri", "func_periodic_hook", "app_mixmonitor")
ASTERISK = Asterisk(("/bin/true",), Path("/modules"), Path("/data"), Path("/music"))


def settings(var: Path, **others: Any) -> Settings:
    return load(**{"var": var, **others})


def test_no_slot_is_left_open(tmp_path: Path) -> None:
    etc = render(settings(tmp_path), ASTERISK).parent
    assert {file.name for file in etc.glob("*.conf")} >= {"asterisk.conf", "pjsip.conf", "extensions.conf"}
    assert not [file.name for file in etc.glob("*.conf") if "@{" in file.read_text()]


@pytest.mark.parametrize("server", ["speech.example:9099", "[::1]:9099"])
def test_a_speech_server_elsewhere_is_where_asterisk_connects(tmp_path: Path, server: str) -> None:
    etc = render(settings(tmp_path, speech_server=server), ASTERISK).parent
    assert f"url = ws://{server}/" in (etc / "aeap.conf").read_text()


@pytest.mark.parametrize("server", ["speech.example", "a b:1", "x;y:9", "speech:9099/path", "speech:9099\nx=y"])
def test_what_is_no_speech_server_is_refused(tmp_path: Path, server: str) -> None:
    with pytest.raises(BadSetting, match="IVR_SPEECH_SERVER"):
        settings(tmp_path, speech_server=server)


def test_asterisks_own_expressions_are_left_alone() -> None:
    assert fill("${IVR_NEXT} $[1] x@y @{port}", {"port": "5060"}) == "${IVR_NEXT} $[1] x@y 5060"


def test_everything_with_a_secret_is_for_the_owner_alone(tmp_path: Path) -> None:
    (tmp_path / "log").mkdir(mode=0o755)
    made = settings(tmp_path)
    etc = render(made, ASTERISK).parent
    assert ami_secret(made) in (etc / "manager.conf").read_text()
    for path in [etc / "manager.conf", folder(made) / "ami.secret"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for path in [folder(made), tmp_path / "log"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o700


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    first = kept_secret(tmp_path / "new" / "some.secret")
    assert len(first) >= 43
    assert kept_secret(tmp_path / "new" / "some.secret") == first
    assert kept_secret(tmp_path / "other.secret") != first


def test_all_who_ask_for_a_secret_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as askers:
        given = set(askers.map(lambda _: kept_secret(tmp_path / "some.secret"), range(64)))
    assert len(given) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["some.secret"]


def test_what_the_operator_wrote_is_never_touched(tmp_path: Path) -> None:
    made = settings(tmp_path)
    etc = render(made, ASTERISK).parent
    own = folder(made) / "local" / "pjsip.conf"
    own.write_text("; my trunk\n")
    render(made, ASTERISK)
    assert own.read_text() == "; my trunk\n"
    assert f'#tryinclude "{own}"' in (etc / "pjsip.conf").read_text()


@pytest.mark.parametrize(
    ("host", "bind"), [("127.0.0.1", "127.0.0.1:5060"), ("::1", "[::1]:5060"), ("10.1.2.3", "10.1.2.3:5060")]
)
def test_addresses_are_written_as_sip_writes_them(tmp_path: Path, host: str, bind: str) -> None:
    etc = render(settings(tmp_path, sip_host=host, sip_port=5060), ASTERISK).parent
    assert f"bind = {bind}\n" in (etc / "pjsip.conf").read_text()


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("sip_host", "0.0.0.0\nallow=all", "IVR_SIP_HOST"),
        ("agi_host", "example.org/x", "IVR_AGI_HOST"),
        ("language", "ru\n[general]", "IVR_LANGUAGE"),
        ("language", "${SHELL(id)}", "IVR_LANGUAGE"),
    ],
)
def test_a_value_that_would_break_out_is_refused(tmp_path: Path, name: str, value: str, complaint: str) -> None:
    with pytest.raises(Mend, match=complaint) as refused:
        render(settings(tmp_path, **{name: value}), ASTERISK)
    assert "\n" not in refused.value.message


@pytest.mark.parametrize("name", ["a,b", "a;b", "a${x}", "a\nb", "a[b]", "a&b"])
def test_a_folder_that_asterisk_would_misread_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Mend, match="IVR_VAR"):
        render(settings(tmp_path / name), ASTERISK)


def test_a_folder_whose_console_socket_would_be_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Mend, match="too long"):
        render(settings(tmp_path / ("x" * 100)), ASTERISK)


def test_a_folder_with_a_space_and_russian_letters_is_fine() -> None:
    with tempfile.TemporaryDirectory(prefix="line-") as short:
        assert render(settings(Path(short) / "линия 0890"), ASTERISK).exists()


@pytest.mark.parametrize("recording", [True, False])
def test_what_records_is_loaded_only_where_calls_are_recorded(tmp_path: Path, recording: bool) -> None:
    etc = render(settings(tmp_path, recording=recording), ASTERISK).parent
    assert ("app_mixmonitor.so" in (etc / "modules.conf").read_text()) is recording


def test_the_doctor_asks_for_what_records_too(tmp_path: Path) -> None:
    without, with_it = (wanted(settings(tmp_path, recording=on)) for on in (False, True))
    assert with_it - without == {f"{name}.so" for name in RECORDS}
