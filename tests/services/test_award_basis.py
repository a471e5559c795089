"""What an award rests on is written down with it, and its evidence answers for that."""

from datetime import timedelta
from importlib import import_module

import pytest
from sqlalchemy import text

from tests.services import practised, qualified, taken, version_life
from tests.services.after_the_quiz import LATER, MODULE, NOW, Agency, items_of
from tests.services.recorded import JOURNAL_KEY as KEY
from training_app import demo, migrate
from training_app.models import append_only
from training_app.models.rulings import AppealOutcome
from training_app.rules.doubts import BasisKind
from training_app.rules.facts import Level
from training_app.services import (
    appeals,
    award_basis,
    certification,
    content,
    drafts,
    journal,
    late_answers,
    reviews,
)
from training_app.services.late_answers import Lateness

BEFORE = NOW - timedelta(days=2)
OFFICER = "DP-1002"


@pytest.fixture
def agency(demo_session) -> Agency:
    return Agency(demo_session)


def publish(agency, title, *, at, author, publisher):
    session = agency.session
    when = {"at": at, "zone": demo.ZONE}
    draft = drafts.open_draft(session, MODULE, **when, by=author)
    stands = drafts.part(session, draft, "module")
    changed = {**stands.content, "title": {"en": title}}
    drafts.save(session, draft, "module", changed, made_from=stands.version, **when, by=author)
    request = reviews.put_up(session, draft, "A clearer title.", **when, by=author)
    reviews.approve(session, request, "", at=at + timedelta(hours=1), zone=demo.ZONE, by=publisher)


def told(agency, award) -> list[tuple[BasisKind, int]]:
    return sorted((act.kind, act.trainer) for act in award_basis.of_award(agency.session, award.id))


def test_an_award_rests_on_who_wrote_its_modules_also_earlier_and_on_who_published_them(agency):
    first, second, publisher, other = (qualified.trainer(agency.session) for _ in range(4))
    publish(agency, "One title", at=BEFORE, author=first, publisher=other)
    publish(agency, "Another", at=BEFORE + timedelta(hours=2), author=second, publisher=publisher)
    agency.take(OFFICER)
    (award,) = agency.awards(OFFICER)
    expected = [(BasisKind.WROTE, first.id), (BasisKind.WROTE, second.id), (BasisKind.PUBLISHED, publisher.id)]
    assert told(agency, award) == sorted(expected)
    acts = award_basis.of_award(agency.session, award.id)
    assert {act.scope for act in acts} == {f"subject:{agency.published.module.subject_area}"}
    assert award.evidence["basis"] == award_basis.digest_of(acts)


def test_an_award_on_what_was_shipped_rests_on_nobody(agency):
    agency.take(OFFICER)
    (award,) = agency.awards(OFFICER)
    assert told(agency, award) == []
    assert award.evidence["basis"] == award_basis.digest_of([])


def test_an_award_by_late_answers_rests_on_who_accepted_them(agency):
    attempt = agency.open(OFFICER)
    items = items_of(attempt)
    for item in items:
        at = NOW if item in items[:6] else attempt.closes_at + timedelta(minutes=2)
        agency.answer(attempt, item, right=True, at=at)
    at = attempt.closes_at + timedelta(days=1)
    seen = late_answers.late(agency.session, attempt, "en", at=at).digest
    late_answers.accept(agency.session, attempt, Lateness.OUTAGE, foreseen=seen, at=at, by=agency.lead)
    agency.award(OFFICER, at=at)
    (award,) = agency.awards(OFFICER)
    assert told(agency, award) == [(BasisKind.ACCEPTED_LATE, agency.lead.id)]


