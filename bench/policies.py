"""Measure the one rule against Cedar and Casbin on the same facts, in process: ``python -m bench.policies``.

The three are told the same random agency and asked the same questions; what they answer is compared each time, and on
many small agencies by `tests/test_policies_compared.py`.

What the comparison leaves out
    Cedar and Casbin know no training.  Both are told what they can be told: for each officer and tool the last day of
    the certification, the versions covered, and whether a seat is held; of each officer the last day of the evaluation
    and whether a suspension stands; of each version whether it is in use, and through which day those trained for the
    one before may go on.  The product is told the facts themselves (awards, policies, assessments, releases, seats,
    evaluations, suspensions), derives all this whenever it is asked, and says every ground, what would change the
    answer and when: more than the allow or deny that is compared.  Purposes, guidelines, renewals, revocations,
    reviews, emergencies and retraining are left out on all sides.

How each is asked
    As its documentation advises.  *Cedar*: policies and entities parsed once and kept, an entity for each officer with
    a tag for each tool, the few entities of versions added to those of officers.  *Casbin*: the fast enforcer, by
    officer and tool, a policy line for each officer and version covered, and lines of roles for what holds of versions;
    it compares no days in those, so that they are written for the day that is asked.  *Ours*: `machine_questions`, from
    the database, and `known_answers`, as the API asks: the database is asked before each answer what was committed
    since.  Nothing is recorded.  Each engine has a process of its own; rates are by its processor time.

An update of a tool
    A version is released for which nobody is trained, without grace, and the one before it withdrawn.  Measured is the
    time until both are denied to who was allowed.  Ours includes the durable commit, and whatever other process asks
    next is answered so as well; in Cedar and Casbin the change is in one process's memory, and lasts as long.
"""

import gc
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version as version_of_package
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import casbin
import cedarpy
import click
from casbin.model import FastModel
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench import agency, report
from bench.crowd import PREFIX
from training_app import migrate
from training_app.db import Database
from training_app.models.certification import Award
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Evaluation,
    OfficerSuspension,
    Person,
    SeatGrant,
    Unit,
    UnitAssignment,
)
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules.access import Question
from training_app.rules.facts import AwardKind, EvaluationOutcome, Level, VersionChange
from training_app.services import machine_questions
from training_app.services.known_answers import KnownAnswers

ZONE = ZoneInfo("Europe/Brussels")
TOOLS = 20
SIZES = (1_000, 20_000)
ASKED = 1_000
OLD, CURRENT, UPDATE = "1.0", "2.0", "3.0"
AT_A_TIME = 5_000


# -- the agency --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Version:
    tool: str
    label: str
    in_use: bool
    before: str | None = None
    grace_through: date | None = None
    """Inclusive: until then it may be used by who is trained for the one before."""
    released_on: date | None = None

    @property
    def name(self) -> str:
        return f"{self.tool} {self.label}"


@dataclass(frozen=True, slots=True)
class Held:
    """An officer's certification on a tool, of a year, and the seat."""

    tool: str
    awarded_on: date
    versions: tuple[str, ...]
    seated: bool

    @property
    def certified_through(self) -> date:
        return self.awarded_on.replace(year=self.awarded_on.year + 1)


@dataclass(frozen=True, slots=True)
class Officer:
    number: str
    cleared_through: date
    suspended: bool
    held: tuple[Held, ...]


