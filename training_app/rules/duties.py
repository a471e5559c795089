"""What training is asked of an officer, for which version and why, and what of it is done.

A duty whose every task is done is an award that only has to be made: see `awarding`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from training_app.rules import versions
from training_app.rules.certification import (
    IN_FORCE,
    Cover,
    History,
    Term,
    Validity,
    cover,
    history,
    outstanding_orders,
    requirements_of,
    validity,
    with_replaced,
)
from training_app.rules.civil_time import CivilInstant, add_months, ends_at, first_instant, in_force
from training_app.rules.facts import (
    Award,
    AwardEndKind,
    AwardKind,
    Level,
    OfficerFacts,
    Policy,
    RetrainingOrdered,
    ToolFacts,
    VersionChange,
    latest,
)
from training_app.rules.observed_practice import SignOff, newest
from training_app.rules.paths import Graph, Path
from training_app.rules.versions import VersionState

#: Stands before the id of a requirement set where else the id of an assessment would stand.
SET = "set:"

OPEN_FOR_TRAINING = frozenset({VersionState.ANNOUNCED, VersionState.IN_USE, VersionState.SUSPENDED})


@dataclass(frozen=True, slots=True)
class Passed:
    """A module's quiz passed by the officer; *id* names the submission."""

    id: str
    module: str
    opened_at: datetime
    passed_at: datetime
    """When it was marked as passed: at its submission, or later where it was marked anew."""
    sat_at: datetime | None = None
    """When it was submitted, where it was marked as passed only later: nobody knows more for having been marked anew,
    so the age of the pass counts from here."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A familiarisation signed by the officer: the *assessment* whose note was read; *id* names the signature.

    For a later requirement set *assessment* is `SET` and the set's id.
    """

    id: str
    assessment: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """What of an officer's training counts for one tool at an instant, by its age and as nothing spent it."""

    tool: str
    at: datetime
    passes: Mapping[str, Passed]
    """The latest of each module, by its slug."""
    sign_offs: tuple[SignOff, ...]


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
    """What did a task: the id of a submission or a signature, when the officer began it, and when it was met."""

    id: str
    since: datetime
    met_at: datetime


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that training asks.

    *subject*: the slug of a module to pass, the id of an assessment whose note is read and signed (or `SET` and the id
    of a requirement set), or the version on which an assessor observes.
    """

    kind: TaskKind
    subject: str
    done: bool
    proof: Proof | None = field(default=None, compare=False)
    """Of a task that is done."""
    waiting: str | None = field(default=None, compare=False)
    """Of an observation that the assessor signed and the officer has not: the id of the sign-off."""


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
    open_from: datetime | None = None
    """The award is dated no earlier: all that is not a task, as the signed set and the announcement, holds since."""
    order: RetrainingOrdered | None = None
    """Where the training was ordered for this officer."""

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
    observed: Iterable[SignOff],
    on: CivilInstant,
) -> tuple[Duty, ...]:
    """Return what *tool* asks of *officer* as of *on*, by version as registered, a renewal last; empty if nothing.

    A passed module counts for every tool that asks for it, an observation for its version, while young enough by the
    tool's policy.  A version to which no way leads, or whose requirements nobody has signed, asks nothing that the
    officer could do.
    """
    policy = latest(tool.policies, on.instant)
    if policy is None:
        return ()
    spent = _spent(officer, on)
    evidence = Evidence(
        tool.slug,
        on.instant,
        _newest_by_module(one for one in passed if one.id not in spent and _young(one, policy, on)),
        tuple(one for one in observed if one.id not in spent and _young_enough(one.observed_at, policy, on)),
    )
    past = history(officer, tool, on=on)
    term = past.latest
    if term is None or validity(officer, tool, term, on=on) not in IN_FORCE:
        found = [_certify(tool, past, evidence, on)]
    else:
        graph = Graph(tool, on)
        held = cover(officer, term, graph, on=on)
        read = {one.assessment: one for one in signed if one.id not in spent and one.signed_at <= on.instant}
        found = [
            *_updates(tool, held, evidence, read, on),
            *_retraining(officer, tool, held, evidence, on),
            *_renewal(officer, tool, term, held, evidence, on),
        ]
    return tuple(duty for duty in found if duty.tasks)


def _young(one: Passed, policy: Policy, on: CivilInstant) -> bool:
    return one.passed_at <= on.instant and _young_enough(one.sat_at or one.passed_at, policy, on)


def _young_enough(shown_at: datetime, policy: Policy, on: CivilInstant) -> bool:
    """Tell whether what was shown then counts: what is seen by an assessor ages as what is asked in a quiz does."""
    return on.day <= add_months(on.at(shown_at).day, policy.pass_age_months)


def _newest_by_module(passed: Iterable[Passed]) -> dict[str, Passed]:
    """Keep of each module the pass in the attempt opened last.

    Attempts run singly, so it is the one sat last, too; one that was marked anew since may be an older attempt's.
    """
    return {one.module: one for one in sorted(passed, key=lambda one: (one.opened_at, one.passed_at))}


def _spent(officer: OfficerFacts, on: CivilInstant) -> frozenset[str]:
    """Return the ids of what earned an award that was voided or revoked: it earns nothing again.

    But for a void award in whose place another stands: nobody is asked for training that was done.
    """
    ended = {
        end.award for end in officer.award_ends if end.kind is AwardEndKind.VOIDED or end.effective_at <= on.instant
    }
    lost = ended - with_replaced({award.id for award in officer.awards} - ended, officer)
    return frozenset(proof for award in officer.awards if award.id in lost for proof in award.evidence)


def _certify(tool: ToolFacts, past: History, evidence: Evidence, on: CivilInstant) -> Duty:
    """Return the whole course for the version to train for; what earned an award of an ended term counts no more.

    An officer who is done with it and began under an older version, still in use, is certified on that one: a release
    while an attempt is open does not widen what the attempt covers.
    """
    since = past.barred_until
    floor: datetime | None = None
    if past.latest is not None and past.latest.revoked_at is None:
        since = max(award.effective_at for award in past.latest.awards)
        floor = ends_at(past.latest.last_day, on.zone)
    for version in versions.in_use(tool, at=on.instant):
        duty = _course(Aim.CERTIFY, tool, version, evidence, since=since, floor=floor, on=on)
        begun = min((task.proof.since for task in duty.tasks if task.proof), default=None)
        if duty.tasks and duty.done and begun and versions.to_train_for(tool, at=begun) == version:
            return duty
    target = versions.to_train_for(tool, at=on.instant) or ""
    return _course(Aim.CERTIFY, tool, target, evidence, since=since, floor=floor, on=on)


def _course(
    aim: Aim,
    tool: ToolFacts,
    version: str,
    evidence: Evidence,
    *,
    since: datetime | None,
    floor: datetime | None,
    on: CivilInstant,
) -> Duty:
    """Return the duty to take the full set of *version*; without tasks where no set is in force.

    :param since: only attempts opened from then on count; *floor*: the award is dated no earlier.
    """
    found = requirements_of(tool, version, at=on.instant)
    if found is None:
        return Duty(aim, version, ())
    announced = versions.announced_at(tool, version, at=on.instant)
    holding = max(one for one in (found.effective_at, announced, floor) if one is not None)
    tasks = (*_modules(found.full, evidence, since), *_observed(found.full_observed, (version,), evidence, since))
    return Duty(aim, version, tasks, requirements=found.id, open_from=holding)


def _updates(
    tool: ToolFacts, held: Cover, evidence: Evidence, read: Mapping[str, Signed], on: CivilInstant
) -> Iterator[Duty]:
    for label in versions.by_registration(tool, at=on.instant):
        if versions.state(tool, label, at=on.instant) not in OPEN_FOR_TRAINING:
            continue
        way = held.way(label)
        if way is None or way.path is None or way.path.level is Level.CARRY_OVER:
            continue
        path = way.path
        aim = _aim(tool, label, path, on)
        by = path.due if aim is Aim.KEEP else None
        if path.level is Level.FULL:
            since = _whole_course_since(tool, path, on)
            duty = _course(aim, tool, label, evidence, since=since, floor=since, on=on)
            yield replace(duty, by=by, path=path)
        else:
            tasks = tuple(dict.fromkeys([*_differences(path, evidence, read), *_observed_on(path, evidence)]))
            holding = max(way.award.effective_at, *_holding(tool, held.graph, path, on))
            yield Duty(aim, label, tasks, by, path, AwardKind.DELTA, base=way.award, open_from=holding)


def _whole_course_since(tool: ToolFacts, path: Path, on: CivilInstant) -> datetime | None:
    """Return from when on attempts count: the announcement, and the latest change of what is asked at level 4."""
    asked = [step.open_from for step in path.steps if step.level is Level.FULL and step.open_from is not None]
    announced = versions.announced_at(tool, path.labels[-1], at=on.instant)
    return max(filter(None, [announced, *asked]), default=None)


def _holding(tool: ToolFacts, graph: Graph, path: Path, on: CivilInstant) -> Iterator[datetime]:
    """Yield since when the assessments along *path* are signed, and since when its end is open for training."""
    for step in path.steps:
        assessment = graph.assessment(step.start, step.end) if step.revision is None else None
        if assessment is not None:
            yield assessment.effective_at
        if step.open_from is not None:
            yield step.open_from
    announced = versions.announced_at(tool, path.labels[-1], at=on.instant)
    if announced is not None:
        yield announced


def _retraining(
    officer: OfficerFacts, tool: ToolFacts, held: Cover, evidence: Evidence, on: CivilInstant
) -> Iterator[Duty]:
    """Yield what was ordered for this officer: modules passed in attempts opened since, whatever version is covered.

    The award for it rests on the one that covers the newest version in use, or else on the last one made, and covers
    nothing of its own.
    """
    for order in outstanding_orders(officer, on=on):
        ways = filter(None, (held.way(label) for label in reversed(versions.in_use(tool, at=on.instant))))
        base = next((way.award for way in ways), held.awards[-1] if held.awards else None)
        if base is None:
            continue
        late = not in_force(order.due, on=on)
        yield Duty(
            Aim.REGAIN if late else Aim.KEEP,
            base.version,
            _modules(order.modules, evidence, order.effective_at),
            None if late else order.due,
            kind=AwardKind.DELTA,
            base=base,
            open_from=order.effective_at,
            order=order,
        )


def _aim(tool: ToolFacts, label: str, path: Path, on: CivilInstant) -> Aim:
    if versions.released(tool, label, at=on.instant) is not VersionChange.RELEASED:
        return Aim.PREPARE
    return Aim.REGAIN if path.overdue(on.instant) else Aim.KEEP


def _differences(path: Path, evidence: Evidence, read: Mapping[str, Signed]) -> Iterator[Task]:
    """Yield what each step asks to be read, or passed in a quiz."""
    for step in path.steps:
        if step.level is Level.FAMILIARISATION and step.assessment is not None:
            subject = step.assessment if step.revision is None else f"{SET}{step.assessment}"
            reading = read.get(subject)
            proof = Proof(reading.id, reading.signed_at, reading.signed_at) if reading else None
            yield Task(TaskKind.READING, subject, proof is not None, proof)
        elif step.level >= Level.DIFFERENCES:
            yield from _modules(step.modules, evidence, None)


def _observed_on(path: Path, evidence: Evidence) -> tuple[Task, ...]:
    """Return the observation that a step of level 3 asks, which no module's pass can stand for.

    One for the whole path, on the version that it leads to: an older one may not be there any more to be shown on.  A
    sign-off on a version between counts, too, where no later step asks one.
    """
    asking = [place for place, step in enumerate(path.steps) if step.level is Level.DIFFERENCES_OBSERVED]
    if not asking:
        return ()
    since = max((step.open_from for step in (path.steps[place] for place in asking) if step.open_from), default=None)
    good_for = tuple(dict.fromkeys(step.end for step in reversed(path.steps[asking[-1] :])))
    return _observed(True, good_for, evidence, since)


def _observed(
    asked: bool, versions_shown: tuple[str, ...], evidence: Evidence, since: datetime | None
) -> tuple[Task, ...]:
    """Return the task to be observed on the first of *versions_shown*, where it is *asked*; each of them will do."""
    if not asked:
        return ()
    counting = (one for one in evidence.sign_offs if since is None or one.observed_at >= since)
    found = newest(counting, evidence.tool, versions_shown, at=evidence.at)
    if found is None:
        return (Task(TaskKind.OBSERVATION, versions_shown[0], done=False),)
    if found.met_at is None or found.met_at > evidence.at:
        return (Task(TaskKind.OBSERVATION, versions_shown[0], done=False, waiting=found.id),)
    proof = Proof(found.id, found.observed_at, found.met_at)
    return (Task(TaskKind.OBSERVATION, versions_shown[0], done=True, proof=proof),)


def _renewal(
    officer: OfficerFacts, tool: ToolFacts, term: Term, held: Cover, evidence: Evidence, on: CivilInstant
) -> Iterator[Duty]:
    """Yield the renewal where its window is open; it names the newest covered version in use."""
    if validity(officer, tool, term, on=on) is not Validity.RENEWAL_OPEN:
        return
    covered = [label for label in versions.in_use(tool, at=on.instant) if held.covers(label)]
    found = requirements_of(tool, covered[-1], at=on.instant) if covered else None
    if found is not None:
        since = first_instant(term.window_opens_on, on.zone)
        tasks = (
            *_modules(found.renewal, evidence, since),
            *_observed(found.renewal_observed, (covered[-1],), evidence, since),
        )
        yield Duty(
            Aim.RENEW,
            covered[-1],
            tasks,
            term.last_day,
            kind=AwardKind.RENEWAL,
            requirements=found.id,
            open_from=found.effective_at,
        )


def _modules(modules: tuple[str, ...], evidence: Evidence, since: datetime | None) -> tuple[Task, ...]:
    """Return a task for each module, done where its latest pass was opened from *since* on."""

    def task(module: str) -> Task:
        one = evidence.passes.get(module)
        counts = one is not None and (since is None or one.opened_at >= since)
        proof = Proof(one.id, one.opened_at, one.passed_at) if one and counts else None
        return Task(TaskKind.MODULE, module, counts, proof)

    return tuple(task(module) for module in modules)
