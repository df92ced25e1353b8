from __future__ import annotations

import tempfile
from pathlib import Path

from tests.asterisk.switch import running


def test_it_starts_without_a_warning_and_with_no_call() -> None:
    with running() as switch:
        log = switch.log()
        assert "modules will be loaded" in log
        assert "WARNING" not in log
        assert "ERROR" not in log
        assert switch.channels() == 0
        assert switch.act(Action="Ping")["Ping"] == "Pong"


def test_a_folder_with_spaces_and_russian_letters_will_do() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="line-") as short,
        running(var=Path(short) / "линия 0890") as switch,
    ):
        assert "ERROR" not in switch.log()


def test_two_instances_run_side_by_side() -> None:
    with running() as one, running() as other:
        assert one.settings.sip_port != other.settings.sip_port
        assert one.console("core show settings") != other.console("core show settings")


def test_nothing_is_loaded_that_runs_programs_or_reaches_the_web() -> None:
    with running() as switch:
        loaded = switch.console("module show")
        assert "res_agi.so" in loaded
        for unwanted in (
            "app_system",
            "app_originate",
            "func_shell",
            "func_curl",
            "res_ari",
            "res_http_post",
            "res_http_media_cache",
            "pbx_spool",
        ):
            assert unwanted not in loaded
