"""Awards that a measure against a trainer put under review: oversight upholds or voids them, one by one or in groups.

Until then they are under review by derivation, and nothing is written.  A judgement writes, for each award, the review
that names the measure and its end: a portion in one transaction, so that nobody waits while thousands are judged.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.certification import AwardEnd, AwardReview, AwardUpholding
from training_app.models.conduct import ConcernText, ConductHandling, ConductOutcome
from training_app.models.people import Person
from training_app.models.trainers import TrainerMeasure
from training_app.rules.civil_time import CivilInstant
from training_app.rules.doubts import Concerned, concerned, review_id, unconcerned
from training_app.rules.facts import AwardEnded, AwardEndKind, AwardUpheld, OfficerFacts
from training_app.rules.permissions import Role
from training_app.services import accounts, people, trainer_doubts
from training_app.services.award_reviews import Doubt, Upheld, Voided
from training_app.services.locks import each_at_a_time
from training_app.services.outlooks_of_awards import added, could_use, unchanged
from training_app.services.second_signatures import names_of
from training_app.services.seen import Seen
from training_app.services.trainer_doubts import Resting
from training_app.services.trainer_measures import STANDING


class MayNotJudge(TrainingError):
    """Who has to do with the measure, or whose own award it is, does not judge it."""

    def __init__(self, reason: Concerned) -> None:
        super().__init__("You are concerned yourself, so somebody else of the oversight body judges this.")
        self.reason = reason


class NothingChosen(TrainingError):
    def __init__(self) -> None:
        super().__init__("Choose at least one award that waits to be judged.")


class SeenChanged(TrainingError):
    """Nothing of what was shown waits any more, or something else was shown."""

    def __init__(self) -> None:
        super().__init__("What was shown waits no longer. Nothing was decided.")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A measure with the awards under it that nobody has judged."""

    measure: TrainerMeasure
    trainer: str
    """Name."""
    number: str
    recorded_by: str
    awards: Sequence[int]
    stuck: bool
    """Everybody of the oversight body has to do with the measure."""


