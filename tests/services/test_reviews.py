"""Four eyes by person, one publication whatever is clicked, and officers who stay on the revision they began with."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from quizzes.parts import MODULE, item_part
from tests.services import qualified
from tests.services.recorded import NOW, ZONE
from training_app.models.authoring import ReviewVerdict
from training_app.models.people import RoleAssignment
from training_app.models.tools import Tool
from training_app.models.training import Mode, ModuleRevision
from training_app.rules.civil_time import CivilInstant
from training_app.rules.permissions import Role
from training_app.rules.trainers import Condition, InterestKind
from training_app.services import content, drafts, reviews, trainer_declarations, training
from training_app.services.trainer_acts import NotAllowed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def session(demo_session):
    """The starter content is in it, too."""
    return demo_session


@pytest.fixture
def people(session):
    return [qualified.trainer(session) for _ in range(3)]


def put_up(session, by, *, title="Another title"):
    """Change the title of a published module, and put it up."""
    draft = drafts.open_draft(session, "ai-limits", at=NOW, zone=ZONE, by=by)
    stands = drafts.part(session, draft, MODULE)
    changed = {**stands.content, "title": {"en": title}}
    drafts.save(session, draft, MODULE, changed, made_from=stands.version, at=NOW, zone=ZONE, by=by)
    return reviews.put_up(session, draft, "A clearer title.", at=NOW, zone=ZONE, by=by)


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


def test_a_double_click_on_approve_publishes_once(session, people):
    review = put_up(session, people[0])
    before = count(session, ModuleRevision)
    reviews.approve(session, review, "", at=NOW, zone=ZONE, by=people[1])
    for by in people[1:]:
        with pytest.raises(reviews.ReviewEnded):
            reviews.approve(session, review, "", at=NOW, zone=ZONE, by=by)
        with pytest.raises(reviews.ReviewEnded):
            reviews.give_back(session, review, "", at=NOW, zone=ZONE, by=by)
    assert (count(session, ModuleRevision), count(session, ReviewVerdict)) == (before + 1, 1)


def test_another_role_of_the_same_person_opens_no_second_pair_of_eyes(session, people):
    author = people[0]
    review = put_up(session, author)
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    session.add(RoleAssignment(**stamp, person_id=author.id, role=Role.LEAD, granted=True))
    session.flush()
    assert not reviews.may_review(review, author)
    with pytest.raises(reviews.OwnWork):
        reviews.approve(session, review, "", at=NOW, zone=ZONE, by=author)


def test_who_only_opened_the_draft_or_only_wrote_an_item_that_was_taken_out_has_had_a_hand_in_it(session, people):
    opener, writer, reviewer = people
    draft = drafts.open_draft(session, "ai-limits", at=NOW, zone=ZONE, by=opener)
    item = {"id": "item-01", "kind": "numeric", "texts": {}}
    drafts.save(session, draft, item_part("item-01"), item, made_from=0, at=NOW, zone=ZONE, by=writer)
    drafts.save(session, draft, item_part("item-01"), None, made_from=1, at=NOW, zone=ZONE, by=writer)
    review = put_up(session, writer)
    assert [reviews.may_review(review, person) for person in people] == [False, False, True]
    assert reviews.approve(session, review, "", at=NOW, zone=ZONE, by=reviewer).recorded_by_id == reviewer.id


def test_officers_in_the_middle_of_a_quiz_stay_on_their_revision(session, people):
    author, reviewer, officer = people
    began = content.newest(session, "ai-limits")
    attempt = training.open_attempt(session, officer, began, Mode.ASSESSMENT, language="en", seed=1, at=NOW)
    revision = reviews.approve(session, put_up(session, author), "", at=NOW, zone=ZONE, by=reviewer)
    assert content.newest(session, "ai-limits").revision.id == revision.id
    again = training.open_attempt(
        session, officer, content.newest(session, "ai-limits"), Mode.ASSESSMENT, language="en", seed=2, at=NOW
    )
    assert (again.id, again.revision_id) == (attempt.id, began.revision.id)
    held = content.revision(session, attempt.revision_id)
    assert held.module.title == began.module.title != content.newest(session, "ai-limits").module.title
    done = training.submit(session, attempt, held, blanks_accepted=True, at=NOW)
    assert done.effective_at == NOW


def test_what_was_published_meanwhile_is_not_published_twice(session, people):
    review = put_up(session, people[0])
    content_of, bank = review.content, review.bank
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": None}
    session.add(ModuleRevision(**stamp, slug=review.slug, digest=review.digest, content=content_of, bank=bank))
    session.flush()
    with pytest.raises(reviews.NothingNew):
        reviews.approve(session, review, "", at=NOW, zone=ZONE, by=people[1])
    assert (
        reviews.give_back(session, review, "It is there already.", at=NOW, zone=ZONE, by=people[1]).revision_id is None
    )


def test_a_review_that_was_taken_back_waits_for_nobody_and_nobody_decides_on_it(session, people):
    review = put_up(session, people[0])
    assert [one.id for one in reviews.waiting(session)] == [review.id]
    reviews.withdraw(session, review, at=NOW, by=people[0])
    assert reviews.waiting(session) == []
    with pytest.raises(reviews.ReviewEnded):
        reviews.approve(session, review, "", at=NOW, zone=ZONE, by=people[1])


def test_who_gains_from_the_vendor_of_a_tool_that_the_module_teaches_decides_nothing_on_it(session, people):
    review, employed = put_up(session, people[0]), people[1]
    vendor = session.scalars(select(Tool.vendor).where(Tool.slug == "sightline")).one()
    trainer_declarations.declare_interest(session, employed, InterestKind.EMPLOYED, vendor, on=CivilInstant(NOW, ZONE))
    by = {"at": NOW, "zone": ZONE, "by": employed}
    for act in (
        lambda: reviews.comment(session, review, reviews.WHOLE, "Praise it more.", **by),
        lambda: reviews.give_back(session, review, "Praise it more.", **by),
        lambda: reviews.approve(session, review, "", **by),
    ):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.unmet == (Condition.INTEREST,)
