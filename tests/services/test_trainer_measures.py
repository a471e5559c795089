"""Measures against a trainer: who records one, what is shown before, what oversight makes of it, and objections."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from threading import Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.rules.factories import local
from tests.services import qualified, taken
from tests.services.doubting import NOW, award_of, grounds, person, rests_on
from training_app import demo
from training_app.errors import TrainingError
from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.conduct import ConductHandling, ConductOutcome
from training_app.models.people import OfficerSuspension, Person, RoleAssignment
from training_app.models.tools import Tool
from training_app.models.trainers import LevelName, TrainerMeasure
from training_app.rules.access import Ground
from training_app.rules.civil_time import CivilInstant
from training_app.rules.conduct import CaseOutcome, ConcernKind
from training_app.rules.doubts import BasisKind, Concerned, TrainersAct
from training_app.rules.facts import AwardEndKind
from training_app.rules.objections import ObjectionOutcome
from training_app.rules.permissions import Role
from training_app.rules.trainers import Condition, MeasureKind
from training_app.services import (
    award_reviews,
    conduct,
    content,
    measure_reviews,
    objections,
    trainer_doubts,
    trainer_measures,
)
from training_app.services.award_reviews import Doubt, Upheld, Voided
from training_app.services.blast_radius import Proposal, radius
from training_app.services.seen import Seen
from training_app.services.trainer_acts import NotAllowed
from training_app.services.trainer_measures import Mended, Why

ON = CivilInstant(NOW, demo.ZONE)
SINCE = local("2026-01-01")
OVERSIGHT = "DP-6001"
REVOKED = Proposal(MeasureKind.REVOKED, SINCE, Why.CONDUCT.value)


class Agency:
    """The demo agency with a trainer of its tool, whose signature awards rest on, and leads."""

    def __init__(self, session) -> None:
        self.session = session
        self.tool = session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
        self.trainer = qualified.trainer(session, tool=self.tool, level=LevelName.ASSESSOR)
        self.lead = qualified.trainer(session, tool=self.tool, level=LevelName.LEAD)
        for number in ("DP-1003", "DP-1007"):
            rests_on(session, number, trainer=self.trainer.service_number)

    def record(self, proposal=REVOKED, *, by=None, on=ON) -> TrainerMeasure:
        seen = radius(self.session, self.trainer, proposal, on=on).seen
        return trainer_measures.record(self.session, self.trainer, proposal, seen=seen, on=on, by=by or self.lead)

    def judge(self, measure, awards, reason, *, by=None, on=ON) -> int:
        ids = [award.id for award in awards]
        by = by or person(self.session, OVERSIGHT)
        return measure_reviews.judge(self.session, measure, ids, reason, on=on, by=by)

    def still_waiting(self, measure, awards, seen, *, by=None) -> list[list[int]]:
        ids = [award.id for award in awards]
        by = by or person(self.session, OVERSIGHT)
        return measure_reviews.still_waiting(self.session, measure, ids, seen=seen, by=by)

    @property
    def awards(self) -> list[Award]:
        return [award_of(self.session, number) for number in ("DP-1003", "DP-1007")]

    def count(self, kind) -> int:
        return self.session.scalar(select(func.count()).select_from(kind))


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


# -- before it is recorded ---------------------------------------------------------------------------------------------


def test_before_a_measure_it_is_shown_whose_awards_rest_on_what_and_who_would_lose_access(agency):
    seen = radius(agency.session, agency.trainer, REVOKED, on=ON)
    assert {one.award.officer for one in seen.affected} == {"DP-1003", "DP-1007"}
    assert sum(seen.by_tool().values()) == sum(seen.by_unit().values()) == 2
    [signed] = [one for one in seen.acts if one.kind is BasisKind.SIGNED_OFF]
    assert (signed.acts, signed.awards, signed.doubted) == (1, 2, True)
    lost = {one.award.officer: one.lost for one in seen.affected}
    assert lost["DP-1003"] == {"3.1", "3.2"}
    assert seen.losing == len([number for number, labels in lost.items() if labels])
    agency.record()
    for number, labels in lost.items():
        for label in labels:
            assert Ground.AWARD_UNDER_REVIEW in grounds(agency.session, number, label)


def test_looking_writes_nothing(agency):
    radius(agency.session, agency.trainer, REVOKED, on=ON)
    assert not agency.session.new
    assert agency.count(TrainerMeasure) == 0


@pytest.mark.parametrize(("content", "awards"), [(False, 2), (True, 3)])
def test_content_is_doubted_only_where_the_recorder_says_so_and_is_counted_either_way(agency, content, awards):
    extra = award_of(agency.session, "DP-1004") or award_of(agency.session, "DP-1001")
    rests_on(
        agency.session, award=extra, trainer=agency.trainer.service_number, kind=BasisKind.WROTE, scope="subject:ai"
    )
    seen = radius(agency.session, agency.trainer, replace(REVOKED, content=content), on=ON)
    assert len(seen.affected) == awards
    [wrote] = [one for one in seen.acts if one.kind is BasisKind.WROTE]
    assert (wrote.awards, wrote.doubted) == (1, content)


LATER = ON.at(NOW + timedelta(minutes=5))


def another_award(agency, number="DP-1004", *, at=NOW + timedelta(minutes=1)) -> Award:
    """An award made after the measure's page was looked at."""
    old = award_of(agency.session, number)
    copied = {column.key: getattr(old, column.key) for column in Award.__table__.columns if column.key != "id"}
    made = Award(
        **{**copied, "effective_at": at, "recorded_at": at, "code": "made-since", "evidence_key": "made-since"}
    )
    agency.session.add(made)
    agency.session.flush()
    return made