class World:
    """A random agency; officers are made when they are asked for, so that those of any number take no room."""

    def __init__(self, seed: int, officers: int, *, tools: int = TOOLS, on: date) -> None:
        self.seed, self.size, self.on = seed, officers, on
        self.slugs = [f"tool-{number:02}" for number in range(1, tools + 1)]
        lot = Random(f"{seed}")
        self.versions = [version for slug in self.slugs for version in self._versions(slug, lot)]

    def _versions(self, slug: str, lot: Random) -> Iterator[Version]:
        first = slug == self.slugs[0]  # the one that is updated
        yield Version(slug, OLD, lot.random() < 0.6, released_on=self.on - timedelta(days=200))
        released_on = self.on - timedelta(days=lot.randrange(1, 60))
        grace_through = released_on + timedelta(days=lot.choice((0, 30, 60)))
        yield Version(slug, CURRENT, first or lot.random() < 0.9, OLD, grace_through, released_on)

    def officer(self, number: int) -> Officer:
        """Return one of them; every officer has the first tool, and a fifth of the officers each of the others."""
        lot = Random(f"{self.seed}-{number}")
        slugs = [slug for place, slug in enumerate(self.slugs) if not place or lot.random() < 0.2]
        held = tuple(self._held(slug, lot) for slug in slugs)
        cleared_through = self.on + timedelta(days=lot.randrange(-30, 600))
        return Officer(f"{PREFIX}{number}", cleared_through, lot.random() < 0.1, held)

    def _held(self, slug: str, lot: Random) -> Held:
        awarded_on = self.on - timedelta(days=lot.randrange(2, 400))
        if (awarded_on.month, awarded_on.day) == (2, 29):
            awarded_on -= timedelta(days=1)
        versions = lot.choice(((OLD,), (CURRENT,), (OLD, CURRENT), (OLD, CURRENT)))
        return Held(slug, awarded_on, versions, lot.random() < 0.9)

    def officers(self) -> Iterator[Officer]:
        return (self.officer(number) for number in range(1, self.size + 1))

    def questions(self, most: int) -> list[Question]:
        """Return questions about officers and versions at random: half of them about tools that the officer holds."""
        lot = Random(f"asked of {self.seed}")
        found = []
        for _ in range(most):
            officer = self.officer(lot.randrange(1, self.size + 1))
            slug = lot.choice((lot.choice(officer.held).tool, lot.choice(self.slugs)))
            found.append(Question(officer.number, slug, lot.choice((OLD, CURRENT))))
        return found

    def updated(self) -> list[Version]:
        """Return the versions after the first tool was updated."""
        update = Version(self.slugs[0], UPDATE, in_use=True, before=CURRENT, released_on=self.on)
        old = [replace(one, in_use=False) if one.name == f"{update.tool} {CURRENT}" else one for one in self.versions]
        return [*old, update]


class Engine(Protocol):
    """Who answers: told everything when it is made."""

    def allows(self, question: Question) -> bool: ...

    def update(self) -> None:
        """Be told of `World.updated`."""


# -- Cedar -------------------------------------------------------------------------------------------------------------

CEDAR_POLICY = """
permit (principal is Officer, action == Action::"use", resource is Version)
when {
  resource.inUse && !principal.suspended && context.day <= principal.clearedThrough
  && principal.hasTag(resource.tool) && principal.getTag(resource.tool).seated
  && context.day <= principal.getTag(resource.tool).certifiedThrough
  && (
    principal.getTag(resource.tool).versions.contains(resource.label)
    || (
      resource has before && context.day <= resource.graceThrough
      && principal.getTag(resource.tool).versions.contains(resource.before)
    )
  )
};
"""


