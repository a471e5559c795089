"""What training is asked of an officer, for which version and why: the counterpart of `awarding`, before it is done."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from training_app.rules import versions
from training_app.rules.awarding import Evidence, Passed, Signed, _newest_by_module, _young
from training_app.rules.certification import IN_FORCE, Term, Validity, covering_awards, requirements_of, terms, validity
from training_app.rules.civil_time import CivilInstant, first_instant
from training_app.rules.facts import Award, Level, OfficerFacts, ToolFacts, VersionChange, latest
from training_app.rules.paths import Graph, Path
from training_app.rules.versions import VersionState

_OPEN_FOR_TRAINING = frozenset({VersionState.ANNOUNCED, VersionState.IN_USE, VersionState.SUSPENDED})


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
class Task:
    """One thing that training asks.

    *subject*: the slug of a module to pass, the id of an assessment whose note is read and signed, or the version on
    which an assessor observes.
    """

    kind: TaskKind
    subject: str
    done: bool


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

    What counts as done is what `awarding.awards_due` counts, so that doing every task earns the award.  A version to
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
        read = frozenset(one.assessment for one in signed if one.signed_at <= on.instant)
        found = [
            *_updates(tool, graph, covering, evidence, read, on),
            *_renewal(officer, tool, term, covering, evidence, on),
        ]
    return tuple(duty for duty in found if duty.tasks)


def _certify(tool: ToolFacts, ended: Term | None, evidence: Evidence, on: CivilInstant) -> list[Duty]:
    """Return the whole course for the newest version in use; what earned an ended term's award does not count again."""
    version = versions.newest_in_use(tool, at=on.instant)
    if version is None:
        return []
    since = None
    if ended is not None:
        since = ended.revoked_at or max(award.effective_at for award in ended.awards)
    return [Duty(Aim.CERTIFY, version, _whole(tool, version, evidence, since=since, on=on))]


def _updates(
    tool: ToolFacts,
    graph: Graph,
    covering: Mapping[str, Award],
    evidence: Evidence,
    read: frozenset[str],
    on: CivilInstant,
) -> Iterator[Duty]:
    for label in versions.by_registration(tool, at=on.instant):
        if label in covering or versions.state(tool, label, at=on.instant) not in _OPEN_FOR_TRAINING:
            continue
        path = graph.held_path(covering, label)
        if path is None or path.level is Level.CARRY_OVER:
            continue
        if path.level is Level.FULL:
            since = versions.announced_at(tool, label, at=on.instant)
            tasks = _whole(tool, label, evidence, since=since, on=on)
        else:
            tasks = tuple(dict.fromkeys(_differences(path, evidence, read)))
        aim = _aim(tool, label, path, on)
        yield Duty(aim, label, tasks, path.due if aim is Aim.KEEP else None, path)


def _aim(tool: ToolFacts, label: str, path: Path, on: CivilInstant) -> Aim:
    if versions.released(tool, label, at=on.instant) is not VersionChange.RELEASED:
        return Aim.PREPARE
    return Aim.REGAIN if path.overdue(on.instant) else Aim.KEEP


def _differences(path: Path, evidence: Evidence, read: frozenset[str]) -> Iterator[Task]:
    for step in path.steps:
        if step.level is Level.FAMILIARISATION and step.assessment is not None:
            yield Task(TaskKind.READING, step.assessment, step.assessment in read)
        elif step.level >= Level.DIFFERENCES:
            for module in step.modules:
                yield Task(TaskKind.MODULE, module, module in evidence)
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
    if validity(officer, tool, term, on=on) is not Validity.RENEWAL_OPEN:
        return
    covered = [label for label in versions.in_use(tool, at=on.instant) if label in covering]
    found = requirements_of(tool, covered[-1], at=on.instant) if covered else None
    if found is not None:
        since = first_instant(term.window_opens_on, on.zone)
        yield Duty(Aim.RENEW, covered[-1], _modules(found.renewal, evidence, since), term.last_day)


def _whole(
    tool: ToolFacts, version: str, evidence: Evidence, *, since: datetime | None, on: CivilInstant
) -> tuple[Task, ...]:
    found = requirements_of(tool, version, at=on.instant)
    return () if found is None else _modules(found.full, evidence, since)


def _modules(modules: tuple[str, ...], evidence: Evidence, since: datetime | None) -> tuple[Task, ...]:
    """Return a task for each module, done where its latest pass was opened from *since* on."""

    def done(module: str) -> bool:
        return module in evidence and (since is None or evidence[module].opened_at >= since)

    return tuple(Task(TaskKind.MODULE, module, done(module)) for module in modules)