def test_a_measure_that_would_hit_an_award_that_was_not_shown_is_refused_and_says_which(agency):
    seen = radius(agency.session, agency.trainer, REVOKED, on=ON).seen
    rests_on(agency.session, award=another_award(agency), trainer=agency.trainer.service_number)
    with pytest.raises(trainer_measures.RadiusChanged) as refused:
        trainer_measures.record(agency.session, agency.trainer, REVOKED, seen=seen, on=LATER, by=agency.lead)
    assert (refused.value.count, refused.value.more) == (1, (f"DP-1004, {agency.tool.name} 3.1",))
    assert agency.count(TrainerMeasure) == 0


def test_what_happens_meanwhile_and_hits_nobody_else_does_not_hold_a_measure_up(agency):
    """Another award of the module's author, marks, a suspension, a void of one that was hit: a day like any other."""
    seen = radius(agency.session, agency.trainer, REVOKED, on=ON).seen
    number, officer = agency.trainer.service_number, person(agency.session, "DP-1003")
    rests_on(agency.session, award=another_award(agency), trainer=number, kind=BasisKind.WROTE)
    stamp = {"recorded_at": LATER.instant, "recorded_by_id": agency.lead.id, "officer_id": officer.id}
    agency.session.add(OfficerSuspension(**stamp, effective_at=LATER.instant, reason_code="other"))
    hit = agency.awards[0]
    void = {"award_id": hit.id, "kind": AwardEndKind.VOIDED, "reason_code": "recorded-in-error"}
    agency.session.add(AwardEnd(**stamp, effective_at=hit.effective_at, **void))
    agency.session.flush()
    trainer_measures.record(agency.session, agency.trainer, REVOKED, seen=seen, on=LATER, by=agency.lead)


@pytest.mark.parametrize("other", [replace(REVOKED, content=True), replace(REVOKED, since=local("2026-02-01"))])
def test_what_was_shown_of_one_measure_does_not_do_for_another(agency, other):
    for seen in (radius(agency.session, agency.trainer, REVOKED, on=ON).seen, "", "x", f"{NOW.isoformat()} x"):
        with pytest.raises(trainer_measures.RadiusChanged) as refused:
            trainer_measures.record(agency.session, agency.trainer, other, seen=seen, on=LATER, by=agency.lead)
        assert refused.value.more == ()


# -- recorded ----------------------------------------------------------------------------------------------------------


