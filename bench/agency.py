"""An agency with many officers and many tools, for measuring lists: written as rows, past the services and the journal.

Twenty tools with five versions each; of each tool the last two are in use, with a step by differences between them.
Every officer holds the first tool, and a fifth of them each of the others.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Column, Date, Integer, MetaData, String, Table, cast, func, insert, literal, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from bench.crowd import PREFIX, value
from training_app.models.base import Fact, Instant
from training_app.models.certification import Award
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Evaluation,
    Person,
    SeatGrant,
    Unit,
    UnitAssignment,
)
from training_app.models.tools import (
    AssessmentSignature,
    ImpactAssessment,
    RequirementSet,
    RequirementSetSignature,
    Tool,
    ToolPolicy,
    ToolVersion,
    VersionCardWaiver,
    VersionCardWaiverSignature,
    VersionFact,
)
from training_app.models.training import Attempt, Mode, ModuleRevision
from training_app.rules.facts import AwardKind, EvaluationOutcome, Level, Prohibition, VersionChange

TOOLS, VERSIONS = 20, 5
IN_A_CLASS = 25
IN_A_UNIT = 200
SEED = 20_261_122
REGISTERED, IN_USE_FROM, NEWEST_FROM = (datetime(2025, 1, 1, 9, tzinfo=UTC) + timedelta(days=n) for n in (0, 30, 500))

_LIVES = Table(
    "bench_life",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("n", Integer),
    *(Column(f"{what}_at", Instant()) for what in ("joined", "evaluated", "seated", "opened", "awarded", "updated")),
    Column("through", Date),
    Column("unit_id", Integer),
    prefixes=["TEMPORARY"],
)
_MOMENTS = ("joined", "evaluated", "seated", "opened", "awarded", "updated")


@dataclass(frozen=True)
class Staff:
    author: int
    signer: int


def load(session: Session, officers: int, *, at: datetime, alike: bool) -> None:
    """Fill an empty database.

    :param alike: officers come in classes of 25 who did everything on the same days, each at a time of their own; else
        everybody has days of their own.
    """
    staff = Staff(*(add(session, Person, service_number=f"ST-{n}", name=f"Staff {n}", email=None) for n in (1, 2)))
    module = add(session, ModuleRevision, slug="ai-limits", digest="bench", content={}, bank={})
    for number in range(1, TOOLS + 1):
        tool_of(session, f"tool-{number:02}", staff)
    session.flush()
    connection = session.connection()
    _People(connection, officers, at, alike).load(module)
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))


def add(session: Session, model: type[Fact], at: datetime = REGISTERED, **columns: Any) -> int:
    fact = model(effective_at=at, recorded_at=at, **columns)
    session.add(fact)
    session.flush()
    return fact.id


def tool_of(session: Session, slug: str, staff: Staff) -> None:
    """Add a tool with its versions, policy, requirement sets, and the assessed steps between versions."""
    tool, _ = registered(session, slug, validity_months=24)
    before = None
    for number in range(1, VERSIONS + 1):
        version = version_of(session, tool, f"{number}.0", before, staff)
        released = NEWEST_FROM if number == VERSIONS else IN_USE_FROM + timedelta(days=number)
        add(session, VersionFact, released, version_id=version, change=VersionChange.RELEASED, forecast="-")
        if number < VERSIONS - 1:
            add(session, VersionFact, NEWEST_FROM, version_id=version, change=VersionChange.WITHDRAWN)
        before = version


def registered(session: Session, slug: str, *, validity_months: int) -> tuple[int, int]:
    """Add a tool without versions, and its policy; return their ids."""
    tool = add(
        session, Tool, slug=slug, name=slug, vendor="A vendor", description="-", prohibition=Prohibition.NONE,
        purposes=[], purpose_required=False, max_cache_seconds=60,
    )  # fmt: skip
    policy = add(
        session, ToolPolicy, tool_id=tool, revision=1, validity_months=validity_months, window_months=3,
        pass_age_months=12, evaluation_required=True, seats_required=True,
    )  # fmt: skip
    return tool, policy


def version_of(
    session: Session, tool: int, label: str, before: int | None, staff: Staff, *, grace_days: int = 60
) -> int:
    """Add a version that could be released, with the step from the one before; return its id."""
    version = add(
        session, ToolVersion, tool_id=tool, label=label, predecessor_id=before, what_changed="-", how_to_stop="-",
        prohibition=Prohibition.NONE,
    )  # fmt: skip
    add(session, VersionFact, version_id=version, change=VersionChange.ANNOUNCED)
    signed = {"author_id": staff.author, "recorded_by_id": staff.signer}
    asked = add(
        session, RequirementSet, version_id=version, revision=1, full_modules=["ai-limits"],
        renewal_modules=["ai-limits"], recorded_by_id=staff.author,
    )  # fmt: skip
    add(session, RequirementSetSignature, requirement_set_id=asked, **signed)
    waiver = add(session, VersionCardWaiver, version_id=version, reason="-", recorded_by_id=staff.author)
    add(session, VersionCardWaiverSignature, waiver_id=waiver, reason="-", **signed)
    if before is not None:
        step = add(
            session, ImpactAssessment, tool_id=tool, start_id=before, end_id=version, level=int(Level.DIFFERENCES),
            grace_days=grace_days, grace_reason="-", modules=["what-is-new"], what_changed="-",
            recorded_by_id=staff.author,
        )  # fmt: skip
        add(session, AssessmentSignature, assessment_id=step, **signed)
    return version


class _People:
    def __init__(self, connection: Connection, officers: int, at: datetime, alike: bool) -> None:
        self.connection, self.officers = connection, officers
        self.at, self.alike, self.lot = at, alike, Random(SEED)
        tools = select(Tool.id, Tool.slug).order_by(Tool.id)
        self.tools = [row.id for row in connection.execute(tools)]
        self.policies = dict(connection.execute(select(ToolPolicy.tool_id, ToolPolicy.id)).tuples().all())
        labels = select(ToolVersion.tool_id, ToolVersion.label, ToolVersion.id)
        self.versions = {(row.tool_id, row.label): row.id for row in connection.execute(labels)}

    def load(self, module: int) -> None:
        _LIVES.create(self.connection)
        self._units()
        self.first_id = self.connection.execute(select(func.max(Person.id))).scalar_one() + 1
        lives = [self._life(n) for n in range(1, self.officers + 1)]
        for first in range(0, len(lives), 50_000):
            self.connection.execute(insert(_LIVES), lives[first : first + 50_000])
        self._people()
        self._facts(module)
        for place, tool in enumerate(self.tools):
            self._tool(place, tool)
        _LIVES.drop(self.connection)

    def _life(self, n: int) -> dict[str, Any]:
        """Return when officer *n* did what: on the days of the class or on days of their own, at times of their own."""
        lot = Random(SEED + n // IN_A_CLASS) if self.alike else self.lot
        start = self.at.date() - timedelta(days=600) + timedelta(days=lot.randrange(90))
        days = [0, *(lot.randrange(1, 60) for _ in range(4)), lot.randrange(60, 90)]
        found: dict[str, Any] = {
            "id": self.first_id + n,
            "n": n,
            "through": self.at.date() + timedelta(days=lot.randrange(-30, 600)),
        }
        found["unit_id"] = self.first_unit + (n - 1) // IN_A_UNIT
        day = start
        for what, passed in zip(_MOMENTS, days, strict=True):
            day = self.at.date() - timedelta(days=20) if what == "updated" else day + timedelta(days=passed)
            found[f"{what}_at"] = self._moment(day)
        return found

    def _moment(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(
            seconds=self.lot.randrange(8 * 3600), microseconds=self.lot.randrange(10**6)
        )

    def _people(self) -> None:
        number = literal(PREFIX) + cast(_LIVES.c.n, String)
        joined = {"id": _LIVES.c.id, "service_number": number, "name": literal("One of many")}
        self._insert(Person, _LIVES.c.joined_at, joined, _LIVES)

    def _units(self) -> None:
        stamp = {"effective_at": REGISTERED, "recorded_at": REGISTERED}
        units = [stamp | {"name": f"{PREFIX}unit {n}"} for n in range((self.officers - 1) // IN_A_UNIT + 1)]
        self.connection.execute(insert(Unit.__table__), units)
        self.first_unit = self.connection.execute(select(func.min(Unit.id))).scalar_one()

    def _facts(self, module: int) -> None:
        who = _LIVES.c
        opened = {"person_id": who.id, "change": value(AccountFact, "change", AccountChange.OPENED)}
        self._insert(AccountFact, who.joined_at, opened, _LIVES)
        self._insert(UnitAssignment, who.joined_at, {"person_id": who.id, "unit_id": who.unit_id}, _LIVES)
        cleared = {
            "officer_id": who.id,
            "outcome": value(Evaluation, "outcome", EvaluationOutcome.CLEARED),
            "through": who.through,
        }
        self._insert(Evaluation, who.evaluated_at, cleared, _LIVES)
        sat = {
            "officer_id": who.id,
            "revision_id": literal(module),
            "mode": value(Attempt, "mode", Mode.ASSESSMENT),
            "number": literal(1),
            "language": literal("en"),
            "seed": literal(1),
            "paper": value(Attempt, "paper", {}),
            "closes_at": value(Attempt, "closes_at", self.at + timedelta(days=1)),
        }
        self._insert(Attempt, who.opened_at, sat, _LIVES)

    def _tool(self, place: int, tool: int) -> None:
        """Give seat and awards: every officer the first tool, a fifth of them each other; three in five the update."""
        holders = select(_LIVES)
        if place:
            holders = holders.where(_LIVES.c.n % 5 == place % 5)
        held = holders.subquery()
        who = held.c
        seat = {
            "officer_id": who.id,
            "tool_id": literal(tool),
            "unit_id": who.unit_id,
            "purposes": value(SeatGrant, "purposes", []),
            "justification": literal("-"),
        }
        self._insert(SeatGrant, who.seated_at, seat, held)
        self._award(AwardKind.FULL, tool, f"{VERSIONS - 1}.0", who.awarded_at, held, None)
        version = self.versions[tool, f"{VERSIONS - 1}.0"]
        # Plus 0: without statistics SQLite would look for each officer among all awards for the version.
        base = select(Award.id).where(Award.officer_id == who.id, Award.version_id + 0 == version).scalar_subquery()
        updated = select(held, base.label("base_id")).where(who.n % 5 > 1).subquery()
        self._award(AwardKind.DELTA, tool, f"{VERSIONS}.0", updated.c.updated_at, updated, updated.c.base_id)

    def _award(self, kind: AwardKind, tool: int, label: str, at: Any, holders: Any, base: Any) -> None:
        step = {"start": f"{VERSIONS - 1}.0", "end": label, "level": int(Level.DIFFERENCES), "modules": ["what-is-new"]}
        columns = {
            "officer_id": holders.c.id,
            "version_id": literal(self.versions[tool, label]),
            "kind": value(Award, "kind", kind),
            "policy_id": literal(self.policies[tool]),
            "base_id": literal(None, Integer()) if base is None else base,
            "steps": value(Award, "steps", [] if base is None else [step]),
            "attempts_from": holders.c.opened_at,
            "evidence": self._met_by(holders.c.id),
            "evidence_key": literal(f"bench {kind}"),
            "holder_name": literal("One of many"),
            "code": literal(f"bench-{kind}-{tool}-") + cast(holders.c.id, String),
        }
        self._insert(Award, at, columns, holders)

    def _met_by(self, officer: Any) -> Any:
        """Return, as the service writes it, what names the submission that earned an award."""
        told = literal('{"met_by": ["submission:') + cast(officer, String) + literal('"]}')
        return told if self.connection.dialect.name == "sqlite" else cast(told, Award.__table__.c.evidence.type)

    def _insert(self, model: type[Fact], at: Any, columns: dict[str, Any], source: Any) -> None:
        stamped = {"effective_at": at, "recorded_at": at, **columns}
        rows = select(*(found.label(f"c_{name}") for name, found in stamped.items())).select_from(source)
        self.connection.execute(insert(model.__table__).from_select(list(stamped), rows))
