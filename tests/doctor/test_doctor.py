"""`ivr doctor` finds what is wrong, says what to do, and changes nothing."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from account_core import open_database
from ivr.cli import main
from ivr.core import secret_key
from ivr.doctor import State, examine, house, running
from ivr.doctor.found import Found
from ivr.settings import Settings, load
from ivr.supervisor.deaths import Deaths
from ivr.supervisor.line import only_one
from tests.asterisk.switch import free_ports


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An instance that was set up and does not run, with the sounds and the Asterisk of `make setup`."""
    made = load(var=tmp_path, **free_ports())
    (tmp_path / "sounds").symlink_to(load().var / "sounds")
    open_database(made.url()).close()
    secret_key(made)
    return made


def faults(settings: Settings) -> dict[str, Found]:
    return {found.what: found for found in examine(settings) if found.state is State.WRONG}


def examined(**environment: str) -> Result:
    return CliRunner().invoke(main, ["doctor"], env=environment)


def files(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_a_line_that_was_set_up_is_well_though_it_does_not_run(settings: Settings) -> None:
    found = list(examine(settings))
    assert [one for one in found if one.state is State.WRONG] == []
    assert [one.what for one in found if one.state is State.RESTING] == ["recordings", "the line"]
    seen = {one.what for one in found}
    assert {
        "Python",
        "packages",
        "database",
        "secret.key",
        "Asterisk",
        "modules",
        "sounds (ru)",
        "sounds (en)",
    } <= seen


def test_a_folder_where_nothing_was_set_up_is_told_and_left_alone(tmp_path: Path) -> None:
    done = examined(IVR_VAR=str(tmp_path))
    assert done.exit_code == 1
    assert "accounts.db is not there yet" in done.output
    assert "→ `ivr setup` makes it" in done.output
    assert "→ `ivr prompts build`" in done.output
    assert files(tmp_path) == set()


def test_a_secret_that_others_can_read_is_told_with_its_remedy(settings: Settings) -> None:
    key = settings.var / "secret.key"
    key.chmod(0o644)
    assert faults(settings)["secret.key"].to_do == f"chmod 600 {key}"


def test_a_schema_of_another_time_is_told_with_its_remedy(settings: Settings) -> None:
    database = open_database(settings.url())
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    database.close()
    assert faults(settings)["database"].to_do == "`ivr db upgrade`"


def test_a_database_that_is_away_is_told(settings: Settings) -> None:
    url = f"postgresql+psycopg://nobody@127.0.0.1:{settings.ami_port}/none"
    away = settings.model_copy(update={"database_url": url})
    assert "IVR_DATABASE_URL" in faults(away)["database"].to_do


def test_a_sound_of_the_dialplan_that_is_missing_is_told(settings: Settings) -> None:
    sounds = settings.var / "sounds"
    sounds.unlink()
    sounds.mkdir()
    for language in ("ru", "en"):
        (sounds / language).symlink_to(load().var / "sounds" / language)
    assert "apology" in faults(settings)["sounds (ru)"].told


def test_a_port_that_another_program_has_names_its_setting(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.agi_port)):
        found = faults(settings)[f"port {settings.agi_port} (application)"]
    assert found.to_do.endswith("set IVR_AGI_PORT to another")


def test_of_a_line_that_runs_each_part_that_does_not_answer_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "WITHIN_S", 0.2)
    with only_one(settings):
        found = faults(settings)
    assert set(running.PARTS) <= set(found)
    assert str(settings.var / "log" / "application.log") in found["application (AGI)"].to_do
    assert "though the line runs" in found[f"port {settings.sip_port} (SIP)"].told


def test_of_a_speech_server_elsewhere_the_log_is_not_looked_for_here(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"speech_server": f"127.0.0.1:{settings.speech_port}"})
    with only_one(elsewhere):
        (found,) = (one for one in running.parts(elsewhere) if one.what == "speech")
    assert found.state is State.WRONG
    assert elsewhere.speech_server in found.to_do
    assert "log" not in found.to_do


def test_a_part_that_dies_again_and_again_is_told_however_well_it_looks(settings: Settings) -> None:
    log = settings.var / "log" / "desk.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    died = Deaths(log)
    with only_one(settings):
        for times in range(running.OFTEN):
            assert "restarts of desk" not in faults(settings), times
            died.note("ended with exit code 1 (no strength)")
        found = faults(settings)["restarts of desk"]
    assert found.told.startswith(f"died {running.OFTEN} times within the last hour")
    assert found.told.endswith("ended with exit code 1 (no strength)")
    assert str(log) in found.to_do


def test_modules_that_are_missing_are_named(settings: Settings, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "asterisk_conf").mkdir(parents=True)
    (home / "asterisk_conf" / "modules.conf").write_text("require = res_agi.so\nload = res_magic.so\n")
    found = faults(settings.model_copy(update={"home": home}))
    assert found["modules"].told.endswith("lacks res_magic.so")


def test_packages_that_are_not_those_of_the_lock_are_named(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "requirements.lock").write_text("click==0.1\nno-such-package==2\n")
    [found] = house.packages(settings.model_copy(update={"home": tmp_path}))
    assert found.told.startswith("not as in requirements.lock: click ")
    assert found.told.endswith("no-such-package missing")


def test_a_disk_that_is_full_is_told(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "FREE_MB", 10**12)
    assert "make room" in faults(settings)["disk"].to_do


def test_a_setting_that_cannot_be_is_told_like_every_fault() -> None:
    done = examined(IVR_SIP_PORT="none")
    assert (done.exit_code, "IVR_SIP_PORT" in done.output) == (1, True)


def test_no_secret_is_shown(settings: Settings) -> None:
    secret = (settings.var / "secret.key").read_text().strip()
    done = examined(IVR_VAR=str(settings.var), **{f"IVR_{k.upper()}": str(v) for k, v in free_ports().items()})
    assert secret not in done.output
    assert os.environ.get("IVR_SECRET_KEY", secret) not in done.output