def test_a_lead_of_the_scope_and_the_oversight_body_record_a_measure(agency):
    agency.record()
    agency.record(replace(REVOKED, kind=MeasureKind.SUSPENDED), by=person(agency.session, OVERSIGHT))
    assert agency.count(TrainerMeasure) == 2


def test_nobody_records_a_measure_against_themselves_or_against_who_made_them_a_trainer(agency):
    with pytest.raises(NotAllowed) as refused:
        agency.record(by=agency.trainer)
    assert Condition.SELF in refused.value.unmet
    other = qualified.trainer(agency.session, subject="ai", level=LevelName.LEAD)
    with pytest.raises(NotAllowed) as refused:
        agency.record(by=other)
    assert refused.value.unmet == (Condition.NOT_QUALIFIED,), "a lead of another scope"
    pupil = qualified.trainer(agency.session, tool=agency.tool, level=LevelName.LEAD, by=agency.trainer)
    with pytest.raises(NotAllowed) as refused:
        agency.record(by=pupil)
    assert refused.value.unmet == (Condition.CYCLE,)


def test_the_table_refuses_a_measure_against_oneself_and_an_end_by_the_same_hand(agency):
    suspended = agency.record(replace(REVOKED, kind=MeasureKind.SUSPENDED))
    stamp = {
        "effective_at": NOW,
        "recorded_at": NOW,
        "doubts_content": False,
        "doubts_marks": False,
        "reason_code": "x",
    }
    wrong = [
        {"kind": MeasureKind.REVOKED, "person_id": agency.trainer.id, "recorded_by_id": agency.trainer.id},
        {
            "kind": MeasureKind.REINSTATED, "person_id": agency.trainer.id, "recorded_by_id": agency.lead.id,
            "ends_id": suspended.id, "ended_recorder_id": agency.lead.id,
        },
    ]  # fmt: skip
    for columns in wrong:
        with pytest.raises(IntegrityError), agency.session.begin_nested():
            agency.session.add(TrainerMeasure(**stamp, **columns))


def test_a_measure_is_recorded_once_however_often_it_is_sent(agency):
    seen = radius(agency.session, agency.trainer, REVOKED, on=ON).seen
    twice = [
        trainer_measures.record(agency.session, agency.trainer, REVOKED, seen=seen, on=ON, by=agency.lead).id
        for _ in range(2)
    ]
    assert twice[0] == twice[1]
    with pytest.raises(trainer_measures.NothingToTake):
        agency.record(by=person(agency.session, OVERSIGHT))


def test_a_measure_takes_effect_today_or_from_a_day_that_has_passed(agency):
    with pytest.raises(trainer_measures.LaterThanNow):
        agency.record(replace(REVOKED, since=NOW + timedelta(days=1)))


def test_nothing_is_revoked_while_it_is_being_looked_at(agency):
    looked_at = replace(REVOKED, reason=Why.BEING_LOOKED_AT.value)
    with pytest.raises(trainer_measures.ForASuspension):
        agency.record(looked_at)
    agency.record(replace(looked_at, kind=MeasureKind.SUSPENDED))


def test_who_suspended_does_not_reinstate_and_a_suspension_ends_once(agency):
    suspended = agency.record(replace(REVOKED, kind=MeasureKind.SUSPENDED))
    assert grounds(agency.session) == (Ground.AWARD_UNDER_REVIEW,)
    with pytest.raises(trainer_measures.SameHand):
        trainer_measures.reinstate(agency.session, suspended, Mended.UNFOUNDED, on=ON, by=agency.lead)
    by = person(agency.session, OVERSIGHT)
    trainer_measures.reinstate(agency.session, suspended, Mended.UNFOUNDED, on=ON, by=by)
    assert grounds(agency.session) == ()
    with pytest.raises(trainer_measures.EndedAlready):
        trainer_measures.reinstate(agency.session, suspended, Mended.UNFOUNDED, on=ON, by=by)
    [taken] = trainer_measures.of_trainer(agency.session, agency.trainer.id)
    assert (taken.ended.reason_code, taken.ended_by) == ("unfounded", by.name)


