"""Every quiz of the starter content, as it is shipped, is passed by who knows, in each of its languages."""

import pytest

from courses import catalogue as courses
from quizzes import catalogue as quizzes
from tests.services import recorded
from tests.services.recorded import NOW
from training_app.models.training import Mode
from training_app.services import content, training

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
