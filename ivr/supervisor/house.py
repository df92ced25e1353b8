"""Runs all parts in one foreground, until somebody says stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import chain, repeat
from pathlib import Path

from ivr.supervisor.part import Part
from ivr.supervisor.watch import CannotStart, Say, Watch

HASTE_S = 10.0
"""Seconds that work in hand may take after Ctrl-C."""
FAREWELL_S = 15.0
"""Seconds in which those hear goodbye whose work was not done in its time."""
PREPARING_S = (1.0, 2.0, 5.0, 10.0)
"""Seconds before each further try to prepare; then the last again and again."""


def run(
    parts: Sequence[Part],
    logs: Path,
    ready: str,
    drain_s: float,
    say: Say,
    prepare: Callable[[], object] | None = None,
) -> None:
    """Keep `parts` running until SIGINT or SIGTERM; `say(ready)` once all of them work.

    What `prepare` raises is told, and it is tried until it is done; parts that need it wait, the others do not.
    After the first signal nothing new begins and work in hand may end: for `drain_s` seconds after
    SIGTERM, for `HASTE_S` after Ctrl-C; a second signal ends that. Raises `CannotStart` when a part never comes
    to life.
    """
    asyncio.run(House(parts, logs, say).run(ready, drain_s, prepare))


class House:
    """All parts of one instance, the first being where work comes in. Each has its log in the folder `logs`."""

    def __init__(self, parts: Sequence[Part], logs: Path, say: Say) -> None:
        self._prepared = asyncio.Event()
        self._watches = [Watch(part, logs / f"{part.name}.log", say, self._prepared) for part in parts]
        self._say = say
        self._stops: asyncio.Queue[signal.Signals] = asyncio.Queue()

    async def run(self, ready: str, drain_s: float, prepare: Callable[[], object] | None) -> None:
        """See `run`."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stops.put_nowait, number)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        keeping = [asyncio.create_task(watch.keep()) for watch in self._watches]
        preparing = asyncio.create_task(self._prepare(prepare))
        greeting = asyncio.create_task(self._greet(ready))
        stopping = asyncio.create_task(self._stops.get())
        try:
            await asyncio.wait([*keeping, stopping], return_when=asyncio.FIRST_COMPLETED)
            await _cancel(greeting, preparing)
            if stopping.done():
                await self._rest(keeping, HASTE_S if stopping.result() == signal.SIGINT else drain_s)
        finally:
            await _cancel(stopping, greeting, preparing, *keeping)
            first, *others = self._watches
            await first.stop()
            await asyncio.gather(*(watch.stop() for watch in others))
        _raise_first(keeping)
        self._say("Stopped.")

    async def _greet(self, ready: str) -> None:
        for watch in self._watches:
            await watch.was_ready.wait()
        self._say(ready)

    async def _prepare(self, prepare: Callable[[], object] | None) -> None:
        told = ""
        for pause_s in chain(PREPARING_S, repeat(PREPARING_S[-1])):
            try:
                await asyncio.to_thread(prepare or (lambda: None))
            except Exception as why:  # whatever it is, the parts that do not need it go on
                if str(why) != told:
                    self._say(f"Some parts wait: {why}")
                told = str(why)
                await asyncio.sleep(pause_s)
            else:
                break
        self._prepared.set()

    async def _rest(self, keeping: Sequence[asyncio.Task[None]], most_s: float) -> None:
        """Let work in hand end: for `most_s` seconds, or until the next signal. What it needs is kept."""
        await _cancel(*(task for task, watch in zip(keeping, self._watches, strict=True) if watch.part.rest))
        resting = asyncio.create_task(self._all_rest())
        hurry = asyncio.create_task(self._stops.get())
        done, _ = await asyncio.wait([resting, hurry], timeout=1.0, return_when=asyncio.FIRST_COMPLETED)
        if not done and most_s > 1:
            self._say(f"Calls in progress may end, for {most_s:g} s at most. Ctrl-C again stops at once.")
            done, _ = await asyncio.wait(
                [resting, hurry], timeout=most_s - 1, return_when=asyncio.FIRST_COMPLETED
            )
        if not done and await self._farewell():
            await asyncio.wait([resting, hurry], timeout=FAREWELL_S, return_when=asyncio.FIRST_COMPLETED)
        await _cancel(resting, hurry)

    async def _farewell(self) -> int:
        return sum(await asyncio.gather(*(watch.farewell() for watch in self._watches)))

    async def _all_rest(self) -> None:
        await asyncio.gather(*(watch.rest() for watch in self._watches))

    def _reload(self) -> None:
        for watch in self._watches:
            if watch.part.reloads:
                watch.tell(signal.SIGHUP)


async def _cancel(*tasks: asyncio.Task[object]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError, CannotStart):
            await task


def _raise_first(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        if not task.cancelled() and (error := task.exception()):
            raise error
