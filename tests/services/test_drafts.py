"""Modules written by several, reviewed by others, published whole: nothing is overwritten, nothing passes unseen."""

from pathlib import Path

import pytest
from sqlalchemy import select

from quizzes.parts import MODULE, PAPER, item_part, lesson_part
from tests.services import qualified
from tests.services.recorded import NOW, ZONE
from training_app.models.authoring import DraftSave, ReviewVerdict
from training_app.models.training import ModuleRevision
from training_app.rules.trainers import Condition
from training_app.services import content, drafts, reviews
from training_app.services.trainer_acts import NotAllowed

ROOT = Path(__file__).parents[2]
LESSON = lesson_part("en", "01-what-a-tool-does")


@pytest.fixture
def session(demo_session):
    """The starter content is in it, too."""
    return demo_session


@pytest.fixture
def people(session):
    return [qualified.trainer(session) for _ in range(3)]


@pytest.fixture
def draft(session, people):
    return drafts.open_draft(session, "ai-limits", at=NOW, zone=ZONE, by=people[0])


def change(session, draft, by, *, title="Another title", made_from=None):
    stands = drafts.part(session, draft, MODULE)
    version = stands.version if made_from is None else made_from
    return drafts.save(
        session, draft, MODULE, {**stands.content, "title": {"en": title}}, made_from=version, at=NOW, zone=ZONE, by=by
    )


def put_up(session, draft, by):
    return reviews.put_up(session, draft, "A clearer title.", at=NOW, zone=ZONE, by=by)


def test_a_draft_begins_as_its_module_is_published(session, draft):
    newest = content.newest(session, "ai-limits")
    whole = drafts.whole(session, draft)
    assert whole.faults == ()
    assert whole.digest == newest.revision.digest
    assert (whole.module, whole.bank) == (newest.module, newest.bank)


def test_two_who_open_a_draft_of_one_module_get_the_same(session, draft, people):
    assert drafts.open_draft(session, "ai-limits", at=NOW, zone=ZONE, by=people[1]).id == draft.id


def test_who_saves_from_a_version_that_is_not_the_latest_is_told_and_nothing_is_lost(session, draft, people):
    change(session, draft, people[0], title="Mine")
    with pytest.raises(drafts.SavedMeanwhile) as refused:
        change(session, draft, people[1], title="Theirs", made_from=0)
    assert refused.value.theirs.content["title"] == {"en": "Mine"}
    assert drafts.part(session, draft, MODULE).content["title"] == {"en": "Mine"}
    assert change(session, draft, people[1], title="Theirs", made_from=1).version == 2
    kept = session.scalars(select(DraftSave).where(DraftSave.draft_id == draft.id).order_by(DraftSave.version))
    assert [row.content["title"]["en"] for row in kept] == ["Mine", "Theirs"]


def test_saving_what_stands_already_adds_nothing_even_from_an_older_version(session, draft, people):
    saved = change(session, draft, people[0], title="Mine")
    again = drafts.save(session, draft, MODULE, saved.content, made_from=0, at=NOW, zone=ZONE, by=people[0])
    assert again.version == saved.version == 1


def test_a_part_that_is_taken_out_is_gone_from_the_whole(session, draft, people):
    name = item_part("al-tool-01")
    drafts.save(session, draft, name, None, made_from=0, at=NOW, zone=ZONE, by=people[0])
    assert name not in drafts.parts(session, draft)
    assert "al-tool-01" not in drafts.whole(session, draft).bank.by_id()


def test_an_unfinished_draft_says_what_is_missing_and_cannot_be_put_up(session, people):
    new = drafts.open_draft(session, "body-cameras", at=NOW, zone=ZONE, by=people[0])
    started = {"subject_area": "rights", "languages": ["en"], "title": {"en": "Body cameras"}}
    drafts.save(session, new, MODULE, started, made_from=0, at=NOW, zone=ZONE, by=people[0])
    problems = [str(fault) for fault in drafts.whole(session, new).faults]
    assert "body-cameras/module.toml: lacks 'law_as_of'" in problems
    with pytest.raises(reviews.NotReady) as refused:
        put_up(session, new, people[0])
    assert [str(fault) for fault in refused.value.faults] == problems


def test_what_nobody_changed_cannot_be_put_up(session, draft, people):
    with pytest.raises(reviews.NothingNew):
        put_up(session, draft, people[0])


def test_while_it_waits_for_review_nothing_can_be_changed_and_after_it_was_taken_back_it_can(session, draft, people):
    change(session, draft, people[0])
    review = put_up(session, draft, people[0])
    assert put_up(session, draft, people[0]).id == review.id
    with pytest.raises(drafts.DraftClosed):
        change(session, draft, people[0], title="Later")
    with pytest.raises(drafts.DraftClosed):
        drafts.give_up(session, draft, at=NOW, by=people[0])
    reviews.withdraw(session, review, at=NOW, by=people[0])
    assert change(session, draft, people[0], title="Later").version == 2


