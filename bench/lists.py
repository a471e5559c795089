"""Measure decisions and lists in this process, against one indexed query that merely reads the same rows.

``python -m bench.lists``.  Each round measures the reference and then the product, so that the ratios compare like
with like whatever else the machine does.  Two kinds of agency: in *classes*, officers come in groups of 25 who did
everything on the same days, each at times of their own; in *own days* no two officers share their days.
"""

import csv
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import CompoundSelect, Select, func, null, select, union_all
from sqlalchemy.orm import Session

from bench import agency, report
from bench.installation import databases
from training_app import migrate
from training_app.db import Database
from training_app.models.base import Base
from training_app.models.people import Person, UnitAssignment
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.access import Question
from training_app.services import access, gather, releases
from training_app.services.gather import officer_rows, tool_rows

ZONE = ZoneInfo("Europe/Brussels")
SINGLE_QUESTIONS = 300
EXPORTED = 10_000
MOODLE_EXPORT_SECONDS = 7.8
"""Moodle 4.5 with its recompletion plugin, completion of 10,000 officers, on this kind of machine."""
SYSTEMS = ("sqlite", "postgresql")


class Figures:
    """What was measured, by title: seconds of the reference and of the product, round by round."""

    def __init__(self) -> None:
        self.found: dict[str, list[tuple[float, float]]] = {}

    def add(self, title: str, reference: Callable[[], object], product: Callable[[], object]) -> None:
        self.found.setdefault(title, []).append((_seconds(reference), _seconds(product)))

    def lines(self) -> Iterator[str]:
        for title, rounds in self.found.items():
            ratios = [ours / theirs for theirs, ours in rounds]
            theirs, ours = (median(one[place] for one in rounds) * 1000 for place in (0, 1))
            spread = f"x {median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f})"
            yield f"| {title} | {theirs:,.1f} | {ours:,.1f} | {spread} |"


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def everything_in_one() -> CompoundSelect[Any]:
    """Return the reference for one decision: all its rows, of the officer and of the tool, with one statement."""
    columns = list(officer_rows.COLUMNS)
    found: list[Select[Any]] = [*officer_rows.OF_ONE.selects]  # type: ignore[list-item]
    for branch in tool_rows.STATEMENT.selects:
        of = branch.selected_columns
        kept = {"id": of["id"], "effective_at": of["effective_at"], "recorded_at": of["recorded_at"]}
        kept |= {"ref": of["number_1"], "base": of["number_2"], "policy": of["number_3"]}
        kept |= {"code": of["text_1"], "text": of["text_2"], "evidence": of["text_3"]}
        nothing = {"owner": of["number_11"], "tool_id": of["number_10"], "since": of["effective_at"], "day": null()}
        assert isinstance(branch, Select)
        values = kept | nothing
        found.append(branch.with_only_columns(of["kind"], *(values[name].label(name) for name in columns)))
    return union_all(*found)


class Lists:
    """The measurements on one database."""

    def __init__(self, session: Session, at: datetime) -> None:
        self.session, self.at, self.figures = session, at, Figures()
        self.of_one = everything_in_one()
        people = select(Person.id, Person.service_number).where(Person.service_number.startswith("BN-"))
        self.people = [(row.id, row.service_number) for row in session.execute(people.order_by(Person.id))]
        self.slugs = list(session.scalars(select(Tool.slug).order_by(Tool.id)))
        self.tool_id, self.slug = session.scalar(select(func.min(Tool.id))), self.slugs[0]

    def measure(self, number: int) -> None:
        lot = Random(number)
        asked = lot.sample(self.people, min(SINGLE_QUESTIONS, len(self.people)))
        self.figures.add(
            f"single decision, {len(asked)} of them",
            lambda: [self._read_one(officer) for _, officer in asked],
            lambda: [self._decide(officer) for _, officer in asked],
        )
        unit = self._unit(lot.choice(self.people)[0])
        self.figures.add(
            f"matrix, {len(unit)} officers x {len(self.slugs)} tools",
            lambda: self._count(officer_rows.of_some(self.session, unit, None)),
            lambda: self._matrix(unit),
        )
        values = {"first": self.people[0][0], "last": self.people[-1][0], "tool": self.tool_id}
        self.figures.add(
            f"who may use a tool, {len(self.people):,} officers",
            lambda: self._count(self.session.execute(officer_rows.OF_RUN, values).all()),
            lambda: self._count(access.who_may_use(self.session, self.slug, zone=ZONE, at=self.at)),
        )
        first = lot.randrange(max(1, len(self.people) - EXPORTED))
        exported = [person for person, _ in self.people[first : first + EXPORTED]]  # units one after the other
        self.figures.add(
            f"CSV of {len(exported):,} officers",
            lambda: self._count(officer_rows.of_some(self.session, exported, self.tool_id)),
            lambda: self._export(exported),
        )

    def _read_one(self, officer: str) -> object:
        values = {"number": officer, "slug": self.slug, "tool": self.tool_id}
        return self.session.execute(self.of_one, values).all()

    def _decide(self, officer: str) -> object:
        question = Question(officer, self.slug, "5.0")
        return access.answer(self.session, question, zone=ZONE, at=self.at, known_at=self.at)

    def _unit(self, person: int) -> list[int]:
        own = select(UnitAssignment.unit_id).where(UnitAssignment.person_id == person).scalar_subquery()
        members = select(UnitAssignment.person_id).where(UnitAssignment.unit_id == own)
        return sorted(self.session.scalars(members))

    def _matrix(self, unit: list[int]) -> None:
        tools = [tool for tool in (gather.tool(self.session, slug) for slug in self.slugs) if tool]
        access.matrix(self.session, unit, tools, zone=ZONE, at=self.at)

    def _export(self, people: list[int]) -> str:
        file = io.StringIO()
        writer = csv.writer(file)
        for one in access.listed(self.session, self.slug, zone=ZONE, at=self.at, people=people):
            told = one.answer
            writer.writerow(
                [one.number, told.version, told.badge, told.validity, told.coverage, told.last_day, *told.grounds]
            )
        return file.getvalue()

    @staticmethod
    def _count(rows: Any) -> int:
        return sum(1 for _ in rows)


