"""Delivering what waits in the outbox, in the background of every process that serves.

The table is the queue and this thread only its clock: it wakes when this process has committed something, when the next
message is due, and every few seconds for what other processes left.  See `docs/decisions/0011-outbox.md`.
"""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from config import Config, kept_secret
from training_app.clock import now
from training_app.db import Database
from training_app.lti import keys as keys_of_tool
from training_app.lti.calls import CallRules
from training_app.lti.connector import Signing, Tokens
from training_app.lti.scores import Scores
from training_app.rules.retries import Outcome
from training_app.services import outbox
from training_app.services.event_streams import keys, overflow
from training_app.services.event_streams.endpoints import PushRules
from training_app.services.event_streams.keys import EventKeys
from training_app.services.event_streams.pushing import EventPush
from training_app.services.learning_records.delivering import RecordStore
from training_app.services.lti.noted import DerivedGrades
from training_app.services.outbox import Claimed

logger = logging.getLogger(__name__)

LONGEST_SLEEP_SECONDS = 5.0
AFTER_A_FAULT_SECONDS = 5.0
BETWEEN_HOUSEKEEPING = timedelta(minutes=1)
AT_A_TIME = 8
"""Destinations of one channel that are sent to side by side, so that a slow one keeps nobody waiting; each channel has
as many, so that slow learning platforms do not hold up the news of a suspension."""
MOST_IN_A_TURN = 50
"""Messages to one destination before others that wait have theirs."""


class Destination(Protocol):
    @property
    def name(self) -> str: ...


class Channel(Protocol):
    """A way to deliver messages: who can be delivered to now, and how."""

    name: str

    def destinations(self, session: Session, *, at: datetime) -> Sequence[Any]: ...

    def send(self, destination: Any, message: Claimed) -> tuple[Outcome, str]: ...


@runtime_checkable
class HousekeepingChannel(Protocol):
    """A channel that has something to do from time to time."""

    def keep_house(self, *, at: datetime) -> None: ...