class Cedar:
    def __init__(self, world: World) -> None:
        self.world = world
        self.policies = cedarpy.PolicySet.from_str(CEDAR_POLICY)
        written = ",".join(json.dumps(self._officer(one)) for one in world.officers())
        self.officers = cedarpy.Entities.from_json_str(f"[{written}]")
        self._told(world.versions)

    @staticmethod
    def _officer(officer: Officer) -> dict[str, Any]:
        return {
            "uid": {"type": "Officer", "id": officer.number},
            "attrs": {"clearedThrough": officer.cleared_through.toordinal(), "suspended": officer.suspended},
            "tags": {
                held.tool: {
                    "certifiedThrough": held.certified_through.toordinal(),
                    "versions": held.versions,
                    "seated": held.seated,
                }
                for held in officer.held
            },
            "parents": [],
        }

    def _told(self, versions: Sequence[Version]) -> None:
        self.entities = self.officers.with_added_json_str(json.dumps([self._version(one) for one in versions]))

    @staticmethod
    def _version(version: Version) -> dict[str, Any]:
        attributes: dict[str, Any] = {"tool": version.tool, "label": version.label, "inUse": version.in_use}
        if version.before is not None and version.grace_through is not None:
            attributes |= {"before": version.before, "graceThrough": version.grace_through.toordinal()}
        return {"uid": {"type": "Version", "id": version.name}, "attrs": attributes, "parents": []}

    def _request(self, question: Question) -> dict[str, Any]:
        return {
            "principal": {"type": "Officer", "id": question.officer},
            "action": {"type": "Action", "id": "use"},
            "resource": {"type": "Version", "id": f"{question.tool} {question.version}"},
            "context": {"day": self.world.on.toordinal()},
        }

    def allows(self, question: Question) -> bool:
        return cedarpy.is_authorized(self._request(question), self.policies, self.entities).allowed

    def allow(self, questions: Sequence[Question]) -> list[bool]:
        requests = [self._request(question) for question in questions]
        return [one.allowed for one in cedarpy.is_authorized_batch(requests, self.policies, self.entities)]

    def update(self) -> None:
        self._told(self.world.updated())


# -- Casbin ------------------------------------------------------------------------------------------------------------

CASBIN_MODEL = """
[request_definition]
r = sub, tool, use, day

[policy_definition]
p = sub, tool, ver, certified, cleared, seat, conduct

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = r.sub == p.sub && r.tool == p.tool && r.day <= p.certified && r.day <= p.cleared && p.seat == "held" \
 && p.conduct == "clear" && g(p.ver, r.use)
"""


