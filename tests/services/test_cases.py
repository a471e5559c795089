"""Cases of certification on real databases: one award whatever happens, and nobody decides about themselves.

`docs/certification.md` lists every case with its test.
"""

import shutil
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from secrets import token_urlsafe

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from quizzes.paper import Paper
from tests.patience import PATIENCE_SECONDS
from tests.processes import PROCESSES
from tests.services import recorded, version_life
from tests.services.recorded import Interruption, interrupted
from tests.services.version_life import NOW, ask, person
from tests.views.officer_walk import right
from training_app import demo
from training_app.db import Database
from training_app.models.base import Fact
from training_app.models.certification import Award, AwardEnd, AwardReview, AwardUpholding
from training_app.models.people import (
    Evaluation,
    OfficerReinstatement,
    OfficerSuspension,
    Person,
    RetrainingOrder,
    RoleAssignment,
    SeatGrant,
)
from training_app.models.training import Attempt, Mode, Submission
from training_app.rules.access import Ground
from training_app.rules.facts import AwardKind, Level
from training_app.services import certification, content, sittings, training

LATER = NOW + timedelta(hours=3)


def answer_all(session: Session, officer: Person, *, at=NOW) -> int:
    """Open the quiz of the whole course, answer everything rightly, and return the attempt's id."""
    published = content.newest(session, "ai-limits")
    attempt = training.open_attempt(session, officer, published, Mode.ASSESSMENT, language="en", seed=7, at=at)
    for entry in Paper.from_json(attempt.paper).items:
        chosen = right(published.bank.by_id()[entry.item_id])
        training.save_answer(session, attempt, entry.item_id, chosen, sequence=None, at=at)
    return attempt.id


def submit(session: Session, attempt_id: int, *, at=LATER) -> Submission:
    officer = session.get_one(Person, session.get_one(Attempt, attempt_id).officer_id)
    found = sittings.sitting(session, officer.id, attempt_id, at=at)
    terms = {"zone": demo.ZONE, "new_code": lambda: token_urlsafe(15)}
    return sittings.submit(session, officer, found, blanks_accepted=False, at=at, **terms)


def earned(session: Session, attempt_id: int) -> list[tuple[str, AwardKind, str]]:
    """Return every award of the officer as version, kind and evidence."""
    officer_id = session.get_one(Attempt, attempt_id).officer_id
    rows = certification.awards_of(session, officer_id)
    return sorted((f"{tool.slug} {version.label}", award.kind, award.evidence_key) for award, version, tool in rows)


# -- one award, whatever happens ---------------------------------------------------------------------------------------


def submit_at_once(url: str, attempts: list[int], start: Barrier) -> None:
    """Submit each of the attempts at the same instant as the other process."""
    database = Database(url)
    for attempt_id in attempts:
        start.wait(PATIENCE_SECONDS)
        with database.transaction() as session:
            submit(session, attempt_id)
    database.dispose()


