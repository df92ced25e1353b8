"""Asterisk's manager interface (AMI): actions and events, over a connection that is made again when it breaks.

    manager = Manager("127.0.0.1", 5038, "ivr", secret)
    manager.on_event("QueueCallerJoin", lambda event: print(event["Uniqueid"]))
    manager.on_connected(resynchronise)
    with manager:
        manager.act("QueuePause", Interface="Local/seat01@agents/n", Paused="true")

Events that pass while the connection is down are lost: `on_connected` is where to ask for the state of things.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable

from ivr.settings import Settings
from ivr.switch.render import AMI_USER, ami_secret
from ivr.switch.session import Headers, Refused, Session, SwitchAway

__all__ = ["Headers", "Manager", "Refused", "SwitchAway", "manager_of"]
log = logging.getLogger(__name__)

PAUSES_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds before each further try to connect; then the last again and again."""
PING_S = 5.0
"""Seconds between two questions whether Asterisk still answers."""
BOOT_S = 30.0
"""Seconds that Asterisk may take from letting us in to having loaded everything."""


class Manager:
    """The manager interface at `host`:`port`, for any number of threads."""

    def __init__(self, host: str, port: int, user: str, secret: str) -> None:
        self._where = host, port, user, secret
        self._session: Session | None = None
        self._callbacks: defaultdict[str, list[Callable[[Headers], object]]] = defaultdict(list)
        self._connected: list[Callable[[], object]] = []
        self._lost: list[Callable[[], object]] = []
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="manager", daemon=True)

    @property
    def connected(self) -> bool:
        """Whether Asterisk can be reached now."""
        return self._session is not None

    def on_event(self, name: str, callback: Callable[[Headers], object]) -> None:
        """Call back for every event of that name (`*`: for all), in order. A callback can ask nothing."""
        self._callbacks[name].append(callback)

    def on_connected(self, callback: Callable[[], object]) -> None:
        """Call back each time the connection has been made. Events are heard already; here one may ask."""
        self._connected.append(callback)

    def on_lost(self, callback: Callable[[], object]) -> None:
        """Call back each time the connection is lost."""
        self._lost.append(callback)

    def act(self, name: str, **headers: str | int | list[str]) -> Headers:
        """Perform an action; the headers of its answer.

        Raises `Refused` when Asterisk will not, `SwitchAway`, and `ValueError` for a value that is no header.
        """
        return self._live().act(name, **headers)

    def ask(self, name: str, **headers: str | int | list[str]) -> list[Headers]:
        """The list that an action answers with. Raises like `act`; some actions refuse where it is empty."""
        return self._live().ask(name, **headers)

    def start(self) -> None:
        """Connect, and stay connected until `close`."""
        self._thread.start()

    def close(self) -> None:
        """Disconnect for good."""
        self._closing.set()
        if session := self._session:
            session.drop()
        if self._thread.is_alive():
            self._thread.join()

    def __enter__(self) -> Manager:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _live(self) -> Session:
        if not (session := self._session):
            raise SwitchAway("not connected")
        return session

    def _keep(self) -> None:
        failures, why = 0, ""
        while not self._closing.is_set():
            session = Session(self._hear)
            try:
                self._connect(session)
                failures, why = 0, ""
                self._watch(session)
            except (SwitchAway, Refused) as trouble:
                if str(trouble) != why:
                    log.warning("the manager interface is away: %s", trouble)
                failures, why = failures + 1, str(trouble)
            except Exception:
                log.exception("the state of the switch was not understood; it is asked for again")
                failures += 1
            finally:
                self._let_go(session)
            self._closing.wait(PAUSES_S[min(failures, len(PAUSES_S) - 1)])

    def _connect(self, session: Session) -> None:
        session.open(*self._where)
        if not session.booted(BOOT_S):
            raise SwitchAway("it does not come to life")
        self._session = session
        log.info("the manager interface is there")
        for callback in self._connected:
            callback()

    def _watch(self, session: Session) -> None:
        while session.lives(PING_S) and not self._closing.is_set():
            session.act("Ping")
        if not self._closing.is_set():
            raise SwitchAway("it hung up")

    def _let_go(self, session: Session) -> None:
        was_live, self._session = self._session is session, None
        session.drop()
        for callback in self._lost if was_live else ():
            callback()

    def _hear(self, event: Headers) -> None:
        for callback in (*self._callbacks[event["Event"]], *self._callbacks["*"]):
            try:
                callback(event)
            except Exception:
                log.exception("an event was not understood: %s", event["Event"])


def manager_of(settings: Settings) -> Manager:
    """The manager interface of this instance's Asterisk; not connected yet."""
    return Manager("127.0.0.1", settings.ami_port, AMI_USER, ami_secret(settings))