def waiting(session: Session, *, at: datetime) -> list[Waiting]:
    """Return the measures under which awards wait to be judged, the oldest first."""
    overseers = accounts.holders(session, Role.OVERSIGHT, at=at)
    rows = session.execute(
        select(TrainerMeasure, Person)
        .join(Person, Person.id == TrainerMeasure.person_id)
        .where(TrainerMeasure.ends_id.is_(None), STANDING)
        .order_by(TrainerMeasure.id)
    ).all()
    names = names_of(session, {row[0].recorded_by_id for row in rows})
    return [
        Waiting(
            measure=measure,
            trainer=trainer.name,
            number=trainer.service_number,
            recorded_by=names.get(measure.recorded_by_id, ""),
            awards=ids,
            stuck=not unconcerned(overseers, hands(session, [measure])),
        )
        for measure, trainer in rows
        if (ids := trainer_doubts.to_judge(session, measure))
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """An award that waits, as a list shows it."""

    award: Resting
    unit: str
    concerned: Concerned | None
    """Why who looks does not judge it."""


def rows(
    session: Session, measure: TrainerMeasure, *, by: Person, at: datetime, known_at: datetime | None = None
) -> list[Row]:
    """Return the awards that wait under *measure*, or waited at *known_at*, by tool, version and service number."""
    awards = trainer_doubts.awards(session, trainer_doubts.to_judge(session, measure, known_at=known_at))
    units = people.units_of(session, {one.officer_id for one in awards}, at=at)
    shared = hands(session, [measure])
    return [
        Row(one, units.get(one.officer_id, ""), concerned(by.id, {**shared, **_hands_of_award(one)})) for one in awards
    ]


def hands(session: Session, measures: Collection[TrainerMeasure]) -> dict[Concerned, set[int | None]]:
    """Return who has to do with *measures*, whatever it is that is judged.

    The trainers, who recorded them, and who raised or handled the concerns that led to them.
    """
    led_to = select(ConductOutcome.case_id).where(ConductOutcome.measure_id.in_({one.id for one in measures}))
    raised = session.scalars(select(ConcernText.raised_by_id).where(ConcernText.case_id.in_(led_to)))
    handled = session.scalars(select(ConductHandling.recorded_by_id).where(ConductHandling.case_id.in_(led_to)))
    return {
        Concerned.TRAINER: {one.person_id for one in measures},
        Concerned.RECORDED_MEASURE: {*(one.recorded_by_id for one in measures), *raised},
        Concerned.HANDLED_CONCERN: set(handled),
    }


def _hands_of_award(award: Resting) -> Mapping[Concerned, Collection[int | None]]:
    return {Concerned.OWN: {award.officer_id}, Concerned.RECORDED_AWARD: {award.recorded_by}}


# -- what would follow -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one officer could use of one tool, today and after either judgement; labels of versions in use."""

    officer: str
    unit: str
    tool: str
    today: frozenset[str]
    upheld: frozenset[str]
    voided: frozenset[str]


@dataclass(frozen=True, slots=True)
class DryRun:
    """What judging some awards would lead to."""

    awards: tuple[Resting, ...]
    outlooks: tuple[Outlook, ...]
    """Those first for whom the two judgements differ."""
    seen: str
    """Names the measure and the awards, and when they were looked at."""

    @property
    def regain(self) -> int:
        """How many officers could use a tool again if the awards were upheld."""
        return len({one.officer for one in self.outlooks if one.upheld - one.today})

    @property
    def lose(self) -> int:
        """How many officers could use a tool if the awards were upheld, and cannot if they are void."""
        return len({one.officer for one in self.outlooks if one.upheld - one.voided})


def dry_run(session: Session, measure: TrainerMeasure, award_ids: Collection[int], *, on: CivilInstant) -> DryRun:
    """Return what upholding or voiding these awards would lead to; those that do not wait are left out."""
    wanted = sorted(set(trainer_doubts.to_judge(session, measure)) & set(award_ids))
    awards = trainer_doubts.awards(session, wanted)
    officers: dict[str, set[int]] = {}
    of_officer: dict[int, list[Resting]] = {}
    for one in awards:
        officers.setdefault(one.slug, set()).add(one.officer_id)
        of_officer.setdefault(one.officer_id, []).append(one)
    stamp = {"effective_at": on.instant, "recorded_at": on.instant}

    def uphold(person_id: int, facts: OfficerFacts) -> OfficerFacts:
        ends = (AwardUpheld(**stamp, review=review_id(measure.id, one.award_id)) for one in of_officer[person_id])
        return added(facts, award_upholdings=tuple(ends))

    def void(person_id: int, facts: OfficerFacts) -> OfficerFacts:
        ends = (
            AwardEnded(
                effective_at=one.made_at, recorded_at=on.instant, award=str(one.award_id), kind=AwardEndKind.VOIDED
            )
            for one in of_officer[person_id]
        )
        return added(facts, award_ends=tuple(ends))

    today, upheld, voided = could_use(session, officers, [unchanged, uphold, void], on=on)
    units = people.units_of(session, set(of_officer), at=on.instant)
    outlooks = [
        Outlook(
            officer=one.officer,
            unit=units.get(one.officer_id, ""),
            tool=one.tool,
            today=today[one.officer_id, one.slug],
            upheld=upheld[one.officer_id, one.slug],
            voided=voided[one.officer_id, one.slug],
        )
        for one in {(one.officer_id, one.slug): one for one in awards}.values()
    ]
    outlooks.sort(key=lambda one: one.upheld == one.voided)
    return DryRun(tuple(awards), tuple(outlooks), str(Seen.of(wanted, measure.id, at=on.instant)))


# -- judged ------------------------------------------------------------------------------------------------------------

AT_ONCE = 100
"""Awards judged in one transaction: few enough that others wait for it no longer than for any other, and that their
locks are far from all that PostgreSQL has."""


def still_waiting(
    session: Session, measure: TrainerMeasure, award_ids: Collection[int], *, seen: Seen, by: Person
) -> list[list[int]]:
    """Return those of the awards shown that still wait, in portions that are judged one after the other.

    A judgement that broke off half-way is thus carried on by sending it again, and what somebody else judged meanwhile
    stays as they judged it.

    :param award_ids: what was chosen of the awards that waited when *seen* was shown.
    :raises MayNotJudge: if *by* is concerned by one of them; :raises SeenChanged: if these were not shown, or none of
        them waits any more.
    """
    if Seen.of(award_ids, measure.id, at=seen.at) != seen:
        raise SeenChanged
    wanted = sorted(set(trainer_doubts.to_judge(session, measure)) & set(award_ids))
    if not wanted:
        raise SeenChanged
    _refuse_the_concerned(session, measure, trainer_doubts.awards(session, wanted), by)
    return [wanted[first : first + AT_ONCE] for first in range(0, len(wanted), AT_ONCE)]


def judge(
    session: Session,
    measure: TrainerMeasure,
    award_ids: Collection[int],
    reason: Upheld | Voided,
    *,
    on: CivilInstant,
    by: Person,
) -> int:
    """Uphold or void one portion of awards, all or none; those that wait no longer stay as they are.

    :param award_ids: no more than `AT_ONCE`.
    :returns: how many were judged.
    :raises MayNotJudge: if *by* is concerned by one of them; :raises NothingChosen: if there is none.
    """
    if not award_ids:
        raise NothingChosen
    wanted = trainer_doubts.awards(session, sorted(set(award_ids)))
    _refuse_the_concerned(session, measure, wanted, by)
    each_at_a_time(session, "person", {award.officer_id for award in wanted})
    waiting = set(trainer_doubts.to_judge(session, measure, among=award_ids))
    found = [award for award in wanted if award.award_id in waiting]
    _append(session, measure, found, reason, at=on.instant, by=by)
    return len(found)


def _refuse_the_concerned(session: Session, measure: TrainerMeasure, awards: Sequence[Resting], by: Person) -> None:
    shared = hands(session, [measure])
    for award in awards:
        if (hand := concerned(by.id, {**shared, **_hands_of_award(award)})) is not None:
            raise MayNotJudge(hand)


def _append(
    session: Session,
    measure: TrainerMeasure,
    awards: Sequence[Resting],
    reason: Upheld | Voided,
    *,
    at: datetime,
    by: Person,
) -> None:
    stamp = {"recorded_at": at, "recorded_by_id": by.id}
    reviews = [
        AwardReview(
            **stamp,
            effective_at=at,
            officer_id=award.officer_id,
            award_id=award.award_id,
            measure_id=measure.id,
            reason_code=Doubt.TRAINER_NOT_QUALIFIED.value,
        )
        for award in awards
    ]
    session.add_all(reviews)
    session.flush()
    if isinstance(reason, Upheld):
        session.add_all(
            AwardUpholding(
                **stamp,
                effective_at=at,
                officer_id=review.officer_id,
                review_id=review.id,
                reason_code=reason.value,
            )
            for review in reviews
        )
    else:
        session.add_all(
            AwardEnd(
                **stamp,
                effective_at=award.made_at,
                officer_id=award.officer_id,
                award_id=award.award_id,
                kind=AwardEndKind.VOIDED,
                reason_code=reason.value,
            )
            for award in awards
        )
    session.flush()
