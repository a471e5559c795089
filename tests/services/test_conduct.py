"""Concerns about trainers: nobody but the handler learns what was said and by whom."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from tests.services import qualified
from tests.services.doubting import NOW, grounds, person, rests_on
from training_app import demo
from training_app.models.conduct import ConcernText, ConductCase, ConductHandling, ConductOutcome
from training_app.models.oversight import JournalEntry, JournalPayload
from training_app.models.people import AccountChange, AccountFact, RoleAssignment
from training_app.models.tools import Tool
from training_app.models.trainers import LevelName, TrainerMeasure
from training_app.rules.access import Ground
from training_app.rules.civil_time import CivilInstant
from training_app.rules.conduct import Bar, CaseOutcome, ConcernKind, Step
from training_app.rules.permissions import Role
from training_app.rules.trainers import MeasureKind
from training_app.services import conduct
from training_app.services.blast_radius import Proposal, radius
from training_app.services.trainer_measures import Why

ON = CivilInstant(NOW, demo.ZONE)
SAID = "Signed for three of us without having been in the room."
MONTHS = 12


class Agency:
    def __init__(self, session) -> None:
        self.session = session
        self.tool = session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
        self.trainer = qualified.trainer(session, tool=self.tool, level=LevelName.ASSESSOR)
        self.lead, self.other_lead = self.a_lead(), self.a_lead()
        self.raiser = person(session, "DP-1003")
        self.oversight = person(session, "DP-6001")

    def a_lead(self, **given):
        lead = qualified.trainer(self.session, tool=self.tool, level=LevelName.LEAD, **given)
        stamp = {"effective_at": NOW - timedelta(days=9), "recorded_at": NOW - timedelta(days=9)}
        self.session.add(RoleAssignment(**stamp, person_id=lead.id, role=Role.LEAD, granted=True))
        self.session.flush()
        return lead

    def raised(self, by=None) -> ConductCase:
        return conduct.raise_concern(
            self.session, self.trainer, ConcernKind.SIGNED_UNSEEN, SAID, at=NOW, by=by or self.raiser
        )

    def text(self, case, by, *, on=ON) -> str | None:
        return conduct.text_for(self.session, case, by, months=MONTHS, on=on)


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


def test_who_raised_it_and_what_was_said_stand_in_no_fact_and_not_in_the_journal(agency):
    case = agency.raised()
    assert case.recorded_by_id is None
    entry = agency.session.scalars(
        select(JournalEntry).where(JournalEntry.fact_kind == "conduct_case", JournalEntry.fact_id == case.id)
    ).one()
    payload = agency.session.scalars(select(JournalPayload.payload).where(JournalPayload.entry_id == entry.id)).one()
    assert entry.actor_id is None
    assert SAID not in payload
    assert f":{agency.raiser.id}," not in payload.replace(f'"person_id":{agency.trainer.id},', "")
    kinds = agency.session.scalars(select(JournalEntry.fact_kind).where(JournalEntry.actor_id == agency.raiser.id))
    assert "conduct_case" not in set(kinds)


def test_the_table_refuses_a_case_in_somebodys_name(agency):
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": agency.raiser.id}
    with pytest.raises(IntegrityError), agency.session.begin_nested():
        agency.session.add(ConductCase(**stamp, person_id=agency.trainer.id, kind=ConcernKind.OTHER))


def test_the_same_concern_sent_twice_is_one_and_nobody_raises_one_about_themselves(agency):
    assert agency.raised().id == agency.raised().id
    with pytest.raises(conduct.AboutOneself):
        agency.raised(by=agency.trainer)
    with pytest.raises(conduct.NoTrainer):
        conduct.raise_concern(agency.session, agency.raiser, ConcernKind.OTHER, SAID, at=NOW, by=agency.lead)


def test_only_its_handler_reads_what_was_said(agency):
    case = agency.raised()
    assert agency.text(case, agency.lead) is None
    conduct.take(agency.session, case, on=ON, by=agency.lead)
    assert agency.text(case, agency.lead) == SAID
    for other in (agency.other_lead, agency.trainer, agency.raiser, agency.oversight):
        assert agency.text(case, other) is None
    with pytest.raises(conduct.TakenAlready):
        conduct.take(agency.session, case, on=ON, by=agency.other_lead)
    conduct.give_back(agency.session, case, on=ON, by=agency.lead)
    assert agency.text(case, agency.lead) is None
    conduct.take(agency.session, case, on=ON, by=agency.other_lead)
    assert agency.text(case, agency.other_lead) == SAID
    with pytest.raises(conduct.NotYours):
        conduct.conclude(agency.session, case, CaseOutcome.NONE, on=ON, by=agency.lead)


def close(agency, by) -> None:
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    agency.session.add(AccountFact(**stamp, person_id=by.id, change=AccountChange.CLOSED))
    agency.session.flush()


def test_who_has_left_does_not_keep_a_concern(agency):
    case = agency.raised()
    conduct.take(agency.session, case, on=ON, by=agency.lead)
    close(agency, agency.lead)
    [row] = conduct.cases(agency.session, agency.other_lead, months=MONTHS, on=ON)
    assert row.free
    conduct.take(agency.session, case, on=ON, by=agency.other_lead)
    assert agency.text(case, agency.other_lead) == SAID
    with pytest.raises(conduct.NotYours):
        conduct.conclude(agency.session, case, CaseOutcome.NONE, on=ON, by=agency.lead)


def test_a_concern_that_nobody_may_handle_reaches_oversight_and_never_the_trainer(agency):
    case = agency.raised(by=agency.oversight)
    for lead in (agency.lead, agency.other_lead):
        qualified.qualify(agency.session, agency.trainer, tool=agency.tool, level=LevelName.INSTRUCTOR, by=lead)
    other = person(agency.session, "DP-6002")

    def told(*people) -> list[int]:
        return [conduct.stuck(agency.session, one, on=ON) for one in people]

    assert conduct.who_may_handle(agency.session, case, on=ON) == {other.id}
    assert told(agency.oversight, other) == [0, 0]
    close(agency, other)
    assert conduct.who_may_handle(agency.session, case, on=ON) == frozenset()
    assert told(agency.oversight, agency.lead, agency.trainer) == [1, 0, 0]
    close(agency, agency.oversight)
    assert told(agency.lead, agency.trainer) == [1, 0], "no overseer is left to be told"


@pytest.mark.parametrize(("office", "named"), [(None, [False, False]), (Role.SUPERVISOR, [True, True])])
def test_the_handler_learns_who_raised_it_a_supervisor_is_named_before_and_the_trainer_learns_nothing(
    agency, office, named
):
    if office:
        stamp = {"effective_at": NOW - timedelta(days=9), "recorded_at": NOW - timedelta(days=9)}
        agency.session.add(RoleAssignment(**stamp, person_id=agency.raiser.id, role=office, granted=True))
    case = agency.raised()

    def names(*people) -> list[bool]:
        told = [conduct.raiser_for(agency.session, case, by, months=MONTHS, on=ON) for by in people]
        assert set(told) <= {"", agency.raiser.name}
        return [bool(name) for name in told]

    assert names(agency.lead, agency.other_lead) == named
    conduct.take(agency.session, case, on=ON, by=agency.lead)
    assert names(agency.lead) == [True]
    assert names(agency.other_lead) == named[1:]
    assert names(agency.trainer, agency.oversight, agency.raiser) == [False, False, False]
    conduct.conclude(agency.session, case, CaseOutcome.CAUTION, on=ON, by=agency.lead)
    over = ON.at(NOW + timedelta(days=366))
    assert conduct.raiser_for(agency.session, case, agency.lead, months=MONTHS, on=over) == ""


def test_taking_twice_is_taking_once(agency):
    case = agency.raised()
    taken = [conduct.take(agency.session, case, on=ON, by=agency.lead).id for _ in range(2)]
    assert taken[0] == taken[1]
    assert agency.session.scalar(select(func.count()).select_from(ConductHandling)) == 1


def test_who_is_concerned_does_not_handle_it_and_does_not_see_it_listed(agency):
    mentor, pupil = agency.lead, agency.a_lead(by=agency.trainer)
    qualified.qualify(agency.session, agency.trainer, tool=agency.tool, level=LevelName.INSTRUCTOR, by=mentor)
    case = agency.raised(by=agency.other_lead)
    for by, bar in (
        (agency.trainer, (Bar.TRAINER, Bar.NO_LEAD)),
        (agency.other_lead, (Bar.RAISED_IT,)),
        (pupil, (Bar.QUALIFIED_BY_THE_TRAINER,)),
        (mentor, (Bar.QUALIFIED_THE_TRAINER,)),
    ):
        with pytest.raises(conduct.MayNotHandle) as refused:
            conduct.take(agency.session, case, on=ON, by=by)
        assert refused.value.bars == bar
        assert conduct.cases(agency.session, by, months=MONTHS, on=ON) == []
    assert conduct.bars(agency.session, case, agency.oversight, on=ON) == (), "every lead is concerned"
    agency.a_lead()
    assert conduct.bars(agency.session, case, agency.oversight, on=ON) == (Bar.A_LEAD_IS_THERE,)


def test_who_raised_it_follows_its_steps_and_the_trainer_learns_the_outcome(agency):
    case = agency.raised()

    def step():
        [row] = conduct.raised_by(agency.session, agency.raiser.id)
        return row.step

    assert step() is Step.RECEIVED
    conduct.take(agency.session, case, on=ON, by=agency.lead)
    assert step() is Step.LOOKED_AT
    assert conduct.told(agency.session, agency.trainer.id) == []
    conduct.conclude(agency.session, case, CaseOutcome.CAUTION, on=ON, by=agency.lead)
    assert step() is Step.ENDED
    [told] = conduct.told(agency.session, agency.trainer.id)
    assert (told.kind, told.outcome) == (ConcernKind.SIGNED_UNSEEN, CaseOutcome.CAUTION)
    with pytest.raises(conduct.CaseEnded):
        conduct.conclude(agency.session, case, CaseOutcome.NONE, on=ON, by=agency.lead)


def test_where_nothing_was_found_the_trainer_hears_of_nothing(agency):
    case = agency.raised()
    conduct.take(agency.session, case, on=ON, by=agency.lead)
    conduct.conclude(agency.session, case, CaseOutcome.NONE, on=ON, by=agency.lead)
    assert conduct.told(agency.session, agency.trainer.id) == []


def test_a_case_ends_with_its_measure_in_one_step(agency):
    rests_on(agency.session, trainer=agency.trainer.service_number)
    case = agency.raised()
    conduct.take(agency.session, case, on=ON, by=agency.lead)
    proposal = Proposal(MeasureKind.REVOKED, NOW - timedelta(days=300), Why.SIGNED_UNSEEN.value)
    seen = radius(agency.session, agency.trainer, proposal, on=ON).seen
    fact = conduct.conclude_with_measure(agency.session, case, proposal, seen=seen, on=ON, by=agency.lead)
    assert fact.outcome is CaseOutcome.REVOKED
    assert agency.session.get_one(TrainerMeasure, fact.measure_id).person_id == agency.trainer.id
    assert grounds(agency.session) == (Ground.AWARD_UNDER_REVIEW,)


def test_whose_awards_a_measure_would_hit_is_foreseen_by_who_records_it_handles_a_concern_or_oversees(agency):
    subject_lead = qualified.trainer(agency.session, subject="bias", level=LevelName.LEAD)
    who = (agency.lead, agency.oversight, subject_lead, agency.raiser, agency.trainer)

    def foreseeing():
        return [conduct.foresees(agency.session, agency.trainer, None, on=ON, by=by) for by in who]

    assert foreseeing() == [True, True, False, False, False]
    case = agency.raised()
    agency.session.add(
        ConductHandling(
            effective_at=NOW, recorded_at=NOW, recorded_by_id=subject_lead.id, person_id=agency.trainer.id,
            case_id=case.id, number=1, taken=True,
        )
    )  # fmt: skip
    agency.session.flush()
    assert foreseeing() == [True, True, True, False, False]


def test_the_text_is_deleted_a_year_after_the_outcome_and_not_shown_from_then_on(agency):
    old, fresh = agency.raised(), agency.raised(by=person(agency.session, "DP-1007"))
    conduct.take(agency.session, old, on=ON, by=agency.lead)
    conduct.conclude(agency.session, old, CaseOutcome.CAUTION, on=ON, by=agency.lead)
    last, over = ON.at(NOW + timedelta(days=365)), ON.at(NOW + timedelta(days=366))
    assert agency.text(old, agency.lead, on=last) == SAID
    assert conduct.purge(agency.session, months=MONTHS, on=last) == 0
    assert agency.text(old, agency.lead, on=over) is None, "not even before it is deleted"
    assert conduct.purge(agency.session, months=MONTHS, on=over) == 1
    assert agency.session.get(ConcernText, old.id) is None
    assert agency.session.get(ConcernText, fresh.id) is not None, "it is not decided yet"
    assert conduct.raised_by(agency.session, agency.raiser.id) == []
    assert agency.session.scalar(select(func.count()).select_from(ConductOutcome)) == 1, "the outcome stays"


def test_no_fact_tells_the_words(agency):
    agency.raised()
    for table in ("conduct_case", "conduct_handling", "conduct_outcome"):
        columns = agency.session.execute(text(f"SELECT * FROM {table}")).keys()
        assert not {"text", "raised_by_id"} & set(columns)