class Casbin:
    """Who is trained for a version has the role to use it where it is in use; in grace also who is for the one before.

    The fast enforcer takes no second kind of roles.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        model = FastModel([0, 1])
        model.load_model_from_text(CASBIN_MODEL)
        self.enforcer = casbin.FastEnforcer(model, cache_key_order=[0, 1])
        lines = (line for officer in world.officers() for line in self._lines(officer))
        while some := list(islice(lines, AT_A_TIME)):
            self.enforcer.add_policies(some)
        self.told: set[tuple[str, str]] = set()
        self._tell(world.versions)

    @staticmethod
    def _lines(officer: Officer) -> Iterator[list[str]]:
        for held in officer.held:
            through = [held.certified_through.isoformat(), officer.cleared_through.isoformat()]
            safe = ["held" if held.seated else "none", "suspended" if officer.suspended else "clear"]
            for label in held.versions:
                yield [officer.number, held.tool, f"{held.tool} {label}", *through, *safe]

    def _tell(self, versions: Sequence[Version]) -> None:
        lines = {(one.name, _use_of(one.name)) for one in versions if one.in_use}
        for one in versions:
            if one.in_use and one.grace_through is not None and self.world.on <= one.grace_through:
                lines.add((f"{one.tool} {one.before}", _use_of(one.name)))
        for line in self.told - lines:
            self.enforcer.remove_grouping_policy(*line)
        for line in lines - self.told:
            self.enforcer.add_grouping_policy(*line)
        self.told = lines

    def allows(self, question: Question) -> bool:
        use = _use_of(f"{question.tool} {question.version}")
        return bool(self.enforcer.enforce(question.officer, question.tool, use, self.world.on.isoformat()))

    def update(self) -> None:
        self._tell(self.world.updated())


def _use_of(version: str) -> str:
    return f"use of {version}"


# -- ours --------------------------------------------------------------------------------------------------------------


def everything(_tool: str) -> bool:
    return True


def load(session: Session, world: World) -> None:
    """Write the facts of *world* into a database without any."""
    _Rows(session, world).write()


class _Rows:
    def __init__(self, session: Session, world: World) -> None:
        self.session, self.world = session, world
        self.policies: dict[str, int] = {}
        self.tools: dict[str, int] = {}
        self.versions: dict[str, int] = {}

    def write(self) -> None:
        names = (("ST-1", "Staff 1"), ("ST-2", "Staff 2"))
        staff = agency.Staff(*(agency.add(self.session, Person, service_number=n, name=name) for n, name in names))
        for slug in self.world.slugs:
            self._tool(slug, staff)
        for version in self.world.versions:
            self._in_use(version)
        self.unit = agency.add(self.session, Unit, name="A unit")
        self.ids, self.awards = count(staff.signer + 1), count(1)
        officers = self.world.officers()
        while some := list(islice(officers, AT_A_TIME)):
            self._officers(some)

    def _tool(self, slug: str, staff: agency.Staff) -> None:
        self.tools[slug], self.policies[slug] = agency.registered(self.session, slug, validity_months=12)
        graces = {one.label: self._grace(one) for one in self.world.versions if one.tool == slug}
        before = None
        for label, days in {**graces, UPDATE: 0}.items():
            before = agency.version_of(self.session, self.tools[slug], label, before, staff, grace_days=days)
            self.versions[f"{slug} {label}"] = before

    @staticmethod
    def _grace(version: Version) -> int:
        if version.grace_through is None or version.released_on is None:
            return 0
        return (version.grace_through - version.released_on).days

    def _in_use(self, version: Version) -> None:
        assert version.released_on is not None
        of, at = self.versions[version.name], _morning(version.released_on)
        agency.add(self.session, VersionFact, at, version_id=of, change=VersionChange.RELEASED, forecast="-")
        if not version.in_use:
            at += timedelta(hours=1)
            agency.add(self.session, VersionFact, at, version_id=of, change=VersionChange.WITHDRAWN)

    def _officers(self, officers: Sequence[Officer]) -> None:
        numbered = [(next(self.ids), officer) for officer in officers]
        since = _stamp(agency.REGISTERED)
        self._insert(
            Person, [since | {"id": n, "service_number": one.number, "name": "One of many"} for n, one in numbered]
        )
        self._insert(AccountFact, [since | {"person_id": n, "change": AccountChange.OPENED} for n, _ in numbered])
        self._insert(UnitAssignment, [since | {"person_id": n, "unit_id": self.unit} for n, _ in numbered])
        cleared = since | {"outcome": EvaluationOutcome.CLEARED}
        self._insert(Evaluation, [cleared | {"officer_id": n, "through": one.cleared_through} for n, one in numbered])
        suspended = since | {"tool_id": None, "reason_code": "-"}
        self._insert(OfficerSuspension, [suspended | {"officer_id": n} for n, one in numbered if one.suspended])
        seat = since | {"unit_id": self.unit, "purposes": [], "justification": "-"}
        held = [(n, held) for n, officer in numbered for held in officer.held]
        self._insert(
            SeatGrant,
            [seat | {"officer_id": n, "tool_id": self.tools[one.tool]} for n, one in held if one.seated],
        )
        self._insert(Award, [award for n, one in held for award in self._awards(n, one)])

    def _awards(self, officer: int, held: Held) -> Iterator[dict[str, Any]]:
        """Yield a full award for the first version, and one for the difference the day after where there is another."""
        base = None
        for days, label in enumerate(held.versions):
            at = _morning(held.awarded_on + timedelta(days=days))
            step = {"start": OLD, "end": CURRENT, "level": int(Level.DIFFERENCES), "modules": ["what-is-new"]}
            number = next(self.awards)
            yield _stamp(at) | {
                "id": number,
                "officer_id": officer,
                "version_id": self.versions[f"{held.tool} {label}"],
                "kind": AwardKind.DELTA if base else AwardKind.FULL,
                "policy_id": self.policies[held.tool],
                "base_id": base,
                "steps": [step] if base else [],
                "attempts_from": at,
                "evidence": {"met_by": [f"submission:{number}"]},
                "evidence_key": "bench",
                "holder_name": "One of many",
                "code": f"bench-{number}",
            }
            base = number

    def _insert(self, model: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.session.connection().execute(insert(model.__table__), rows)


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


def _stamp(at: datetime) -> dict[str, Any]:
    return {"effective_at": at, "recorded_at": at}


def release_update(session: Session, world: World, *, at: datetime) -> None:
    """Record what `World.updated` tells: the last version of the first tool takes the place of the one before."""
    labels = select(ToolVersion.label, ToolVersion.id).join(Tool).where(Tool.slug == world.slugs[0])
    of_label = {row.label: row.id for row in session.execute(labels)}
    released, withdrawn = of_label[UPDATE], of_label[CURRENT]
    agency.add(session, VersionFact, at, version_id=released, change=VersionChange.RELEASED, forecast="-")
    agency.add(session, VersionFact, at, version_id=withdrawn, change=VersionChange.WITHDRAWN)


class Anew:
    """The product, deciding each question from the database."""

    def __init__(self, world: World, address: str) -> None:
        self.world, self.database = world, Database(address)

    def allows(self, question: Question) -> bool:
        return self.allow([question])[0]

    def allow(self, questions: Sequence[Question]) -> list[bool]:
        with self.database.reading() as session:
            at = datetime.now(UTC)
            found = machine_questions.answers(session, everything, questions, zone=ZONE, at=at)
            return [one.decision.allowed for one in found]

    def update(self) -> None:
        with self.database.transaction() as session:
            release_update(session, self.world, at=datetime.now(UTC))


class Again(Anew):
    """The product, as the API asks it: what it decided before is given again if nothing was committed against it."""

    def __init__(self, world: World, address: str) -> None:
        super().__init__(world, address)
        self.known = KnownAnswers()

    def allow(self, questions: Sequence[Question]) -> list[bool]:
        self.known.follow(self.database.glance)
        with ExitStack() as stack:

            def reading() -> Session:
                return stack.enter_context(self.database.reading())

            found = self.known.answers(reading, everything, questions, zone=ZONE, at=datetime.now(UTC))
            return [one.decision.allowed for one in found]


# -- measuring ---------------------------------------------------------------------------------------------------------

ANEW, AGAIN, CEDAR, CASBIN = ENGINES = ("ours, decided anew", "ours, asked again", "Cedar", "Casbin")


@dataclass(frozen=True)
class Found:
    """What one engine took, in a process of its own."""

    answers: list[bool]
    rate: float
    batch_rate: float | None
    loading_seconds: float
    megabytes: float
    peak_megabytes: float
    update_seconds: float


def engine_of(name: str, world: World, address: str) -> Engine:
    if name == CEDAR:
        return Cedar(world)
    if name == CASBIN:
        return Casbin(world)
    return Anew(world, address) if name == ANEW else Again(world, address)


def measure_engine(name: str, world: World, address: str, seconds: float) -> Found:
    """Tell one engine everything, ask it, and update a tool."""
    gc.collect()
    before, started = _resident("VmRSS"), time.perf_counter()
    engine = engine_of(name, world, address)
    loading = time.perf_counter() - started
    questions = world.questions(ASKED)
    answers = [engine.allows(question) for question in questions]
    rate = _rate(lambda: [engine.allows(question) for question in questions], seconds)
    together: Any = getattr(engine, "allow", None)
    batch_rate = None
    if together is not None:
        assert together(questions) == answers
        batch_rate = _rate(lambda: together(questions), seconds)
    gc.collect()
    megabytes, peak = (_resident(which) - before for which in ("VmRSS", "VmHWM"))
    return Found(answers, rate, batch_rate, loading, megabytes, peak, _update_seconds(engine, world))


def _rate(work: Callable[[], object], seconds: float) -> float:
    """Return how many questions are answered in a second of processor time, which other work disturbs less."""
    started, rounds = time.process_time(), 0
    while (passed := time.process_time() - started) < seconds:
        work()
        rounds += 1
    return rounds * ASKED / passed


def _update_seconds(engine: Engine, world: World) -> float:
    """Return how long it takes from the beginning of an update until it is obeyed."""
    numbers = (officer.number for officer in world.officers())
    allowed = next(n for n in numbers if engine.allows(Question(n, world.slugs[0], CURRENT)))
    started = time.perf_counter()
    engine.update()
    for version in (CURRENT, UPDATE):
        assert not engine.allows(Question(allowed, world.slugs[0], version))
    return time.perf_counter() - started


def _resident(which: str) -> float:
    """Return the megabytes that this process takes now (``VmRSS``) or took at most (``VmHWM``)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{which}:")) / 1024


