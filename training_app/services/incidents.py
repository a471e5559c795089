"""Citizens' reports of incidents: received without a name, read back with a receipt code, counted, let go.

What was written stands in `IncidentText` and `IncidentStepText` alone, until its time is past; then `purge` deletes it,
and the receipt code opens nothing any more.  Handling is in `incident_handling`, what the desks show in
`incident_desk`.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from training_app.models.incidents import Incident, IncidentStep, IncidentStepText, IncidentText
from training_app.rules import incidents as rule
from training_app.rules import receipts
from training_app.rules import reports as cases
from training_app.rules.civil_time import CivilInstant
from training_app.rules.incidents import Effect, History, Outcome, SpamSign, State, StepKind
from training_app.rules.kept_texts import text_is_shown
from training_app.rules.reports import Terms
from training_app.services.locks import one_at_a_time

IDS_AT_ONCE = 1000

K = TypeVar("K", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Told:
    """An incident as a citizen reports it."""

    tool_id: int | None
    effect: Effect
    happened: str
    when_about: str = ""
    meant: str = ""
    wanted: str = ""
    trap: str = ""
    """What stood in the field that no person sees."""

    @property
    def text(self) -> str:
        return "\n".join((self.happened, self.when_about, self.meant, self.wanted))


# -- received ----------------------------------------------------------------------------------------------------------


def by_code(session: Session, code: str) -> Incident | None:
    """Return the incident that the receipt code opens; ``None``: none, or its words were deleted."""
    return session.scalars(
        select(Incident)
        .join(IncidentText, IncidentText.incident_id == Incident.id)
        .where(IncidentText.code_digest == receipts.digest(code))
    ).first()


def receive(session: Session, told: Told, code: str, *, at: datetime) -> tuple[Incident, bool]:
    """Record an incident under its receipt code, in nobody's name; return it, and whether it is new.

    The same code twice is one incident.  What looks like spam is held for a person, and is received all the same.
    """
    one_at_a_time(session, "incident-receipt", code)
    there = by_code(session, code)
    if there is not None:
        return there, False
    signs = _spam_signs(session, told, at=at)
    stamp = {"effective_at": at, "recorded_at": at, "recorded_by_id": None}
    fact = Incident(**stamp, tool_id=told.tool_id, effect=told.effect)
    session.add(fact)
    session.flush()
    session.add(
        IncidentText(
            incident_id=fact.id,
            code_digest=receipts.digest(code),
            text_digest=rule.text_digest(told.text),
            happened=told.happened,
            when_about=told.when_about,
            meant=told.meant,
            wanted=told.wanted,
        )
    )
    if signs:
        held = IncidentStep(**stamp, incident_id=fact.id, number=1, kind=StepKind.HELD, signs=list(signs))
        session.add(held)
    session.flush()
    return fact, True


def _spam_signs(session: Session, told: Told, *, at: datetime) -> tuple[SpamSign, ...]:
    same = (
        select(IncidentText.incident_id)
        .join(Incident, Incident.id == IncidentText.incident_id)
        .where(IncidentText.text_digest == rule.text_digest(told.text), Incident.effective_at > at - rule.SAME_AGAIN)
    )
    lately = select(func.count()).select_from(Incident).where(Incident.effective_at > at - timedelta(hours=24))
    return rule.spam_signs(
        told.text,
        trap=told.trap,
        same_again=session.scalars(same).first() is not None,
        within_a_day=session.scalar(lately) or 0,
    )


# -- read --------------------------------------------------------------------------------------------------------------


def history_of(session: Session, incident: Incident) -> History:
    return histories(session, [incident])[incident.id]


def histories(session: Session, incidents: Sequence[Incident]) -> dict[int, History]:
    """Return what was done about each of *incidents*, by their ids; one statement for each thousand."""
    steps: dict[int, list[rule.Step]] = {one.id: [] for one in incidents}
    ids = sorted(steps)
    for first in range(0, len(ids), IDS_AT_ONCE):
        chunk = ids[first : first + IDS_AT_ONCE]
        rows = select(IncidentStep).where(IncidentStep.incident_id.in_(chunk)).order_by(IncidentStep.number)
        for one in session.scalars(rows):
            step = rule.Step(one.kind, one.effective_at, one.recorded_by_id, one.outcome, one.tool_id)
            steps[one.incident_id].append(step)
    return {one.id: History(one.effective_at, one.tool_id, tuple(steps[one.id])) for one in incidents}


@dataclass(frozen=True, slots=True)
class Words:
    """What was written about an incident, while it may be shown."""

    incident: IncidentText
    steps: Mapping[int, str]
    """By the id of the step."""


def words_of(session: Session, incident: Incident, *, months: int, on: CivilInstant) -> Words | None:
    """Return what was written; ``None`` when its time is past, deleted or not."""
    if not text_is_shown(history_of(session, incident).closed_at, months, on=on):
        return None
    said = session.get(IncidentText, incident.id)
    return None if said is None else Words(said, step_words(session, [incident.id]))


def step_words(session: Session, incident_ids: Collection[int]) -> dict[int, str]:
    """Return the words of the steps of some incidents, by the id of the step, as far as they are there."""
    rows = session.execute(
        select(IncidentStepText.step_id, IncidentStepText.text)
        .join(IncidentStep, IncidentStep.id == IncidentStepText.step_id)
        .where(IncidentStep.incident_id.in_(incident_ids))
    )
    return {row.step_id: row.text for row in rows}


@dataclass(frozen=True, slots=True)
class Published:
    """What the public may read of an incident."""

    closed_at: datetime
    sentence: str


def published(session: Session, tool_id: int) -> list[Published]:
    """Return the sentences for the public on incidents with the tool, the latest first; of the others nothing."""
    rows = session.execute(
        select(IncidentStep.effective_at, IncidentStep.published)
        .where(IncidentStep.tool_id == tool_id, IncidentStep.published.is_not(None))
        .order_by(IncidentStep.id.desc())
    )
    return [Published(row.effective_at, row.published or "") for row in rows]


# -- figures -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """Incidents that were received within a period, and how they stood at its end.

    What a person rejected as spam is in `rejected_as_spam` and in no other figure.
    """

    received: int
    by_effect: Mapping[Effect, int]
    tool_unknown: int
    """Of no tool that anybody could name."""
    acknowledged: int
    acknowledged_in_time: int
    answered: int
    """Closed with an outcome that whoever reported can read."""
    answered_in_time: int
    by_outcome: Mapping[Outcome, int]
    statements_asked: int
    rejected_as_spam: int


def counts(
    session: Session, tool_id: int | None, since: datetime, until: datetime, *, terms: Terms, on: CivilInstant
) -> Counts:
    """Count incidents received from *since*, inclusive, up to *until*, exclusive, as known at its end or now.

    The figures may be small enough to tell about a person; whoever publishes them suppresses small cells.

    :param tool_id: ``None``: of the whole agency, with those of which nobody knows the tool.  An incident belongs to
        the tool that it turned out to be about; before its end, to the one that whoever reported named.
    :param on: now, and the agency's zone.
    """
    within = select(Incident).where(Incident.effective_at >= since, Incident.effective_at < until)
    found = {one.id: one for one in session.scalars(within)}
    known = {
        key: history.until(min(until, on.instant + timedelta.resolution))
        for key, history in histories(session, list(found.values())).items()
    }
    ours = {key: one for key, one in known.items() if tool_id is None or one.about == tool_id}
    kept = {key: one for key, one in ours.items() if rule.state(one) is not State.REJECTED}
    return Counts(
        received=len(kept),
        by_effect=_each(Effect, Counter(found[key].effect for key in kept)),
        tool_unknown=sum(one.about is None for one in kept.values()),
        acknowledged=sum(one.acknowledged_at is not None for one in kept.values()),
        acknowledged_in_time=sum(cases.acknowledged_in_time(one, terms, on=on) for one in kept.values()),
        answered=sum(one.closed_at is not None for one in kept.values()),
        answered_in_time=sum(cases.closed_in_time(one, terms, on=on) for one in kept.values()),
        by_outcome=_each(Outcome, Counter(one.outcome for one in kept.values() if one.outcome)),
        statements_asked=sum(step.kind is StepKind.STATEMENT_ASKED for one in kept.values() for step in one.steps),
        rejected_as_spam=len(ours) - len(kept),
    )


def _each(kinds: type[K], counted: Counter[K]) -> dict[K, int]:
    return {kind: counted[kind] for kind in kinds}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the oversight body's home page says of incidents."""

    new: int = 0
    """Received, and nobody has taken them."""
    held: int = 0
    """As possible spam, until a person has looked at them."""
    late: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.new or self.held or self.late)


