"""Statistics as they come out of the rows: which attempts count, which marks stand, and how much is asked for it."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from courses.module import revision_digest
from quizzes.scored_papers import Weight
from tests.services import recorded, taken
from tests.services.recorded import NOW
from training_app.models.rulings import LateAcceptance, NewMark
from training_app.models.training import Answer, Attempt, Mode, ModuleRevision
from training_app.services import content, item_statistics, rulings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def session(demo_session):
    """The starter content is in it, too."""
    return demo_session


@pytest.fixture
def published(session):
    return content.newest(session, "sightline-3-2")


def next_revision(session, published, change):
    """Publish the module again with the items that *change* makes of its own."""
    bank = replace(published.bank, items=tuple(change(item) for item in published.bank.items))
    written = bank.to_json()
    row = ModuleRevision(
        effective_at=NOW,
        recorded_at=NOW,
        recorded_by_id=None,
        slug=published.revision.slug,
        digest=revision_digest(published.revision.content, written),
        content=published.revision.content,
        bank=written,
    )
    session.add(row)
    session.flush()
    return content.published(row)


def by_item(found):
    return {record.item.id: record for record in found.items}


def officers_who_met(found):
    return sum(record.statistics.officers for record in found.items)


def test_a_revision_that_nobody_took_is_silent(session, published):
    found = item_statistics.of_revision(session, published)
    assert (found.papers, found.reliability.weight) == (0, Weight.SILENT)
    assert {record.statistics.officers for record in found.items} == {0}
    assert [record.item.id for record in found.items] == [item.id for item in published.bank.items]
    assert found.exposure(found.items[0]) == 0


def test_facility_alternatives_and_time_come_from_what_officers_answered(session, published):
    for seed in range(110):
        taken.take(session, published, taken.right if seed % 2 else taken.wrong, seed=seed)
    found = item_statistics.of_revision(session, published)
    length = published.bank.plan.length
    assert officers_who_met(found) == 110 * length
    told = [record.statistics for record in found.items if record.statistics.weight is not Weight.SILENT]
    for one in told:
        assert 0.2 < one.facility.value < 0.8
        assert one.rest_correlation.value > 0.95
        assert one.discrimination == pytest.approx(1)
        assert (one.median_seconds, one.omission) == (60, 0)
        assert sum(alternative.chosen for alternative in one.alternatives) >= one.officers
    assert told
    assert found.reliability.alpha.value > 0.9


def test_practice_retakes_and_what_is_not_submitted_do_not_count(session, published):
    officer = recorded.person(session)
    taken.take(session, published, taken.right, seed=1, officer=officer, mode=Mode.PRACTICE)
    taken.take(session, published, taken.right, seed=2, officer=officer)
    taken.take(session, published, taken.right, seed=3, officer=officer, number=2)
    taken.take(session, published, taken.right, seed=4, submitted=False)
    found = item_statistics.of_revision(session, published)
    assert officers_who_met(found) == published.bank.plan.length
    assert found.reliability.officers == 1


def test_exposure_counts_every_paper_that_was_drawn_for_an_assessment(session, published):
    officer = recorded.person(session)
    taken.take(session, published, taken.right, seed=2, officer=officer)
    taken.take(session, published, taken.right, seed=3, officer=officer, number=2)
    taken.take(session, published, taken.right, seed=4, submitted=False)
    taken.take(session, published, taken.right, seed=5, mode=Mode.PRACTICE)
    found = item_statistics.of_revision(session, published)
    assert found.papers == 3
    assert sum(record.papers for record in found.items) == 3 * published.bank.plan.length
    assert all(found.exposure(record) == record.papers / 3 for record in found.items)


def test_an_item_that_stayed_as_it_was_counts_over_revisions_and_once_for_each_officer(session, published):
    officer = recorded.person(session)
    taken.take(session, published, taken.right, seed=1, officer=officer)
    later = next_revision(session, published, lambda item: replace(item, critical=True))
    taken.take(session, later, taken.wrong, seed=1, officer=officer)
    taken.take(session, later, taken.right, seed=1)
    found = item_statistics.of_revision(session, later)
    assert officers_who_met(found) == 2 * published.bank.plan.length
    assert found.reliability.officers == 2


def test_an_item_with_another_text_begins_anew(session, published):
    taken.take(session, published, taken.right, seed=1)

    def reworded(item):
        return replace(item, texts={lang: replace(text, stem="Asked anew?") for lang, text in item.texts.items()})

    later = next_revision(session, published, reworded)
    assert officers_who_met(item_statistics.of_revision(session, later)) == 0
    assert officers_who_met(item_statistics.of_revision(session, published)) == published.bank.plan.length


def rule(session, published, item_id, interaction):
    lead = recorded.person(session)
    foreseen = rulings.dry_run(session, published, item_id, interaction).digest
    rulings.rule(session, published, item_id, interaction, "Wrong.", foreseen=foreseen, at=NOW, by=lead)


def test_a_voided_item_leaves_and_every_other_figure_is_by_the_new_marks(session, published):
    submission = taken.take(session, published, taken.right, seed=1)
    item = submission.result["items"][0]["item"]
    rule(session, published, item, None)
    found = by_item(item_statistics.of_revision(session, published))
    assert found[item].void
    assert found[item].statistics.officers == 0
    assert sum(record.statistics.officers for record in found.values()) == published.bank.plan.length - 1


def test_an_item_with_a_new_key_is_counted_by_it(session, published):
    submissions = [taken.take(session, published, taken.wrong, seed=7) for _ in range(30)]
    item = published.bank.by_id()[
        next(
            entry["item"]
            for entry in submissions[0].result["items"]
            if not published.bank.by_id()[entry["item"]].interaction.several
        )
    ]
    assert by_item(item_statistics.of_revision(session, published))[item.id].statistics.facility.value == 0
    rule(session, published, item.id, replace(item.interaction, key=taken.wrong(item)))
    found = by_item(item_statistics.of_revision(session, published))[item.id]
    assert found.statistics.facility.value == 1
    assert found.item.interaction.key == taken.wrong(item)


def test_an_answer_after_the_deadline_counts_where_it_was_accepted_only(session, published):
    for number in range(30):
        submission = taken.take(session, published, taken.blank, seed=7)
        attempt = session.get_one(Attempt, submission.attempt_id)
        item = published.bank.by_id()[attempt.paper["items"][0]["item"]]
        late = {"item_id": item.id, "sequence": 1, "options": sorted(taken.right(item))}
        session.add(Answer(attempt_id=attempt.id, received_at=attempt.closes_at, **late))
        if number < 10:
            accepted(session, submission)
    found = by_item(item_statistics.of_revision(session, published))[item.id]
    assert found.statistics.omission == pytest.approx(20 / 30)


def accepted(session, submission):
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": recorded.person(session).id}
    acceptance = LateAcceptance(
        **stamp,
        officer_id=submission.officer_id,
        attempt_id=submission.attempt_id,
        reason_code="connection",
        answers_digest="x",
    )
    session.add(acceptance)
    session.flush()
    session.add(
        NewMark(
            **stamp,
            officer_id=submission.officer_id,
            submission_id=submission.id,
            acceptance_id=acceptance.id,
            module=submission.module,
            result=submission.result,
            passed=submission.passed,
        )
    )
    session.flush()


def test_answers_that_came_together_and_pauses_tell_no_time(session, published):
    submission = taken.take(session, published, taken.blank, seed=7)
    attempt = session.get_one(Attempt, submission.attempt_id)
    first, second, third, *_others = [entry["item"] for entry in attempt.paper["items"]]
    moments = {first: 90, second: 90, third: 90 + 1801}
    arrivals = sorted((NOW + seconds * taken.MINUTE / 60, item) for item, seconds in moments.items())
    found = item_statistics._seconds(arrivals, opened=NOW)
    assert found == {min(first, second): 90}


def test_languages_of_the_papers_are_compared(session, published):
    taken.many(session, published, 120)
    found = item_statistics.of_revision(session, published)
    compared = [one for record in found.items for one in record.comparisons]
    assert {(one.reference, one.group) for one in compared} == {("en", "fr")}
    assert all(one.found is None for one in compared if one.of_group < 30)


@pytest.mark.parametrize("officers", [3, 40])
def test_the_number_of_statements_does_not_grow_with_the_officers(session, published, officers):
    taken.many(session, published, officers)
    session.expire_all()
    asked = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", listener := lambda *args: asked.append(args[2]))
    item_statistics.of_revision(session, published)
    event.remove(engine, "before_cursor_execute", listener)
    assert 0 < len([statement for statement in asked if statement.lstrip().upper().startswith("SELECT")]) <= 8


def test_what_was_worked_out_is_worked_out_again_once_somebody_has_submitted(session, published):
    taken.take(session, published, taken.right, seed=1)
    first = item_statistics.of_revision(session, published)
    again = item_statistics.of_revision(session, published)
    assert again.items is first.items
    taken.take(session, published, taken.right, seed=2)
    assert item_statistics.of_revision(session, published).reliability.officers == 2
