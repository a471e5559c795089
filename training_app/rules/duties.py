"""What training is asked of an officer, for which version and why, and what of it is done.

A duty whose every task is done is an award that only has to be made: see `awarding`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from training_app.rules import versions
from training_app.rules.certification import IN_FORCE, Term, Validity, covering_awards, requirements_of, terms, validity
from training_app.rules.civil_time import CivilInstant, add_months, first_instant
from training_app.rules.facts import Award, AwardKind, Level, OfficerFacts, Policy, ToolFacts, VersionChange, latest
from training_app.rules.paths import Graph, Path
from training_app.rules.versions import VersionState

_OPEN_FOR_TRAINING = frozenset({VersionState.ANNOUNCED, VersionState.IN_USE, VersionState.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Passed:
    """A module's quiz passed by the officer; *id* names the submission."""

    id: str
    module: str
    opened_at: datetime
    passed_at: datetime


@dataclass(frozen=True, slots=True)
class Signed:
    """A familiarisation signed by the officer: the *assessment* whose note was read; *id* names the signature."""

    id: str
    assessment: str
    signed_at: datetime


Evidence = dict[str, Passed]
"""The latest young pass of each module, by its slug."""


class Aim(StrEnum):
    """What training is for, the most pressing first."""

    REGAIN = "regain"
    """A version in use is refused until what changed is covered."""
    KEEP = "keep"
    """A version in use is allowed while grace runs, and not beyond."""
    RENEW = "renew"
    """The renewal window is open."""
    CERTIFY = "certify"
    """There is no certification in force."""
    PREPARE = "prepare"
    """A version is announced; what it asks can be done before it is in use."""


class TaskKind(StrEnum):
    MODULE = "module"
    READING = "reading"
    OBSERVATION = "observation"


