"""The starter content as it is shipped: every quiz is passed by who knows, and every module is published by two."""

import pytest

from courses import catalogue as courses
from quizzes import catalogue as quizzes
from quizzes.parts import MODULE
from tests.services import recorded
from tests.services.recorded import NOW, ZONE
from tests.services.version_life import person
from training_app.models.training import Mode
from training_app.services import content, drafts, reviews, training

BANKS = quizzes.load_banks(quizzes.STARTER_CONTENT)


@pytest.fixture
def backend() -> str:
    """One database: what is asked here is asked of the content."""
    return "sqlite"


@pytest.mark.parametrize(
    ("slug", "language"), [(slug, language) for slug, bank in BANKS.items() for language in bank.languages]
)
def test_a_paper_answered_by_its_keys_is_passed_with_every_point(session, tmp_path, slug, language):
    for root, name in ((courses.STARTER_CONTENT, "courses"), (quizzes.STARTER_CONTENT, "quizzes")):
        (tmp_path / name).mkdir()
        (tmp_path / name / slug).symlink_to(root / slug)
    content.load_catalogue(session, tmp_path / "courses", tmp_path / "quizzes", at=NOW)
    published = content.newest(session, slug)
    attempt = training.open_attempt(
        session, recorded.person(session), published, Mode.ASSESSMENT, language=language, seed=7, at=NOW
    )
    items = published.bank.by_id()
    drawn = [entry["item"] for entry in attempt.paper["items"]]
    assert len(drawn) == BANKS[slug].plan.length
    for item in drawn:
        key = sorted(items[item].interaction.key)
        training.save_answer(session, attempt, item, key, sequence=None, at=NOW)
    done = training.submit(session, attempt, published, blanks_accepted=False, at=NOW)
    assert (done.passed, done.result["points"]) == (True, str(done.result["of"]))


@pytest.mark.parametrize("slug", BANKS)
def test_every_module_is_published_anew_by_an_author_and_a_reviewer(demo_session, slug):
    author, reviewer = (person(demo_session, number) for number in ("DP-4001", "DP-4002"))
    before = content.newest(demo_session, slug).revision
    draft = drafts.open_draft(demo_session, slug, at=NOW, zone=ZONE, by=author)
    outline = drafts.part(demo_session, draft, MODULE).content
    title = {language: f"{text} (2027)" for language, text in outline["title"].items()}
    drafts.save(demo_session, draft, MODULE, {**outline, "title": title}, made_from=0, at=NOW, zone=ZONE, by=author)
    review = reviews.put_up(demo_session, draft, "The year stands in the title.", at=NOW, zone=ZONE, by=author)
    with pytest.raises(reviews.OwnWork):
        reviews.approve(demo_session, review, "", at=NOW, zone=ZONE, by=author)
    made = reviews.approve(demo_session, review, "Read.", at=NOW, zone=ZONE, by=reviewer)
    assert made.id != before.id
    assert content.newest(demo_session, slug).module.title == title
