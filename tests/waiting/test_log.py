"""What `ivr waiting` logs: as all programs of the line do, with no number of a subscriber in it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from ivr.settings import load
from tests.asterisk.switch import free_ports

PATIENCE_S = 60.0


def test_its_lines_have_the_form_that_masks(tmp_path: Path) -> None:
    (tmp_path / "sounds").symlink_to(load().var / "sounds")
    ports = {f"IVR_{name.upper()}": str(port) for name, port in free_ports().items()}
    environment = os.environ | ports | {"IVR_VAR": str(tmp_path)}
    run = [sys.executable, "-m", "ivr", "waiting"]
    with subprocess.Popen(run, env=environment, stderr=subprocess.PIPE, text=True) as process:
        late = threading.Timer(PATIENCE_S, process.kill)
        late.start()
        assert process.stderr
        line = process.stderr.readline()
        late.cancel()
        process.terminate()
    assert f" {process.pid} call=- ivr." in line
    assert " WARNING " in line
