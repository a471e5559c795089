"""Observed practice as its assessor does it: begun, ticked, signed.

What is ticked is kept at once: see `tick`.  Nothing counts before the officer has signed, too: see `signed_practice`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.observed_practice import (
    Checklist,
    Observation,
    ObservationTick,
    ObservedPractice,
    ObservedPracticeSignature,
)
from training_app.models.people import Person
from training_app.models.tools import ToolVersion
from training_app.rules import observed_practice as rule
from training_app.rules import versions
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import OPEN_FOR_TRAINING
from training_app.rules.observed_practice import Behaviour, Outcome, Seen
from training_app.rules.trainers import Act
from training_app.services import accounts, checklists, gather, signed_practice, trainer_acts
from training_app.services.locks import one_at_a_time
from training_app.services.signed_practice import Status

MOST_SEQUENCE = 1_000_000_000


class NoChecklist(TrainingError):
    def __init__(self) -> None:
        super().__init__("No checklist is in force for this version, so that nobody can be observed on it yet.")


class NotOpen(TrainingError):
    """The version is not there to be shown on: not announced yet, withdrawn or prohibited."""

    def __init__(self) -> None:
        super().__init__("This version is not open for training.")


class OfficerGone(TrainingError):
    def __init__(self) -> None:
        super().__init__("This officer has no open account.")


class Disputed(TrainingError):
    """The officer did not agree with this assessor on the version: another one observes next."""

    def __init__(self) -> None:
        super().__init__("This officer did not agree with what you signed. Another assessor observes them.")


class OfficerHasToSign(TrainingError):
    """A sign-off on the version, with everything met, only waits for the officer."""

    def __init__(self) -> None:
        super().__init__("This officer was observed already and only has to sign.")


class ObservationClosed(TrainingError):
    """It was signed, or not signed in time: nothing is ticked any more."""

    def __init__(self) -> None:
        super().__init__("This observation is closed.")


class UnknownTick(TrainingError):
    def __init__(self) -> None:
        super().__init__("This cannot be ticked here.")


class Unticked(TrainingError):
    """*behaviours* are the ids of those for which nothing is ticked."""

    def __init__(self, behaviours: Sequence[str]) -> None:
        super().__init__("Tick something for every behaviour.")
        self.behaviours = tuple(behaviours)


class TickedElsewhere(TrainingError):
    """What is kept is not what the assessor was shown: for *behaviours* another page or device ticked meanwhile."""

    def __init__(self, behaviours: Sequence[str]) -> None:
        super().__init__("Something was ticked elsewhere meanwhile. Look at it, and sign again.")
        self.behaviours = tuple(behaviours)


def begin(session: Session, officer: Person, version: ToolVersion, *, on: CivilInstant, by: Person) -> Observation:
    """Begin to observe *officer* on *version*, or go on with what *by* began and can still sign.

    :raises trainer_acts.NotAllowed: if *by* may not sign for the officer's practice; see `trainer_acts.require`.
    :raises NoChecklist, NotOpen, OfficerGone, Disputed, OfficerHasToSign: if there is nothing to observe.
    """
    one_at_a_time(session, "person", officer.id)
    _require(session, officer.id, version, on=on, by=by)
    found = checklists.in_force(session, version.id)
    if not accounts.is_open(session, officer.id, at=on.instant):
        raise OfficerGone
    if not open_for_practice(session, version, on=on):
        raise NotOpen
    if found is None:
        raise NoChecklist
    _refuse_disputed(session, officer.id, version.id, by)
    signed = signed_practice.of_officer(session, officer.id)
    if any(one.status is Status.WAITING and one.version.id == version.id for one in signed):
        raise OfficerHasToSign
    kept = [one for one in _kept(session, by.id, on=on) if (one.officer_id, one.checklist_id) == (officer.id, found.id)]
    if kept:
        return kept[0]
    row = Observation(assessor_id=by.id, officer_id=officer.id, checklist_id=found.id, begun_at=on.instant)
    session.add(row)
    session.flush()
    return row


def _require(session: Session, officer_id: int, version: ToolVersion, *, on: CivilInstant, by: Person) -> None:
    matter = trainer_acts.of_tool(session, version.tool, version, by.id, persons=[officer_id], on=on)
    trainer_acts.require(session, Act.SIGN_OFF, by, matter, on=on)


def _refuse_disputed(session: Session, officer_id: int, version_id: int, by: Person) -> None:
    if by.id in disputed_with(session, officer_id, version_id):
        raise Disputed


def open_for_practice(session: Session, version: ToolVersion, *, on: CivilInstant) -> bool:
    """Tell whether the version is there to be shown on: announced, in use, or suspended for a while."""
    facts = gather.tool(session, version.tool.slug)
    return facts is not None and versions.state(facts, version.label, at=on.instant) in OPEN_FOR_TRAINING


def disputed_with(session: Session, officer_id: int, version_id: int) -> frozenset[int]:
    """Return the ids of the assessors with whom the officer did not agree on the version."""
    rows = session.execute(_disputes(version_id).where(ObservedPractice.officer_id == officer_id))
    return frozenset(row.assessor_id for row in rows)


def disputes(session: Session, version_id: int) -> frozenset[tuple[int, int]]:
    """Return who did not agree on the version, with which assessor, as ids."""
    return frozenset((row.officer_id, row.assessor_id) for row in session.execute(_disputes(version_id)))


def _disputes(version_id: int) -> Select[int, int | None]:
    return (
        select(ObservedPractice.officer_id, ObservedPractice.recorded_by_id.label("assessor_id"))
        .join(ObservedPracticeSignature, ObservedPracticeSignature.practice_id == ObservedPractice.id)
        .join(Checklist, Checklist.id == ObservedPractice.checklist_id)
        .where(
            Checklist.version_id == version_id,
            ~ObservedPracticeSignature.agreed,
            ObservedPractice.recorded_by_id.is_not(None),
        )
    )


def tick(
    session: Session,
    found: Observation,
    behaviour: str,
    outcome: Outcome | None,
    comment: str,
    *,
    sequence: int | None,
    on: CivilInstant,
) -> ObservationTick:
    """Keep what was ticked for one behaviour; nothing that was ticked before is lost, the highest number holds.

    :param sequence: the device's count within the observation; ``None`` puts the tick after all that arrived.  The same
        number sent again with the same tick is the same one; with another it comes from a device that counts for
        itself, and is put after all that arrived.
    :raises ObservationClosed: if it was signed, or its time is over; :raises UnknownTick: if it is none of the list.
    """
    known = {one.id for one in checklists.behaviours_of(found.checklist)}
    if behaviour not in known or len(comment) > rule.COMMENT_LENGTH:
        raise UnknownTick
    if sequence is not None and not 0 < sequence <= MOST_SEQUENCE:
        raise UnknownTick
    one_at_a_time(session, "observation", found.id)
    if practice_of(session, found) is not None or not is_open(found, on=on):
        raise ObservationClosed
    rows = _ticks(session, found)
    same = [one for one in rows if (one.behaviour, one.outcome, one.comment) == (behaviour, outcome, comment)]
    own = [one for one in rows if one.behaviour == behaviour]
    if sequence is not None and any(one.sequence == sequence for one in same):
        return next(one for one in same if one.sequence == sequence)
    if sequence is None or any(one.sequence == sequence for one in own):
        if own and own[-1] in same:
            return own[-1]
        sequence = highest_number(session, found) + 1
    row = ObservationTick(
        observation_id=found.id,
        behaviour=behaviour,
        sequence=sequence,
        outcome=outcome,
        comment=comment,
        received_at=on.instant,
    )
    session.add(row)
    session.flush()
    return row


def _ticks(session: Session, found: Observation) -> Sequence[ObservationTick]:
    return session.scalars(
        select(ObservationTick)
        .where(ObservationTick.observation_id == found.id)
        .order_by(ObservationTick.sequence, ObservationTick.id)
    ).all()


def ticked(session: Session, found: Observation) -> Mapping[str, ObservationTick]:
    """Return of each behaviour the tick that holds, by the behaviour's id."""
    return {one.behaviour: one for one in _ticks(session, found)}


