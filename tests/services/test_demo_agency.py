"""The demo agency as rows: the promised answers, a way through an update, and what a release writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from quizzes.paper import Paper
from tests.rules.factories import local
from training_app import demo
from training_app.errors import TrainingError
from training_app.models import Base
from training_app.models.certification import Award
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.models.training import Answer, Mode, Submission
from training_app.rules.access import Ground, Question
from training_app.rules.cards import Card, GroupFigure, GroupTest
from training_app.rules.civil_time import CivilInstant
from training_app.rules.facts import AwardKind, Level, Prohibition
from training_app.services import (
    access,
    assessments,
    award_reviews,
    cards,
    certification,
    content,
    forecasts,
    releases,
    requirements,
    second_signatures,
    training,
)

NOW = local("2026-11-22 12:00")
ROOT = Path(__file__).parents[2]
CARD = Card(
    "Licensed portraits.",
    "Pictures taken at night.",
    (GroupFigure("Women", "False matches", "0.5 %"),),
    (GroupTest(NOW.date(), "Methods unit", "Sample", "women and men", "No difference."),),
)


@pytest.fixture
def agency(demo_session):
    return demo_session


@pytest.fixture
def codes():
    serial = count(1)
    return lambda: f"code-{next(serial)}"


def ask(session, number, label, *, at=NOW):
    question = Question(number, "sightline", label)
    return access.answer(session, question, zone=demo.ZONE, at=at, known_at=at)


def person(session, number) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def take(session, officer, module, codes, *, at: datetime, right: bool = True):
    """Take the quiz of *module* as *officer*, all answers right or all wrong; return the awards it earned."""
    published = content.newest(session, module)
    attempt = training.open_attempt(session, officer, published, Mode.ASSESSMENT, language="en", seed=7, at=at)
    for entry in Paper.from_json(attempt.paper).items:
        key = published.bank.by_id()[entry.item_id].interaction.key
        chosen = key if right else sorted(frozenset(entry.options) - key)[:1]
        training.save_answer(session, attempt, entry.item_id, chosen, sequence=None, at=at)
    submission = training.submit(session, attempt, published, blanks_accepted=False, at=at)
    return certification.award_what_is_due(
        session, officer, at=submission.effective_at, recorded_at=at, zone=demo.ZONE, new_code=codes
    )


def tool_of(session, award: Award) -> str:
    return session.get_one(ToolVersion, award.version_id).tool.slug


def prepare_3_3(session, *, at: datetime) -> ToolVersion:
    """Register, announce and assess 3.3 as two registrars would; ready to be released."""
    author, second = person(session, "DP-3001"), person(session, "DP-3002")
    tool = session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
    before = session.scalars(select(ToolVersion).where(ToolVersion.label == "3.2")).one()
    new = releases.NewVersion("3.3", before.id, "Night camera input.", "Press Stop.", Prohibition.NONE)
    version = releases.register_version(session, tool, new, at=at, by=author)
    cards.revise_version_card(session, version, CARD, seen=0, at=at, by=author)
    releases.announce(session, version, at=at, by=author)
    asked = requirements.propose_requirements(
        session, version, full=["ai-limits"], renewal=["ai-limits"], at=at, by=author
    )
    requirements.sign_requirements(session, asked, at=at, by=second)
    verdict = assessments.Verdict(Level.DIFFERENCES, 0, ("sightline-3-3",), "Night input has limits of its own.", None)
    assessment = assessments.assess(session, before, version, verdict, at=at, by=author)
    assessments.sign_assessment(session, assessment, reason=None, at=at, by=second, zone=demo.ZONE)
    return version


@contextmanager
def counted(session) -> Iterator[dict[str, int]]:
    """Count the rows of every table before and after, and give what was added."""

    def rows():
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }

    before, added = rows(), {}
    yield added
    added.update({name: now - before[name] for name, now in rows().items() if now != before[name]})


@pytest.mark.parametrize(
    ("number", "for_3_1", "for_3_2"),
    [
        ("DP-1001", set(), {"overdue"}),
        ("DP-1002", {"never-certified"}, {"never-certified"}),
        ("DP-1003", set(), set()),
        ("DP-1004", {"evaluation-not-in-force"}, {"evaluation-not-in-force"}),
        ("DP-1005", {"no-seat"}, {"no-seat"}),
        ("DP-1006", {"suspended"}, {"suspended"}),
        ("DP-1007", {"not-covered"}, set()),
    ],
)
def test_rows_give_the_promised_answers(agency, number, for_3_1, for_3_2):
    assert set(ask(agency, number, "3.1").grounds) == for_3_1
    assert set(ask(agency, number, "3.2").grounds) == for_3_2


def test_loading_twice_changes_nothing(agency, starter):
    with counted(agency) as added:
        assert not demo.load(agency, password_hash="x")
        content.load_catalogue(agency, *starter, at=NOW)
    assert added == {}


def test_an_officer_who_passes_is_certified_on_the_newest_version_in_use(agency, codes):
    officer = person(agency, "DP-1002")
    assert take(agency, officer, "ai-limits", codes, at=NOW, right=False) == []
    later = NOW + timedelta(hours=1)
    awards = {tool_of(agency, award): award for award in take(agency, officer, "ai-limits", codes, at=later)}
    assert set(awards) == {"lockpick", "sightline"}, "a module counts for every tool that asks for it"
    assert awards["sightline"].kind is AwardKind.FULL
    assert ask(agency, "DP-1002", "3.2", at=later).allowed
    assert ask(agency, "DP-1002", "3.2", at=later).standing.last_day.isoformat() == "2028-11-22"


def test_after_an_update_only_what_changed_is_taken_and_the_last_day_stays(agency, codes):
    officer = person(agency, "DP-1002")
    take(agency, officer, "ai-limits", codes, at=NOW)
    last_day = ask(agency, "DP-1002", "3.2").standing.last_day
    version = prepare_3_3(agency, at=NOW + timedelta(hours=1))
    released_at = NOW + timedelta(hours=2)
    releases.release(
        agency, version, effective_at=released_at, at=released_at, by=person(agency, "DP-3001"),
        seen="0" * 64, foreseen="0" * 64, zone=demo.ZONE,
    )  # fmt: skip
    refused = ask(agency, "DP-1002", "3.3", at=released_at)
    assert refused.grounds == (Ground.OVERDUE,)
    assert refused.standing.path.modules == ("sightline-3-3",)
    assert ask(agency, "DP-1002", "3.2", at=released_at).allowed
    [award] = take(agency, officer, "sightline-3-3", codes, at=released_at + timedelta(hours=1))
    assert award.kind is AwardKind.DELTA
    certified = ask(agency, "DP-1002", "3.3", at=released_at + timedelta(hours=1))
    assert certified.allowed
    assert certified.standing.last_day == last_day


def test_one_sitting_covers_each_version_on_the_path(agency, codes):
    officer = person(agency, "DP-1001")
    prepare_3_3(agency, at=NOW)
    later = NOW + timedelta(hours=1)
    assert take(agency, officer, "sightline-3-3", codes, at=later) == []
    both = take(agency, officer, "sightline-3-2", codes, at=later)
    assert [award.steps[-1]["end"] for award in both] == ["3.2", "3.3"]


def test_when_the_award_below_a_delta_is_voided_the_same_pass_earns_it_on_another_award_of_the_term(agency, codes):
    officer = person(agency, "DP-1001")
    [first] = take(agency, officer, "sightline-3-2", codes, at=NOW)
    base = agency.get_one(Award, first.base_id)
    copied = {
        column.name: getattr(base, column.name)
        for column in Award.__table__.columns
        if column.name not in {"id", "code"}
    }
    another = Award(**copied | {"evidence_key": "import:another", "effective_at": local("2026-06-01")}, code="another")
    agency.add(another)
    agency.flush()
    judge = person(agency, "DP-6001")
    review = award_reviews.put_under_review(agency, base, award_reviews.Doubt.EVIDENCE_DOUBTED, at=NOW, by=judge)
    award_reviews.void(agency, review, award_reviews.Voided.DECEPTION, at=NOW, by=judge)
    assert ask(agency, "DP-1001", "3.2").grounds == (Ground.OVERDUE,)
    terms = {"at": NOW, "recorded_at": NOW, "zone": demo.ZONE, "new_code": codes}
    [anew] = certification.award_what_is_due(agency, officer, **terms)
    assert (anew.base_id, anew.evidence["met_by"]) == (another.id, first.evidence["met_by"])
    assert ask(agency, "DP-1001", "3.2").allowed
    assert certification.award_what_is_due(agency, officer, **terms) == []


def test_earning_twice_makes_one_award_for_each_tool(agency, codes):
    officer = person(agency, "DP-1002")
    take(agency, officer, "ai-limits", codes, at=NOW)
    again = certification.award_what_is_due(agency, officer, at=NOW, recorded_at=NOW, zone=demo.ZONE, new_code=codes)
    assert again == []
    awards = agency.scalars(select(Award).where(Award.officer_id == officer.id)).all()
    assert sorted(tool_of(agency, award) for award in awards) == ["lockpick", "sightline"]


def test_releasing_writes_the_same_rows_whatever_the_number_of_officers(agency):
    version = prepare_3_3(agency, at=NOW)
    written = []
    for crowd in (10, 100_000):
        certified(agency, crowd)
        outer = agency.begin_nested()
        with counted(agency) as added:
            releases.release(
                agency, version, effective_at=NOW, at=NOW, by=person(agency, "DP-3001"),
                seen="0" * 64, foreseen="0" * 64, zone=demo.ZONE,
            )  # fmt: skip
        written.append(dict(added))
        outer.rollback()
    entry = {"journal_entry": 1, "journal_payload": 1, "journal_waiting": 1}
    assert written[0] == {"version_fact": 1, "answer_change": 1} | entry
    assert written[1] == written[0]


def certified(session, number: int) -> None:
    """Add *number* officers with a full award on 3.1, past the journal, which the release does not read."""
    template = session.scalars(select(Award).where(Award.kind == AwardKind.FULL)).first()
    stamp = {"effective_at": NOW, "recorded_at": NOW}
    first = 10 + session.scalar(select(func.max(Person.id)))
    people = [
        {**stamp, "id": first + n, "service_number": f"crowd-{first + n}", "name": "One of many", "email": None}
        for n in range(number)
    ]
    award = {
        **stamp, "version_id": template.version_id, "kind": AwardKind.FULL, "policy_id": template.policy_id,
        "steps": [], "attempts_from": NOW, "evidence": {}, "evidence_key": "import:crowd", "holder_name": "One of many",
    }  # fmt: skip
    connection = session.connection()
    connection.execute(Person.__table__.insert(), people)
    # A foreign key is looked up as was best when there were few people, until the server is told that there are many.
    connection.exec_driver_sql("ANALYZE person")
    connection.execute(
        Award.__table__.insert(),
        [{**award, "officer_id": one["id"], "code": one["service_number"]} for one in people],
    )


def test_without_the_second_signature_nothing_is_released(agency):
    author, second = person(agency, "DP-3001"), person(agency, "DP-3002")
    before = agency.scalars(select(ToolVersion).where(ToolVersion.label == "3.2")).one()
    tool = agency.scalars(select(Tool).where(Tool.slug == "sightline")).one()
    new = releases.NewVersion("3.3", before.id, "Night camera input.", "Press Stop.", Prohibition.NONE)
    version = releases.register_version(agency, tool, new, at=NOW, by=author)
    verdict = assessments.Verdict(Level.DIFFERENCES, 0, ("sightline-3-3",), "Night input.", None)
    assessment = assessments.assess(agency, before, version, verdict, at=NOW, by=author)

    def release():
        digest = "0" * 64
        releases.release(
            agency, version, effective_at=NOW, at=NOW, by=author, seen=digest, foreseen=digest, zone=demo.ZONE
        )

    with pytest.raises(releases.NotReleasable) as refusal:
        release()
    missing = {"not-announced", "no-requirements", "no-card", "unassessed"}
    assert {found.kind.value for found in refusal.value.obstacles} == missing
    with pytest.raises(second_signatures.SameSigner):
        assessments.sign_assessment(agency, assessment, reason=None, at=NOW, by=author, zone=demo.ZONE)
    assessments.sign_assessment(agency, assessment, reason=None, at=NOW, by=second, zone=demo.ZONE)
    with pytest.raises(second_signatures.AlreadyDone):
        assessments.sign_assessment(agency, assessment, reason=None, at=NOW, by=second, zone=demo.ZONE)
    asked = requirements.propose_requirements(agency, version, full=["ai-limits"], renewal=[], at=NOW, by=author)
    requirements.sign_requirements(agency, asked, at=NOW, by=second)
    cards.revise_version_card(agency, version, CARD, seen=0, at=NOW, by=author)
    releases.announce(agency, version, at=NOW, by=author)
    release()
    assert agency.scalar(select(func.count()).select_from(VersionFact).where(VersionFact.version_id == version.id)) == 2


def test_a_label_is_registered_once(agency):
    tool = agency.scalars(select(Tool).where(Tool.slug == "sightline")).one()
    new = releases.NewVersion("3.2", None, "x", "y", Prohibition.NONE)
    with pytest.raises(releases.DuplicateVersion):
        releases.register_version(agency, tool, new, at=NOW, by=person(agency, "DP-3001"))


def test_the_forecast_names_who_is_refused_for_the_new_version(agency):
    version = prepare_3_3(agency, at=NOW)
    foreseen = forecasts.forecast(agency, version, release_at=NOW, at=NOW, zone=demo.ZONE)
    assert {outlook.officer for outlook in foreseen.affected} == {"DP-1001", "DP-1003", "DP-1007", "DP-1008", "DP-1012"}
    assert foreseen.digest == forecasts.forecast(agency, version, release_at=NOW, at=NOW, zone=demo.ZONE).digest


def test_a_release_is_set_for_two_years_ahead_at_most(agency):
    version = prepare_3_3(agency, at=NOW)
    last = local("2028-11-22 23:59")
    assert releases.last_day_for_release(on=CivilInstant(NOW, demo.ZONE)) == last.astimezone(demo.ZONE).date()
    terms = {"at": NOW, "by": person(agency, "DP-3001"), "seen": "0" * 64, "foreseen": "0" * 64, "zone": demo.ZONE}
    with pytest.raises(releases.TooFarAhead):
        releases.release(agency, version, effective_at=last + timedelta(minutes=1), **terms)
    assert releases.release(agency, version, effective_at=last, **terms).effective_at == last


@pytest.mark.parametrize("proposal", ["requirements", "assessment"])
def test_only_the_latest_proposal_is_signed(agency, proposal):
    version = prepare_3_3(agency, at=NOW)
    before = agency.scalars(select(ToolVersion).where(ToolVersion.label == "3.2")).one()
    author, second = person(agency, "DP-3001"), person(agency, "DP-3002")
    verdict = assessments.Verdict(Level.DIFFERENCES, 0, ("sightline-3-3",), "Night input.", None)

    def write():
        if proposal == "assessment":
            return assessments.assess(agency, before, version, verdict, at=NOW, by=author)
        return requirements.propose_requirements(
            agency, version, full=["ai-limits"], renewal=[], change=verdict, at=NOW, by=author
        )

    def sign(written):
        if proposal == "assessment":
            assessments.sign_assessment(agency, written, reason=None, at=NOW, by=second, zone=demo.ZONE)
        else:
            requirements.sign_requirements(agency, written, at=NOW, by=second)

    older, newer = write(), write()
    with pytest.raises(second_signatures.Superseded):
        sign(older)
    sign(newer)
    with pytest.raises(second_signatures.Superseded):
        sign(older)


# -- answers -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def attempt(agency):
    published = content.newest(agency, "ai-limits")
    return training.open_attempt(
        agency, person(agency, "DP-1002"), published, Mode.ASSESSMENT, language="en", seed=3, at=NOW
    )


def test_two_tabs_get_one_attempt_and_a_retake_prefers_new_items(agency, attempt):
    officer, published = person(agency, "DP-1002"), content.newest(agency, "ai-limits")
    again = training.open_attempt(agency, officer, published, Mode.ASSESSMENT, language="fr", seed=4, at=NOW)
    assert again.id == attempt.id
    training.submit(agency, attempt, published, blanks_accepted=True, at=NOW)
    retake = training.open_attempt(agency, officer, published, Mode.ASSESSMENT, language="en", seed=3, at=NOW)
    first, second = ({entry.item_id for entry in Paper.from_json(one.paper).items} for one in (attempt, retake))
    assert retake.number == 2
    assert not first & second


def test_of_an_items_answers_the_highest_sequence_number_holds_whatever_the_order_of_arrival(agency, attempt):
    entry = Paper.from_json(attempt.paper).items[0]
    training.save_answer(agency, attempt, entry.item_id, [entry.options[0]], sequence=2, at=NOW)
    training.save_answer(agency, attempt, entry.item_id, [entry.options[1]], sequence=1, at=NOW)
    training.save_answer(agency, attempt, entry.item_id, [entry.options[0]], sequence=2, at=NOW)
    assert training.answers(agency, attempt) == {entry.item_id: frozenset({entry.options[0]})}
    assert agency.scalar(select(func.count()).select_from(Answer)) == 2


def test_an_answer_that_is_not_on_the_paper_is_refused(agency, attempt):
    entry = Paper.from_json(attempt.paper).items[0]
    for item, options in ((entry.item_id, ["zz"]), ("elsewhere", ["a"])):
        with pytest.raises(training.UnknownAnswer):
            training.save_answer(agency, attempt, item, options, sequence=None, at=NOW)


def test_past_its_deadline_an_attempt_counts_as_submitted_with_what_was_saved(agency, attempt):
    published = content.newest(agency, "ai-limits")
    entries = Paper.from_json(attempt.paper).items
    bank = published.bank.by_id()
    for entry in entries:
        training.save_answer(agency, attempt, entry.item_id, bank[entry.item_id].interaction.key, sequence=None, at=NOW)
    late = attempt.closes_at + timedelta(seconds=1)
    wrong = sorted(frozenset(entries[0].options) - bank[entries[0].item_id].interaction.key)[:1]
    answer = training.save_answer(agency, attempt, entries[0].item_id, wrong, sequence=None, at=late)
    assert training.is_late(attempt, answer)
    assert training.state(agency, attempt, at=late) is training.AttemptState.CLOSED
    submission = training.submit(agency, attempt, published, blanks_accepted=False, at=late)
    assert submission.passed
    assert submission.effective_at == attempt.closes_at


def test_submitting_twice_is_submitting_once_and_closes_the_attempt(agency, attempt):
    published = content.newest(agency, "ai-limits")
    with pytest.raises(training.Unanswered):
        training.submit(agency, attempt, published, blanks_accepted=False, at=NOW)
    first = training.submit(agency, attempt, published, blanks_accepted=True, at=NOW)
    assert training.submit(agency, attempt, published, blanks_accepted=True, at=NOW).id == first.id
    assert agency.scalar(select(func.count()).select_from(Submission)) == 1
    entry = Paper.from_json(attempt.paper).items[0]
    with pytest.raises(training.AttemptClosed):
        training.save_answer(agency, attempt, entry.item_id, entry.options[:1], sequence=None, at=NOW)


def test_refusals_are_sentences_for_the_user():
    for error in (
        second_signatures.SameSigner(),
        releases.DuplicateVersion("Sightline", "3.3"),
        training.UnknownAnswer(),
    ):
        assert isinstance(error, TrainingError)
        assert str(error).endswith(".")


def test_nothing_is_written_by_asking(agency):
    written = []
    event.listen(agency, "before_flush", lambda *_: written.append(1))
    ask(agency, "DP-1001", "3.2")
    assert not written or not agency.new
