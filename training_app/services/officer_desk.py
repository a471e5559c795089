"""What an officer's pages show, gathered once: each tool with its answers and its demands, and each module."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.models.tools import ImpactAssessment, RequirementChange, Tool, ToolVersion
from training_app.models.training import Attempt, Mode, ModuleRevision, Submission
from training_app.rules import versions
from training_app.rules.access import Decision, Question, decide, judge
from training_app.rules.certification import requirements_of
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import SET, Duty, Passed, Signed, TaskKind, duties
from training_app.rules.facts import Facts, OfficerFacts, ToolFacts
from training_app.rules.next_step import ModuleProgress, Step, ToolOutlook, steps
from training_app.rules.observed_practice import SignOff
from training_app.rules.outlook import lasting
from training_app.rules.paths import Step as PathStep
from training_app.rules.versions import VersionState
from training_app.services import certification, content, gather, sign_offs, training
from training_app.services.content import Published
from training_app.services.training import Progress


@dataclass(frozen=True, slots=True)
class DeskTool:
    """One tool as its officer meets it."""

    tool: Tool
    facts: ToolFacts
    officer: OfficerFacts
    decisions: Mapping[str, Decision]
    """By label: for every version in use, the newest last, then for the announced and the prohibited ones.

    What each single use asks to be stated, as the purpose of an intrusive tool, is taken as stated.
    """
    in_use: tuple[str, ...]
    announced: tuple[str, ...]
    prohibited: tuple[str, ...]
    duties: tuple[Duty, ...]

    @property
    def outlook(self) -> ToolOutlook:
        used = tuple(self.decisions[label] for label in self.in_use)
        return ToolOutlook(self.tool.slug, used, self.duties, by_seat_only=self.facts.purpose_required)

    def duty_for(self, label: str) -> Duty | None:
        """Return what the version *label* asks; of several aims the first.  What was ordered is no version's."""
        return next((duty for duty in self.duties if duty.version == label and duty.order is None), None)

    @property
    def ordered(self) -> tuple[Duty, ...]:
        """The retraining that was ordered for the officer."""
        return tuple(duty for duty in self.duties if duty.order is not None)


@dataclass(frozen=True, slots=True)
class DeskModule:
    """One module with the officer's progress in its newest revision."""

    published: Published
    progress: Progress
    passed_on: date | None
    """Day of the latest pass."""

    @property
    def slug(self) -> str:
        return self.published.module.slug

    @property
    def minutes_left(self) -> int:
        """Minutes of the lessons that are not marked as read."""
        _, lessons = self.published.module.lessons_in(self.published.module.source_language)
        return sum(lesson.minutes for lesson in lessons if lesson.slug not in self.progress.lessons_read)

    @property
    def questions(self) -> int:
        return self.published.bank.plan.length

    @property
    def for_rule(self) -> ModuleProgress:
        _, lessons = self.published.module.lessons_in(self.published.module.source_language)
        return ModuleProgress(
            lessons=tuple(lesson.slug for lesson in lessons),
            read=self.progress.lessons_read,
            open_attempt=self.progress.open_attempt is not None,
            closed_attempt=self.progress.closed_attempt is not None,
        )


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that an officer has to do with, as of one instant."""

    tools: tuple[DeskTool, ...]
    modules: Mapping[str, DeskModule]
    """By slug: every module that a tool asks for or renews with, and every one that the officer has begun."""
    steps: tuple[Step, ...]
    """What to do, the most urgent first."""
    zone: ZoneInfo

    def tool(self, slug: str) -> DeskTool | None:
        return next((found for found in self.tools if found.tool.slug == slug), None)

    def next_change(self) -> tuple[DeskTool, Decision] | None:
        """Return the earliest answer for a version in use that will be another by itself, as it will be then.

        ``None`` where time alone changes nothing.
        """
        ahead = [
            (decision.stable_until, found, decision.question)
            for found in self.tools
            for decision in found.outlook.decisions
            if decision.stable_until is not None
        ]
        if not ahead:
            return None
        instant, found, question = min(ahead, key=lambda one: one[0])
        known = Facts(zone=self.zone, tool=found.facts, officer=found.officer)
        return found, lasting(judge(question, known, on=CivilInstant(instant, self.zone)))


def desk(session: Session, officer: Person, *, zone: ZoneInfo, at: datetime) -> Desk:
    """Return the desk of *officer* as of *at*; tools without a version that anybody could meet are left out."""
    on = CivilInstant(at, zone)
    passed = certification.passes(session, officer.id)
    signed = certification.readings(session, officer.id)
    rows = session.scalars(select(Tool).where(Tool.effective_at <= at).order_by(Tool.name, Tool.id))
    observed = sign_offs.of(session, officer.id)
    found = [_tool(session, row, officer, passed, signed, observed, on) for row in rows]
    tools = tuple(one for one in found if one is not None and one.decisions)
    slugs = dict.fromkeys([*_asked(tools, at), *_begun(session, officer.id)])
    listed = (_module(session, slug, officer.id, passed, on) for slug in slugs)
    modules = {one.slug: one for one in listed if one is not None}
    asked = steps([one.outlook for one in tools], {slug: one.for_rule for slug, one in modules.items()})
    return Desk(tools, modules, asked, zone)


def module(session: Session, officer: Person, slug: str, *, zone: ZoneInfo, at: datetime) -> DeskModule | None:
    """Return the module *slug* with the officer's progress, or ``None`` if nobody has published one."""
    passed = certification.passes(session, officer.id)
    return _module(session, slug, officer.id, passed, CivilInstant(at, zone))


