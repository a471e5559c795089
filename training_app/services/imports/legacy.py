"""Certificates of an older system, with their evidence: each becomes a full award, dated on its day.

The registrar says of every course of the file which version it certifies, or that it is left out; nothing is guessed.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.certification import Award
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolPolicy, ToolVersion
from training_app.rules import versions
from training_app.rules.canonical import canonical
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.facts import AwardKind, Prohibition, VersionChange
from training_app.services import gather
from training_app.services.imports.plans import Change, Context, Entry, Kind, Outcome, Plan, Waves, What, in_runs
from training_app.services.imports.reading import Fault, Line, Sheet, Wrong

COLUMNS = ("service_number", "course", "awarded_on", "evidence")

#: For each course the id of the version it certifies, or ``None`` to leave it out.
Mapped = Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Target:
    """A version that certificates can be imported for."""

    version_id: int
    slug: str
    tool: str
    label: str
    announced_at: datetime
    policies: Sequence[ToolPolicy]
    """The oldest first."""

    @property
    def name(self) -> str:
        return f"{self.tool} {self.label}"

    def policy_at(self, instant: datetime) -> ToolPolicy:
        """Return the policy in effect at *instant*; for a day before there was one, the first."""
        return max(
            (policy for policy in self.policies if policy.effective_at <= instant),
            key=lambda policy: (policy.effective_at, policy.revision),
            default=self.policies[0],
        )


@dataclass(frozen=True, slots=True)
class Holder:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """One line that became an award to make."""

    line: int
    number: str
    day: date
    holder: Holder
    target: Target
    effective_at: datetime
    reference: str
    key: str

    @property
    def identity(self) -> tuple[int, int, str]:
        """What no two awards of one kind share."""
        return self.holder.id, self.target.version_id, self.key


def targets(session: Session, *, at: datetime) -> list[Target]:
    """Return every version that was announced by *at* and may be certified, tool by tool."""
    found: list[Target] = []
    for tool in session.scalars(select(Tool).order_by(Tool.name)).all():
        facts = gather.tool(session, tool.slug)
        policies = session.scalars(
            select(ToolPolicy).where(ToolPolicy.tool_id == tool.id).order_by(ToolPolicy.revision)
        ).all()
        if facts is None or not policies:
            continue
        announced: dict[str, datetime] = {}
        for change in sorted(facts.changes, key=lambda change: change.effective_at):
            if change.change is VersionChange.ANNOUNCED and change.effective_at <= at:
                announced.setdefault(change.version, change.effective_at)
        for version in session.scalars(
            select(ToolVersion).where(ToolVersion.tool_id == tool.id).order_by(ToolVersion.id)
        ):
            answers = {versions.prohibition_of(facts, label, at=at) for label in (None, version.label)}
            prohibited = answers != {Prohibition.NONE}
            if version.label in announced and not prohibited:
                found.append(
                    Target(version.id, tool.slug, tool.name, version.label, announced[version.label], policies)
                )
    return found


def plan(session: Session, sheet: Sheet, mapping: Mapped, context: Context) -> Plan:
    """Return what the file would record under *mapping*."""
    courses = Counter(line["course"] for line in sheet.lines if line["course"])
    known = {target.version_id: target for target in targets(session, at=context.at)}
    said = {course: mapping[course] for course in courses if course in mapping}
    unmapped = tuple(course for course in courses if said.get(course, 0) is not None and said.get(course) not in known)
    holders = _holders(session, sheet.lines)
    entries, faults, certificates = [], list(sheet.faults), []
    for line in sheet.lines:
        target = known.get(said.get(line["course"]) or 0)
        found = list(_faults(line, holders, target, context))
        faults += found
        if line["course"] in said and said[line["course"]] is None:
            entries.append(Entry(line.number, line["service_number"], Outcome.LEFT_OUT))
        elif target is not None and not found:
            certificates.append(_certificate(line, holders, target, context))
    faults += _twice(certificates)
    there = _imported(session, certificates)
    new = [one for one in certificates if one.identity not in there]
    entries += [_entry(one, is_new=one.identity not in there) for one in certificates]
    return Plan(
        kind=Kind.LEGACY,
        file_digest=sheet.digest,
        entries=tuple(sorted(entries, key=lambda entry: entry.line)),
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
        to_map=courses,
        unmapped=unmapped,
        waves=lambda: _waves(new, context),
        facts=len(new),
    )


def _holders(session: Session, lines: Sequence[Line]) -> Mapping[str, Holder]:
    found: dict[str, Holder] = {}
    for some in in_runs(sorted({line["service_number"] for line in lines})):
        rows = select(Person.id, Person.service_number, Person.name).where(Person.service_number.in_(some))
        found |= {row.service_number: Holder(row.id, row.name) for row in session.execute(rows)}
    return found


def _faults(line: Line, holders: Mapping[str, Holder], target: Target | None, context: Context) -> Iterator[Fault]:
    for column in COLUMNS:
        if not line[column]:
            yield Fault(line.number, column, Wrong.MISSING)
    holder = holders.get(line["service_number"])
    if line["service_number"] and holder is None:
        yield Fault(line.number, "service_number", Wrong.OFFICER_UNKNOWN, found=line["service_number"])
    if holder is not None and holder.id == context.by_id:
        yield Fault(line.number, "service_number", Wrong.ONESELF, found=line["service_number"])
    if line["awarded_on"]:
        yield from _faults_of_day(line, target, context)


def _faults_of_day(line: Line, target: Target | None, context: Context) -> Iterator[Fault]:
    day, today = _day(line["awarded_on"]), CivilInstant(context.at, context.zone)
    if day is None:
        yield Fault(line.number, "awarded_on", Wrong.DAY, found=line["awarded_on"])
    elif day > today.day:
        yield Fault(line.number, "awarded_on", Wrong.DAY_TO_COME, found=line["awarded_on"])
    elif target is not None and day < (announced := today.at(target.announced_at).day):
        about = f"{target.name}, {announced.isoformat()}"
        yield Fault(line.number, "awarded_on", Wrong.BEFORE_ANNOUNCEMENT, found=line["awarded_on"], about=about)


def _day(cell: str) -> date | None:
    """Return the day written as 2026-11-22, or ``None``: of other ways to write one nobody can tell day from month."""
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        return None
    return day if day.isoformat() == cell else None


def _certificate(line: Line, holders: Mapping[str, Holder], target: Target, context: Context) -> Certificate:
    """Return the line as an award: from the first instant of its day, of the day of the announcement from that on."""
    day = date.fromisoformat(line["awarded_on"])
    told = {name: line[name] for name in ("service_number", "awarded_on", "evidence")}
    content = canonical({**told, "tool": target.slug, "version": target.label})
    return Certificate(
        line=line.number,
        number=line["service_number"],
        day=day,
        holder=holders[line["service_number"]],
        target=target,
        effective_at=max(first_instant(day, context.zone), target.announced_at),
        reference=line["evidence"],
        key=f"import:{sha256(content.encode()).hexdigest()}",
    )


def _entry(one: Certificate, *, is_new: bool) -> Entry:
    changes = (Change(What.AWARD, one.target.name, one.day.isoformat()),) if is_new else ()
    return Entry(one.line, one.number, Outcome.NEW if is_new else Outcome.UNCHANGED, changes)


def _twice(certificates: Sequence[Certificate]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for one in certificates:
        if first.setdefault(one.key, one.line) != one.line:
            yield Fault(one.line, "evidence", Wrong.TWICE, found=one.reference, about=str(first[one.key]))


def _imported(session: Session, certificates: Sequence[Certificate]) -> set[tuple[int, int, str]]:
    found: set[tuple[int, int, str]] = set()
    for some in in_runs(sorted({one.key for one in certificates})):
        rows = select(Award.officer_id, Award.version_id, Award.evidence_key).where(Award.evidence_key.in_(some))
        found |= {(row.officer_id, row.version_id, row.evidence_key) for row in session.execute(rows)}
    return found


def _waves(certificates: Sequence[Certificate], context: Context) -> Waves:
    yield [_award(one, context) for one in certificates]


def _award(one: Certificate, context: Context) -> Award:
    return Award(
        effective_at=one.effective_at,
        recorded_at=context.at,
        recorded_by_id=context.by_id,
        officer_id=one.holder.id,
        version_id=one.target.version_id,
        kind=AwardKind.FULL,
        policy_id=one.target.policy_at(one.effective_at).id,
        base_id=None,
        requirement_set_id=None,
        steps=[],
        attempts_from=one.effective_at,
        evidence={"import": one.line, "reference": one.reference},
        evidence_key=one.key,
        holder_name=one.holder.name,
        code=context.new_code(),
    )