def test_a_doubted_sign_off_counts_for_no_new_award_until_the_trainer_is_reinstated(agency):
    act = TrainersAct(BasisKind.SIGNED_OFF, local("2026-06-01"), "tool:sightline")
    acts = {"sign-off:1": (agency.trainer.id, act), "sign-off:2": (agency.lead.id, act)}
    assert trainer_doubts.doubted(agency.session, acts, at=NOW) == frozenset()
    suspended = agency.record(replace(REVOKED, kind=MeasureKind.SUSPENDED))
    assert trainer_doubts.doubted(agency.session, acts, at=NOW) == {"sign-off:1"}
    assert trainer_doubts.doubted(agency.session, acts, at=NOW - timedelta(seconds=1)) == frozenset()
    trainer_measures.reinstate(agency.session, suspended, Mended.UNFOUNDED, on=ON, by=person(agency.session, OVERSIGHT))
    assert trainer_doubts.doubted(agency.session, acts, at=NOW) == frozenset()


# -- judged ------------------------------------------------------------------------------------------------------------


def test_oversight_upholds_a_group_and_voids_another_and_nothing_waits_any_more(agency):
    measure = agency.record()
    upheld, voided = agency.awards
    [waits] = measure_reviews.waiting(agency.session, at=NOW)
    assert sorted(waits.awards) == sorted([upheld.id, voided.id])
    assert agency.judge(measure, [upheld], Upheld.OTHER_EVIDENCE) == 1
    assert grounds(agency.session) == ()
    assert agency.judge(measure, [voided], Voided.REQUIREMENTS_NOT_MET) == 1
    assert grounds(agency.session, "DP-1007")[0] is Ground.NEVER_CERTIFIED
    assert measure_reviews.waiting(agency.session, at=NOW) == []
    assert (agency.count(AwardReview), agency.count(AwardUpholding), agency.count(AwardEnd)) == (2, 1, 1)
    assert award_reviews.open_reviews(agency.session) == []


def test_the_dry_run_says_who_loses_and_who_may_work_again(agency):
    measure = agency.record()
    found = measure_reviews.dry_run(agency.session, measure, [one.id for one in agency.awards], on=ON)
    by_officer = {one.officer: one for one in found.outlooks}
    assert by_officer["DP-1003"].today == frozenset()
    assert by_officer["DP-1003"].upheld == {"3.1", "3.2"}
    assert by_officer["DP-1003"].voided == frozenset()
    assert found.lose == found.regain >= 1
    agency.judge(measure, agency.awards, Upheld.DOUBT_UNFOUNDED)
    assert grounds(agency.session) == ()


def shown(agency, measure, awards) -> Seen:
    seen = Seen.read(measure_reviews.dry_run(agency.session, measure, [one.id for one in awards], on=ON).seen)
    assert seen is not None
    return seen


def test_a_judgement_sent_twice_is_given_once_and_one_on_nothing_is_refused(agency):
    measure, awards = agency.record(), agency.awards
    seen = shown(agency, measure, awards)
    assert agency.still_waiting(measure, awards, seen) == [sorted(one.id for one in awards)]
    assert agency.judge(measure, awards, Upheld.OTHER_EVIDENCE) == 2
    with pytest.raises(measure_reviews.SeenChanged):
        agency.still_waiting(measure, awards, seen)
    assert agency.judge(measure, awards, Voided.DECEPTION) == 0
    with pytest.raises(measure_reviews.NothingChosen):
        agency.judge(measure, [], Voided.DECEPTION)
    assert (agency.count(AwardUpholding), agency.count(AwardEnd)) == (2, 0)


def test_what_was_not_shown_is_not_judged(agency):
    measure, (one, other) = agency.record(), agency.awards
    with pytest.raises(measure_reviews.SeenChanged):
        agency.still_waiting(measure, [one, other], shown(agency, measure, [one]))


def test_a_large_group_is_judged_in_portions_and_carried_on_after_one_that_broke_off(agency, monkeypatch):
    monkeypatch.setattr(measure_reviews, "AT_ONCE", 1)
    measure, awards = agency.record(), agency.awards
    seen = shown(agency, measure, awards)
    first, second = agency.still_waiting(measure, awards, seen)
    assert [len(first), len(second)] == [1, 1]
    agency.judge(measure, [one for one in awards if one.id in first], Voided.DECEPTION)
    assert agency.still_waiting(measure, awards, seen) == [second], "the same form sent again goes on"
    agency.judge(measure, awards, Voided.DECEPTION)
    assert agency.count(AwardEnd) == agency.count(AwardReview) == 2


