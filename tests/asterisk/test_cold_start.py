"""`ivr run` while the database is away: callers are answered, and all is well when it is back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ivr.settings import load
from ivr.switch.probes import asterisk_is_well
from tests.asterisk.phone import Phone
from tests.asterisk.switch import free_ports, until
from tests.core.postgres_server import PostgresServer, postgres_server

IVR = str(Path(sys.executable).with_name("ivr"))


@dataclass
class Database:
    """An empty database on a server that is away until somebody starts it."""

    server: PostgresServer
    url: str


@pytest.fixture
def away() -> Iterator[Database]:
    with postgres_server() as server:
        url = server.new_database()
        server.stop()
        try:
            yield Database(server, url)
        finally:
            if server.process.poll() is not None:
                server.start()


def test_a_line_that_starts_without_its_database_apologises_and_is_whole_when_it_is_back(
    away: Database,
) -> None:
    with tempfile.TemporaryDirectory(prefix="line-") as folder:
        var = Path(folder)
        shutil.copytree(load().var / "sounds", var / "sounds")  # a start without the database may change them
        apology = (var / "sounds" / "fallback" / "ru" / "apology.alaw").read_bytes()
        ports = free_ports()
        settings = load(var=var, **ports)
        given = {f"IVR_{name.upper()}": str(port) for name, port in ports.items()}
        given |= {"IVR_VAR": folder, "IVR_SPEECH": "no", "IVR_DATABASE_URL": away.url}
        run = subprocess.Popen(
            [IVR, "run"],
            env={**os.environ, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert run.stdout
        try:
            assert any("callers are answered without it" in line for line in run.stdout)
            assert any("Some parts wait: the database does not answer" in line for line in run.stdout)
            until(lambda: asterisk_is_well(settings, within_s=1), within_s=30)
            with Phone(ports["sip_port"]).call("0890") as call:
                call.wait_for(lambda: apology[4000:12000] in call.heard(), 15)
            away.server.start()
            assert any(line.startswith("Ready: ") for line in run.stdout)
            with Phone(ports["sip_port"]).call("0890") as call:
                call.wait_for(lambda: len(set(call.heard()[-4000:])) > 10)  # it speaks
                assert apology[4000:12000] not in call.heard()
        finally:
            run.send_signal(signal.SIGINT)
            assert run.wait(30) == 0
