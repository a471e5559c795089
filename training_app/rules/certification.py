"""Two axes of certification: is the officer's certification on the tool in force, and does it cover this version?

Source: popAI recommendations (January 2024), for law enforcement: training before a tool is in use and each time it is
updated.  Validity runs on a clock as a type rating does; coverage follows the tool's versions.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, add_months, day_of_month, first_instant, in_force
from training_app.rules.facts import (
    Award,
    AwardEnded,
    AwardEndKind,
    AwardKind,
    Level,
    OfficerFacts,
    Policy,
    Rebased,
    RenewalBasis,
    Requirements,
    RetrainingOrdered,
    ToolFacts,
    in_effect,
    latest,
)
from training_app.rules.paths import Earlier, Graph, Path, Start


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


_GRAVITY = {coverage: place for place, coverage in enumerate(Coverage)}


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
    return _counted(award, anchor=on.at(award.effective_at).day, months=award.policy.validity_months, on=on)


def _counted(award: Award, *, anchor: date, months: int, on: CivilInstant) -> Term:
    """Return a term of *award* alone, *months* from *anchor*, or to the calendar date that its policy fixes."""
    policy = award.policy
    if policy.renewal_basis is RenewalBasis.FIXED_DATE:
        through = fixed_date_after(on.at(award.effective_at).day, policy)
        return Term((award,), through, 0, through)
    return Term((award,), anchor, months, add_months(anchor, months))


def fixed_date_after(day: date, policy: Policy) -> date:
    """Return the first of the policy's fixed dates that comes at least its minimum period after *day*.

    A day that a month lacks is the month's last: 30 February is the 28th or 29th.

    :raises ValueError: if the policy fixes no date.
    """
    if policy.fixed_month is None or policy.fixed_day is None:
        raise ValueError(f"policy {policy.revision} fixes no date")
    earliest = add_months(day, policy.minimum_months or 0)

    def in_year(year: int) -> date:
        return day_of_month(year, policy.fixed_month or 1, policy.fixed_day or 1)

    this_year = in_year(earliest.year)
    return this_year if this_year >= earliest else in_year(earliest.year + 1)


def _carried_on(term: Term, award: Award, on: CivilInstant) -> Term:
    """Return *term* with *award* added: counted from the old last day inside the window, from the award before it.

    A policy may count from the award always, or to a fixed date.  The last day never moves back.  An award after the
    last day, as there can be one when a re-base shortens what ran before it, has none to count from: it counts from
    its own day.
    """
    day = on.at(award.effective_at).day
    months = award.policy.validity_months
    anchor = day
    if award.policy.renewal_basis is RenewalBasis.LAST_DAY and term.window_opens_on <= day <= term.last_day:
        anchor, months = term.anchor, term.months + months
    alone = _counted(award, anchor=anchor, months=months, on=on)
    awards = (*term.awards, award)
    return replace(term if alone.last_day < term.last_day else alone, awards=awards)


def _rebased(term: Term, policy: Policy, on: CivilInstant) -> Term:
    """Return *term* as if each of its awards had been made under *policy*; what was revoked stays so."""
    first, *others = (replace(award, policy=policy) for award in term.awards)
    found = _begun(first, on)
    for award in others:
        found = _carried_on(found, award, on)
    return replace(found, revoked_at=term.revoked_at)


@dataclass(frozen=True, slots=True)
class History:
    """The officer's terms on a tool, the oldest first, and the bar that the last revocation of one of them set."""

    terms: tuple[Term, ...]
    barred_until: datetime | None = None
    """A full award that rests on an attempt opened before this instant begins no term; ``None``: no bar."""

    @property
    def latest(self) -> Term | None:
        return self.terms[-1] if self.terms else None


def history(officer: OfficerFacts, tool: ToolFacts | None, *, on: CivilInstant) -> History:
    """Return the officer's terms on the tool as of *on*; no term if there never was a full award.

    A void removes its award at every instant; it does not undo a revocation: the term that ran when the award was
    revoked stays ended, and its bar stands.  Which revocations ended a term is therefore read from all awards first.
    """
    awards = [award for award in in_effect(officer.awards, on.instant) if award.kind is not AwardKind.DELTA]
    rebases = in_effect(tool.rebases, on.instant) if tool else ()
    revoked = [end for end in in_effect(officer.award_ends, on.instant) if end.kind is AwardEndKind.REVOKED]
    telling = _ending(awards, rebases, revoked, on)
    voided = {end.award for end in officer.award_ends if end.kind is AwardEndKind.VOIDED}
    found, barred_until = _run([*(award for award in awards if award.id not in voided), *rebases, *telling], on)
    return History(tuple(found), barred_until)