def test_an_attempt_submitted_by_two_processes_at_once_makes_one_submission_and_one_award(demo_database):
    with demo_database.transaction() as session:
        officers = ("DP-1002", "DP-1009", "DP-1011")
        attempts = [answer_all(session, person(session, number)) for number in officers]
    start, url = PROCESSES.Barrier(2), demo_database.url.render_as_string(hide_password=False)
    processes = [PROCESSES.Process(target=submit_at_once, args=(url, attempts, start)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    with demo_database.reading() as session:
        for attempt_id in attempts:
            [submission] = session.scalars(select(Submission).where(Submission.attempt_id == attempt_id)).all()
            assert earned(session, attempt_id) == [
                ("lockpick 5.0", AwardKind.FULL, f"submission:{submission.id}"),
                ("sightline 3.2", AwardKind.FULL, f"submission:{submission.id}"),
            ]


def test_a_crash_before_the_commit_loses_no_answer_and_submitting_again_makes_the_award_once(demo_database):
    with demo_database.transaction() as session:
        attempt_id = answer_all(session, person(session, "DP-1002"))
    with pytest.raises(Interruption), demo_database.transaction() as session:
        interrupted(session, lambda session: submit(session, attempt_id))
    with demo_database.reading() as session:
        assert training.submission_of(session, session.get_one(Attempt, attempt_id)) is None
        assert earned(session, attempt_id) == []
    with demo_database.transaction() as session:
        assert submit(session, attempt_id).passed
    with demo_database.reading() as session:
        assert len(earned(session, attempt_id)) == 2


def test_a_crash_after_the_commit_loses_no_award_and_doing_it_again_makes_none(demo_database):
    """What comes after an award, as a mail or a grade, is read from the awards: whoever does it anew finds them all."""
    with demo_database.transaction() as session:
        attempt_id = answer_all(session, person(session, "DP-1002"))
    with demo_database.transaction() as session:
        first = submit(session, attempt_id).id
    with demo_database.reading() as session:
        before = earned(session, attempt_id)
    with demo_database.transaction() as session:
        assert submit(session, attempt_id, at=LATER + timedelta(days=1)).id == first
        again = certification.award_what_is_due(
            session, person(session, "DP-1002"), at=LATER, recorded_at=LATER, zone=demo.ZONE, new_code=str
        )
        assert again == []
    with demo_database.reading() as session:
        assert earned(session, attempt_id) == before
        assert len(before) == 2


# -- a release, and a new revision, while an attempt is open -----------------------------------------------------------


def publish_another_revision(session: Session, starter: tuple[Path, Path], folder: Path) -> None:
    """Publish the whole course with another summary, and with it every module as it is."""
    modules, banks = starter
    shutil.copytree(modules, folder / "modules")
    module = folder / "modules" / "ai-limits" / "module.toml"
    text = module.read_text("utf-8")
    start = text.index('en = "', text.index("[summary]")) + len('en = "')
    module.write_text(f"{text[:start]}Revised. {text[start:]}", "utf-8")
    [new] = content.load_catalogue(session, folder / "modules", banks, at=NOW + timedelta(hours=1))
    assert new.slug == "ai-limits"


def test_an_attempt_open_at_a_release_finishes_on_its_revision_and_covers_the_old_version_only(
    demo_session, starter, tmp_path
):
    opened_on = content.newest(demo_session, "ai-limits").revision
    attempt_id = answer_all(demo_session, person(demo_session, "DP-1002"))
    publish_another_revision(demo_session, starter, tmp_path)
    made = version_life.prepare(demo_session, "3.3")
    version_life.assess(demo_session, "3.2", "3.3", Level.DIFFERENCES, "sightline-3-3")
    version_life.release(demo_session, made, effective_at=NOW + timedelta(hours=2), at=NOW + timedelta(hours=2))
    submission = submit(demo_session, attempt_id)
    assert content.newest(demo_session, "ai-limits").revision.id != opened_on.id
    [award] = [
        award
        for award, _version, tool in certification.awards_of(demo_session, submission.officer_id)
        if tool.slug == "sightline"
    ]
    assert award.evidence["revisions"] == {f"submission:{submission.id}": opened_on.digest}
    assert ask(demo_session, "DP-1002", "3.2", at=LATER).allowed
    refused = ask(demo_session, "DP-1002", "3.3", at=LATER)
    assert (refused.grounds, refused.standing.path.modules) == ((Ground.OVERDUE,), ("sightline-3-3",))


# -- nobody decides about themselves -----------------------------------------------------------------------------------

#: What each act about a person needs besides whom it is about; ids name nothing, for the person is looked at first.
ACTS: dict[type[Fact], dict[str, object]] = {
    RoleAssignment: {"role": "registrar", "granted": True},
    OfficerSuspension: {"reason_code": "other"},
    OfficerReinstatement: {"suspension_id": 1, "reason_code": "other"},
    Evaluation: {"outcome": "pending"},
    SeatGrant: {"tool_id": 1, "unit_id": 1, "purposes": [], "justification": "Mine."},
    Award: {
        "version_id": 1, "kind": "full", "policy_id": 1, "steps": [], "attempts_from": NOW, "evidence": {},
        "evidence_key": "mine", "holder_name": "I", "code": "mine",
    },
    AwardEnd: {"award_id": 1, "kind": "voided", "reason_code": "other"},
    AwardReview: {"award_id": 1, "reason_code": "other"},
    AwardUpholding: {"review_id": 1, "reason_code": "other"},
    RetrainingOrder: {"modules": [], "due": NOW.date(), "reason_code": "audit"},
}  # fmt: skip


@pytest.mark.parametrize("kind", ACTS, ids=lambda kind: kind.__tablename__)
def test_the_tables_refuse_what_anybody_decides_about_themselves(session, kind):
    """An observed sign-off earns an award, and its table will say the same; until then no award names its holder."""
    oneself = recorded.person(session).id
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": oneself}
    row = {**stamp, kind.about: oneself, **ACTS[kind]}
    with pytest.raises(IntegrityError, match=r"not_(of|to|for)_oneself"), session.begin_nested():
        session.execute(kind.__table__.insert().values(**row))
