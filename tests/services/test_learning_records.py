"""What happens to officers is stated to the record store: with the fact, once, and nothing beyond it."""

import json
import re

import pytest
from sqlalchemy import select

from tests.counterparts import ralph
from tests.services import recorded
from tests.services.after_the_quiz import LATER, NOW, Agency, items_of
from tests.services.recorded import Interruption, interrupted
from training_app.models.certification import Award
from training_app.models.outbox import OutboxMessage
from training_app.models.people import Evaluation
from training_app.models.training import Mode
from training_app.rules.facts import EvaluationOutcome
from training_app.services import award_reviews, journal, revocations, training
from training_app.services.award_reviews import Doubt, Voided
from training_app.services.learning_records import accounts, stating
from training_app.services.learning_records.noticing import CHANNEL, HOME, STORE
from training_app.services.revocations import RevocationReason

OFFICER, CERTIFIED = "DP-1002", "DP-1003"
ADDRESS = "https://training.police.example"


@pytest.fixture
def agency(demo_session) -> Agency:
    demo_session.info[HOME] = ADDRESS
    return Agency(demo_session)


def stated(session) -> list[dict]:
    """Return what waits for the store, the first first."""
    rows = session.scalars(select(OutboxMessage).where(OutboxMessage.channel == CHANNEL).order_by(OutboxMessage.id))
    found = list(rows)
    assert all(row.destination == STORE and row.message_id == row.payload["id"] for row in found)
    return [row.payload for row in found]


def verbs(session) -> list[str]:
    return [one["verb"]["display"]["en"] for one in stated(session)]


def award_of(agency: Agency, number: str = CERTIFIED) -> Award:
    return agency.session.scalars(select(Award).where(Award.officer_id == agency.person(number).id)).first()


def revoke(agency: Agency) -> None:
    by = agency.person("DP-3001")
    revocations.revoke(agency.session, award_of(agency), RevocationReason.MISUSE, at=NOW, by=by)


def void(agency: Agency) -> None:
    by = agency.person("DP-6001")
    review = award_reviews.put_under_review(agency.session, award_of(agency), Doubt.EVIDENCE_DOUBTED, at=NOW, by=by)
    award_reviews.void(agency.session, review, Voided.DECEPTION, at=NOW, by=by)


def test_a_quiz_that_earns_an_award_is_told_as_it_went(agency):
    agency.take(OFFICER)
    agency.session.commit()
    assert verbs(agency.session)[:4] == ["initialized", "completed", "passed", "satisfied"]
    assert set(verbs(agency.session)[4:]) <= {"satisfied"}, "the module may count for another tool as well"
    about = {one["object"]["id"] for one in stated(agency.session)}
    assert f"{ADDRESS}/xapi/modules/ai-limits" in about
    assert f"{ADDRESS}/xapi/tools/sightline/versions/3.2" in about
    assert stated(agency.session)[2]["result"] == {"success": True, "score": {"scaled": 1.0}}


def test_a_quiz_that_is_not_passed_is_told_and_a_mark_made_anew_if_it_passes(agency):
    attempt = agency.open(OFFICER)
    missed = items_of(attempt)[:2]
    agency.take(OFFICER, *missed)
    agency.session.commit()
    assert verbs(agency.session) == ["initialized", "completed", "failed"]
    agency.rule(missed[0])
    agency.session.commit()
    assert verbs(agency.session)[3:5] == ["passed", "satisfied"]
    failed, passed = stated(agency.session)[2:4]
    assert failed["context"]["registration"] == passed["context"]["registration"]
    assert failed["result"]["score"]["scaled"] == 0.75
    assert passed["result"]["score"]["scaled"] == 0.8571, "six of seven"


def test_a_mark_made_anew_that_passes_nobody_is_told_to_nobody(agency):
    attempt = agency.open(OFFICER)
    missed = items_of(attempt)[:4]
    agency.take(OFFICER, *missed)
    agency.rule(missed[0])
    agency.session.commit()
    assert verbs(agency.session) == ["initialized", "completed", "failed"]


def test_practice_is_told_to_nobody(agency):
    attempt = agency.open(OFFICER, mode=Mode.PRACTICE)
    training.submit(agency.session, attempt, agency.published, blanks_accepted=True, at=NOW)
    agency.session.commit()
    assert stated(agency.session) == []


def test_an_award_that_is_taken_back_is_told_without_the_reason(agency):
    revoke(agency)
    agency.session.commit()
    [one] = stated(agency.session)
    assert one["verb"]["display"] == {"en": "revoked"}
    assert "misuse" not in json.dumps(one)