def release_seconds(database: Database, at: datetime) -> tuple[float, int]:
    """Return how long it takes to release a version, and how many rows that wrote."""
    with database.transaction() as session:
        author, signer = session.scalars(select(Person.id).order_by(Person.id).limit(2)).all()
        tool = session.scalars(select(Tool).order_by(Tool.id)).first()
        assert tool is not None
        newest = session.scalar(select(func.max(ToolVersion.id)).where(ToolVersion.tool_id == tool.id))
        staff = agency.Staff(author, signer)
        label = f"{datetime.now(UTC):%H%M%S%f}"
        version_id = agency.version_of(session, tool.id, label, newest, staff)
    before = _rows(database)
    start = time.perf_counter()
    with database.transaction() as session:
        version, by = session.get_one(ToolVersion, version_id), session.get_one(Person, author)
        releases.release(
            session, version, effective_at=at + timedelta(days=1), at=at, by=by, seen="-", foreseen="-", zone=ZONE
        )
    seconds = time.perf_counter() - start
    return seconds, _rows(database) - before


def _rows(database: Database) -> int:
    with database.reading() as session:
        return sum(
            session.scalar(select(func.count()).select_from(table)) or 0 for table in Base.metadata.sorted_tables
        )


@contextmanager
def loaded(new: Callable[[str], str], name: str, officers: int, *, alike: bool) -> Iterator[Database]:
    database = Database(new(name))
    try:
        migrate.upgrade(database)
        at = datetime.now(UTC)
        with database.transaction() as session:
            agency.load(session, officers, at=at, alike=alike)
        yield database
    finally:
        database.dispose()


@click.command()
@click.option("--system", "systems", multiple=True, type=click.Choice(SYSTEMS), default=SYSTEMS)
@click.option("--officers", default=100_000, type=click.IntRange(400, 1_000_000), show_default=True)
@click.option("--rounds", default=3, type=click.IntRange(1, 20), show_default=True)
@click.option("--release", "releasing", multiple=True, type=int, default=(1_000, 100_000), show_default=True)
def main(systems: tuple[str, ...], officers: int, rounds: int, releasing: tuple[int, ...]) -> None:
    """Print how long decisions, lists and a release take, as ratios to merely reading the same rows."""
    click.echo(f"{report.machine()}\n")
    for system in systems:
        with tempfile.TemporaryDirectory(prefix="training-bench-") as folder:
            measure(system, Path(folder), officers, rounds, releasing)


def measure(system: str, folder: Path, officers: int, rounds: int, releasing: tuple[int, ...]) -> None:
    with databases(system, folder) as new:
        times: dict[int, tuple[float, int]] = {}
        for alike in (True, False):
            click.echo(f"{system}: loading {officers:,} officers", err=True)
            with loaded(new, f"lists_{alike}".lower(), officers, alike=alike) as database:
                with database.reading() as session:
                    lists = Lists(session, datetime.now(UTC))
                    for number in range(rounds):
                        lists.measure(number)
                        click.echo(f"{system}: round {number + 1} of {rounds}", err=True)
                kind = "in classes of 25" if alike else "own days"
                click.echo(f"| {system}, {kind} | reading the rows, ms | product, ms | ratio |\n|---|---|---|---|")
                click.echo("\n".join(lists.figures.lines()) + "\n")
                if not alike and officers in releasing:
                    times[officers] = _releases(database)
        for size in releasing:
            if size not in times:
                with loaded(new, f"release_{size}", size, alike=True) as database:
                    times[size] = _releases(database)
        for size, (seconds, rows) in sorted(times.items()):
            ratio = seconds / times[min(times)][0]
            click.echo(f"{system}, release with {size:,} officers: {rows} rows, {seconds * 1000:.1f} ms, x {ratio:.2f}")
        click.echo()


def _releases(database: Database) -> tuple[float, int]:
    """Return the median of five releases, after one that warms up; each writes the same rows."""
    found = [release_seconds(database, datetime.now(UTC)) for _ in range(6)][1:]
    return median(seconds for seconds, _ in found), found[0][1]


if __name__ == "__main__":
    main()
