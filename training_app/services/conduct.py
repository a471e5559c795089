"""Concerns about trainers: raised in confidence, handled by a lead who is not concerned, ended by a fact.

What was said, and who said it, stand in `ConcernText` alone.  It is shown to the handler, until its time is over; then
`purge` deletes it.  Whoever raised a concern follows its steps, and is told no more.  The trainer never learns who did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from training_app.errors import TrainingError
from training_app.models.conduct import ConcernText, ConductCase, ConductHandling, ConductOutcome
from training_app.models.people import Person
from training_app.models.trainers import TrainerMeasure, TrainerQualification
from training_app.rules import conduct as rule
from training_app.rules.civil_time import CivilInstant
from training_app.rules.conduct import Bar, Case, CaseOutcome, ConcernKind, Step
from training_app.rules.kept_texts import text_is_shown
from training_app.rules.permissions import Role
from training_app.rules.trainers import Act, Matter, MeasureKind, ancestors
from training_app.services import accounts, trainer_acts, trainer_facts, trainer_measures
from training_app.services.blast_radius import Proposal
from training_app.services.locks import one_at_a_time
from training_app.services.people import NOT_ERASED


class NoTrainer(TrainingError):
    def __init__(self) -> None:
        super().__init__("This person is no trainer here.")


class AboutOneself(TrainingError):
    def __init__(self) -> None:
        super().__init__("You cannot raise a concern about yourself.")


class MayNotHandle(TrainingError):
    def __init__(self, bars: Sequence[Bar]) -> None:
        super().__init__("Somebody else handles this concern: " + ", ".join(bars) + ".")
        self.bars = tuple(bars)


class TakenAlready(TrainingError):
    def __init__(self) -> None:
        super().__init__("Somebody else has taken this concern, perhaps a moment ago.")


class NotYours(TrainingError):
    def __init__(self) -> None:
        super().__init__("Take this concern first.")


class CaseEnded(TrainingError):
    def __init__(self) -> None:
        super().__init__("This concern has ended already, perhaps a moment ago. Nothing was changed.")


# -- raised ------------------------------------------------------------------------------------------------------------


def raise_concern(
    session: Session, trainer: Person, kind: ConcernKind, text: str, *, at: datetime, by: Person
) -> ConductCase:
    """Raise a concern; the same words sent twice are one.  The fact does not say who did.

    :raises AboutOneself, NoTrainer: if it is about nobody whom it can be about.
    """
    if trainer.id == by.id:
        raise AboutOneself
    if (
        session.scalars(select(TrainerQualification.id).where(TrainerQualification.person_id == trainer.id)).first()
        is None
    ):
        raise NoTrainer
    one_at_a_time(session, "person", trainer.id)
    same = session.scalar(
        select(ConductCase)
        .join(ConcernText, ConcernText.case_id == ConductCase.id)
        .where(
            ConductCase.person_id == trainer.id,
            ConductCase.kind == kind,
            ConcernText.raised_by_id == by.id,
            ConcernText.text == text,
        )
    )
    if same is not None:
        return same
    fact = ConductCase(effective_at=at, recorded_at=at, recorded_by_id=None, person_id=trainer.id, kind=kind)
    session.add(fact)
    session.flush()
    session.add(ConcernText(case_id=fact.id, raised_by_id=by.id, text=text))
    session.flush()
    return fact


@dataclass(frozen=True, slots=True)
class Raised:
    """A concern as whoever raised it follows it."""

    trainer: str
    kind: ConcernKind
    raised_at: datetime
    step: Step


def raised_by(session: Session, person_id: int) -> list[Raised]:
    """Return the concerns that the person raised and whose text is still there, the latest first."""
    rows = session.execute(
        select(ConductCase, Person.name)
        .join(ConcernText, ConcernText.case_id == ConductCase.id)
        .join(Person, Person.id == ConductCase.person_id)
        .where(ConcernText.raised_by_id == person_id)
        .order_by(ConductCase.id.desc())
    )
    return [Raised(name, case.kind, case.effective_at, step_of(session, case)) for case, name in rows]


def step_of(session: Session, case: ConductCase) -> Step:
    if outcome_of(session, case) is not None:
        return Step.ENDED
    return Step.RECEIVED if handler_of(session, case) is None else Step.LOOKED_AT


# -- handled -----------------------------------------------------------------------------------------------------------


def outcome_of(session: Session, case: ConductCase) -> ConductOutcome | None:
    return session.scalar(select(ConductOutcome).where(ConductOutcome.case_id == case.id))


def handler_of(session: Session, case: ConductCase) -> int | None:
    """Return the id of who has taken the case and not given it back."""
    last = _last_handling(session, case)
    return last.recorded_by_id if last is not None and last.taken else None


def _last_handling(session: Session, case: ConductCase) -> ConductHandling | None:
    rows = select(ConductHandling).where(ConductHandling.case_id == case.id).order_by(ConductHandling.number.desc())
    return session.scalars(rows.limit(1)).first()


def bars(session: Session, case: ConductCase, by: Person, *, on: CivilInstant) -> tuple[Bar, ...]:
    """Return what keeps *by* from handling the case; empty: nothing."""
    oversight = Role.OVERSIGHT in accounts.roles_of(session, by.id, at=on.instant)
    leads = leads_over(session, case.person_id, on=on)
    return rule.bars(by.id, _who_has_to_do_with(session, case), leads=leads, oversight=oversight)


def who_may_handle(session: Session, case: ConductCase, *, on: CivilInstant) -> frozenset[int]:
    """Return the ids of everybody who may handle the case now; empty: a further person is needed."""
    return rule.may_handle(
        _who_has_to_do_with(session, case),
        leads=leads_over(session, case.person_id, on=on),
        overseers=accounts.holders(session, Role.OVERSIGHT, at=on.instant),
    )


def stuck(session: Session, by: Person, *, on: CivilInstant) -> int:
    """Return of how many concerns *by* is told that nobody who is there may handle them.

    The oversight body is told, also those of it who may not handle it themselves; where nobody of it but the trainer is
    left, the leads are.  Of a concern about themselves nobody is told.
    """
    overseers = accounts.holders(session, Role.OVERSIGHT, at=on.instant)
    running = select(ConductCase).where(
        ConductCase.person_id != by.id, ~exists().where(ConductOutcome.case_id == ConductCase.id)
    )
    return sum(
        by.id in (overseers - {case.person_id} or {by.id}) and not who_may_handle(session, case, on=on)
        for case in session.scalars(running)
    )


def _who_has_to_do_with(session: Session, case: ConductCase) -> Case:
    qualified_by = trainer_facts.qualified_by(session)
    trainer = str(case.person_id)
    raised = session.get(ConcernText, case.id)
    return Case(
        trainer=case.person_id,
        raised_by=None if raised is None else raised.raised_by_id,
        qualified_by_trainer=frozenset(int(one) for one in qualified_by if trainer in ancestors(one, qualified_by)),
        qualified_trainer=frozenset(int(one) for one in qualified_by.get(trainer, ())),
    )


def leads_over(session: Session, trainer_id: int, *, on: CivilInstant) -> frozenset[int]:
    """Return the ids of who may act as a lead in a scope of the trainer's, has that role, and an open account."""
    scopes = {one.scope for one in trainer_facts.of(session, trainer_id).qualifications}
    able = {
        person for scope in scopes for person in trainer_acts.who_may(session, Act.QUALIFY, Matter(scope=scope), on=on)
    }
    return frozenset(person for person in able if accounts.may_act_as(session, person, {Role.LEAD}, at=on.instant))