def seen_in(session: Session, found: Observation) -> dict[str, Seen]:
    """Return what is ticked, by the behaviour's id; where only a note was written yet, nothing is."""
    held = ticked(session, found).items()
    return {name: Seen(one.outcome, one.comment) for name, one in held if one.outcome is not None}


def highest_number(session: Session, found: Observation) -> int:
    numbers = select(func.max(ObservationTick.sequence)).where(ObservationTick.observation_id == found.id)
    return session.scalar(numbers) or 0


def is_open(found: Observation, *, on: CivilInstant) -> bool:
    """Tell whether it can still be signed at *on*; whether it was, `practice_of` says."""
    return on.day <= last_day(found, on=on)


def last_day(found: Observation, *, on: CivilInstant) -> date:
    """Return the last day on which the observation can be signed, inclusive, in the zone of *on*."""
    return rule.open_through(on.at(found.begun_at).day)


def practice_of(session: Session, found: Observation) -> ObservedPractice | None:
    """Return what the assessor signed of the observation, or ``None``."""
    return session.scalar(select(ObservedPractice).where(ObservedPractice.observation_id == found.id))


def sign(
    session: Session, found: Observation, shown: Mapping[str, Seen | None], *, on: CivilInstant, by: Person
) -> ObservedPractice:
    """Sign as the assessor what is ticked; signing twice is signing once.

    :param shown: what *by* saw when signing, by behaviour: nobody signs what was ticked behind their back.
    :raises trainer_acts.NotAllowed: if *by* may not, by now; :raises Disputed: if the officer disagreed since;
    :raises ObservationClosed: if its time is over;
    :raises TickedElsewhere: if something else is kept than *shown*;
    :raises Unticked: if nothing is ticked for some behaviour: "not seen" is said, not left out.
    """
    one_at_a_time(session, "person", found.officer_id)
    one_at_a_time(session, "observation", found.id)
    done = practice_of(session, found)
    if done is not None:
        return done
    if by.id != found.assessor_id:
        raise ObservationClosed
    version = found.checklist.version
    _require(session, found.officer_id, version, on=on, by=by)
    _refuse_disputed(session, found.officer_id, version.id, by)
    if not is_open(found, on=on):
        raise ObservationClosed
    behaviours, seen = checklists.behaviours_of(found.checklist), seen_in(session, found)
    other = [one.id for one in behaviours if seen.get(one.id) != shown.get(one.id)]
    if other:
        raise TickedElsewhere(other)
    blank = [one.id for one in behaviours if one.id not in seen]
    if blank:
        raise Unticked(blank)
    fact = ObservedPractice(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        officer_id=found.officer_id,
        observation_id=found.id,
        checklist_id=found.checklist_id,
        begun_at=found.begun_at,
        seen=[_seen_row(one, seen[one.id]) for one in behaviours],
        all_met=rule.all_met(behaviours, seen),
    )
    session.add(fact)
    session.flush()
    return fact


