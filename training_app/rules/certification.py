"""Two axes of certification: is the officer's certification on the tool in force, and does it cover this version?

Source: popAI recommendations (January 2024), for law enforcement: training before a tool is in use and each time it is
updated.  Validity runs on a clock as a type rating does; coverage follows the tool's versions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, add_months, first_instant, in_force
from training_app.rules.facts import (
    Award,
    AwardEnded,
    AwardEndKind,
    AwardKind,
    CoveredStep,
    Level,
    OfficerFacts,
    Policy,
    Requirements,
    ToolFacts,
    in_effect,
    latest,
)
from training_app.rules.paths import Graph, Path


class Validity(StrEnum):
    NEVER_CERTIFIED = "never-certified"
    IN_TRAINING = "in-training"
    VALID = "valid"
    RENEWAL_OPEN = "renewal-open"
    EXPIRED = "expired"
    REVOKED = "revoked"


IN_FORCE = frozenset({Validity.VALID, Validity.RENEWAL_OPEN})


class Coverage(StrEnum):
    NONE = "none"
    COVERED = "covered"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Term:
    """A run of certification on one tool: begun by a full award, carried on by full and renewal awards in time."""

    awards: tuple[Award, ...]
    anchor: date
    months: int
    """Months from the anchor day to the last day; chained periods add here, so that clamping never adds up."""
    last_day: date
    revoked_at: datetime | None = None

    @property
    def policy(self) -> Policy:
        return self.awards[-1].policy

    @property
    def window_opens_on(self) -> date:
        """First day of the renewal window."""
        return add_months(self.last_day, -self.policy.window_months)

    def holds(self, award: str) -> bool:
        return any(held.id == award for held in self.awards)

    def running(self, on: CivilInstant) -> bool:
        return self.revoked_at is None and in_force(self.last_day, on=on)


def _begun(award: Award, on: CivilInstant) -> Term:
    anchor = on.at(award.effective_at).day
    months = award.policy.validity_months
    return Term((award,), anchor, months, add_months(anchor, months))


def _carried_on(term: Term, award: Award, on: CivilInstant) -> Term:
    """Return *term* with *award* added: counted from the old last day inside the window, from the award before it.

    The last day never moves back.
    """
    day = on.at(award.effective_at).day
    months = award.policy.validity_months
    if day >= term.window_opens_on:
        anchor, months = term.anchor, term.months + months
    else:
        anchor = day
    last_day = add_months(anchor, months)
    if last_day < term.last_day:
        return replace(term, awards=(*term.awards, award))
    return Term((*term.awards, award), anchor, months, last_day)


@dataclass(frozen=True, slots=True)
class History:
    """The officer's terms on a tool, the oldest first, and the bar that the last revocation of one of them set."""

    terms: tuple[Term, ...]
    barred_until: datetime | None = None
    """A full award that rests on an attempt opened before this instant begins no term; ``None``: no bar."""

    @property
    def latest(self) -> Term | None:
        return self.terms[-1] if self.terms else None


def history(officer: OfficerFacts, *, on: CivilInstant) -> History:
    """Return the officer's terms on the tool as of *on*; no term if there never was a full award.

    A void removes its award at every instant; it does not undo a revocation: the term that ran when the award was
    revoked stays ended, and its bar stands.  Which revocations ended a term is therefore read from all awards first.
    """
    awards = [award for award in in_effect(officer.awards, on.instant) if award.kind is not AwardKind.DELTA]
    revoked = [end for end in in_effect(officer.award_ends, on.instant) if end.kind is AwardEndKind.REVOKED]
    telling = _ending(awards, revoked, on)
    voided = {end.award for end in officer.award_ends if end.kind is AwardEndKind.VOIDED}
    found, barred_until = _run([award for award in awards if award.id not in voided], telling, on)
    return History(tuple(found), barred_until)


def _ending(awards: Sequence[Award], revoked: Sequence[AwardEnded], on: CivilInstant) -> list[AwardEnded]:
    """Return those of *revoked* that ended a term; revoking an award of a replaced term changes nothing."""
    telling: list[AwardEnded] = []
    for end in revoked:
        before, _ = _run([one for one in awards if one.effective_at <= end.effective_at], telling, on)
        if before and before[-1].holds(end.award):
            telling.append(end)
    return telling


def _run(
    awards: Sequence[Award], revoked: Sequence[AwardEnded], on: CivilInstant
) -> tuple[list[Term], datetime | None]:
    """Return the terms that *awards* make, each of *revoked* ending the one that stands, and the last bar."""
    events: list[Award | AwardEnded] = sorted(
        [*awards, *revoked], key=lambda event: (event.effective_at, isinstance(event, AwardEnded))
    )
    found: list[Term] = []
    barred_until: datetime | None = None
    for event in events:
        current = found[-1] if found else None
        if isinstance(event, AwardEnded):
            barred_until = event.effective_at
            if current is not None:
                found[-1] = replace(current, revoked_at=current.revoked_at or event.effective_at)
        elif current and current.running(on.at(event.effective_at)):
            found[-1] = _carried_on(current, event, on)
        elif event.kind is AwardKind.FULL and (barred_until is None or event.attempts_from >= barred_until):
            found.append(_begun(event, on))
    return found, barred_until