def test_nobody_reviews_what_they_wrote_a_part_of(session, draft, people):
    author, other, reviewer = people
    change(session, draft, author)
    change(session, draft, other, title="By another")
    review = put_up(session, draft, author)
    for hand in (author, other):
        with pytest.raises(reviews.OwnWork):
            reviews.approve(session, review, "", at=NOW, zone=ZONE, by=hand)
        with pytest.raises(reviews.OwnWork):
            reviews.give_back(session, review, "No.", at=NOW, zone=ZONE, by=hand)
    with pytest.raises(reviews.NotAnAuthor):
        reviews.withdraw(session, review, at=NOW, by=reviewer)
    assert reviews.approve(session, review, "", at=NOW, zone=ZONE, by=reviewer).digest == review.digest


def test_an_approval_publishes_the_very_content_that_was_put_up_and_closes_the_draft(session, draft, people):
    change(session, draft, people[0], title="The limits of tools")
    review = put_up(session, draft, people[0])
    revision = reviews.approve(session, review, "Good.", at=NOW, zone=ZONE, by=people[1])
    newest = content.newest(session, "ai-limits")
    assert newest.revision.id == revision.id
    assert newest.module.title == {"en": "The limits of tools"}
    assert (revision.digest, revision.content, revision.bank) == (review.digest, review.content, review.bank)
    assert not drafts.is_open(session, draft)
    assert reviews.behind(session, revision).note == "A clearer title."
    with pytest.raises(reviews.ReviewEnded):
        reviews.approve(session, review, "", at=NOW, zone=ZONE, by=people[2])
    later = drafts.open_draft(session, "ai-limits", at=NOW, zone=ZONE, by=people[0])
    assert (later.id != draft.id, later.based_on_id) == (True, revision.id)


def test_what_comes_back_can_be_changed_and_put_up_again(session, draft, people):
    change(session, draft, people[0])
    first = put_up(session, draft, people[0])
    reviews.give_back(session, first, "Say which tools.", at=NOW, zone=ZONE, by=people[1])
    change(session, draft, people[0], title="Better")
    second = put_up(session, draft, people[0])
    assert (second.number, [one.number for one in reviews.of_draft(session, draft)]) == (2, [2, 1])
    assert reviews.verdict_of(session, first).note == "Say which tools."


def test_a_comment_stands_at_its_place_and_a_double_click_is_one(session, draft, people):
    change(session, draft, people[0])
    review = put_up(session, draft, people[0])
    for _ in range(2):
        reviews.comment(session, review, f"{LESSON}#3", "Source?", at=NOW, zone=ZONE, by=people[1])
    reviews.comment(session, review, f"{LESSON}#3", "Added.", at=NOW, zone=ZONE, by=people[0])
    found = reviews.comments(session, review)
    assert {place: [one.text for one in written] for place, written in found.items()} == {
        f"{LESSON}#3": ["Source?", "Added."]
    }
    reviews.approve(session, review, "", at=NOW, zone=ZONE, by=people[1])
    with pytest.raises(reviews.ReviewEnded):
        reviews.comment(session, review, f"{LESSON}#3", "Too late.", at=NOW, zone=ZONE, by=people[1])


def test_the_tables_refuse_a_verdict_of_who_put_it_up(session, draft, people):
    change(session, draft, people[0])
    review = put_up(session, draft, people[0])
    facts = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": people[0].id, "requested_by_id": people[0].id}
    revision = session.scalars(select(ModuleRevision)).first()
    session.add(ReviewVerdict(**facts, request_id=review.id, outcome="approved", note="", revision_id=revision.id))
    with pytest.raises(Exception, match="four_eyes"):
        session.flush()


def test_a_paper_plan_is_a_part_of_its_own(session, draft, people):
    stands = drafts.part(session, draft, PAPER)
    plan = {**stands.content["paper"], "minutes": 30}
    drafts.save(session, draft, PAPER, {**stands.content, "paper": plan}, made_from=0, at=NOW, zone=ZONE, by=people[0])
    whole = drafts.whole(session, draft)
    assert (whole.faults, whole.bank.plan.minutes) == ((), 30)


def test_nothing_is_written_in_a_module_before_its_subject_area_is_stated_nor_by_who_is_not_qualified_for_it(session):
    author = qualified.trainer(session, subject="rights")
    new = drafts.open_draft(session, "body-cameras", at=NOW, zone=ZONE, by=author)
    by = {"made_from": 0, "at": NOW, "zone": ZONE, "by": author}
    started = {"languages": ["en"], "title": {"en": "Body cameras"}}
    for name, written in ((LESSON, {"title": "When"}), (MODULE, started), (MODULE, started | {"subject_area": ""})):
        with pytest.raises(drafts.SubjectAreaMissing):
            drafts.save(session, new, name, written, **by)
    with pytest.raises(NotAllowed) as refused:
        drafts.save(session, new, MODULE, started | {"subject_area": "ai"}, **by)
    assert refused.value.unmet == (Condition.NOT_QUALIFIED,)
    stated = drafts.save(session, new, MODULE, started | {"subject_area": "rights"}, **by)
    drafts.save(session, new, LESSON, {"title": "When"}, **by)
    with pytest.raises(drafts.SubjectAreaMissing):
        drafts.save(session, new, MODULE, started, **by | {"made_from": stated.version})
