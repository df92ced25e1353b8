"""A bare AGI server: a thread a call, and the commands of `FILE` one by one, whatever is answered.

    python -m bench.echo PORT FILE

As little as a server in Python can do: the measure for what the application adds.
"""

from __future__ import annotations

import socketserver
import sys
from pathlib import Path


class Echo(socketserver.StreamRequestHandler):
    """One call."""

    disable_nagle_algorithm = True
    commands: tuple[bytes, ...] = ()

    def handle(self) -> None:
        """Read who calls, then send every command and read its reply."""
        while self.rfile.readline() not in (b"\n", b""):
            pass
        for command in self.commands:
            self.wfile.write(command)
            self.rfile.readline()


class Server(socketserver.ThreadingTCPServer):
    """Waits for calls."""

    allow_reuse_address = daemon_threads = True
    request_queue_size = 1024


if __name__ == "__main__":
    Echo.commands = tuple(Path(sys.argv[2]).read_bytes().splitlines(keepends=True))
    Server(("127.0.0.1", int(sys.argv[1])), Echo).serve_forever()