def _still_meets(step: CoveredStep, graph: Graph) -> bool:
    """Tell whether a step once covered still is, under the assessment in force now; lowering it never takes away."""
    now = graph.assessment(step.start, step.end)
    if now is None:
        return True
    return now.level is not None and now.level <= step.level and set(now.modules) <= set(step.modules)


def covering_awards(officer: OfficerFacts, term: Term, graph: Graph, *, on: CivilInstant) -> Mapping[str, Award]:
    """Return the awards of *term* that cover a version, by its label.

    A delta counts while its base counts and no step of it has been raised beyond what it met.  A renewal covers nothing
    of its own.
    """
    ended = {
        end.award for end in officer.award_ends if end.kind is AwardEndKind.VOIDED or end.effective_at <= on.instant
    }
    counting = {award.id for award in term.awards}
    covering = {award.version: award for award in term.awards if award.kind is AwardKind.FULL}
    for award in in_effect(officer.awards, on.instant):
        if award.kind is not AwardKind.DELTA or award.id in ended or award.base not in counting:
            continue
        if all(_still_meets(step, graph) for step in award.steps):
            counting.add(award.id)
            covering.setdefault(award.version, award)
    return covering


def is_covered(graph: Graph, covering: Mapping[str, Award], version: str) -> bool:
    """Tell whether *covering* awards cover *version* with nothing to do: outright, or by a path of level 0."""
    if version in covering:
        return True
    path = graph.held_path(covering, version)
    return path is not None and path.level is Level.CARRY_OVER


@dataclass(frozen=True, slots=True)
class Standing:
    """What follows from the facts for one officer and one version at an instant."""

    validity: Validity
    coverage: Coverage
    term: Term | None = None
    path: Path | None = None
    """What the officer is held to where the version is not covered outright; ``None`` where there is no way."""
    awards: tuple[Award, ...] = field(default=())
    """The awards that validity and coverage rest on."""

    @property
    def last_day(self) -> date | None:
        return self.term.last_day if self.term else None

    @property
    def ever_certified(self) -> bool:
        return self.term is not None


def validity(officer: OfficerFacts, tool: ToolFacts, term: Term | None, *, on: CivilInstant) -> Validity:
    """Return the validity that follows from the latest *term* (``None``: there never was one)."""
    if term is None:
        asked = {module for requirements in in_effect(tool.requirements, on.instant) for module in requirements.full}
        begun = any(attempt.module in asked for attempt in in_effect(officer.attempts, on.instant))
        return Validity.IN_TRAINING if begun else Validity.NEVER_CERTIFIED
    if term.revoked_at is not None:
        return Validity.REVOKED
    if not in_force(term.last_day, on=on):
        return Validity.EXPIRED
    if on.instant >= first_instant(term.window_opens_on, on.zone):
        return Validity.RENEWAL_OPEN
    return Validity.VALID


def standing(officer: OfficerFacts, tool: ToolFacts, version: str, *, on: CivilInstant) -> Standing:
    """Return validity and coverage of *officer* for *version* of *tool*.

    With a validity other than valid or renewal-open, coverage is ``none``.
    """
    term = history(officer, on=on).latest
    found = validity(officer, tool, term, on=on)
    if term is None or found not in IN_FORCE:
        return Standing(found, Coverage.NONE, term)
    graph = Graph(tool, on)
    covering = covering_awards(officer, term, graph, on=on)
    if version in covering:
        return Standing(found, Coverage.COVERED, term, None, _relied_on(term, [covering[version]]))
    path = graph.held_path(covering, version)
    if path is None:
        return Standing(found, Coverage.NONE, term, None, _relied_on(term, list(covering.values())))
    if path.overdue(on.instant):
        coverage = Coverage.OVERDUE
    else:
        coverage = Coverage.COVERED if path.level == 0 else Coverage.DUE
    return Standing(found, coverage, term, path, _relied_on(term, [covering[path.labels[0]]]))


def _relied_on(term: Term, awards: Sequence[Award]) -> tuple[Award, ...]:
    return tuple(dict.fromkeys([*term.awards, *awards]))


def requirements_of(tool: ToolFacts, version: str, *, at: datetime) -> Requirements | None:
    """Return the requirement set of *version* in force at *at*, or ``None``."""
    return latest((found for found in tool.requirements if found.version == version), at)