def _ending(
    awards: Sequence[Award], rebases: Sequence[Rebased], revoked: Sequence[AwardEnded], on: CivilInstant
) -> list[AwardEnded]:
    """Return those of *revoked* that ended a term; revoking an award of a replaced term changes nothing."""
    telling: list[AwardEnded] = []
    for end in revoked:
        earlier: list[Award | Rebased | AwardEnded] = [*awards, *rebases, *telling]
        before, _ = _run([one for one in earlier if one.effective_at <= end.effective_at], on)
        if before and before[-1].holds(end.award):
            telling.append(end)
    return telling


def _run(events: Iterable[Award | Rebased | AwardEnded], on: CivilInstant) -> tuple[list[Term], datetime | None]:
    """Return the terms that the awards make, re-bases recompute and revocations end, and the last bar."""
    found: list[Term] = []
    barred_until: datetime | None = None
    for event in sorted(events, key=_order):
        current = found[-1] if found else None
        running = current is not None and current.running(on.at(event.effective_at))
        if isinstance(event, AwardEnded):
            barred_until = event.effective_at
            if current is not None:
                found[-1] = replace(current, revoked_at=current.revoked_at or event.effective_at)
        elif isinstance(event, Rebased):
            if current is not None and running:
                found[-1] = _rebased(current, event.policy, on)
        elif current is not None and running:
            found[-1] = _carried_on(current, event, on)
        elif event.kind is AwardKind.FULL and (barred_until is None or event.attempts_from >= barred_until):
            found.append(_begun(event, on))
    return found, barred_until


def _order(event: Award | Rebased | AwardEnded) -> tuple[datetime, int, str]:
    """By time; at one instant awards (full first) before re-bases before revocations, so that the stricter wins."""
    if isinstance(event, AwardEnded):
        return event.effective_at, 3, event.award
    if isinstance(event, Rebased):
        return event.effective_at, 2, event.id
    return event.effective_at, int(event.kind is not AwardKind.FULL), event.id


# -- coverage ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """How a version is covered or could be: from *award*, along *path*; without a path, outright."""

    award: Award
    path: Path | None


@dataclass(frozen=True, slots=True)
class Cover:
    """What the awards of an officer's current term cover.  A renewal covers nothing of its own."""

    graph: Graph
    awards: tuple[Award, ...]
    """The full awards, then the delta awards that count, the oldest first."""
    met: tuple[Earlier, ...]
    """Every step that a delta award of the term covered, be it enough still or not."""

    def way(self, version: str) -> Way | None:
        """Return the least demanding way to *version*, the one that the officer is held to; ``None`` without any."""
        found: list[tuple[Award, Path]] = []
        for award in sorted(self.awards, key=lambda award: award.version != version):
            path = self.graph.held_path([Start(award.version, award.effective_at)], version, self.met)
            if path is not None:
                found.append((award, path))
            elif award.version == version:
                return Way(award, None)
        return Way(*min(found, key=lambda way: self.graph.demand(way[1]))) if found else None

    def covers(self, version: str) -> bool:
        """Tell whether *version* is covered with nothing to do: outright, or by a path of level 0."""
        way = self.way(version)
        return way is not None and (way.path is None or way.path.level is Level.CARRY_OVER)


def cover(officer: OfficerFacts, term: Term, graph: Graph, *, on: CivilInstant) -> Cover:
    """Return what the awards of *term* cover as of *on*.

    A delta counts while its base counts and no step of it has been raised beyond what it met.
    """
    ended = {
        end.award for end in officer.award_ends if end.kind is AwardEndKind.VOIDED or end.effective_at <= on.instant
    }
    deltas = sorted(
        (
            award
            for award in in_effect(officer.awards, on.instant)
            if award.kind is AwardKind.DELTA and award.id not in ended and award.steps
        ),
        key=lambda award: (award.effective_at, award.id),
    )
    of_term = {award.id for award in term.awards}
    counting = _built_on(of_term, [award for award in deltas if all(map(graph.still_meets, award.steps))], officer)
    known = _built_on(of_term, deltas, officer)
    fulls = tuple(award for award in term.awards if award.kind is AwardKind.FULL)
    met = tuple(Earlier(step, award.effective_at) for award in deltas if award.id in known for step in award.steps)
    return Cover(graph, (*fulls, *(award for award in deltas if award.id in counting)), met)