def prepare(world: World, address: str) -> float:
    """Make the product's database, and return how long it took to write the facts."""
    database = Database(address)
    migrate.upgrade(database)
    started = time.perf_counter()
    with database.transaction() as session:
        load(session, world)
    database.dispose()
    return time.perf_counter() - started


def apart(work: Callable[..., Any], *given: Any) -> Any:
    """Return what *work* does in a new process, whose memory is its own."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def measure(officers: int, seconds: float) -> None:
    """Print what each engine took with so many officers, and how the product's rates compare."""
    world = World(agency.SEED, officers, on=datetime.now(ZONE).date())
    found: dict[str, Found] = {}
    with tempfile.TemporaryDirectory(prefix="training-bench-") as folder:
        filled, asked = Path(folder) / "filled.sqlite3", Path(folder) / "asked.sqlite3"
        loading = apart(prepare, world, f"sqlite:///{filled}")
        for name in ENGINES:
            shutil.copyfile(filled, asked)  # in the one before, the tool was updated
            found[name] = apart(measure_engine, name, world, f"sqlite:///{asked}", seconds)
            click.echo(f"{officers:,} officers: {name}", err=True)
            assert found[name].answers == found[ANEW].answers, name
        size = filled.stat().st_size / 1024**2
    click.echo(f"| {officers:,} officers | " + " | ".join(ENGINES) + " |\n|---|" + "---|" * len(ENGINES))
    for title, figure in figures(found, loading).items():
        click.echo(f"| {title} | " + " | ".join(figure(found[name]) for name in ENGINES) + " |")
    allowed = sum(found[ANEW].answers)
    click.echo(f"\nAll alike allowed {allowed:,} of {ASKED:,} questions; the database takes {size:,.0f} MB\n")