@dataclass(frozen=True, slots=True)
class Proof:
    """What did a task: the id of a submission or a signature, and the instant from which the officer worked on it."""

    id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that training asks.

    *subject*: the slug of a module to pass, the id of an assessment whose note is read and signed, or the version on
    which an assessor observes.
    """

    kind: TaskKind
    subject: str
    done: bool
    proof: Proof | None = field(default=None, compare=False)
    """Of a task that is done."""


@dataclass(frozen=True, slots=True)
class Duty:
    """All that one version asks of the officer now, at least one task, in the order in which they are taken."""

    aim: Aim
    version: str
    tasks: tuple[Task, ...]
    by: date | None = None
    """Last day in time, inclusive: of grace (keep) or of the certification (renew); ``None`` for the other aims."""
    path: Path | None = None
    """The steps from a version already covered; ``None`` where the training is not about what changed."""
    kind: AwardKind = AwardKind.FULL
    """Of the award that doing it earns."""
    requirements: str | None = None
    """Id of the requirement set that asks it, for a full award and a renewal."""
    base: Award | None = None
    """The award that covers the start of the path, for a delta."""

    @property
    def done(self) -> bool:
        """Whether the award is earned and only has to be made."""
        return all(task.done for task in self.tasks)

    @property
    def next_task(self) -> Task | None:
        """The first task that is not done; ``None`` where the award is earned and only has to be made."""
        return next((task for task in self.tasks if not task.done), None)


def duties(
    officer: OfficerFacts,
    tool: ToolFacts,
    *,
    passed: Iterable[Passed],
    signed: Iterable[Signed],
    on: CivilInstant,
) -> tuple[Duty, ...]:
    """Return what *tool* asks of *officer* as of *on*, by version as registered, a renewal last; empty if nothing.

    A passed module counts for every tool that asks for it, while young enough by the tool's policy.  A version to
    which no way leads, or whose requirements nobody has signed, asks nothing that the officer could do.
    """
    policy = latest(tool.policies, on.instant)
    if policy is None:
        return ()
    evidence = _newest_by_module(one for one in passed if _young(one, policy, on))
    history = terms(officer, on=on)
    term = history[-1] if history else None
    if term is None or validity(officer, tool, term, on=on) not in IN_FORCE:
        found = _certify(tool, term, evidence, on)
    else:
        graph = Graph(tool, on)
        covering = covering_awards(officer, term, graph, on=on)
        read = {one.assessment: one for one in signed if one.signed_at <= on.instant}
        found = [
            *_updates(tool, graph, covering, evidence, read, on),
            *_renewal(officer, tool, term, covering, evidence, on),
        ]
    return tuple(duty for duty in found if duty.tasks)


def _young(one: Passed, policy: Policy, on: CivilInstant) -> bool:
    return one.passed_at <= on.instant and on.day <= add_months(on.at(one.passed_at).day, policy.pass_age_months)


def _newest_by_module(passed: Iterable[Passed]) -> Evidence:
    """Keep the latest pass of each module; it is the one opened last, too, for attempts run singly."""
    return {one.module: one for one in sorted(passed, key=lambda one: (one.passed_at, one.opened_at))}


def _certify(tool: ToolFacts, ended: Term | None, evidence: Evidence, on: CivilInstant) -> list[Duty]:
    """Return the whole course for the newest version in use; what earned an award of an ended term counts no more."""
    version = versions.newest_in_use(tool, at=on.instant)
    if version is None:
        return []
    since = None
    if ended is not None:
        since = ended.revoked_at or max(award.effective_at for award in ended.awards)
    tasks, requirements = _whole(tool, version, evidence, since=since, on=on)
    return [Duty(Aim.CERTIFY, version, tasks, requirements=requirements)]


def _updates(
    tool: ToolFacts,
    graph: Graph,
    covering: Mapping[str, Award],
    evidence: Evidence,
    read: Mapping[str, Signed],
    on: CivilInstant,
) -> Iterator[Duty]:
    for label in versions.by_registration(tool, at=on.instant):
        if label in covering or versions.state(tool, label, at=on.instant) not in _OPEN_FOR_TRAINING:
            continue
        path = graph.held_path(covering, label)
        if path is None or path.level is Level.CARRY_OVER:
            continue
        aim = _aim(tool, label, path, on)
        by = path.due if aim is Aim.KEEP else None
        if path.level is Level.FULL:
            since = versions.announced_at(tool, label, at=on.instant)
            tasks, requirements = _whole(tool, label, evidence, since=since, on=on)
            yield Duty(aim, label, tasks, by, path, requirements=requirements)
        else:
            tasks = tuple(dict.fromkeys(_differences(path, evidence, read)))
            yield Duty(aim, label, tasks, by, path, AwardKind.DELTA, base=covering[path.labels[0]])


def _aim(tool: ToolFacts, label: str, path: Path, on: CivilInstant) -> Aim:
    if versions.released(tool, label, at=on.instant) is not VersionChange.RELEASED:
        return Aim.PREPARE
    return Aim.REGAIN if path.overdue(on.instant) else Aim.KEEP


def _differences(path: Path, evidence: Evidence, read: Mapping[str, Signed]) -> Iterator[Task]:
    """Yield what each step asks; level 3 also asks an assessor's sign-off, which no module's pass can stand for."""
    for step in path.steps:
        if step.level is Level.FAMILIARISATION and step.assessment is not None:
            reading = read.get(step.assessment)
            proof = Proof(reading.id, reading.signed_at) if reading else None
            yield Task(TaskKind.READING, step.assessment, proof is not None, proof)
        elif step.level >= Level.DIFFERENCES:
            yield from _modules(step.modules, evidence, None)
        if step.level is Level.DIFFERENCES_OBSERVED:
            yield Task(TaskKind.OBSERVATION, step.end, done=False)


def _renewal(
    officer: OfficerFacts,
    tool: ToolFacts,
    term: Term,
    covering: Mapping[str, Award],
    evidence: Evidence,
    on: CivilInstant,
) -> Iterator[Duty]:
    """Yield the renewal where its window is open; it names the newest covered version in use."""
    if validity(officer, tool, term, on=on) is not Validity.RENEWAL_OPEN:
        return
    covered = [label for label in versions.in_use(tool, at=on.instant) if label in covering]
    found = requirements_of(tool, covered[-1], at=on.instant) if covered else None
    if found is not None:
        since = first_instant(term.window_opens_on, on.zone)
        tasks = _modules(found.renewal, evidence, since)
        yield Duty(Aim.RENEW, covered[-1], tasks, term.last_day, kind=AwardKind.RENEWAL, requirements=found.id)


def _whole(
    tool: ToolFacts, version: str, evidence: Evidence, *, since: datetime | None, on: CivilInstant
) -> tuple[tuple[Task, ...], str | None]:
    """Return the tasks of the full set of *version* with the set's id; no tasks where no set is in force."""
    found = requirements_of(tool, version, at=on.instant)
    return ((), None) if found is None else (_modules(found.full, evidence, since), found.id)


def _modules(modules: tuple[str, ...], evidence: Evidence, since: datetime | None) -> tuple[Task, ...]:
    """Return a task for each module, done where its latest pass was opened from *since* on."""

    def task(module: str) -> Task:
        one = evidence.get(module)
        counts = one is not None and (since is None or one.opened_at >= since)
        return Task(TaskKind.MODULE, module, counts, Proof(one.id, one.opened_at) if one and counts else None)

    return tuple(task(module) for module in modules)
