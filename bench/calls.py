"""An Asterisk that plays every sound in no time, for a load of whole conversations on a FastAGI server.

    python -m bench.calls PORT CONVERSATIONS AT_ONCE CONTRACTS

One thread leads all calls: it answers each command at once, keys in a balance conversation, and checks that
each ends with a goodbye. It prints the seconds that it took and the commands that it answered, as JSON.
"""

from __future__ import annotations

import json
import random
import selectors
import socket
import sys
import time

from bench.company import number

ENVIRONMENT = """\
agi_network: yes
agi_network_script: line
agi_request: agi://127.0.0.1/line
agi_channel: PJSIP/carrier-00000001
agi_language: ru
agi_type: PJSIP
agi_uniqueid: {id}
agi_version: 22.10.1
agi_callerid: unknown
agi_calleridname: unknown
agi_callingpres: 67
agi_callingani2: 0
agi_callington: 0
agi_callingtns: 0
agi_dnid: 0890
agi_rdnis: unknown
agi_context: line
agi_extension: s
agi_priority: 7
agi_enhanced: 0.0
agi_accountcode:
agi_threadid: 140000000000000

"""
NOTHING = 0
GOODBYE = b'SET VARIABLE "IVR_NEXT" "goodbye"\n'
# The key that each sound is answered with: welcome, main menu, contract/enter, amount, tariff, last payment,
# afterwards, goodbye. The other ten digits of the contract answer WAIT FOR DIGIT; then nothing more is pressed.
SOUNDS = (NOTHING, ord("1"), None, NOTHING, NOTHING, NOTHING, ord("3"), NOTHING)


class Conversation:
    """One call on `port` about the contract `of`."""

    def __init__(self, port: int, call_id: str, of: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        digits = [ord(digit) for digit in number(of)]
        self._sounds = iter([digits[0] if key is None else key for key in SOUNDS])
        self._digits = iter(digits[1:])
        self.commands = 0
        self.finished = False
        self.socket.sendall(ENVIRONMENT.format(id=call_id).encode())

    def answer(self) -> bool:
        """Answer what has come; False once the server has closed."""
        command = self.socket.recv(4096)
        if not command:
            assert self.finished, f"broken off after {self.commands} commands"
            self.socket.close()
            return False
        assert command.endswith(b"\n"), command
        self.commands += 1
        self.socket.sendall(self._reply(command))
        return True

    def _reply(self, command: bytes) -> bytes:
        if command.startswith(b"STREAM"):
            return b"200 result=%d endpos=8000\n" % next(self._sounds)
        if command.startswith(b"WAIT"):
            return b"200 result=%d\n" % next(self._digits, NOTHING)
        self.finished = command == GOODBYE
        return b"200 result=1\n"


def lead(port: int, conversations: int, at_once: int, contracts: int) -> dict[str, float]:
    """Lead `conversations`, `at_once` at any time, about `contracts` contracts in turn."""
    chance, run = random.Random(time.time_ns()), f"{time.time():.3f}"
    selector = selectors.DefaultSelector()
    left, commands = conversations, 0

    def begin() -> None:
        nonlocal left
        left -= 1
        call = Conversation(port, f"{run}.{left}", chance.randrange(contracts))
        selector.register(call.socket, selectors.EVENT_READ, call)

    began = time.monotonic()
    for _ in range(min(at_once, conversations)):
        begin()
    while selector.get_map():
        for key, _ in selector.select():
            sock, call = key.fileobj, key.data
            if call.answer():
                continue
            commands += call.commands
            selector.unregister(sock)
            if left:
                begin()
    return {"seconds": time.monotonic() - began, "commands": commands}


if __name__ == "__main__":
    print(json.dumps(lead(*map(int, sys.argv[1:]))))