def test_an_award_by_an_appeal_rests_on_who_ruled_and_on_who_decided_it(agency):
    attempt = agency.open(OFFICER)
    item = items_of(attempt)[0]
    failed = agency.take(OFFICER, *items_of(attempt)[:2])
    appeal, _ = appeals.appeal(agency.session, failed, item, "Two answers are right.", at=LATER, zone=demo.ZONE)
    ruling = agency.rule(item, at=LATER)
    judge = agency.another_lead()
    (award,) = agency.awards(OFFICER)
    assert told(agency, award) == [(BasisKind.RULED, agency.lead.id)]
    appeals.decide(
        agency.session, appeal, AppealOutcome.UPHELD, "You are right.", ruling, at=LATER, zone=demo.ZONE, by=judge
    )
    acts = award_basis.acts_behind(agency.session, award.evidence)
    told_later = [(BasisKind.DECIDED_APPEAL, judge.id), (BasisKind.RULED, agency.lead.id)]
    assert sorted((act.kind, act.trainer) for act in acts) == told_later, "of an award that is made after the decision"


@pytest.mark.parametrize("at_once", [1, 500])
def test_the_awards_of_before_are_told_what_they_rest_on_when_the_database_is_brought_up_to_date(
    demo_database, monkeypatch, at_once
):
    """Also a few at a time, and however many there are."""
    with demo_database.transaction() as session:
        agency = Agency(session)
        author, publisher = qualified.trainer(session), qualified.trainer(session)
        publish(agency, "One title", at=BEFORE, author=author, publisher=publisher)
        expected = {}
        for officer in (OFFICER, "DP-1011"):
            agency.take(officer)
            award_id = agency.awards(officer)[0].id
            expected[award_id] = award_basis.of_award(session, award_id)
            assert len(expected[award_id]) == 2
    told_anew(demo_database, monkeypatch, at_once)
    with demo_database.transaction() as session:
        assert {award_id: award_basis.of_award(session, award_id) for award_id in expected} == expected


def test_the_signatures_behind_the_awards_of_before_are_told_too(demo_database, monkeypatch):
    with demo_database.transaction() as session:
        version_life.assess(session, "3.1", "3.2", Level.DIFFERENCES_OBSERVED, "sightline-3-2")
        officer, at = version_life.person(session, practised.OFFICER), version_life.NOW
        taken.take(session, content.newest(session, "sightline-3-2"), taken.right, seed=7, officer=officer, at=at)
        practised.countersigned(session, practised.observed(session, at=at), at=at)
        stamp = {"at": at, "recorded_at": at, "zone": demo.ZONE}
        (award,) = certification.award_what_is_due(session, officer, **stamp, new_code=lambda: "code")
        (signed,) = award_basis.of_award(session, award.id)
        assert signed.kind is BasisKind.SIGNED_OFF
    told_anew(demo_database, monkeypatch)
    with demo_database.transaction() as session:
        assert award_basis.of_award(session, award.id) == [signed]


def told_anew(demo_database, monkeypatch, at_once=500) -> None:
    """Take away what awards rest on, and let the migration tell it."""
    (file,) = migrate.FOLDER.glob("versions/*_conduct_and_measures.py")
    migration = import_module(f"training_app.migrations.versions.{file.stem}")
    monkeypatch.setattr(migration, "AWARDS_AT_ONCE", at_once)
    with demo_database.migrating() as connection:
        append_only.release(connection, ["award_basis"])
        connection.execute(text("DELETE FROM award_basis"))
        migration._tell_what_awards_rest_on(connection)
        append_only.protect(connection, ["award_basis"])


def test_the_audit_finds_what_an_award_rests_on_changed(demo_database):
    with demo_database.transaction() as session:
        agency = Agency(session)
        author, publisher = qualified.trainer(session), qualified.trainer(session)
        publish(agency, "One title", at=BEFORE, author=author, publisher=publisher)
        agency.take(OFFICER)
        award_id = agency.awards(OFFICER)[0].id
    journal.seal(demo_database, at=NOW)
    with demo_database.transaction() as session:
        assert journal.verify(session, KEY.public_key()).faults == ()
    with demo_database.migrating() as connection:
        append_only.release(connection, ["award_basis"])
        connection.execute(text("DELETE FROM award_basis WHERE act = 'wrote'"))
        append_only.protect(connection, ["award_basis"])
    with demo_database.transaction() as session:
        faults = journal.verify(session, KEY.public_key()).faults
    assert f"What award {award_id} rests on is not what it was made on." in faults