def take(session: Session, case: ConductCase, *, on: CivilInstant, by: Person) -> ConductHandling:
    """Take the case: from now on its text is shown to *by*, and to nobody else; taking twice is taking once.

    It is taken over from somebody who may not handle it any more, as who left or has become concerned.

    :raises MayNotHandle: if *by* is concerned, or no lead; :raises TakenAlready, CaseEnded: if it is not free.
    """
    _open(session, case)
    if held := bars(session, case, by, on=on):
        raise MayNotHandle(held)
    last = _last_handling(session, case)
    if last is not None and last.taken:
        if last.recorded_by_id == by.id:
            return last
        if last.recorded_by_id in who_may_handle(session, case, on=on):
            raise TakenAlready
    return _handling(session, case, last, taken=True, on=on, by=by)


def give_back(session: Session, case: ConductCase, *, on: CivilInstant, by: Person) -> ConductHandling:
    """Give the case back, for another to take: its text is not shown to *by* any more."""
    last = _own(session, case, by)
    return _handling(session, case, last, taken=False, on=on, by=by)


def _handling(
    session: Session, case: ConductCase, last: ConductHandling | None, *, taken: bool, on: CivilInstant, by: Person
) -> ConductHandling:
    fact = ConductHandling(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        person_id=case.person_id,
        case_id=case.id,
        number=1 if last is None else last.number + 1,
        taken=taken,
    )
    session.add(fact)
    session.flush()
    return fact