def _seen_row(behaviour: Behaviour, seen: Seen) -> dict[str, Any]:
    comment = {"comment": seen.comment} if seen.comment else {}
    return {"behaviour": behaviour.id, "outcome": seen.outcome.value, **comment}


@dataclass(frozen=True, slots=True)
class Kept:
    """An observation that its assessor began and can still sign."""

    observation: Observation
    officer: Person
    version: ToolVersion
    ticked: int
    behaviours: int
    last_day: date


def _kept(session: Session, assessor_id: int, *, on: CivilInstant) -> list[Observation]:
    rows = session.scalars(
        select(Observation)
        .join(ObservedPractice, ObservedPractice.observation_id == Observation.id, isouter=True)
        .where(Observation.assessor_id == assessor_id, ObservedPractice.id.is_(None))
        .order_by(Observation.id.desc())
    )
    return [one for one in rows if is_open(one, on=on)]


def kept(session: Session, assessor: Person, *, on: CivilInstant) -> list[Kept]:
    """Return what *assessor* began and did not sign, what was begun last first; what is too old is left out."""
    return [
        Kept(
            observation=one,
            officer=session.get_one(Person, one.officer_id),
            version=one.checklist.version,
            ticked=sum(tick.outcome is not None for tick in ticked(session, one).values()),
            behaviours=len(one.checklist.behaviours),
            last_day=last_day(one, on=on),
        )
        for one in _kept(session, assessor.id, on=on)
    ]
