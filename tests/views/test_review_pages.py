"""A review in the pages: comments at their place, a verdict by somebody else, published once."""

import re
from html import unescape

import pytest

from quizzes.parts import MODULE
from tests.services.recorded import ZONE
from training_app.clock import now
from training_app.models.authoring import ReviewComment, ReviewVerdict
from training_app.models.training import ModuleRevision
from training_app.services import drafts, reviews


@pytest.fixture
def review(agency) -> str:
    """The address of a review of what the first trainer changed."""
    by = agency.person("DP-4001")
    with agency.database.transaction() as session:
        draft = drafts.open_draft(session, "ai-limits", at=now(), zone=ZONE, by=by)
        content = {**drafts.part(session, draft, MODULE).content, "title": {"en": "The limits of AI tools"}}
        drafts.save(session, draft, MODULE, content, made_from=0, at=now(), zone=ZONE, by=by)
        return f"/content/reviews/{reviews.put_up(session, draft, 'A clearer title.', at=now(), zone=ZONE, by=by).id}"


def words_on(page) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_authors_note_stands_first_then_what_changed_with_the_words_marked(agency, review):
    page = agency.browser("trainer2").get(review)
    shown = words_on(page)
    assert shown.index("A clearer title.") < shown.index("What changed, place by place")
    assert '<ins><span class="vh">added: </span>tools</ins>' in page.text, "seen and heard"
    assert "parts are as they were." in shown


def test_its_author_sees_it_and_cannot_decide_on_it_whatever_is_sent(agency, review):
    author = agency.browser("trainer")
    page = author.get(review)
    assert "Approve and publish" not in page.text
    before = agency.count(ModuleRevision)
    for act in ("approve", "return"):
        refused = author.post(f"{review}/{act}", {"note": ""})
        assert refused.status_code == 422
        assert "You wrote a part of this" in words_on(refused)
    assert (agency.count(ModuleRevision), agency.count(ReviewVerdict)) == (before, 0)


def test_approving_twice_publishes_once_and_says_that_it_has_ended(agency, review):
    reviewer, before = agency.browser("trainer2"), agency.count(ModuleRevision)
    reviewer.get(review)
    assert reviewer.post(f"{review}/approve", {"note": "Good."}).status_code == 303
    for browser, act in ((reviewer, "approve"), (agency.browser("lead"), "return")):
        refused = browser.post(f"{review}/{act}", {"note": ""})
        assert refused.status_code == 422
        assert "This review has ended" in words_on(refused)
    assert (agency.count(ModuleRevision), agency.count(ReviewVerdict)) == (before + 1, 1)
    assert "The limits of AI tools" in words_on(reviewer.get("/content"))
    assert "The limits of AI tools" in words_on(agency.browser("officer").get("/modules/ai-limits"))


def test_a_comment_stands_at_its_paragraph_once_and_nowhere_else(agency, review):
    reviewer = agency.browser("trainer2")
    page = reviewer.get(review)
    place = next(
        found for found in re.findall(r'name="place" value="([^"]+)"', page.text) if found.startswith("module#")
    )
    for _click in range(2):
        answer = reviewer.post(f"{review}/comments", {"place": place, "text": "Which tools?"})
        assert answer.status_code == 303
    assert words_on(reviewer.get(review)).count("Which tools?") == 1
    assert reviewer.post(f"{review}/comments", {"place": "module#9999", "text": "x"}).status_code == 422
    assert reviewer.post(f"{review}/comments", {"place": place, "text": " "}).status_code == 422
    with agency.database.reading() as session:
        assert [row.place for row in session.query(ReviewComment)] == [place]


def test_what_is_returned_is_open_to_its_authors_again_with_the_reason(agency, review):
    author, reviewer = agency.browser("trainer"), agency.browser("trainer2")
    reviewer.get(review)
    reviewer.post(f"{review}/return", {"note": "Say which tools."})
    assert "Say which tools." in words_on(author.get(review))
    draft = author.post("/content/drafts/of/ai-limits").location
    assert "It came back from review" in words_on(author.get(draft))
    assert author.get(f"{draft}/module").status_code == 200


def test_an_author_takes_it_back_and_nobody_else_does(agency, review):
    reviewer, author = agency.browser("trainer2"), agency.browser("trainer")
    reviewer.get(review)
    assert reviewer.post(f"{review}/withdraw").status_code == 422
    author.get(review)
    assert author.post(f"{review}/withdraw").status_code == 303
    assert "Taken back by an author" in words_on(reviewer.get(review))


@pytest.mark.parametrize("mailbox", ["oversight", "registrar"])
def test_who_only_reads_content_reads_a_review_and_decides_nothing(agency, review, mailbox):
    browser = agency.browser(mailbox)
    page = browser.get(review)
    assert page.status_code == 200
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0]
    for act in ("comments", "approve", "return", "withdraw"):
        assert browser.post(f"{review}/{act}", {"note": "", "text": "x"}).status_code == 403
    assert agency.browser("officer").get(review).status_code == 403
    assert browser.get("/content/reviews/999").status_code == 404