def _open(session: Session, case: ConductCase) -> None:
    one_at_a_time(session, "person", case.person_id)
    if outcome_of(session, case) is not None:
        raise CaseEnded


def _own(session: Session, case: ConductCase, by: Person) -> ConductHandling:
    _open(session, case)
    last = _last_handling(session, case)
    if last is None or not last.taken or last.recorded_by_id != by.id:
        raise NotYours
    return last


def conclude(
    session: Session, case: ConductCase, outcome: CaseOutcome, *, on: CivilInstant, by: Person
) -> ConductOutcome:
    """End the case, as its handler, with nothing found or with a caution.

    :raises NotYours: if *by* has not taken it; :raises CaseEnded: if it has ended; :raises MayNotHandle: as `take`.
    """
    if outcome in rule.MEASURED:
        raise ValueError("a suspension or a revocation is recorded with its measure: see `conclude_with_measure`")
    _own(session, case, by)
    if held := bars(session, case, by, on=on):
        raise MayNotHandle(held)
    return _end(session, case, outcome, None, on=on, by=by)


def conclude_with_measure(
    session: Session, case: ConductCase, proposal: Proposal, *, seen: str, on: CivilInstant, by: Person
) -> ConductOutcome:
    """End the case with a suspension or a revocation, in one transaction.

    Errors as of `conclude` and of `trainer_measures.record`.
    """
    _own(session, case, by)
    if held := bars(session, case, by, on=on):
        raise MayNotHandle(held)
    trainer = session.get_one(Person, case.person_id)
    measure = trainer_measures.record(session, trainer, proposal, seen=seen, on=on, by=by)
    outcome = CaseOutcome.REVOKED if proposal.kind is MeasureKind.REVOKED else CaseOutcome.SUSPENDED
    return _end(session, case, outcome, measure, on=on, by=by)


def _end(
    session: Session,
    case: ConductCase,
    outcome: CaseOutcome,
    measure: TrainerMeasure | None,
    *,
    on: CivilInstant,
    by: Person,
) -> ConductOutcome:
    fact = ConductOutcome(
        effective_at=on.instant,
        recorded_at=on.instant,
        recorded_by_id=by.id,
        person_id=case.person_id,
        case_id=case.id,
        outcome=outcome,
        measure_id=None if measure is None else measure.id,
    )
    session.add(fact)
    session.flush()
    return fact


# -- what is seen ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as those see it who may handle cases: of what was said nothing, of who said it nothing."""

    case: ConductCase
    trainer: str
    number: str
    step: Step
    handler: int | None
    free: bool
    """Nobody has taken it who may handle it still."""
    raised_by: str
    """Name of who raised it; empty for who looks and is not told."""
    outcome: ConductOutcome | None
    bars: tuple[Bar, ...]
    """Of who looks."""


def cases(session: Session, by: Person, *, months: int, on: CivilInstant) -> list[CaseRow]:
    """Return the cases that *by* may handle or has handled, and none about themselves; those to do first."""
    rows = session.execute(
        select(ConductCase, Person)
        .join(Person, Person.id == ConductCase.person_id)
        .where(ConductCase.person_id != by.id)
        .order_by(ConductCase.id)
    ).all()
    found = [_row(session, case, trainer, by, months=months, on=on) for case, trainer in rows]
    mine = [row for row in found if not row.bars or row.handler == by.id]
    return sorted(mine, key=lambda row: (row.step is Step.ENDED, row.case.id))