class Courier:
    """Delivers what waits in one database.  Its thread begins when it is first told, as the `Sealer`'s does."""

    def __init__(self, database: Database, channels: Sequence[Channel], *, clock: Callable[[], datetime] = now) -> None:
        self._database, self._channels, self._now = database, channels, clock
        self._due, self.ended = threading.Event(), threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._pools = {
            channel.name: ThreadPoolExecutor(max_workers=AT_A_TIME, thread_name_prefix=f"courier-{channel.name}")
            for channel in channels
        }
        self._busy: set[tuple[str, str]] = set()
        self._housekept: datetime | None = None
        database.before_dispose.append(self.end)

    def tell(self, _: Database) -> None:
        """Have everything that is committed by now delivered soon."""
        self._due.set()
        with self._starting:
            if not self.ended.is_set() and (self._thread is None or not self._thread.is_alive()):
                self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
                self._thread.start()

    def end(self) -> None:
        """Finish what is being sent, and stop; what waits then is delivered by whoever starts next."""
        with self._starting:
            self.ended.set()
            self._due.set()
        if self._thread is not None:
            self._thread.join()
        for pool in self._pools.values():
            pool.shutdown()

    def deliver(self) -> int:
        """Deliver everything that is due, as far as it is taken; return how much was taken.

        Messages to one destination go one after the other: what cannot be delivered holds up what came later, until it
        is given up.
        """
        taken = 0
        while turns := self._begin():
            taken += sum(turn.result() for turn in turns)
        return taken

    def keep_house(self) -> None:
        """Delete what was delivered or given up long ago, and put what nobody fetches into fewer words."""
        at = self._now()
        with self._database.transaction() as session:
            outbox.prune(session, at=at)
            dismissed = overflow.dismiss_old(session, at=at)
        if dismissed:
            logger.warning("%d events that were given up are dismissed: nobody saw to them", dismissed)
        with self._database.reading() as session:
            overfull = overflow.overfull(session)
        for public_id in overfull:
            with self._database.transaction() as session:
                waited = overflow.condense(session, public_id, at=at)
            logger.warning("stream %s: %d events waited; put into one for each tool", public_id, waited)
        for channel in self._channels:
            if isinstance(channel, HousekeepingChannel):
                channel.keep_house(at=at)

    def _run(self) -> None:
        while not self.ended.is_set():
            self._due.wait(LONGEST_SLEEP_SECONDS)
            self._due.clear()
            if self.ended.is_set():
                return
            try:
                self._begin()
                self._keep_house_in_time()
            except Exception:
                logger.exception("the outbox could not be emptied")
                self.ended.wait(AFTER_A_FAULT_SECONDS)

    def _begin(self) -> list[Future[int]]:
        """Begin a turn for every destination that something is due for and that has none; wait for none of them."""
        turns = []
        for channel, destination in self._due_destinations():
            busy = channel.name, destination.name
            with self._starting:
                if busy in self._busy or self.ended.is_set():
                    continue
                self._busy.add(busy)
                turns.append(self._pools[channel.name].submit(self._turn, channel, destination.name))
        return turns

    def _turn(self, channel: Channel, name: str) -> int:
        try:
            taken = self._deliver_to(channel, name)
        except Exception:  # in the background nobody else would hear of it; what was claimed is sent again
            logger.exception("messages to %s could not be delivered", name)
            raise
        finally:
            with self._starting:
                self._busy.discard((channel.name, name))
        if taken:  # there may be more, of this destination or of those that waited for its turn to end
            self._due.set()
        return taken

    def _keep_house_in_time(self) -> None:
        at = self._now()
        if self._housekept is None or at >= self._housekept + BETWEEN_HOUSEKEEPING:
            self._housekept = at
            self.keep_house()

    def _due_destinations(self) -> list[tuple[Channel, Any]]:
        at, found = self._now(), []
        with self._database.reading() as session:
            for channel in self._channels:
                for one in channel.destinations(session, at=at):
                    if outbox.next_to(session, channel.name, one.name, at=at):
                        found.append((channel, one))
        return found

    def _deliver_to(self, channel: Channel, name: str) -> int:
        taken = 0
        while taken < MOST_IN_A_TURN and not self.ended.is_set():
            claimed = self._claim(channel, name)
            if claimed is None:
                return taken
            destination, message = claimed
            outcome, fault = self._send(channel, destination, message)
            at = self._now()
            with self._database.transaction() as session:
                given_up = outbox.ended(session, message, outcome, fault, at=at, chance=random.random())  # noqa: S311
            if given_up:
                logger.error("message %s needs a person: %s", message.message_id, fault)
            if outcome is not Outcome.TAKEN and not given_up:
                return taken
            taken += outcome is Outcome.TAKEN
        return taken

    def _claim(self, channel: Channel, name: str) -> tuple[Any, Claimed] | None:
        """Take the next message; with it, where it goes as things stand now, for a turn may last minutes."""
        at = self._now()
        with self._database.reading() as session:
            destination = next((one for one in channel.destinations(session, at=at) if one.name == name), None)
            message_id = outbox.next_to(session, channel.name, name, at=at) if destination else None
        if message_id is None:
            return None
        with self._database.transaction() as session:
            claimed = outbox.claim(session, message_id, at=self._now())
        return None if claimed is None else (destination, claimed)

    def _send(self, channel: Channel, destination: Any, message: Claimed) -> tuple[Outcome, str]:
        try:
            return channel.send(destination, message)
        except Exception as error:
            logger.exception("message %s could not be sent", message.message_id)
            return Outcome.UNREACHED, f"{type(error).__name__}: {error}"


def event_keys(config: Config) -> Callable[[], EventKeys]:
    """Return what gives the keys that sign events; read, and made if there are none, when first asked for."""
    file = config.event_key_file or config.data_folder / "event-key.pem"
    return cache(lambda: keys.kept(file, keep=kept_secret))


def push_rules(config: Config) -> PushRules:
    """Return where events may be pushed."""
    return PushRules(frozenset(host.lower() for host in config.push_hosts), plain_on_loopback=config.demo)


def courier_of(config: Config, database: Database) -> Courier:
    """Return the courier of an installation, with all its channels."""
    scores = Scores(database.transaction, call_rules(config), lti_signing(config), Tokens(), clock=now)
    derived = DerivedGrades(database.transaction, ZoneInfo(config.agency_zone), clock=now)
    channels: list[Channel] = [EventPush(event_keys(config), push_rules(config)), derived, scores]
    if config.xapi_endpoint and config.xapi_credentials_file is not None:
        _warn_of_readers(config.xapi_credentials_file)
        channels.append(RecordStore(config.xapi_endpoint, config.xapi_credentials_file))
    return Courier(database, channels)


def _warn_of_readers(secret: Path) -> None:
    with suppress(OSError):  # a file that is missing by now is told of where it is read
        if secret.stat().st_mode & 0o077:
            logger.warning("others than its owner may read %s; run: chmod 600 %s", secret, secret)


def call_rules(config: Config) -> CallRules:
    """Return which addresses of learning platforms may be called."""
    return CallRules(frozenset(host.lower() for host in config.lti_private_hosts))


def lti_signing(config: Config) -> Callable[[], Signing]:
    """Return what gives the key by which platforms know us, as it is when it is asked for."""

    def signing() -> Signing:
        key = keys_of_tool.signing(config.lti_keys, at=now())
        return Signing(key.private_pem, key.kid)

    return signing