def test_an_award_that_was_never_valid_voids_what_was_stated_of_it(agency):
    agency.take(OFFICER)
    agency.session.commit()
    [award] = agency.awards(OFFICER)
    by = agency.person("DP-6001")
    review = award_reviews.put_under_review(agency.session, award, Doubt.EVIDENCE_DOUBTED, at=LATER, by=by)
    award_reviews.void(agency.session, review, Voided.DECEPTION, at=LATER, by=by)
    agency.session.commit()
    *before, voided = stated(agency.session)
    [satisfied] = [one for one in before if one["object"]["id"].endswith("/tools/sightline/versions/3.2")]
    assert voided["object"] == {"objectType": "StatementRef", "id": satisfied["id"]}


def test_an_evaluation_is_told_to_nobody(agency):
    by, officer = agency.person("DP-5001"), agency.person(OFFICER)
    agency.session.add(
        Evaluation(
            effective_at=NOW, recorded_at=NOW, recorded_by_id=by.id, officer_id=officer.id,
            outcome=EvaluationOutcome.NOT_CLEARED, restriction=None, through=None,
        )
    )  # fmt: skip
    agency.session.commit()
    assert stated(agency.session) == []


def test_nothing_leads_from_a_statement_to_the_person_or_to_an_answer(agency):
    submission = agency.take(OFFICER)
    agency.session.commit()
    officer, written = agency.person(OFFICER), json.dumps(stated(agency.session))
    items = items_of(submission.attempt)
    for private in (officer.service_number, officer.name, officer.email or "@", "mbox", *items):
        assert private not in written
    [name] = {one["actor"]["account"]["name"] for one in stated(agency.session)}
    assert re.fullmatch(r"[0-9a-f]{64}", name)
    entries = agency.session.connection().exec_driver_sql("SELECT subject_pseudonym FROM journal_entry").scalars()
    assert name not in set(entries), "else an exported journal would tell who it is"


def test_a_name_leads_to_its_officer_for_who_has_the_database_until_they_are_erased(agency):
    agency.take(OFFICER)
    agency.session.commit()
    officer, name = agency.person(OFFICER), stated(agency.session)[0]["actor"]["account"]["name"]
    assert accounts.names_of(agency.session, [officer.id]) == {officer.id: name}
    assert accounts.whose(agency.session, name) is officer
    assert accounts.whose(agency.session, "0" * 64) is None
    journal.erase(agency.session, officer.id)
    assert accounts.whose(agency.session, name) is None


@pytest.mark.parametrize("home", ["", None])
def test_without_a_store_nothing_is_noticed(agency, home):
    agency.session.info[HOME] = home
    agency.take(OFFICER)
    agency.session.commit()
    assert stated(agency.session) == []


def test_what_was_undone_never_happened(agency):
    session = agency.session
    with pytest.raises(Interruption), session.begin_nested():
        interrupted(session, lambda _: agency.take(OFFICER))
    session.commit()
    assert stated(session) == []
    agency.take(CERTIFIED)
    session.rollback()
    session.commit()
    assert stated(session) == []


def test_a_transaction_of_the_installation_states_by_its_address(demo_database):
    demo_database.learning_records_from = ADDRESS
    try:
        with demo_database.transaction() as session:
            Agency(session).open(OFFICER)
    finally:
        demo_database.learning_records_from = ""  # the next test has this database too
    with demo_database.transaction() as session:
        Agency(session).open("DP-1011")
    with demo_database.reading() as session:
        assert verbs(session) == ["initialized"]


def test_many_facts_are_stated_each_once(agency, monkeypatch):
    monkeypatch.setattr(stating, "IDS_AT_ONCE", 2)
    like = agency.open(OFFICER)
    for _ in range(5):
        person = recorded.person(agency.session)
        agency.open_same(person.service_number, like)
    agency.session.commit()
    assert len({one["id"] for one in stated(agency.session)}) == 6 == len(stated(agency.session))
    assert len({one["actor"]["account"]["name"] for one in stated(agency.session)}) == 6


def test_a_statement_holds_before_the_models_of_others(agency):
    attempt = agency.open(OFFICER)
    agency.take(OFFICER, *items_of(attempt)[:2])
    agency.rule(items_of(attempt)[0])
    revoke(agency)
    agency.session.commit()
    void(agency)
    agency.session.commit()
    found = stated(agency.session)
    kinds = {one["verb"]["display"]["en"] for one in found}
    assert kinds == {"initialized", "completed", "failed", "passed", "satisfied", "revoked", "voided"}
    assert ralph.faults_in(found) == [[]] * len(found)
    broken = [{**found[0], "score": 1}, {**found[0], "actor": {"objectType": "Agent"}}]
    assert all(ralph.faults_in(broken)), "the models find faults where there are some"


def test_every_fact_of_an_award_and_a_mark_is_stated():
    assert {"attempt", "submission", "new_mark", "award", "award_end"} == stating.STATED
