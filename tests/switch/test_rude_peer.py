"""A manager interface that behaves badly: half lines, silence, foreign answers, floods. We come back."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from ivr.switch import session
from ivr.switch.manager import Manager, SwitchAway
from tests.asterisk.switch import until

GREETING = b"Asterisk Call Manager/11.0.0\r\n"
BOOTED = b"Event: FullyBooted\r\nStatus: Fully Booted\r\n\r\n"
Behaviour = Callable[["Peer"], None]


class Peer:
    """One connection, from Asterisk's side."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.stream = connection.makefile("rwb", buffering=0)

    def action(self) -> dict[str, str]:
        """The next action."""
        headers: dict[str, str] = {}
        while line := self.stream.readline().decode().strip():
            name, _, value = line.partition(": ")
            headers[name] = value
        return headers

    def say(self, text: bytes) -> None:
        self.stream.write(text)

    def let_in(self) -> None:
        """Greet, accept the login, be booted."""
        self.say(GREETING)
        self.answer(self.action())
        self.say(BOOTED)

    def answer(self, action: dict[str, str]) -> None:
        self.say(f"Response: Success\r\nActionID: {action['ActionID']}\r\n\r\n".encode())


class Rude:
    """Serves one behaviour after another, the last for ever."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self._behaviours = list(behaviours)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.visits = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            behave = self._behaviours[min(self.visits, len(self._behaviours) - 1)]
            self.visits += 1
            try:
                with connection:
                    behave(Peer(connection))
            except (OSError, KeyError):
                pass


def polite(peer: Peer) -> None:
    """Answers everything until we leave."""
    peer.let_in()
    while action := peer.action():
        peer.answer(action)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "REPLY_S", 0.5)


@pytest.fixture
def meet() -> Iterator[Callable[..., tuple[Manager, Rude]]]:
    made: list[tuple[Manager, Rude]] = []

    def begin(*behaviours: Behaviour) -> tuple[Manager, Rude]:
        peer = Rude(*behaviours)
        manager = Manager("127.0.0.1", peer.port, "ivr", "secret")
        made.append((manager, peer))
        return manager, peer

    yield begin
    for manager, peer in made:
        manager.close()
        peer.close()


Meet = Callable[..., tuple[Manager, Rude]]


def hangs_up(peer: Peer) -> None:
    peer.say(GREETING[:10])


def is_silent(peer: Peer) -> None:
    peer.stream.read()


def is_no_asterisk(peer: Peer) -> None:
    peer.say(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>\n")


def refuses(peer: Peer) -> None:
    peer.say(GREETING)
    id = peer.action()["ActionID"]
    peer.say(f"Response: Error\r\nActionID: {id}\r\nMessage: Authentication failed\r\n\r\n".encode())
    peer.stream.read()


def answers_for_another(peer: Peer) -> None:
    peer.let_in()
    peer.action()
    peer.say(b"Response: Success\r\nActionID: somebody-else\r\n\r\n")
    peer.stream.read()


def has_endless_lines(peer: Peer) -> None:
    peer.let_in()
    while True:
        peer.say(b"x" * 4096)


@pytest.mark.parametrize("rude", [hangs_up, is_silent, is_no_asterisk, refuses])
def test_whoever_it_was_the_next_one_is_tried(meet: Meet, rude: Behaviour) -> None:
    manager, _ = meet(rude, rude, polite)
    manager.start()
    until(lambda: manager.connected)
    assert manager.act("Ping")["Response"] == "Success"


@pytest.mark.parametrize("rude", [answers_for_another, has_endless_lines])
def test_a_connection_that_talks_nonsense_is_given_up(meet: Meet, rude: Behaviour) -> None:
    manager, peer = meet(rude, polite)
    manager.start()
    until(lambda: manager.connected or peer.visits > 1)
    if rude is answers_for_another:
        with pytest.raises(SwitchAway):
            manager.act("Ping")
    until(lambda: peer.visits == 2 and manager.connected)
    assert manager.act("Ping")["Response"] == "Success"


def test_an_answer_that_never_comes_is_not_waited_for(meet: Meet) -> None:
    def deaf(peer: Peer) -> None:
        peer.let_in()
        peer.stream.read()

    manager, _ = meet(deaf, polite)
    manager.start()
    until(lambda: manager.connected)
    began = time.monotonic()
    with pytest.raises(SwitchAway, match="no answer"):
        manager.act("Ping")
    assert time.monotonic() - began < 5
    until(lambda: manager.connected)


def test_a_list_without_an_end_is_not_waited_for(meet: Meet) -> None:
    def endless(peer: Peer) -> None:
        peer.let_in()
        action = peer.action()
        peer.answer(action)
        peer.say(f"Event: QueueParams\r\nActionID: {action['ActionID']}\r\n\r\n".encode())
        peer.stream.read()

    manager, _ = meet(endless, polite)
    manager.start()
    until(lambda: manager.connected)
    with pytest.raises(SwitchAway, match="no end"):
        manager.ask("QueueStatus")


def test_half_a_message_is_kept_until_its_other_half_comes(meet: Meet) -> None:
    heard: list[str] = []

    def stutters(peer: Peer) -> None:
        peer.let_in()
        for piece in (
            b"Event: Hang",
            b"up\r\nChannel: PJSIP/1",
            b"\r\n",
            b"\r\nEvent: Newchannel\r\n\r",
            b"\n",
        ):
            peer.say(piece)
            time.sleep(0.02)
        peer.stream.read()

    manager, _ = meet(stutters)
    manager.on_event("*", lambda event: heard.append(event["Event"]))
    manager.start()
    until(lambda: heard == ["FullyBooted", "Hangup", "Newchannel"])


def test_actions_of_many_threads_get_each_their_own_answer(meet: Meet) -> None:
    def echoes(peer: Peer) -> None:
        peer.let_in()
        while action := peer.action():
            said = f"ActionID: {action['ActionID']}\r\nValue: {action.get('Value', '')}"
            peer.say(f"Response: Success\r\n{said}\r\n\r\n".encode())

    manager, _ = meet(echoes)
    manager.start()
    until(lambda: manager.connected)
    wrong: list[int] = []

    def ask(n: int) -> None:
        for k in range(20):
            if manager.act("Echo", Value=n * 100 + k)["Value"] != str(n * 100 + k):
                wrong.append(n)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not wrong


def test_one_who_listens_too_slowly_makes_the_peer_wait_and_not_our_memory_grow(
    meet: Meet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "MOST_WAITING", 20)
    go_on, sent = threading.Event(), [0]

    def floods(peer: Peer) -> None:
        peer.let_in()
        peer.connection.settimeout(1)
        while True:
            peer.connection.sendall(b"Event: Flood\r\nText: " + b"x" * 8000 + b"\r\n\r\n")
            sent[0] += 1

    manager, peer = meet(floods, polite)
    manager.on_event("Flood", lambda _: go_on.wait(20))
    manager.start()
    until(lambda: sent[0] > 40)
    until(lambda: peer.visits == 2 or not manager.connected, within_s=15)
    assert sent[0] < 5000
    go_on.set()
    until(lambda: peer.visits == 2 and manager.connected, within_s=15)