def _built_on(bases: set[str], deltas: Sequence[Award], officer: OfficerFacts) -> set[str]:
    """Return the ids of *deltas* that rest on one of *bases*, directly or on one another."""
    found = set(with_replaced(bases, officer))
    while more := {award.id for award in deltas if award.base in found} - found:
        found |= with_replaced(more, officer)
    return found


def with_replaced(awards: Set[str], officer: OfficerFacts) -> Set[str]:
    """Return *awards*, by id, and the void ones in whose place they stand.

    An objection that was right gives an award in place of the void one: what was built on the old counts again.
    """
    voided = {end.award for end in officer.award_ends if end.kind is AwardEndKind.VOIDED}
    if not voided:
        return awards
    said = {award.says for award in officer.awards if award.id in awards}
    return awards | {award.id for award in officer.awards if award.id in voided and award.says in said}


# -- retraining --------------------------------------------------------------------------------------------------------


def outstanding_orders(officer: OfficerFacts, *, on: CivilInstant) -> tuple[RetrainingOrdered, ...]:
    """Return the orders that no award has met yet: one from attempts opened since, that carries all their modules."""
    ended = {
        end.award for end in officer.award_ends if end.kind is AwardEndKind.VOIDED or end.effective_at <= on.instant
    }
    awards = [award for award in in_effect(officer.awards, on.instant) if award.id not in ended]

    def met(order: RetrainingOrdered) -> bool:
        return any(
            award.attempts_from >= order.effective_at and set(order.modules) <= set(award.modules) for award in awards
        )

    return tuple(order for order in in_effect(officer.retraining_orders, on.instant) if not met(order))


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
    orders: tuple[RetrainingOrdered, ...] = ()
    """Retraining ordered and not done; it makes a covered version due, then overdue."""

    @property
    def sufficient(self) -> bool:
        """Whether validity and coverage, by themselves, allow use."""
        return self.validity in IN_FORCE and self.coverage in {Coverage.COVERED, Coverage.DUE}

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


def standing(
    officer: OfficerFacts, tool: ToolFacts, version: str, *, on: CivilInstant, graph: Graph | None = None
) -> Standing:
    """Return validity and coverage of *officer* for *version* of *tool*.

    With a validity other than valid or renewal-open, coverage is ``none``.

    :param graph: of the same *tool* at the same instant, where it is at hand.
    """
    term = history(officer, tool, on=on).latest
    found = validity(officer, tool, term, on=on)
    if term is None or found not in IN_FORCE:
        return Standing(found, Coverage.NONE, term)
    return _in_term(officer, tool, version, term, found, on=on, graph=graph)


def standing_as_if_running(
    officer: OfficerFacts, tool: ToolFacts, version: str, expired: Standing, *, on: CivilInstant, graph: Graph
) -> Standing:
    """Return *expired*, the standing after a last day, with the coverage that there would be if the term ran on."""
    if expired.term is None or expired.validity is not Validity.EXPIRED:
        raise ValueError(f"no term has expired: {expired.validity}")
    return _in_term(officer, tool, version, expired.term, expired.validity, on=on, graph=graph)


def _in_term(
    officer: OfficerFacts,
    tool: ToolFacts,
    version: str,
    term: Term,
    found: Validity,
    *,
    on: CivilInstant,
    graph: Graph | None,
) -> Standing:
    held = cover(officer, term, graph or Graph(tool, on), on=on)
    way = held.way(version)
    if way is None:
        return Standing(found, Coverage.NONE, term, None, _relied_on(term, held.awards))
    orders = outstanding_orders(officer, on=on)
    coverage = max(_coverage_by(way.path, on), _coverage_by_orders(orders, on), key=_GRAVITY.__getitem__)
    return Standing(found, coverage, term, way.path, _relied_on(term, [way.award]), orders)


def _coverage_by(path: Path | None, on: CivilInstant) -> Coverage:
    if path is None or path.level is Level.CARRY_OVER:
        return Coverage.COVERED
    return Coverage.OVERDUE if path.overdue(on.instant) else Coverage.DUE


def _coverage_by_orders(orders: Sequence[RetrainingOrdered], on: CivilInstant) -> Coverage:
    if not orders:
        return Coverage.COVERED
    return Coverage.DUE if all(in_force(order.due, on=on) for order in orders) else Coverage.OVERDUE


def _relied_on(term: Term, awards: Sequence[Award]) -> tuple[Award, ...]:
    return tuple(dict.fromkeys([*term.awards, *awards]))


def requirements_of(tool: ToolFacts, version: str, *, at: datetime) -> Requirements | None:
    """Return the requirement set of *version* in force at *at*, or ``None``."""
    return latest((found for found in tool.requirements if found.version == version), at)
