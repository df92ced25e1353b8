"""An import that is killed, at its very last moment even, leaves the old state; the next one works."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from account_core import Accounts, Database, Imports, Keys
from account_core.imports.subscribers import Subscribers
from account_core.ledger import check
from account_core.tables import Contract

KEY = b"a key for tests only, 32 bytes or more"
ROWS = 10_000
MOMENTS = ("reading", "before the tables change", "before the end of the transaction")
PROGRAM = f"""
import sys, time
from pathlib import Path
from account_core import Audit, Imports, Keys, open_database

def tell(word):
    print(word, flush=True)
    time.sleep(60)

moments = {{
    "reading": {{"progress": lambda done, size: tell("now")}},
    "before the tables change": {{"merging": lambda: tell("now")}},
    "before the end of the transaction": {{}},
}}
if not moments[sys.argv[3]]:
    Audit.note = lambda *_, **__: tell("now")
Imports(open_database(sys.argv[1]), Keys({KEY!r})).subscribers(Path(sys.argv[2]), **moments[sys.argv[3]])
"""


def written(file: Path, balance: int) -> Path:
    rows = (f"{77_000_000_000 + n},Иванов,,,ru,,{balance},Простой,active" for n in range(ROWS))
    file.write_text("\n".join([",".join(Subscribers.columns), *rows, ""]))
    return file


def killed(database: Database, file: Path, moment: str) -> None:
    """Starts an import of `file` in a process of its own, and kills it at that moment."""
    address = database.url.render_as_string(hide_password=False)
    program = [sys.executable, "-c", PROGRAM, address, file, moment]
    running = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    assert running.stdout and running.stdout.readline() == "now\n"
    running.send_signal(signal.SIGKILL)
    running.communicate()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_import_leaves_the_old_state(database: Database, tmp_path: Path, moment: str) -> None:
    imports = Imports(database, Keys(KEY))
    old = tmp_path / "old.csv"
    old.write_text(f"{','.join(Subscribers.columns)}\n77000000000,Петров,,,ru,,5,Простой,active\n")
    imports.subscribers(old)
    new = written(tmp_path / "new.csv", balance=7)
    killed(database, new, moment)

    assert Accounts(database).find("77000000000", caller=None, call_id="1").balance == 500
    with database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(Contract)) == 1
    assert imports.subscribers(new).added == ROWS - 1
    found = check(database)
    assert (found.contracts, found.mismatches, found.damage) == (ROWS, [], [])


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_first_import_leaves_nothing(database: Database, tmp_path: Path, moment: str) -> None:
    new = written(tmp_path / "new.csv", balance=7)
    killed(database, new, moment)
    assert check(database).contracts == 0
    assert Imports(database, Keys(KEY)).subscribers(new).added == ROWS
    found = check(database)
    assert (found.contracts, found.mismatches, found.damage) == (ROWS, [], [])
