"""Items voided or re-keyed after officers were tested with them: who passes by it, and that nobody loses by it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.rules.factories import local
from tests.services.after_the_quiz import LATER, NOW, Agency, items_of, other_key
from training_app import demo
from training_app.models.certification import AwardEnd
from training_app.models.rulings import ItemRuling, NewMark
from training_app.models.training import Mode, Submission
from training_app.rules.access import Question
from training_app.rules.facts import AwardEndKind
from training_app.services import access, certification, marks, revisions, ruled_marks, rulings, training

OFFICER, OTHER = "DP-1002", "DP-1011"


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


def missed_two(agency: Agency, number: str = OFFICER) -> tuple[Submission, list[str]]:
    """Let an officer miss two items, which is one too many; return the submission and what was missed."""
    attempt = agency.open(number)
    missed = items_of(attempt)[:2]
    return agency.take(number, *missed), missed


def allowed(agency: Agency, number: str, *, at) -> bool:
    question = Question(number, "sightline", "3.2")
    return access.answer(agency.session, question, zone=demo.ZONE, at=at, known_at=at).allowed


# -- who passes by it --------------------------------------------------------------------------------------------------


def test_who_passes_because_an_item_is_void_is_certified_from_the_ruling_on(agency):
    submission, missed = missed_two(agency)
    assert not submission.passed
    assert agency.awards(OFFICER) == []
    agency.rule(missed[0])
    (award,) = agency.awards(OFFICER)
    assert (award.effective_at, award.attempts_from) == (LATER, NOW)
    assert award.evidence["met_by"] == [f"submission:{submission.id}"]
    assert list(award.evidence["passed_by"].values()) == [f"new-mark:{agency.session.scalar(select(NewMark.id))}"]
    assert not allowed(agency, OFFICER, at=LATER - timedelta(seconds=1))
    assert allowed(agency, OFFICER, at=LATER)


def test_the_first_mark_stays_as_it_was(agency):
    submission, missed = missed_two(agency)
    before = dict(submission.result)
    agency.rule(missed[0])
    agency.session.refresh(submission)
    assert (submission.result, submission.passed) == (before, False)
    found = marks.of(agency.session, submission)
    assert (found.first.points, found.first.of, found.latest.points, found.latest.of) == (6, 8, 6, 7)
    assert found.passed


def test_making_the_awards_twice_makes_them_once(agency):
    _submission, missed = missed_two(agency)
    ruling = agency.rule(missed[0])
    made = len(agency.awards(OFFICER))
    passers = rulings.marked_as_passed(agency.session, ruling)
    rulings.award(agency.session, passers, zone=demo.ZONE, new_code=lambda: "never used", at=LATER)
    agency.award(OFFICER, at=LATER + timedelta(days=1))
    assert len(agency.awards(OFFICER)) == made


def test_an_award_that_was_not_made_with_the_ruling_is_made_when_it_is_asked_for(agency):
    _submission, missed = missed_two(agency)
    foreseen = rulings.dry_run(agency.session, agency.published, missed[0], None).digest
    rulings.rule(
        agency.session, agency.published, missed[0], None, "Wrong.", foreseen=foreseen, at=LATER, by=agency.lead
    )
    assert agency.awards(OFFICER) == []
    agency.award(OFFICER, at=LATER + timedelta(days=3))
    assert {one.effective_at for one in agency.awards(OFFICER)} == {LATER}


def test_what_was_revoked_is_not_earned_again_by_a_new_mark_of_the_same_quiz(agency):
    _submission, missed = missed_two(agency)
    agency.rule(missed[0])
    for award in agency.awards(OFFICER):
        agency.session.add(
            AwardEnd(
                effective_at=LATER, recorded_at=LATER, recorded_by_id=agency.person("DP-3001").id,
                officer_id=award.officer_id, award_id=award.id, kind=AwardEndKind.REVOKED, reason_code="conduct",
            )
        )  # fmt: skip
    agency.session.flush()
    before = len(agency.awards(OFFICER))
    agency.rule(missed[1], at=LATER + timedelta(days=1))
    assert len(agency.awards(OFFICER)) == before


def test_an_old_sitting_grows_no_younger_by_a_new_mark(agency):
    """The policy counts a pass for 12 months; the officer sat the quiz 13 months before the ruling."""
    long_ago = local("2026-01-20")
    attempt = agency.open(OFFICER, at=long_ago)
    missed = items_of(attempt)[:2]
    agency.take(OFFICER, *missed, at=long_ago)
    agency.rule(missed[0], at=local("2027-02-21"))
    (passed,) = certification.passes(agency.session, agency.person(OFFICER).id)
    assert (passed.passed_at, passed.sat_at) == (local("2027-02-21"), long_ago)
    assert agency.awards(OFFICER) == []


def test_a_later_sitting_is_not_hidden_by_an_older_one_that_is_marked_anew(agency):
    _first, missed = missed_two(agency)
    second = agency.take(OFFICER, at=NOW + timedelta(hours=1), seed=8)
    assert second.passed
    agency.rule(missed[0])
    passed = certification.passes(agency.session, agency.person(OFFICER).id)
    assert len(passed) == 2
    assert {tuple(one.evidence["met_by"]) for one in agency.awards(OFFICER)} == {(f"submission:{second.id}",)}


def test_what_changed_since_counts_from_the_revision_that_a_ruling_passed(agency):
    submission, missed = missed_two(agency)
    assert revisions.last_passed(agency.session, submission.officer_id, "ai-limits") is None
    agency.rule(missed[0])
    found = revisions.last_passed(agency.session, submission.officer_id, "ai-limits")
    assert found is not None
    assert found.id == submission.attempt.revision_id


# -- nobody loses ------------------------------------------------------------------------------------------------------


def test_who_would_not_pass_any_more_is_listed_and_keeps_the_certification(agency):
    attempt = agency.open(OFFICER)
    missed, hit = items_of(attempt)[:2]
    submission = agency.take(OFFICER, missed)
    assert submission.passed
    held = [one.id for one in agency.awards(OFFICER)]
    run = rulings.dry_run(agency.session, agency.published, hit, other_key(agency.published, hit))
    assert [one.submission_id for one in run.would_fail] == [submission.id]
    ruling = agency.rule(hit, other_key(agency.published, hit))
    assert [one.id for one in agency.awards(OFFICER)] == held
    assert agency.session.scalar(select(func.count()).select_from(AwardEnd)) == 0
    assert allowed(agency, OFFICER, at=LATER)
    assert marks.of(agency.session, submission).passed
    assert not marks.of(agency.session, submission).latest.passed
    (row,) = ruled_marks.page_of(agency.session, ruling, first=0, size=10)
    assert (row.officer, row.would_fail) == (OFFICER, True)
    assert {one.award_id for one in row.awards if one.tool.startswith("Sightline")} == set(held)


def test_a_renewed_fail_after_a_fail_lists_nobody(agency):
    submission, missed = missed_two(agency)
    third = next(one for one in items_of(submission.attempt) if one not in missed)
    ruling = agency.rule(third, other_key(agency.published, third))
    found = ruled_marks.counts(agency.session, [ruling.id])[ruling.id]
    assert (found.now_pass, found.would_fail, found.points_only, found.all) == (0, 0, 1, 1)


# -- one ruling after another ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [False, True], ids=["one-way", "the-other-way"])
def test_the_order_of_two_rulings_on_different_items_does_not_matter(agency, turned):
    submission, missed = missed_two(agency)
    both = [(missed[0], None), (missed[1], other_key(agency.published, missed[1]))]
    for number, (item, interaction) in enumerate(reversed(both) if turned else both):
        agency.rule(item, interaction, at=LATER + timedelta(hours=number))
    latest = marks.of(agency.session, submission).latest
    assert (latest.points, latest.of) == (7, 7)


def test_of_several_rulings_on_an_item_the_latest_governs(agency):
    submission, missed = missed_two(agency)
    item, first_key = missed[0], agency.published.bank.by_id()[missed[0]].interaction
    seen = []
    for number, decided in enumerate((None, other_key(agency.published, item), first_key)):
        agency.rule(item, decided, at=LATER + timedelta(hours=number))
        latest = marks.of(agency.session, submission).latest
        seen.append((latest.points, latest.of))
    assert seen == [(6, 7), (7, 8), (6, 8)]


def test_the_same_ruling_again_is_refused_and_names_the_one_in_force(agency):
    _submission, missed = missed_two(agency)
    ruling = agency.rule(missed[0])
    with pytest.raises(rulings.AlreadyRuled) as refused:
        rulings.dry_run(agency.session, agency.published, missed[0], None)
    assert refused.value.ruling_id == ruling.id


def test_a_key_that_is_the_items_own_is_refused(agency):
    item = agency.published.bank.items[0]
    with pytest.raises(rulings.UnfitKey):
        rulings.dry_run(agency.session, agency.published, item.id, item.interaction)
    with pytest.raises(rulings.UnknownItem):
        rulings.dry_run(agency.session, agency.published, "no-such-item", None)


def test_who_saw_something_else_looks_again(agency):
    submission, missed = missed_two(agency)
    foreseen = rulings.dry_run(agency.session, agency.published, missed[0], None).digest
    agency.finish(agency.open_same(OTHER, submission.attempt), OTHER, missed[0])
    with pytest.raises(rulings.ForeseenChanged):
        rulings.rule(
            agency.session, agency.published, missed[0], None, "Wrong.", foreseen=foreseen, at=LATER, by=agency.lead
        )
    assert agency.session.scalar(select(func.count()).select_from(ItemRuling)) == 0


def test_nobody_marks_their_own_quiz_anew(agency):
    _submission, missed = missed_two(agency)
    foreseen = rulings.dry_run(agency.session, agency.published, missed[0], None).digest
    with pytest.raises(rulings.OwnMark):
        rulings.rule(
            agency.session, agency.published, missed[0], None, "Mine.", foreseen=foreseen, at=LATER,
            by=agency.person(OFFICER),
        )  # fmt: skip


# -- what is submitted afterwards --------------------------------------------------------------------------------------


def test_a_quiz_that_is_submitted_after_a_ruling_is_marked_by_it(agency):
    attempt = agency.open(OFFICER)
    missed = items_of(attempt)[:2]
    agency.rule(missed[0])
    submission = agency.take(OFFICER, *missed, at=LATER + timedelta(hours=1))
    assert submission.passed
    assert (training.result_of(submission).points, training.result_of(submission).of) == (6, 7)


def test_a_void_item_is_not_drawn_any_more_and_a_rekeyed_one_is_not_practised(agency):
    drawn = items_of(agency.open(OFFICER))
    agency.rule(drawn[0])
    agency.rule(drawn[1], other_key(agency.published, drawn[1]), at=LATER + timedelta(minutes=1))
    published, nothing = agency.published, training.Met()
    for seed in range(40):
        paper = training._paper(agency.session, published, published.bank, Mode.PRACTICE, seed=seed, met=nothing)
        on_it = {entry.item_id for entry in paper.items}
        assert len(on_it) == 8
        assert not {drawn[0], drawn[1]} & on_it


# -- many --------------------------------------------------------------------------------------------------------------


def test_more_submissions_than_are_read_at_once_are_all_marked_anew(agency, monkeypatch):
    monkeypatch.setattr(rulings, "RUN", 2)
    submission, missed = missed_two(agency)
    numbers = [OFFICER, *(f"DP-10{number:02}" for number in (1, 3, 4, 5))]
    for number in numbers[1:]:
        agency.finish(agency.open_same(number, submission.attempt), number, *missed)
    run = rulings.dry_run(agency.session, agency.published, missed[0], None)
    assert (run.concerned, len(run.now_pass)) == (5, 5)
    ruling = agency.rule(missed[0])
    made = agency.session.scalars(select(NewMark.officer_id).order_by(NewMark.id)).all()
    assert made == [agency.person(number).id for number in numbers]
    assert ruled_marks.counts(agency.session, [ruling.id])[ruling.id].now_pass == 5
    pages = [ruled_marks.page_of(agency.session, ruling, first=first, size=3) for first in (0, 3)]
    assert [one.officer for page in pages for one in page] == sorted(numbers)
