"""Real calls a second: SIPp, Asterisk, the application, the database; beside Asterisk that only answers.

    python -m bench.real_calls [--calls 1500] [--at-once 100]

The same SIPp places both kinds of call, in turns, as fast as they end. The full call is answered, the caller is
looked up by the calling number among 100,000 contracts, hears one prompt of 0.3 s and is said goodbye.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from account_core import Accounts, open_database
from bench import company
from ivr.agi.line import AgiLine
from ivr.agi.wire import Wire
from ivr.dialogue import Prompt
from ivr.main import e164
from ivr.switch import parts
from tests.asterisk.switch import Switch, running
from tests.wire.behind import behind

BARE = "0891"
LOCAL = f"""\
[from-carrier](+)
exten => {BARE},1,Answer()
 same => n,Hangup()
"""
PROMPT = bytes([0x55, 0xD5]) * 1200
"""0.3 s of A-law."""
ROUNDS = 3
CONTRACTS = 100_000

SCENARIO = """\
<?xml version="1.0" encoding="UTF-8"?>
<scenario name="caller">
<send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
]]></send>
<recv response="100" optional="true"/>
<recv response="180" optional="true"/>
<recv response="200"/>
<send><![CDATA[
ACK sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:[field0]@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv request="BYE"/>
<send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""


class Recognised:
    """Looks the caller up and says one short prompt."""

    paths = frozenset({"line"})

    def __init__(self, accounts: Accounts, sound: str) -> None:
        self._accounts, self._sound = accounts, sound
        self.known: list[str] = []
        """Contracts of the callers who were recognised."""

    def call(self, wire: Wire) -> None:
        """One call."""
        line = AgiLine(wire, lambda key, values, language: self._sound)
        line.set_variable("TIMEOUT(absolute)", 0)
        caller = e164(line.caller or "", "RU")
        if own := self._accounts.by_mobile(caller or ""):
            self.known.append(own.contract)
        line.play(Prompt("short"), "ru")
        line.finish("goodbye")

    def reload(self) -> None:
        """Nothing to read."""

    def close(self) -> None:
        """Nothing to let go."""


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--calls", type=int, default=1500, help="in each of the rounds")
    options.add_argument("--at-once", type=int, default=100)
    asked = options.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        running(local={"extensions.conf": LOCAL}) as switch,
    ):
        folder = Path(name)
        (folder / "short.alaw").write_bytes(PROMPT)
        prepare(folder)
        with serving(switch, folder) as application:
            rates: dict[str, list[float]] = {BARE: [], "0890": []}
            for _ in range(ROUNDS):
                for number, seen in rates.items():
                    seen.append(rate(switch, folder, number, asked.calls, asked.at_once))
        known = len(application.known)
        assert known == ROUNDS * asked.calls, f"{known} callers were known"
    bare, full = (statistics.median(seen) for seen in rates.values())
    print(f"real calls a second, {asked.at_once} at once, median of {ROUNDS} rounds of {asked.calls}:")
    print(f"  answer and hang up      {bare:6.0f}")
    print(f"  recognised, one prompt  {full:6.0f}")
    print(f"  ratio                   {full / bare:6.2f}   (goal 0.50)")


def prepare(folder: Path) -> None:
    """The scenario, the callers and the company."""
    (folder / "caller.xml").write_text(SCENARIO)
    numbers = (f"+79{n * 61 % CONTRACTS:09}" for n in range(5000))
    (folder / "callers.csv").write_text("SEQUENTIAL\n" + "".join(f"{number}\n" for number in numbers))
    database = open_database(f"sqlite:///{folder / 'accounts.db'}")
    company.found(database, CONTRACTS)
    database.close()


@contextmanager
def serving(switch: Switch, folder: Path) -> Iterator[Recognised]:
    """The application of this measurement, behind the port that Asterisk calls."""
    database = open_database(f"sqlite:///{folder / 'accounts.db'}")
    application = Recognised(Accounts(database), str(folder / "short"))
    try:
        with behind(switch.settings.agi_port, application):
            yield application
    finally:
        database.close()


def rate(switch: Switch, folder: Path, number: str, calls: int, at_once: int) -> float:
    """Calls a second to `number`, each begun as soon as another has ended."""
    sipp = parts.command(parts.ensure("sipp", ["sip-tester"]), "usr/bin/sipp")
    words = [*sipp, "-sf", folder / "caller.xml", "-inf", folder / "callers.csv", "-s", number, "-nostdin"]
    words += [
        "-i",
        "127.0.0.1",
        "-m",
        calls,
        "-r",
        5000,
        "-l",
        at_once,
        f"127.0.0.1:{switch.settings.sip_port}",
    ]
    began = time.monotonic()
    done = subprocess.run(
        list(map(str, words)), cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return calls / (time.monotonic() - began)


if __name__ == "__main__":
    main()
