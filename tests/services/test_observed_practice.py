"""Observed practice: a checklist by two, an observation kept as it is ticked, signed by both, and what it earns."""

from itertools import count

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.services import practised, qualified
from tests.services.practised import ASSESSOR, AUTHOR, DAY, HOUR, LEAD, OFFICER, observed, on
from tests.services.taken import right, take
from tests.services.version_life import NOW, ask, assess, person, version
from training_app import demo
from training_app.models.certification import Award
from training_app.models.observed_practice import (
    ChecklistApproval,
    ObservationTick,
    ObservedPractice,
    ObservedPracticeSignature,
)
from training_app.models.people import OfficerReinstatement, OfficerSuspension
from training_app.models.trainers import DeclaredInterest, LevelName, TrainerMeasure, TrainerQualification
from training_app.rules.facts import AwardKind, Level
from training_app.rules.observed_practice import Outcome
from training_app.rules.trainers import Condition, InterestKind, MeasureKind
from training_app.services import (
    award_reviews,
    certification,
    checklists,
    content,
    observations,
    observers,
    sign_offs,
    sign_offs_needed,
    signed_practice,
    trainer_acts,
    trainer_currency,
)
from training_app.services.second_signatures import AlreadyDone, Superseded
from training_app.services.signed_practice import Status
from training_app.services.trainer_acts import NotAllowed


@pytest.fixture
def agency(demo_session):
    return demo_session


@pytest.fixture
def codes():
    serial = count(1)
    return lambda: f"code-{next(serial)}"


# -- checklists --------------------------------------------------------------------------------------------------------


def write(session, *texts, by=AUTHOR, at=NOW, keep=True, made_from=None):
    start = checklists.start_of(session, version(session, "3.2"))
    rows = [(one.id, one.text) for one in checklists.behaviours_of(start)] if keep and start else []
    rows += [(None, text) for text in texts]
    given = {"made_from": made_from or start.id, "on": on(at), "by": person(session, by)}
    return checklists.write(session, version(session, "3.2"), rows, **given)


def test_a_checklist_is_in_force_once_another_assessor_has_approved_it(agency):
    before = checklists.in_force(agency, version(agency, "3.2").id)
    written = write(agency, "Says who decides")
    assert checklists.in_force(agency, version(agency, "3.2").id) is before
    _start, found = checklists.changes_in(agency, written)
    assert [one.text for one in found.added] == ["Says who decides"]
    checklists.approve(agency, written, on=on(), by=person(agency, ASSESSOR))
    assert checklists.in_force(agency, version(agency, "3.2").id) is written
    with pytest.raises(AlreadyDone):
        checklists.approve(agency, written, on=on(), by=person(agency, ASSESSOR))


def test_who_wrote_a_checklist_does_not_approve_it_nor_who_may_not_publish(agency):
    own = write(agency, "Says who decides", by=ASSESSOR)
    with pytest.raises(checklists.OwnChecklist):
        checklists.approve(agency, own, on=on(), by=person(agency, ASSESSOR))
    with pytest.raises(trainer_acts.NotAllowed) as refused:
        checklists.approve(agency, own, on=on(), by=person(agency, AUTHOR))
    assert refused.value.unmet == (Condition.LEVEL_TOO_LOW,)
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": own.recorded_by_id}
    agency.add(ChecklistApproval(**stamp, checklist_id=own.id, author_id=own.recorded_by_id))
    with pytest.raises(IntegrityError):
        agency.flush()


def test_only_who_is_qualified_for_the_tool_writes_its_checklist(agency):
    with pytest.raises(trainer_acts.NotAllowed) as refused:
        write(agency, "Says who decides", by=LEAD)
    assert refused.value.unmet == (Condition.NOT_QUALIFIED,)


def test_a_checklist_says_something_new_and_the_latest_is_approved(agency):
    with pytest.raises(checklists.ChecklistUnchanged):
        write(agency)
    with pytest.raises(checklists.NoBehaviour):
        write(agency, keep=False)
    first, _second = write(agency, "Says who decides"), write(agency, "Says who looks again")
    with pytest.raises(Superseded):
        checklists.approve(agency, first, on=on(), by=person(agency, ASSESSOR))