def _tool(
    session: Session,
    row: Tool,
    officer: Person,
    passed: Sequence[Passed],
    signed: Sequence[Signed],
    observed: Sequence[SignOff],
    on: CivilInstant,
) -> DeskTool | None:
    facts, subject = gather.tool(session, row.slug), gather.officer(session, officer.id, row.slug)
    if facts is None or subject is None:
        return None
    in_use = versions.in_use(facts, at=on.instant)
    states = {
        label: versions.state(facts, label, at=on.instant) for label in versions.by_registration(facts, at=on.instant)
    }
    announced = tuple(label for label, state in states.items() if state is VersionState.ANNOUNCED)
    prohibited = tuple(label for label, state in states.items() if state is VersionState.PROHIBITED)
    known = Facts(zone=on.zone, tool=facts, officer=subject)

    def answer(label: str) -> Decision:
        question = Question(officer.service_number, row.slug, label)
        return lasting(decide(question, known, at=on.instant, known_at=on.instant))

    return DeskTool(
        tool=row,
        facts=facts,
        officer=subject,
        decisions={label: answer(label) for label in (*in_use, *announced, *prohibited)},
        in_use=in_use,
        announced=announced,
        prohibited=prohibited,
        duties=duties(subject, facts, passed=passed, signed=signed, observed=observed, on=on),
    )


def _asked(tools: Iterable[DeskTool], at: datetime) -> list[str]:
    """Return the slugs of the modules that the tools ask of the officer, or will for a renewal, in that order."""
    listed = list(tools)
    asked = [
        task.subject for one in listed for duty in one.duties for task in duty.tasks if task.kind is TaskKind.MODULE
    ]
    for one in listed:
        for label in one.in_use[-1:]:
            found = requirements_of(one.facts, label, at=at)
            asked += [*found.full, *found.renewal] if found else []
    return asked


def _begun(session: Session, officer_id: int) -> Sequence[str]:
    """Return the slugs of the modules whose quiz the officer has opened, the latest first."""
    rows = session.scalars(
        select(ModuleRevision.slug)
        .join(Attempt, Attempt.revision_id == ModuleRevision.id)
        .where(Attempt.officer_id == officer_id)
        .order_by(Attempt.id.desc())
    )
    return rows.all()


def _module(
    session: Session, slug: str, officer_id: int, passed: Sequence[Passed], on: CivilInstant
) -> DeskModule | None:
    published = content.newest(session, slug)
    if published is None:
        return None
    progress = training.progress(session, officer_id, published, at=on.instant)
    days = [on.at(one.passed_at).day for one in passed if one.module == slug]
    return DeskModule(published, progress, max(days, default=None))


@dataclass(frozen=True, slots=True)
class Change:
    """What one signed assessment says has changed, on the officer's path."""

    subject: str
    """As the task to read and sign it names it: see `training_app.rules.duties.Task`."""
    start: str
    end: str
    revision: int | None
    """Where not the version changed but what it asks: the revision of its requirement set."""
    what_changed: str


def changes_on(session: Session, duty: Duty) -> list[Change]:
    """Return what the assessments on the path of *duty* say, in path order; empty where there is no path.

    What the officer has covered before is left out.
    """
    steps_asking = [step for step in duty.path.steps if step.assessment and step.met is None] if duty.path else []
    return [_change(session, step) for step in steps_asking]


def _change(session: Session, step: PathStep) -> Change:
    named = int(step.assessment or 0)
    if step.revision is None:
        text = session.get_one(ImpactAssessment, named).what_changed
        return Change(str(named), step.start, step.end, None, text)
    row = session.scalars(select(RequirementChange).where(RequirementChange.requirement_set_id == named)).one()
    return Change(f"{SET}{named}", step.start, step.end, step.revision, row.what_changed)


def versions_of(session: Session, tool: Tool) -> dict[str, ToolVersion]:
    """Return the rows of the tool's versions by their label."""
    rows = session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id).order_by(ToolVersion.id))
    return {row.label: row for row in rows}


def modules_of(found: DeskTool) -> frozenset[str]:
    """Return the slugs of all modules that ever counted for the tool: of what it asks, and of what was ordered."""
    required = {module for one in found.facts.requirements for module in (*one.full, *one.renewal, *one.modules)}
    assessed = {module for one in found.facts.assessments for module in one.modules}
    ordered = {module for one in found.officer.retraining_orders for module in one.modules}
    return frozenset(required | assessed | ordered)


def submissions_of(session: Session, officer_id: int, modules: Iterable[str]) -> Sequence[Submission]:
    """Return the officer's submitted assessments of *modules*, the latest first; practice is nobody's record."""
    rows = session.scalars(
        select(Submission)
        .join(Attempt, Attempt.id == Submission.attempt_id)
        .where(
            Submission.officer_id == officer_id,
            Submission.module.in_(list(modules)),
            Attempt.mode == Mode.ASSESSMENT,
        )
        .order_by(Submission.effective_at.desc(), Submission.id.desc())
    )
    return rows.all()
