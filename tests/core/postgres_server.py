"""A PostgreSQL of our own for the tests: a temporary folder, a Unix socket, no port, gone afterwards."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

from ivr.switch import parts

STARTS_WITHIN_S = 20.0


class PostgresServer:
    """A running server. Every database in it is made by `new_database` and goes with it."""

    def __init__(self, programs: Path, environment: Mapping[str, str], folder: Path) -> None:
        self._programs, self._environment, self._folder = programs, environment, folder
        self._databases = 0
        self._data = folder / "data"
        self._run("initdb", "-D", self._data, "-U", "line", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start and wait until it answers."""
        options = [
            "-k",
            self._folder,
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
            "-c",
            "max_connections=200",
        ]
        log = (self._folder / "log").open("ab")
        command = [self._programs / "postgres", "-D", self._data, *options]
        self.process = subprocess.Popen(command, stdout=log, stderr=log, env=self._environment, **_as_user())
        self._wait()

    def stop(self) -> None:
        """Stop without waiting for clients."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)

    def freeze(self) -> None:
        """Leave every process of the server alive and silent."""
        for process in self._processes():
            os.kill(process, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen server go on."""
        for process in self._processes():
            os.kill(process, signal.SIGCONT)

    def new_database(self) -> str:
        """The URL of an empty database."""
        self._databases += 1
        name = f"line{self._databases}"
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql://line@/{name}?host={self._folder}"

    def drop(self, url: str) -> None:
        """Remove a database again: hundreds of them are gigabytes."""
        name = url.partition("@/")[2].partition("?")[0]
        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _dsn(self, name: str) -> str:
        return f"host={self._folder} user=line dbname={name}"

    def _processes(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [self.process.pid, *map(int, children.split())]

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN_S
        while True:
            try:
                psycopg.connect(self._dsn("postgres")).close()
                return
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError((self._folder / "log").read_text()[-2000:]) from None
                time.sleep(0.05)

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            cwd=self._folder,
            env=self._environment,
            check=False,
            **_as_user(),
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr.strip()}")


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="line0890-pg-"))
    if user := _other_user():
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        server = PostgresServer(*_programs(), folder)
        try:
            yield server
        finally:
            server.thaw()
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> tuple[Path, Mapping[str, str]]:
    """The folder of the server's programs and what they have to find in the environment."""
    if installed := _newest(Path("/")):
        return installed, os.environ
    root = parts.ensure("postgresql", ["postgresql"])
    unpacked = _newest(root)
    assert unpacked
    return unpacked, {**os.environ, **parts.environment(root)}


def _newest(root: Path) -> Path | None:
    found = [folder for folder in root.glob("usr/lib/postgresql/*/bin") if (folder / "initdb").exists()]
    return max(found, key=lambda folder: int(folder.parent.name), default=None)


def _other_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid():
        return None
    names = {user.pw_name: user for user in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _as_user() -> dict[str, Any]:
    user = _other_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