def test_what_a_colleague_wrote_meanwhile_is_not_overwritten(agency):
    opened = checklists.start_of(agency, version(agency, "3.2"))
    theirs = write(agency, "Says who decides")
    with pytest.raises(checklists.WrittenMeanwhile) as refused:
        write(agency, "Says who looks again", by=ASSESSOR, made_from=opened.id)
    assert (refused.value.number, refused.value.behaviours[-1].text) == (theirs.id, "Says who decides")
    assert write(agency, "Says who looks again", by=ASSESSOR, made_from=theirs.id).revision == theirs.revision + 1


# -- ticking -----------------------------------------------------------------------------------------------------------


def test_every_tick_is_kept_and_the_highest_number_holds(agency):
    found = practised.begun(agency)
    say = {"on": on()}
    observations.tick(agency, found, "b1", Outcome.MET, "", sequence=1, **say)
    later = observations.tick(agency, found, "b1", Outcome.NOT_MET, "Did not ask.", sequence=3, **say)
    observations.tick(agency, found, "b1", Outcome.MET, "", sequence=2, **say)  # arrives late
    assert observations.ticked(agency, found)["b1"] is later
    assert agency.scalar(select(func.count()).select_from(ObservationTick)) == 3


def test_a_tick_sent_twice_is_one_and_a_device_that_counts_for_itself_comes_last(agency):
    found = practised.begun(agency)
    first = observations.tick(agency, found, "b1", Outcome.MET, "", sequence=1, on=on())
    assert observations.tick(agency, found, "b1", Outcome.MET, "", sequence=1, on=on()) is first
    other = observations.tick(agency, found, "b1", Outcome.NOT_SEEN, "", sequence=1, on=on())
    assert observations.ticked(agency, found)["b1"] is other
    assert observations.tick(agency, found, "b1", Outcome.NOT_SEEN, "", sequence=1, on=on()) is other


@pytest.mark.parametrize(
    ("behaviour", "comment", "sequence"),
    [("b99", "", 1), ("b1", "x" * 281, 1), ("b1", "", 0), ("b1", "", 10**10)],
)
def test_what_is_no_tick_of_the_checklist_is_refused(agency, behaviour, comment, sequence):
    found = practised.begun(agency)
    with pytest.raises(observations.UnknownTick):
        observations.tick(agency, found, behaviour, Outcome.MET, comment, sequence=sequence, on=on())


def test_an_observation_is_gone_on_with_and_made_against_the_checklist_it_was_begun_with(agency):
    found = practised.begun(agency)
    assert practised.begun(agency, at=NOW + HOUR) is found
    written = write(agency, "Says who decides")
    checklists.approve(agency, written, on=on(), by=person(agency, ASSESSOR))
    practised.tick_all(agency, found)
    signed = practised.signed(agency, found)
    assert signed.all_met
    assert signed.checklist_id != written.id


def test_an_observation_is_signed_by_its_last_day_and_whole(agency):
    found = practised.begun(agency)
    with pytest.raises(observations.Unticked) as refused:
        practised.signed(agency, found)
    assert refused.value.behaviours[0] == "b1"
    practised.tick_all(agency, found, at=NOW + 7 * DAY)
    with pytest.raises(observations.ObservationClosed):
        observations.tick(agency, found, "b1", Outcome.MET, "", sequence=None, on=on(NOW + 8 * DAY))
    with pytest.raises(observations.ObservationClosed):
        practised.signed(agency, found, at=NOW + 8 * DAY)
    assert observations.kept(agency, person(agency, ASSESSOR), on=on(NOW + 8 * DAY)) == []
    assert practised.signed(agency, found, at=NOW + 7 * DAY).all_met


def test_signing_twice_is_signing_once_and_nothing_is_ticked_afterwards(agency):
    found = practised.begun(agency)
    practised.tick_all(agency, found)
    first = practised.signed(agency, found)
    assert practised.signed(agency, found, at=NOW + HOUR) is first
    with pytest.raises(observations.ObservationClosed):
        observations.tick(agency, found, "b1", Outcome.NOT_MET, "", sequence=None, on=on())


def test_what_was_ticked_elsewhere_is_not_signed_unseen(agency):
    found = practised.begun(agency)
    practised.tick_all(agency, found)
    shown = observations.seen_in(agency, found)
    observations.tick(agency, found, "b2", Outcome.MET, "Only when asked.", sequence=None, on=on())
    observations.tick(agency, found, "b4", Outcome.NOT_MET, "", sequence=None, on=on())
    with pytest.raises(observations.TickedElsewhere) as refused:
        observations.sign(agency, found, shown, on=on(), by=person(agency, ASSESSOR))
    assert refused.value.behaviours == ("b2", "b4")
    assert observations.practice_of(agency, found) is None
    assert not practised.signed(agency, found).all_met


