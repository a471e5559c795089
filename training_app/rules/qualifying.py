"""What qualifies a trainer: evidence, founding where nobody could qualify in the ordinary way, renewal.

Sources: popAI recommendations (January 2024): trainers' expertise, professionalism and ethical conduct; the ideas of
ISO/IEC 17024 (a certification runs for a time, and is renewed on what was done since).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from training_app.rules.civil_time import CivilInstant, add_months
from training_app.rules.facts import in_effect
from training_app.rules.trainers import (
    QualificationLevel,
    QualifiedBy,
    Scope,
    TrainerFacts,
    ancestors,
    measure_against,
    standing_qualifications,
)


class EvidenceKind(StrEnum):
    """What a qualification is awarded on."""

    TRAINER_COURSE = "trainer-course"
    """Passed `train-the-trainers`; read from the records, never entered."""
    EXPERIENCE = "experience"
    """Years at the trade, deployments, publications."""
    OBSERVED_LESSON = "observed-lesson"
    DOCUMENT = "document"
    """A diploma or certificate: its name and the SHA-256 of the file, which the agency keeps where it belongs."""
    CONDUCT_CHECK = "conduct-check"
    """Somebody checked the person's conduct, and nothing stands against it; of the check only that is kept."""


NEEDED: Mapping[QualificationLevel, frozenset[EvidenceKind]] = {
    QualificationLevel.AUTHOR: frozenset({EvidenceKind.TRAINER_COURSE, EvidenceKind.EXPERIENCE}),
    QualificationLevel.INSTRUCTOR: frozenset(
        {EvidenceKind.TRAINER_COURSE, EvidenceKind.EXPERIENCE, EvidenceKind.OBSERVED_LESSON}
    ),
    QualificationLevel.ASSESSOR: frozenset(
        {
            EvidenceKind.TRAINER_COURSE,
            EvidenceKind.EXPERIENCE,
            EvidenceKind.OBSERVED_LESSON,
            EvidenceKind.CONDUCT_CHECK,
        }
    ),
    QualificationLevel.LEAD: frozenset(EvidenceKind),
}
NEEDED_SPECIALLY = frozenset({EvidenceKind.EXPERIENCE, EvidenceKind.CONDUCT_CHECK})
"""Of who founds a scope nobody can have observed a lesson; they know the trade, and their conduct was checked."""

WITNESSED = frozenset({EvidenceKind.OBSERVED_LESSON, EvidenceKind.CONDUCT_CHECK})
"""What somebody other than the person observed or checked, on a day."""

LONGEST_MONTHS = 36
"""A qualification runs for three years at most; a special one for a year."""
SPECIAL_MONTHS = 12
RENEWAL_ACTS = 3
"""So many sessions taught, sign-offs given, modules written or published since the last grant renew a qualification."""
RENEWAL_HOURS = 6
"""So many hours of continuing education since the last grant."""


def evidence_missing(
    level: QualificationLevel, given: Collection[EvidenceKind], *, special: bool
) -> tuple[EvidenceKind, ...]:
    """Return what *level* asks for and is not given, in the order of `EvidenceKind`."""
    needed = NEEDED_SPECIALLY if special else NEEDED[level]
    return tuple(kind for kind in EvidenceKind if kind in needed and kind not in given)


def last_day_allowed(granted_on: date, *, special: bool) -> date:
    """Return the latest last day of a qualification that is granted on that day, inclusive."""
    return add_months(granted_on, SPECIAL_MONTHS if special else LONGEST_MONTHS)


@dataclass(frozen=True, slots=True)
class Currency:
    """What a trainer did in a scope since the qualification that is to be renewed was granted."""

    acts: int
    hours: int
    """Of continuing education."""
    certified: bool | None
    """Whether the own certification on the tool is in force; ``None`` of a subject area."""

    @property
    def enough(self) -> bool:
        return self.acts >= RENEWAL_ACTS and self.hours >= RENEWAL_HOURS and self.certified is not False


class AgainstRenewal(StrEnum):
    """Why a qualification is not carried on without new evidence."""

    ON_EVIDENCE = "on-evidence"
    """It is special, or a measure stands against it."""
    NOT_THE_NEWEST = "not-the-newest"
    """Its scope was granted again since."""


def against_renewal(trainer: TrainerFacts, qualification: str, *, on: CivilInstant) -> AgainstRenewal | None:
    """Return why the qualification of that id is not renewed; ``None``: it can be, on what was done since."""
    held = in_effect(trainer.qualifications, on.instant)
    one = next((one for one in held if one.id == qualification), None)
    if one is None or one.special or measure_against(one, trainer, on=on) is not None:
        return AgainstRenewal.ON_EVIDENCE
    newest = [other for other in held if other.scope == one.scope and not other.special][-1]
    return None if newest is one else AgainstRenewal.NOT_THE_NEWEST


def special_allowed(
    others: Iterable[TrainerFacts], person: str, scope: Scope, qualified_by: QualifiedBy, *, on: CivilInstant
) -> bool:
    """Tell whether *person* can be qualified specially: nobody else could do it in the ordinary way.

    :param others: every trainer who can sign in as a lead.  One who leads the scope, is not *person* and was not
        qualified by them (over any number of steps) could.
    """
    return not any(
        any(
            one.scope == scope and one.level is QualificationLevel.LEAD for one in standing_qualifications(other, on=on)
        )
        for other in others
        if other.person != person and person not in ancestors(other.person, qualified_by)
    )
