"""How fast a file of subscribers comes in, beside a bare `executemany` of the same rows into SQLite.

    python bench/imports.py [--rows 1000000] [--shuffled]

Both write to the same disk in the same run, so the ratio says more than the seconds.
"""

from __future__ import annotations

import argparse
import csv
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from account_core import Imports, Keys, open_database

HEADER = "contract_number,name,mobile,email,language,passport_last4,balance,tariff,status"
COLUMNS = HEADER.split(",")
FAMILIES = ["Иванов", "Петров", "Сидоров", "Кузнецов", "Смирнов", "Попов", "Волков", "Соколов"]
NAMES = ["Иван Петрович", "Анна Сергеевна", "Сергей Олегович", "Мария Ивановна", "Никита Ильич"]
TARIFFS = ("Простой", "Безлимит 500", "Семейный", "Дом + мобильный")


def subscribers(rows: int, *, shuffled: bool) -> Iterator[list[str]]:
    """Rows as an operator's billing gives them out: in the order of contracts, or in none."""
    chance = random.Random(890)
    numbers = list(range(rows))
    if shuffled:
        chance.shuffle(numbers)
    for number in numbers:
        balance = f"{chance.randrange(-50_000, 500_000) / 100:.2f}"
        yield [
            str(77_000_000_000 + number * 7),
            f"{chance.choice(FAMILIES)} {chance.choice(NAMES)}",
            f"+79{chance.randrange(10**9):09}",
            f"subscriber{number}@example.ru",
            chance.choice(("ru", "ru", "en")),
            f"{chance.randrange(10_000):04}",
            balance if number % 2 else balance.replace(".", ","),
            chance.choice(TARIFFS),
            "active" if number % 20 else "closed",
        ]


def bare(database: Path, rows: list[list[str]]) -> None:
    """What SQLite does when nobody checks anything."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute(f"CREATE TABLE subscribers ({','.join(COLUMNS)})")
        connection.executemany("INSERT INTO subscribers VALUES (?,?,?,?,?,?,?,?,?)", rows)
        connection.commit()


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--shuffled", action="store_true", help="contracts in no order")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "subscribers.csv")
        with file.open("w", newline="") as out:
            table = csv.writer(out)
            table.writerow(COLUMNS)
            table.writerows(subscribers(given.rows, shuffled=given.shuffled))
        imports = Imports(open_database(f"sqlite:///{folder}/accounts.db"), Keys(b"k" * 32))
        imported = timed(lambda: imports.subscribers(file))
        largest = [
            resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        ]
        again = timed(lambda: imports.subscribers(file))
        with file.open(newline="") as source:
            rows = list(csv.reader(source))[1:]
        plain = timed(lambda: bare(Path(folder, "bare.db"), rows))
    for name, (clock, cpu) in (("bare executemany", plain), ("import", imported), ("the same again", again)):
        print(f"{name:18} {given.rows / clock:10,.0f} rows/s  {clock:6.1f} s, {cpu:6.1f} s of processor")
    print(f"ratio              {plain[0] / imported[0]:.2f}, {plain[1] / imported[1]:.2f} by processor time")
    print(
        "largest memory     {:.0f} MB, and {:.0f} MB of the process that reads".format(
            *(kb / 1024 for kb in largest)
        )
    )


if __name__ == "__main__":
    main()