# -- who may -----------------------------------------------------------------------------------------------------------


def test_nobody_observes_themselves(agency):
    with pytest.raises(trainer_acts.NotAllowed) as refused:
        practised.begun(agency, officer=ASSESSOR)
    assert Condition.SELF in refused.value.unmet


def test_who_may_not_any_more_does_not_sign(agency):
    found = practised.begun(agency)
    practised.tick_all(agency, found)
    me = person(agency, ASSESSOR)
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": me.id, "person_id": me.id}
    vendor = version(agency, "3.2").tool.vendor
    agency.add(DeclaredInterest(**stamp, kind=InterestKind.PAID, vendor=vendor))
    with pytest.raises(trainer_acts.NotAllowed) as refused:
        practised.signed(agency, found)
    assert refused.value.unmet == (Condition.INTEREST,)


def test_without_a_checklist_or_on_a_version_that_is_not_there_nobody_is_observed(agency):
    practised.also_assesses(agency, ASSESSOR, "3.1")
    with pytest.raises(observations.NoChecklist):
        observations.begin(
            agency, person(agency, OFFICER), version(agency, "3.1"), on=on(), by=person(agency, ASSESSOR)
        )


def test_an_officer_is_told_who_may_observe_them_and_with_whom_they_did_not_agree_is_left_out(agency):
    practised.also_assesses(agency, LEAD)

    def names():
        return [one.name for one in observers.of(agency, person(agency, OFFICER), version(agency, "3.2"), on=on())]

    assert names() == ["Karim Haddad", "Sofie Janssens"]
    practised.countersigned(agency, observed(agency), agreed=False)
    assert names() == ["Sofie Janssens"]
    with pytest.raises(observations.Disputed):
        practised.begun(agency)
    assert practised.begun(agency, by=LEAD).assessor_id == person(agency, LEAD).id


def test_what_was_begun_before_the_officer_disagreed_is_not_signed_by_the_same_assessor(agency):
    not_met = observed(agency, last=Outcome.NOT_MET)
    again = practised.begun(agency, at=NOW + HOUR)
    practised.tick_all(agency, again, at=NOW + HOUR)
    practised.countersigned(agency, not_met, agreed=False, at=NOW + HOUR)
    with pytest.raises(observations.Disputed):
        practised.signed(agency, again, at=NOW + 2 * HOUR)
    assert observations.practice_of(agency, again) is None


def test_what_was_not_met_is_observed_again_also_by_the_same_assessor(agency):
    practised.countersigned(agency, observed(agency, last=Outcome.NOT_MET))
    assert observed(agency, at=NOW + HOUR).all_met


# -- the officer's signature -------------------------------------------------------------------------------------------


def test_the_officer_signs_once_and_nobody_signs_for_them(agency):
    practice = observed(agency)
    with pytest.raises(signed_practice.SignedOtherwise):
        signed_practice.countersign(agency, practice, agreed=True, at=NOW, by=person(agency, ASSESSOR))
    practised.countersigned(agency, practice)
    practised.countersigned(agency, practice, at=NOW + HOUR)
    with pytest.raises(signed_practice.SignedOtherwise):
        practised.countersigned(agency, practice, agreed=False)
    assert agency.scalar(select(func.count()).select_from(ObservedPracticeSignature)) == 1


def test_who_does_not_agree_says_why(agency):
    practice = observed(agency)
    with pytest.raises(signed_practice.NoReason):
        signed_practice.countersign(agency, practice, agreed=False, at=NOW, by=person(agency, OFFICER))


def test_the_tables_refuse_a_signature_by_anybody_else(agency):
    practice = observed(agency)
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": practice.recorded_by_id}
    agency.add(ObservedPracticeSignature(**stamp, officer_id=practice.officer_id, practice_id=practice.id, agreed=True))
    with pytest.raises(IntegrityError):
        agency.flush()


