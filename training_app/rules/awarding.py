"""What an officer has earned: the awards that follow from what was passed and signed, and that nobody has made yet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from training_app.rules import versions
from training_app.rules.certification import IN_FORCE, Term, Validity, covering_awards, requirements_of, terms, validity
from training_app.rules.civil_time import CivilInstant, add_months, first_instant
from training_app.rules.facts import (
    Award,
    AwardKind,
    CoveredStep,
    Level,
    OfficerFacts,
    Policy,
    Requirements,
    ToolFacts,
    latest,
)
from training_app.rules.paths import Graph, Path, Step


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


@dataclass(frozen=True, slots=True)
class AwardDue:
    """An award that the officer has earned; *evidence* are the ids of what earned it, in order."""

    version: str
    kind: AwardKind
    attempts_from: datetime
    evidence: tuple[str, ...]
    requirements: str | None = None
    base: Award | None = None
    steps: tuple[CoveredStep, ...] = ()


Evidence = dict[str, Passed]


def awards_due(
    officer: OfficerFacts,
    tool: ToolFacts,
    *,
    passed: Iterable[Passed],
    signed: Iterable[Signed],
    on: CivilInstant,
) -> tuple[AwardDue, ...]:
    """Return the awards that *officer* has earned as of *on* and does not hold; empty where something is missing.

    Outside a term the full set of the newest version in use earns a full award.  Inside a term the differences on the
    path to a version earn a delta for it, the whole set again (attempts opened after the announcement) earns a full
    award where the path asks level 4, and the renewal set, taken inside the window, renews.
    """
    policy = latest(tool.policies, on.instant)
    if policy is None:
        return ()
    young = _newest_by_module(one for one in passed if _young(one, policy, on))
    history = terms(officer, on=on)
    term = history[-1] if history else None
    if term is None or validity(officer, tool, term, on=on) not in IN_FORCE:
        return tuple(_first_award(tool, term, young, on))
    readings = {one.assessment: one for one in signed if one.signed_at <= on.instant}
    return (*_updates(officer, tool, term, young, readings, on), *_renewal(officer, tool, term, young, on))


def _young(one: Passed, policy: Policy, on: CivilInstant) -> bool:
    return one.passed_at <= on.instant and on.day <= add_months(on.at(one.passed_at).day, policy.pass_age_months)


def _newest_by_module(passed: Iterable[Passed]) -> Evidence:
    """Keep the latest pass of each module; of several passes it is the one opened last, too, for attempts run singly."""
    return {one.module: one for one in sorted(passed, key=lambda one: (one.passed_at, one.opened_at))}


def _whole(
    tool: ToolFacts, version: str, evidence: Evidence, *, since: datetime | None, on: CivilInstant
) -> Iterator[AwardDue]:
    """Yield the full award for *version* where every module of its set was passed in an attempt opened from *since* on."""
    found = requirements_of(tool, version, at=on.instant)
    if found is None:
        return
    yield from _met(found, found.full, version, AwardKind.FULL, evidence, since)


def _met(
    found: Requirements,
    modules: tuple[str, ...],
    version: str,
    kind: AwardKind,
    evidence: Evidence,
    since: datetime | None,
) -> Iterator[AwardDue]:
    counting = [evidence[module] for module in modules if module in evidence]
    if since is not None:
        counting = [one for one in counting if one.opened_at >= since]
    if modules and len(counting) == len(modules):
        opened = min(one.opened_at for one in counting)
        yield AwardDue(version, kind, opened, tuple(one.id for one in counting), found.id)


def _first_award(tool: ToolFacts, ended: Term | None, evidence: Evidence, on: CivilInstant) -> Iterator[AwardDue]:
    """Yield the award that begins a term; what earned an award of an ended term does not count again."""
    version = versions.newest_in_use(tool, at=on.instant)
    if version is None:
        return
    since = None
    if ended is not None:
        since = ended.revoked_at or max(award.effective_at for award in ended.awards)
    yield from _whole(tool, version, evidence, since=since, on=on)


def _updates(
    officer: OfficerFacts,
    tool: ToolFacts,
    term: Term,
    evidence: Evidence,
    readings: dict[str, Signed],
    on: CivilInstant,
) -> Iterator[AwardDue]:
    graph = Graph(tool, on)
    covering = covering_awards(officer, term, graph, on=on)
    open_states = {versions.VersionState.ANNOUNCED, versions.VersionState.IN_USE, versions.VersionState.SUSPENDED}
    for label in versions.by_registration(tool, at=on.instant):
        if label in covering or versions.state(tool, label, at=on.instant) not in open_states:
            continue
        path = graph.held_path(covering, label)
        if path is None or path.level is Level.CARRY_OVER:
            continue
        if path.level is Level.FULL:
            since = versions.announced_at(tool, label, at=on.instant)
            yield from _whole(tool, label, evidence, since=since, on=on)
        else:
            yield from _by_differences(path, label, covering[path.labels[0]], evidence, readings)


def _by_differences(
    path: Path, label: str, base: Award, evidence: Evidence, readings: dict[str, Signed]
) -> Iterator[AwardDue]:
    """Yield the delta award for the end of *path* where each of its steps is met."""
    proofs: dict[str, datetime] = {}
    for step in path.steps:
        met = _proofs(step, evidence, readings)
        if met is None:
            return
        proofs.update(met)
    steps = tuple(
        CoveredStep(start=step.start, end=step.end, level=step.level, modules=step.modules) for step in path.steps
    )
    yield AwardDue(label, AwardKind.DELTA, min(proofs.values()), tuple(proofs), None, base, steps)


def _proofs(step: Step, evidence: Evidence, readings: dict[str, Signed]) -> dict[str, datetime] | None:
    """Return what meets *step* by id with its instant, or ``None`` where it is not met.

    Level 3 also asks an assessor's sign-off, which no module's pass can stand for.
    """
    if step.level >= Level.DIFFERENCES_OBSERVED:
        return None
    if step.level is Level.FAMILIARISATION:
        reading = readings.get(step.assessment or "")
        return {reading.id: reading.signed_at} if reading else None
    if any(module not in evidence for module in step.modules):
        return None
    return {evidence[module].id: evidence[module].opened_at for module in step.modules}


def _renewal(
    officer: OfficerFacts, tool: ToolFacts, term: Term, evidence: Evidence, on: CivilInstant
) -> Iterator[AwardDue]:
    """Yield the renewal where its set was taken since the window opened; it names the newest covered version in use."""
    if validity(officer, tool, term, on=on) is not Validity.RENEWAL_OPEN:
        return
    covering = covering_awards(officer, term, Graph(tool, on), on=on)
    covered = [label for label in versions.in_use(tool, at=on.instant) if label in covering]
    found = requirements_of(tool, covered[-1], at=on.instant) if covered else None
    if found is not None:
        since = first_instant(term.window_opens_on, on.zone)
        yield from _met(found, found.renewal, covered[-1], AwardKind.RENEWAL, evidence, since)