def figures(found: Mapping[str, Found], loading: float) -> dict[str, Callable[[Found], str]]:
    """Return the rows of the table: what is said of each engine, by title."""
    ours = found[ANEW], found[AGAIN]

    def told(one: Found) -> float:
        return loading if one in ours else one.loading_seconds

    return {
        "decisions/s": lambda one: f"{one.rate:,.0f}",
        f"{ANEW} : this": lambda one: f"{found[ANEW].rate / one.rate:.3f}",
        f"{AGAIN} : this": lambda one: f"{found[AGAIN].rate / one.rate:.3f}",
        f"in batches of {ASKED:,}, decisions/s": lambda one: f"{one.batch_rate:,.0f}" if one.batch_rate else "",
        "told everything, s": lambda one: f"{told(one):.1f}",
        "memory, MB": lambda one: f"{one.megabytes:,.0f}",
        "memory at most, MB": lambda one: f"{one.peak_megabytes:,.0f}",
        "update obeyed after, ms": lambda one: f"{one.update_seconds * 1000:,.1f}",
    }


@click.command()
@click.option(
    "--officers", "sizes", multiple=True, type=click.IntRange(100, 1_000_000), default=SIZES, show_default=True
)
@click.option("--seconds", default=2.0, type=click.FloatRange(0.1, 60), show_default=True, help="Of asking each.")
def main(sizes: tuple[int, ...], seconds: float) -> None:
    """Print how the one rule compares with Cedar and Casbin."""
    click.echo(f"{report.machine()}")
    click.echo(", ".join(f"{name} {version_of_package(name)}" for name in ("cedarpy", "casbin")) + "\n")
    for officers in sizes:
        measure(officers, seconds)


if __name__ == "__main__":
    main()