def _row(session: Session, case: ConductCase, trainer: Person, by: Person, *, months: int, on: CivilInstant) -> CaseRow:
    handler, outcome = handler_of(session, case), outcome_of(session, case)
    return CaseRow(
        case=case,
        trainer=trainer.name,
        number=trainer.service_number,
        step=step_of(session, case),
        handler=handler,
        free=outcome is None and handler not in who_may_handle(session, case, on=on),
        raised_by=raiser_for(session, case, by, months=months, on=on),
        outcome=outcome,
        bars=bars(session, case, by, on=on),
    )


def foresees(session: Session, trainer: Person, qualification_id: int | None, *, on: CivilInstant, by: Person) -> bool:
    """Tell whether *by* is shown whose awards a measure would hit: who may record it, handles a concern, or oversees.

    Never the trainer, whatever their office.
    """
    if by.id == trainer.id:
        return False
    if Role.OVERSIGHT in accounts.roles_of(session, by.id, at=on.instant):
        return True
    if trainer_measures.may(session, by, trainer, qualification_id, on=on):
        return True
    running = select(ConductCase).where(
        ConductCase.person_id == trainer.id, ~exists().where(ConductOutcome.case_id == ConductCase.id)
    )
    return any(handler_of(session, case) == by.id for case in session.scalars(running))


def text_for(session: Session, case: ConductCase, by: Person, *, months: int, on: CivilInstant) -> str | None:
    """Return what was said, to its handler, while it may be shown; to anybody else ``None``."""
    said = _said(session, case, months=months, on=on)
    return said.text if said is not None and handler_of(session, case) == by.id else None


def raiser_for(session: Session, case: ConductCase, by: Person, *, months: int, on: CivilInstant) -> str:
    """Return the name of who raised the concern, while it may be shown: who judges has to know who says it.

    To its handler; of a supervisor, to everybody who may handle it.  To anybody else the name is empty.
    """
    said = _said(session, case, months=months, on=on)
    if said is None:
        return ""
    if handler_of(session, case) != by.id:
        roles = accounts.roles_of(session, said.raised_by_id, at=case.effective_at)
        if not rule.named_before_it_is_taken(roles) or bars(session, case, by, on=on):
            return ""
    return session.get_one(Person, said.raised_by_id).name


def _said(session: Session, case: ConductCase, *, months: int, on: CivilInstant) -> ConcernText | None:
    ended = outcome_of(session, case)
    if not text_is_shown(None if ended is None else ended.recorded_at, months, on=on):
        return None
    return session.get(ConcernText, case.id)


@dataclass(frozen=True, slots=True)
class Told:
    """What a trainer learns of a case about them, once it has ended."""

    kind: ConcernKind
    outcome: CaseOutcome
    ended_at: datetime


def told(session: Session, trainer_id: int) -> list[Told]:
    """Return the outcomes that concern the trainer, the latest first; of a case without a finding nothing."""
    rows = session.execute(
        select(ConductCase.kind, ConductOutcome.outcome, ConductOutcome.effective_at)
        .join(ConductOutcome, ConductOutcome.case_id == ConductCase.id)
        .where(ConductCase.person_id == trainer_id, ConductOutcome.outcome != CaseOutcome.NONE)
        .order_by(ConductOutcome.id.desc())
    )
    return [Told(row.kind, row.outcome, row.effective_at) for row in rows]


def trainers(session: Session) -> list[tuple[str, str]]:
    """Return service number and name of everybody who was ever qualified, by name; those who were erased left out."""
    ever = select(TrainerQualification.person_id).distinct()
    rows = session.execute(select(Person.service_number, Person.name).where(Person.id.in_(ever), NOT_ERASED))
    return sorted(((row.service_number, row.name) for row in rows), key=lambda one: (one[1], one[0]))


# -- deleted -----------------------------------------------------------------------------------------------------------


def purge(session: Session, *, months: int, on: CivilInstant) -> int:
    """Delete the texts whose time is over, with who raised them, and return how many."""
    ended = session.execute(
        select(ConductOutcome.case_id, ConductOutcome.recorded_at).join(
            ConcernText, ConcernText.case_id == ConductOutcome.case_id
        )
    )
    over = [row.case_id for row in ended if not text_is_shown(row.recorded_at, months, on=on)]
    for first in range(0, len(over), 1000):
        session.execute(delete(ConcernText).where(ConcernText.case_id.in_(over[first : first + 1000])))
    return len(over)
