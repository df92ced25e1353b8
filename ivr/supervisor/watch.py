"""Keeps one part running: starts it, sees that it is well, starts it again when it is not."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic

from ivr.supervisor.deaths import Deaths
from ivr.supervisor.part import Part, Pauses, Probe

PROBE_S = 0.5
"""Seconds between two questions whether a part is well."""
REFUSED_S = 0.1
"""Seconds before a part that refused to answer is asked again."""
LOG_BYTES = 16_000_000
"""Size from which a log is set aside (`.1`) when its part starts."""
BAD_SETTINGS = 2
"""Exit code of a program that no restart would help."""
OUTAGE = os.EX_TEMPFAIL
"""Exit code of a program that needs what is away just now: it is started again for as long as that takes."""
STARTS = 3
"""Starts, those into an outage not counted, that a part gets to become ready for the first time."""

Say = Callable[[str], None]


class CannotStart(Exception):
    """A part never came to life; says why in one line."""


class Watch:
    """One part and the process that runs it now. `say` tells the operator what happens."""

    def __init__(self, part: Part, log: Path, say: Say, prepared: asyncio.Event) -> None:
        self.part, self.log, self._say = part, log, say
        self._prepared, self.was_ready = prepared, asyncio.Event()
        self._deaths = Deaths(log)
        self._process: asyncio.subprocess.Process | None = None
        self._log_from = 0

    async def keep(self) -> None:
        """Start the part again and again until cancelled; the process is left to `stop`.

        Raises `CannotStart` when it never becomes ready.
        """
        if self.part.prepared:
            await self._prepared.wait()
        pauses, starts, failures = Pauses(), 0, 0
        while True:
            began, starts = monotonic(), starts + 1
            await self._start()
            why = await self._live(began, first=starts == 1)
            await self._kill()
            failures += self._returncode != OUTAGE
            if not self.was_ready.is_set() and (failures == STARTS or self._returncode == BAD_SETTINGS):
                raise CannotStart(f"{self.part.name} cannot start: {self._last_words() or why}")
            self._deaths.note(why)
            pause_s = pauses.next(monotonic() - began)
            self._say(f"{self.part.name} {why}; starting it again in {pause_s:g} s. Its log: {self.log}")
            await asyncio.sleep(pause_s)

    async def rest(self) -> None:
        """Ask the part to take no new work, and wait until it has ended with the old."""
        if self.part.rest and self._runs:
            await asyncio.to_thread(self.part.rest)
            await self._ended()

    async def farewell(self) -> int:
        """Say goodbye to those whose work is not done; how many there are."""
        return await asyncio.to_thread(self.part.farewell) if self.part.farewell and self._runs else 0

    async def stop(self) -> None:
        """End the part: politely, and by force when it does not end in its time."""
        self.tell(signal.SIGTERM)
        await self._sleep_or_end(self.part.stop_s)
        await self._kill()

    def tell(self, number: signal.Signals) -> None:
        """Send a signal to the part, if it runs."""
        if self._process and self._runs:
            self._process.send_signal(number)

    async def _start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_name(f"{self.log.name}.1"))
        with self.log.open("ab") as output:
            self._log_from = output.tell()
            self._process = await asyncio.create_subprocess_exec(
                *_ending_with_us(),
                *self.part.argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for us alone
            )

    async def _live(self, began: float, first: bool) -> str:
        """Why the life of the process that was just started is over."""
        while not await self._asked(self.part.ready, 1.0):
            if not self._runs:
                return self._ending()
            if monotonic() - began > self.part.start_s:
                return f"was not ready within {self.part.start_s:g} s"
            await asyncio.sleep(0.05)
        self.was_ready.set()
        if not first:
            self._say(f"{self.part.name} is well again after {monotonic() - began:.1f} s.")
        while await self._reacts():
            await self._sleep_or_end(PROBE_S)
        return f"gave no answer for {self.part.silent_s:g} s" if self._runs else self._ending()

    async def _reacts(self) -> bool:
        """Whether it answers within its time. One that refuses is asked again: it may be on its way out."""
        end = monotonic() + self.part.silent_s
        while self._runs and (left_s := end - monotonic()) > 0:
            if await self._asked(self.part.alive, left_s):
                return True
            await self._sleep_or_end(REFUSED_S)
        return False

    async def _asked(self, probe: Probe, within_s: float) -> bool:
        return self._runs and await asyncio.to_thread(probe, within_s)

    async def _sleep_or_end(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended(), seconds)

    async def _ended(self) -> None:
        if self._process:
            await self._process.wait()

    async def _kill(self) -> None:
        """End the process and whatever it started."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()

    @property
    def _returncode(self) -> int | None:
        return self._process.returncode if self._process else None

    @property
    def _runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    def _ending(self) -> str:
        code, words = self._returncode or 0, self._last_words()
        if code < 0:
            return f"was ended by {signal.Signals(-code).name}"
        return f"ended with exit code {code}" + (f" ({words})" if code and words else "")

    def _last_words(self) -> str:
        with self.log.open("rb") as file:
            file.seek(self._log_from)
            lines = file.read()[-4000:].decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""


def _ending_with_us() -> list[str]:
    """Words before a command that end it when we are killed outright (prctl(2), PR_SET_PDEATHSIG)."""
    return ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