def test_nobody_judges_where_they_are_concerned_and_then_none_of_the_group_is_judged(agency):
    oversight = person(agency.session, OVERSIGHT)
    measure = agency.record(by=oversight)
    for by, reason in (
        (oversight, Concerned.RECORDED_MEASURE),
        (agency.trainer, Concerned.TRAINER),
        (person(agency.session, "DP-1003"), Concerned.OWN),
    ):
        with pytest.raises(measure_reviews.MayNotJudge) as refused:
            agency.judge(measure, agency.awards, Upheld.OTHER_EVIDENCE, by=by)
        assert refused.value.reason is reason
    assert agency.count(AwardReview) == 0


def test_a_reinstatement_leaves_nothing_to_judge(agency):
    suspended = agency.record(replace(REVOKED, kind=MeasureKind.SUSPENDED))
    trainer_measures.reinstate(agency.session, suspended, Mended.UNFOUNDED, on=ON, by=person(agency.session, OVERSIGHT))
    assert measure_reviews.waiting(agency.session, at=NOW) == []


def test_two_who_judge_the_same_group_at_once_judge_it_once(demo_database):
    with demo_database.transaction() as session:
        agency = Agency(session)
        measure_id = agency.record().id
        ids = [one.id for one in agency.awards]
    outcomes = []

    def judge(reason):
        try:
            with demo_database.transaction() as session:
                measure, by = session.get_one(TrainerMeasure, measure_id), person(session, OVERSIGHT)
                outcomes.append(measure_reviews.judge(session, measure, ids, reason, on=ON, by=by))
        except TrainingError as error:
            outcomes.append(type(error))

    threads = [Thread(target=judge, args=(reason,)) for reason in (Upheld.OTHER_EVIDENCE, Voided.DECEPTION)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["0", "2"]


# -- objections --------------------------------------------------------------------------------------------------------

_codes = count()


def new_code() -> str:
    return f"code-{next(_codes)}"


def second_overseer(agency):
    return agency_person(agency, "DP-3001")


def agency_person(agency, number):
    return person(agency.session, number)


def voided(agency) -> AwardEnd:
    agency.judge(agency.record(), agency.awards, Voided.REQUIREMENTS_NOT_MET)
    [void] = agency.session.scalars(select(AwardEnd).where(AwardEnd.award_id == agency.awards[0].id))
    return void


def test_an_officer_who_objects_with_right_gets_an_award_in_place_of_the_void_one(agency):
    void, officer = voided(agency), agency_person(agency, "DP-1003")
    [lost] = objections.lost(agency.session, officer.id, agency.tool.id)
    assert (lost.void, lost.objection) == (void, None)
    found, new = objections.object_to(agency.session, void, "I was observed.", on=ON, by=officer)
    again, second = objections.object_to(agency.session, void, "I was observed.", on=ON, by=officer)
    assert (new, second, again.id) == (True, False, found.id)
    assert len(objections.messages(agency.session, found)) == 1
    later = ON.at(NOW + timedelta(days=1))
    decision = objections.decide(
        agency.session,
        found,
        ObjectionOutcome.UPHELD,
        "You were.",
        new_code=lambda: "anew",
        on=later,
        by=second_overseer(agency),
    )
    made = agency.session.get_one(Award, decision.award_id)
    assert (made.effective_at, made.evidence["instead_of"]) == (void.effective_at, void.award_id)
    full, delta = "3.1", "3.2"
    for label in (full, delta):
        assert grounds(agency.session, label=label, at=later.instant) == (), (
            "the delta built on the old one counts again"
        )
    with pytest.raises(objections.ObjectionDecided):
        objections.write(agency.session, found, "Thank you.", at=later.instant, by=officer)


def test_training_done_while_the_award_was_void_is_awarded_with_the_decision(agency):
    session, officer = agency.session, person(agency.session, "DP-1001")
    rests_on(session, officer.service_number, trainer=agency.trainer.service_number)
    award = award_of(session, officer.service_number)
    agency.judge(agency.record(), [award], Voided.REQUIREMENTS_NOT_MET)
    void = session.scalars(select(AwardEnd).where(AwardEnd.award_id == award.id)).one()
    found, _ = objections.object_to(session, void, "I was observed.", on=ON, by=officer)
    update = content.newest(session, "sightline-3-2")
    assert taken.take(session, update, taken.right, seed=7, officer=officer, at=NOW + timedelta(hours=1)).passed
    later, by = ON.at(NOW + timedelta(days=1)), second_overseer(agency)
    assert Ground.NEVER_CERTIFIED in grounds(session, officer.service_number, at=later.instant)
    objections.decide(session, found, ObjectionOutcome.UPHELD, "You were.", new_code=new_code, on=later, by=by)
    assert grounds(session, officer.service_number, "3.2", at=later.instant) == ()


def test_an_objection_that_is_dismissed_changes_nothing(agency):
    void, officer = voided(agency), agency_person(agency, "DP-1003")
    found, _ = objections.object_to(agency.session, void, "I was observed.", on=ON, by=officer)
    objections.decide(
        agency.session,
        found,
        ObjectionOutcome.DISMISSED,
        "No.",
        new_code=lambda: "x",
        on=ON,
        by=second_overseer(agency),
    )
    assert grounds(agency.session)[0] is Ground.NEVER_CERTIFIED
    assert objections.open_objections(agency.session, at=NOW) == []


def overseer(agency, number) -> Person:
    found, stamp = person(agency.session, number), {"effective_at": NOW, "recorded_at": NOW}
    agency.session.add(RoleAssignment(**stamp, person_id=found.id, role=Role.OVERSIGHT, granted=True))
    return found


@pytest.mark.parametrize("about", ["void", "measure"])
def test_nobody_with_a_hand_in_it_decides_an_objection(agency, about):
    """Everybody of them is of the oversight body; who had no hand is the one who may decide."""
    session, recorder, voider = agency.session, overseer(agency, "DP-6001"), overseer(agency, "DP-6002")
    gave_back, raiser, opener, unconcerned = (
        overseer(agency, number) for number in ("DP-3001", "DP-1010", "DP-5001", "DP-1012")
    )
    case = conduct.raise_concern(session, agency.trainer, ConcernKind.OTHER, "Said.", at=NOW, by=raiser)
    taken = {"effective_at": NOW, "recorded_at": NOW, "person_id": agency.trainer.id, "case_id": case.id}
    session.add(ConductHandling(**taken, recorded_by_id=gave_back.id, number=1, taken=True))
    session.add(ConductHandling(**taken, recorded_by_id=gave_back.id, number=2, taken=False))
    session.add(ConductHandling(**taken, recorded_by_id=recorder.id, number=3, taken=True))
    measure = agency.record(by=recorder)
    session.add(
        ConductOutcome(
            effective_at=NOW, recorded_at=NOW, recorded_by_id=recorder.id, person_id=agency.trainer.id,
            case_id=case.id, outcome=CaseOutcome.REVOKED, measure_id=measure.id,
        )
    )  # fmt: skip
    award = agency.awards[0]
    award_reviews.put_under_review(session, award, Doubt.EVIDENCE_DOUBTED, at=NOW, by=opener)
    agency.judge(measure, [award], Voided.DECEPTION, by=voider)
    void = session.scalars(select(AwardEnd).where(AwardEnd.award_id == award.id)).one()
    objector = person(session, "DP-1003") if about == "void" else agency.trainer
    found, _ = objections.object_to(session, void if about == "void" else measure, "No.", on=ON, by=objector)

    expected = {
        objector: Concerned.OWN,
        agency.trainer: Concerned.TRAINER,
        raiser: Concerned.RECORDED_MEASURE,
        recorder: Concerned.RECORDED_MEASURE,
        gave_back: Concerned.HANDLED_CONCERN,
        voider: Concerned.VOIDED if about == "void" else None,
        opener: Concerned.VOIDED if about == "void" else None,
        unconcerned: None,
    }
    expected[objector] = Concerned.OWN  # also where the trainer is the objector
    assert {one: objections.hand_against(session, found, one) for one in expected} == expected
    for one, hand in expected.items():
        if hand is not None:
            with pytest.raises(measure_reviews.MayNotJudge) as refused:
                objections.decide(session, found, ObjectionOutcome.DISMISSED, "No.", new_code=new_code, on=ON, by=one)
            assert refused.value.reason is hand
            if one is not objector:
                with pytest.raises(measure_reviews.MayNotJudge):
                    objections.write(session, found, "Hm.", at=NOW, by=one)
    assert not objections.nobody_decides(session, found, at=NOW)
    objections.decide(session, found, ObjectionOutcome.DISMISSED, "No.", new_code=new_code, on=ON, by=unconcerned)


def test_an_objection_that_nobody_may_decide_says_so(agency):
    objections.object_to(
        agency.session, agency.record(by=person(agency.session, OVERSIGHT)), "No.", on=ON, by=agency.trainer
    )
    [row] = objections.open_objections(agency.session, at=NOW)
    assert not row.stuck, "DP-6002 may"
    taken_back = {"effective_at": NOW, "recorded_at": NOW, "person_id": person(agency.session, "DP-6002").id}
    agency.session.add(RoleAssignment(**taken_back, role=Role.OVERSIGHT, granted=False))
    agency.session.flush()
    [row] = objections.open_objections(agency.session, at=NOW)
    assert row.stuck
    [waits] = measure_reviews.waiting(agency.session, at=NOW)
    assert waits.stuck


@pytest.mark.parametrize(("days", "in_time"), [(30, True), (31, False)])
def test_there_are_thirty_days_to_object(agency, days, in_time):
    void, officer = voided(agency), agency_person(agency, "DP-1003")
    late = ON.at(NOW + timedelta(days=days))
    if in_time:
        assert objections.object_to(agency.session, void, "I was observed.", on=late, by=officer)[1]
    else:
        with pytest.raises(objections.TooLate):
            objections.object_to(agency.session, void, "I was observed.", on=late, by=officer)


def test_where_the_measure_was_wrong_there_are_thirty_days_more_to_object_to_a_void_by_it(agency):
    void, officer = voided(agency), agency_person(agency, "DP-1003")
    measure = agency.session.scalars(select(TrainerMeasure)).one()
    theirs, _ = objections.object_to(agency.session, measure, "I was there.", on=ON, by=agency.trainer)
    late, by = ON.at(NOW + timedelta(days=40)), agency_person(agency, "DP-6002")
    with pytest.raises(objections.TooLate):
        objections.object_to(agency.session, void, "I was observed.", on=late, by=officer)
    objections.decide(agency.session, theirs, ObjectionOutcome.UPHELD, "Yes.", new_code=new_code, on=late, by=by)
    last = ON.at(NOW + timedelta(days=70))
    with pytest.raises(objections.TooLate):
        objections.object_to(agency.session, void, "I was observed.", on=ON.at(NOW + timedelta(days=71)), by=officer)
    assert objections.object_to(agency.session, void, "I was observed.", on=last, by=officer)[1]


def test_nobody_objects_for_somebody_else(agency):
    with pytest.raises(objections.NothingToObjectTo):
        objections.object_to(agency.session, voided(agency), "Mine.", on=ON, by=agency_person(agency, "DP-1007"))


def test_a_trainer_who_objects_with_right_is_reinstated_also_after_a_revocation(agency):
    measure = agency.record()
    found, _ = objections.object_to(agency.session, measure, "I was there.", on=ON, by=agency.trainer)
    oversight = agency_person(agency, OVERSIGHT)
    decision = objections.decide(
        agency.session, found, ObjectionOutcome.UPHELD, "Yes.", new_code=new_code, on=ON, by=oversight
    )
    assert decision.reinstatement_id is not None
    assert grounds(agency.session) == ()
    assert trainer_measures.of_trainer(agency.session, agency.trainer.id)[0].ended is not None
