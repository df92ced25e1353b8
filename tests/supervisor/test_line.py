"""What `ivr run` looks at before it starts anything."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from ivr.cli import Mend
from ivr.settings import load
from ivr.supervisor.line import check_ports, only_one, parts_of
from ivr.switch.program import Asterisk
from tests.asterisk.switch import free_ports

ASTERISK = Asterisk(("/bin/true",), Path("/modules"), Path("/data"), Path("/music"))


def test_free_ports_are_no_matter(tmp_path: Path) -> None:
    check_ports(load(var=tmp_path, **free_ports()))


@pytest.mark.parametrize(
    ("setting", "kind"),
    [
        ("sip_port", socket.SOCK_DGRAM),
        ("ami_port", socket.SOCK_STREAM),
        ("agi_port", socket.SOCK_STREAM),
        ("gateway_port", socket.SOCK_STREAM),
        ("desk_port", socket.SOCK_STREAM),
        ("speech_port", socket.SOCK_STREAM),
    ],
)
def test_a_port_that_another_program_has_is_one_line_that_names_the_setting(
    tmp_path: Path, setting: str, kind: socket.SocketKind
) -> None:
    settings = load(var=tmp_path, **free_ports())
    port = getattr(settings, setting)
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", port))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        with pytest.raises(Mend) as told:
            check_ports(settings)
    assert f"port {port} of 127.0.0.1" in told.value.message
    assert f"set IVR_{setting.upper()} to another" in told.value.message


def test_an_address_that_is_not_ours_is_told(tmp_path: Path) -> None:
    with pytest.raises(Mend, match=r"192\.0\.2\.1 \(SIP\) cannot be used"):
        check_ports(load(var=tmp_path, **free_ports(), sip_host="192.0.2.1"))


def test_one_folder_serves_one_line_at_a_time(tmp_path: Path) -> None:
    settings = load(var=tmp_path)
    with only_one(settings), pytest.raises(Mend, match="another IVR_VAR"), only_one(settings):
        pass
    with only_one(settings):
        pass


def test_speech_is_a_part_of_the_line_unless_it_is_switched_off(tmp_path: Path) -> None:
    for speech in (True, False):
        settings = load(var=tmp_path, speech=speech, **free_ports())
        names = [part.name for part in parts_of(settings, ASTERISK)]
        assert ("speech" in names) is speech


def test_speech_elsewhere_is_no_part_of_the_line(tmp_path: Path) -> None:
    settings = load(var=tmp_path, speech_server="speech.example:9099", **free_ports())
    assert "speech" not in [part.name for part in parts_of(settings, ASTERISK)]
    with socket.create_server(("127.0.0.1", settings.speech_port)):
        check_ports(settings)


def test_the_port_of_speech_is_no_matter_where_it_is_switched_off(tmp_path: Path) -> None:
    settings = load(var=tmp_path, speech=False, **free_ports())
    with socket.create_server(("127.0.0.1", settings.speech_port)):
        check_ports(settings)
