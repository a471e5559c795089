"""How officers who were certified when a version came out did what it asked: when each had, and who was in grace."""

from dataclasses import dataclass
from datetime import date, timedelta

from training_app.rules.access import account_open
from training_app.rules.certification import IN_FORCE, Coverage, history, standing, validity
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import AwardEndKind, AwardKind, Level, OfficerFacts, ToolFacts, in_effect
from training_app.rules.versions import first_releases, in_use

_A_MOMENT = timedelta(microseconds=1)


def is_certified(officer: OfficerFacts, tool: ToolFacts, on: CivilInstant) -> bool:
    return validity(officer, tool, history(officer, tool, on=on).latest, on=on) in IN_FORCE


def trained_on(officer: OfficerFacts, label: str, on: CivilInstant) -> date | None:
    """Return the day of the first award for the version that counts; ``None`` without one."""
    ended = {
        end.award for end in officer.award_ends if end.kind is AwardEndKind.VOIDED or end.effective_at <= on.instant
    }
    made = (
        award.effective_at
        for award in officer.awards
        if award.version == label
        and award.kind is not AwardKind.RENEWAL
        and award.id not in ended
        and award.effective_at <= on.instant
    )
    first = min(made, default=None)
    return None if first is None else on.at(first).day


@dataclass(frozen=True, slots=True)
class Asked:
    """What a release asked of one officer.

    :param days: civil days until it was done, 0 where it was on the day of release; ``None``: not by the end.
    """

    days: int | None
    in_grace: bool


def asked_by_release(
    officer: OfficerFacts, tool: ToolFacts, label: str, *, release: CivilInstant, end: CivilInstant
) -> Asked | None:
    """Return what the release of *label* asked of the officer, followed to *end* (exclusive).

    :returns: ``None`` where it asked nothing: not certified on an earlier version with an open account at *release*,
        covered without training, or gone before having done it.
    """
    earlier = any(award.version != label for award in in_effect(officer.awards, release.instant))
    if not earlier or not account_open(officer, at=release.instant) or not is_certified(officer, tool, release):
        return None
    last = end.at(end.instant - _A_MOMENT)
    done = trained_on(officer, label, last)
    coverage = standing(officer, tool, label, on=release).coverage
    if done is None and (coverage is Coverage.COVERED or not account_open(officer, at=last.instant)):
        return None
    days = None if done is None else max(0, (done - release.day).days)
    return Asked(days, in_grace=coverage is Coverage.DUE)


def later_occasions(tool: ToolFacts, *, start: CivilInstant, end: CivilInstant) -> tuple[tuple[str, CivilInstant], ...]:
    """Return where grace may begin otherwise than by a release: versions in use, each with the instant, in their order.

    A finding that is signed after its version came out, and a later requirement set, both with days of grace.
    """
    released = first_releases(tool, at=end.instant)
    findings = [
        (one.end, one.effective_at)
        for one in tool.assessments
        if one.grace_days and one.level and one.level > Level.CARRY_OVER
    ]
    findings += [(one.version, one.effective_at) for one in tool.requirements if one.revision > 1 and one.grace_days]
    found = {
        (label, instant)
        for label, instant in findings
        if start.instant <= instant < end.instant and label in in_use(tool, at=instant) and released[label] < instant
    }
    return tuple((label, start.at(instant)) for label, instant in sorted(found, key=lambda one: (one[1], one[0])))


def newly_in_grace(officer: OfficerFacts, tool: ToolFacts, label: str, *, on: CivilInstant) -> bool:
    """Tell whether the officer was in grace for *label* from that instant on, and not before."""
    if not account_open(officer, at=on.instant):
        return False
    before = on.at(on.instant - _A_MOMENT)
    return (
        standing(officer, tool, label, on=on).coverage is Coverage.DUE
        and standing(officer, tool, label, on=before).coverage is not Coverage.DUE
    )