def test_the_tables_refuse_an_observation_signed_by_another_than_its_assessor(agency):
    found = practised.begun(agency)
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": person(agency, LEAD).id}
    named = {"observation_id": found.id, "officer_id": found.officer_id, "checklist_id": found.checklist_id}
    agency.add(ObservedPractice(**stamp, **named, begun_at=NOW, seen=[], all_met=True))
    with pytest.raises(IntegrityError):
        agency.flush()


def test_what_waits_for_the_officer_is_not_observed_again(agency):
    observed(agency)
    with pytest.raises(observations.OfficerHasToSign):
        practised.begun(agency, at=NOW + HOUR)


@pytest.mark.parametrize(
    ("last", "agreed", "status"),
    [
        (Outcome.MET, None, Status.WAITING),
        (Outcome.MET, True, Status.COUNTS),
        (Outcome.MET, False, Status.DISAGREED),
        (Outcome.NOT_SEEN, True, Status.NOT_ALL_MET),
        (Outcome.NOT_MET, None, Status.NOT_ALL_MET),
    ],
)
def test_an_observation_counts_when_all_was_met_and_both_have_signed(agency, last, agreed, status):
    practice = observed(agency, last=last)
    if agreed is not None:
        practised.countersigned(agency, practice, agreed=agreed)
    assert signed_practice.one(agency, practice.id).status is status
    found = sign_offs.of(agency, practice.officer_id)
    assert [one.met_at is not None for one in found] == {Status.WAITING: [False], Status.COUNTS: [True]}.get(status, [])


# -- what it earns -----------------------------------------------------------------------------------------------------


def earn(session, codes, *, at=NOW):
    officer = person(session, OFFICER)
    return certification.award_what_is_due(session, officer, at=at, zone=demo.ZONE, new_code=codes, recorded_at=at)


def at_level_three(session):
    assess(session, "3.1", "3.2", Level.DIFFERENCES_OBSERVED, "sightline-3-2")
    take(session, content.newest(session, "sightline-3-2"), right, seed=7, officer=person(session, OFFICER), at=NOW)


def test_level_three_is_earned_by_the_module_and_both_signatures(agency, codes):
    at_level_three(agency)
    practice = observed(agency, at=NOW + HOUR)
    assert earn(agency, codes, at=NOW + HOUR) == []
    practised.countersigned(agency, practice, at=NOW + 2 * HOUR)
    (award,) = earn(agency, codes, at=NOW + 3 * HOUR)
    assert (award.kind, award.effective_at) == (AwardKind.DELTA, NOW + 2 * HOUR)
    assert f"sign-off:{practice.id}" in award.evidence["met_by"]
    assert award.evidence["checklists"] == {f"sign-off:{practice.id}": practice.checklist_id}
    assert ask(agency, OFFICER, "3.2", at=NOW + 3 * HOUR).allowed


def measure(session, kind=MeasureKind.REVOKED, *, since, **given):
    stamp = {"effective_at": since, "recorded_at": NOW + DAY, "recorded_by_id": person(session, "DP-6001").id}
    about = {"person_id": person(session, ASSESSOR).id, "reason_code": "test"}
    doubted = {"doubts_content": False, "doubts_marks": False}
    fact = TrainerMeasure(**{**stamp, **about, **doubted, "kind": kind, **given})
    session.add(fact)
    session.flush()
    return fact


def test_what_a_measure_against_the_assessor_throws_into_doubt_earns_nothing(agency, codes):
    at_level_three(agency)
    practised.countersigned(agency, observed(agency))
    suspended = measure(agency, MeasureKind.SUSPENDED, since=NOW - DAY)
    assert earn(agency, codes) == []
    measure(
        agency,
        MeasureKind.REINSTATED,
        since=NOW + DAY,
        ends_id=suspended.id,
        ended_recorder_id=suspended.recorded_by_id,
        recorded_by_id=person(agency, "DP-3001").id,
    )
    assert [one.kind for one in earn(agency, codes)] == [AwardKind.DELTA]


def test_a_measure_from_after_the_signature_leaves_it_as_it_is(agency, codes):
    at_level_three(agency)
    practised.countersigned(agency, observed(agency))
    measure(agency, since=NOW + HOUR)
    assert [one.kind for one in earn(agency, codes)] == [AwardKind.DELTA]


def test_two_clicks_of_the_officer_make_one_award(agency, codes):
    at_level_three(agency)
    practice = observed(agency)
    before = agency.scalar(select(func.count()).select_from(Award))
    for _click in range(2):
        practised.countersigned(agency, practice)
        earn(agency, codes)
    assert agency.scalar(select(func.count()).select_from(Award)) == before + 1