def waiting(session: Session, *, terms: Terms, on: CivilInstant) -> Waiting:
    """Count what waits for the oversight body."""
    found = list(histories(session, unended(session)).values())
    states = Counter(rule.state(one) for one in found)
    late = sum(bool(cases.late(one, terms, on=on)) for one in found)
    return Waiting(new=states[State.RECEIVED], held=states[State.HELD], late=late)


def unended(session: Session) -> Sequence[Incident]:
    """Return the incidents that may wait for somebody: all but those closed, and those that stay rejected."""
    closed = select(IncidentStep.incident_id).where(IncidentStep.kind == StepKind.CLOSED)
    found = session.scalars(select(Incident).where(Incident.id.not_in(closed)).order_by(Incident.id)).all()
    known = histories(session, found)
    return [one for one in found if not known[one.id].rejected]


# -- deleted -----------------------------------------------------------------------------------------------------------


def purge(session: Session, *, months: int, on: CivilInstant) -> int:
    """Delete the words whose time is over, with the digests of their receipt codes; return of how many incidents."""
    ended = select(IncidentStep.incident_id).where(IncidentStep.kind.in_((StepKind.CLOSED, StepKind.REJECTED)))
    there = session.scalars(
        select(Incident).join(IncidentText, IncidentText.incident_id == Incident.id).where(Incident.id.in_(ended))
    ).all()
    known = histories(session, there)
    over = [one.id for one in there if not text_is_shown(known[one.id].closed_at, months, on=on)]
    for first in range(0, len(over), IDS_AT_ONCE):
        chunk = over[first : first + IDS_AT_ONCE]
        steps = select(IncidentStep.id).where(IncidentStep.incident_id.in_(chunk))
        session.execute(delete(IncidentStepText).where(IncidentStepText.step_id.in_(steps)))
        session.execute(delete(IncidentText).where(IncidentText.incident_id.in_(chunk)))
    return len(over)
