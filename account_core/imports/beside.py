"""Reading and checking a large file in a process of its own, while this one writes."""

from __future__ import annotations

import gc
import marshal
import multiprocessing
import os
import signal
from collections.abc import Generator
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

from account_core.errors import BadFile
from account_core.imports.rows import Batch, Reject, Rules, batches
from account_core.imports.source import Source

WORTH_IT = 4 << 20
"""Bytes of a file; a smaller one is read in no time."""


def checked(path: Path, rules: Rules) -> Generator[Batch]:
    """The batches of the file at `path`, read where it is quickest. Raises `BadFile`."""
    if path.stat().st_size < WORTH_IT or len(os.sched_getaffinity(0)) == 1:
        with Source(path, rules.columns) as source:
            yield from batches(source, rules)
    else:
        yield from _beside(path, rules)


def _beside(path: Path, rules: Rules) -> Generator[Batch]:
    # Forked, not spawned: the child has all it needs at once, touches no connection, and ends without clean-up.
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe(duplex=False)
    child = fork.Process(target=_read, args=(path, rules, theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        while told := marshal.loads(ours.recv_bytes()):  # noqa: S302 - from our own child
            fault, rows, rejects, done = told
            if fault:
                raise BadFile(path, fault)
            yield Batch(rows, [Reject(*reject) for reject in rejects], done)
    except EOFError:
        raise BadFile(path, "the process that read it was ended") from None
    finally:
        ours.close()
        child.kill()
        child.join()


def _read(path: Path, rules: Rules, out: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this process
    gc.disable()
    try:
        with closing(out), Source(path, rules.columns) as source:
            for batch in batches(source, rules):
                rejects = [(reject.line, reject.reason, list(reject.fields)) for reject in batch.rejects]
                out.send_bytes(marshal.dumps((None, batch.rows, rejects, batch.done)))
            out.send_bytes(marshal.dumps(None))
    except BadFile as error:
        out.send_bytes(marshal.dumps((error.fault, [], [], 0)))
    except BrokenPipeError:
        pass  # nobody wants the rest