def test_the_desk_lists_who_needs_a_sign_off_now_and_those_who_only_have_to_sign_last(agency):
    tool = version(agency, "3.2").tool
    assert sign_offs_needed.needed(agency, tool, on=on()) == []
    at_level_three(agency)
    found = sign_offs_needed.needed(agency, tool, on=on())
    assert (found[0].officer.service_number, found[0].left) == (OFFICER, 0)
    on_3_1 = {"DP-1001", "DP-1003", "DP-1004", "DP-1005", "DP-1006", "DP-1008", "DP-1010"}
    assert {one.officer.service_number for one in found} == on_3_1, "a raised level asks anew of who had covered it"
    observed(agency)
    waits = sign_offs_needed.needed(agency, tool, on=on())[-1]
    assert (waits.officer.service_number, waits.waiting) == (OFFICER, True)


def test_an_assessors_tools_are_those_of_the_qualification(agency):
    assert [one.slug for one in sign_offs_needed.tools_of(agency, person(agency, ASSESSOR), on=on())] == ["sightline"]
    assert sign_offs_needed.tools_of(agency, person(agency, AUTHOR), on=on()) == []


def test_what_was_signed_counts_for_the_assessors_currency(agency):
    observed(agency)
    me, tool = person(agency, ASSESSOR), version(agency, "3.2").tool
    assert sign_offs.given(agency, me.id, tool.id, since=NOW) == 1
    assert sign_offs.given(agency, me.id, tool.id, since=NOW + HOUR) == 0
    held = agency.scalars(
        select(TrainerQualification).where(
            TrainerQualification.person_id == me.id, TrainerQualification.tool_id == tool.id
        )
    ).one()
    before = trainer_currency.currency(agency, held, on=on(NOW + HOUR)).acts
    checklists.approve(agency, write(agency, "Says who decides"), on=on(NOW + HOUR), by=me)
    assert (before, trainer_currency.currency(agency, held, on=on(NOW + HOUR)).acts) == (2, 3), "the demo's list is one"


@pytest.fixture
def certified_assessor(agency):
    """An officer who is certified on 3.2 outright, and qualified to assess on the tool in the ordinary way."""
    return qualified.qualify(
        agency, person(agency, "DP-1007"), level=LevelName.ASSESSOR, tool=version(agency, "3.2").tool, at=NOW
    )


def against_observing(agency, assessor):
    """Return what the refusal names; nothing where the observation begins."""
    try:
        observations.begin(agency, person(agency, OFFICER), version(agency, "3.2"), on=on(), by=assessor)
    except NotAllowed as refused:
        return refused.unmet
    return ()


def test_who_is_suspended_from_the_tool_does_not_assess_on_it_until_reinstated(agency, certified_assessor):
    assert against_observing(agency, certified_assessor) == ()
    stamp = {"effective_at": NOW, "recorded_at": NOW, "officer_id": certified_assessor.id}
    by = {"recorded_by_id": person(agency, "DP-2001").id}
    suspended = OfficerSuspension(**stamp, **by, reason_code="inquiry-open")
    agency.add(suspended)
    agency.flush()
    assert against_observing(agency, certified_assessor) == (Condition.OWN_SUSPENDED,)
    agency.add(OfficerReinstatement(**stamp, **by, suspension_id=suspended.id, reason_code="unfounded"))
    agency.flush()
    assert against_observing(agency, certified_assessor) == ()


def test_whose_own_certification_is_under_review_does_not_assess_on_the_tool_until_it_is_upheld(
    agency, certified_assessor
):
    of_version = select(Award).where(Award.version_id == version(agency, "3.2").id)
    award = agency.scalars(of_version.where(Award.officer_id == certified_assessor.id)).one()
    oversight = person(agency, "DP-6001")
    review = award_reviews.put_under_review(agency, award, award_reviews.Doubt.EVIDENCE_DOUBTED, at=NOW, by=oversight)
    assert against_observing(agency, certified_assessor) == (Condition.OWN_UNDER_REVIEW,)
    award_reviews.uphold(agency, review, award_reviews.Upheld.DOUBT_UNFOUNDED, at=NOW, by=oversight)
    assert against_observing(agency, certified_assessor) == ()
