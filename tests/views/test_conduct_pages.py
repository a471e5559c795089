"""The pages on conduct: a concern in confidence, a measure with what would follow, what officers and trainers read."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from tests.services.doubting import award_of, rests_on
from tests.views.demo_agency import Agency
from training_app.clock import now
from training_app.models.certification import Award, AwardEnd
from training_app.models.conduct import ConductCase, Objection
from training_app.models.trainers import TrainerMeasure

TRAINER = "DP-4002"
SAID = "Signed for three of us without having been in the room."
PROPOSED = f"/trainers/{TRAINER}/measures/new?kind=revoked&qualification=all&since=2026-01-15&reason=signed-unseen"


def words_on(page) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def hidden(page, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', page.text).group(1)


def only(agency: Agency, kind):
    with agency.database.reading() as session:
        return session.scalars(select(kind)).one()


def raise_concern(agency: Agency) -> None:
    sent = {"trainer": TRAINER, "kind": "signed-unseen", "text": SAID}
    answer = agency.browser("officer1").post("/conduct/concerns/new", sent)
    assert (answer.status_code, answer.location) == (303, "/conduct/concerns")


@pytest.fixture
def resting(agency) -> Agency:
    with agency.database.transaction() as session:
        for number in ("DP-1003", "DP-1007"):
            rests_on(session, number, trainer=TRAINER)
    return agency


def revoke(agency: Agency, by: str = "oversight") -> TrainerMeasure:
    browser = agency.browser(by)
    page = browser.get(PROPOSED)
    answer = browser.post(PROPOSED, {"seen": hidden(page, "seen")})
    assert (answer.status_code, answer.location) == (303, f"/trainers/{TRAINER}")
    return only(agency, TrainerMeasure)


def judge(agency: Agency, measure: TrainerMeasure, decision: str) -> None:
    browser = agency.browser("oversight2")
    address = f"/oversight/award-reviews/measures/{measure.id}"
    page = browser.get(address)
    assert "All 2 for Sightline" in words_on(page)
    seen = browser.post(f"{address}/preview", {"groups": "sightline", "decision": decision})
    assert "2 certifications are judged" in words_on(seen)
    sent = {"groups": hidden(seen, "groups"), "decision": decision, "seen": hidden(seen, "seen")}
    assert browser.post(f"{address}/judge", sent).status_code == 303
    assert "Nothing waits here" in words_on(browser.get(address))


def test_a_concern_is_followed_by_who_raised_it_and_its_words_are_read_by_its_handler_alone(agency):
    raise_concern(agency)
    officer = agency.browser("officer1")
    assert "Received" in words_on(officer.get("/conduct/concerns"))
    case = only(agency, ConductCase)
    address = f"/conduct/cases/{case.id}"
    assert agency.browser("lead").get(address).status_code == 404, "she qualified this trainer"
    assert agency.browser("trainer2").get("/conduct/cases").status_code == 403
    oversight = agency.browser("oversight")
    before = words_on(oversight.get(address))
    assert "Signed for what was not observed" in before
    assert SAID not in before
    oversight.post(f"{address}/take", {})
    after = words_on(oversight.get(address))
    assert "DP-1001" not in before
    assert SAID in after
    assert "DP-1001" in after, "who judges has to know who says it"
    assert "Almeida" not in after, "and gives a reason for the name"
    oversight.get("/oversight/names/DP-1001")
    oversight.post("/oversight/names/DP-1001", {"reason": "misconduct", "reference": "OB-2026-014"})
    assert "Almeida" in words_on(oversight.get(address))
    other = words_on(agency.browser("oversight2").get(address))
    assert SAID not in other
    assert "DP-1001" not in other
    assert "Being looked at" in words_on(officer.get("/conduct/concerns"))
    oversight.post(f"{address}/outcome", {"outcome": "caution"})
    followed = words_on(officer.get("/conduct/concerns"))
    assert "Ended" in followed
    assert "Caution" not in followed
    told = words_on(agency.browser("trainer2").get("/my-qualifications"))
    assert "ended on" in told
    assert "Caution" in told
    assert SAID not in told
    assert "Almeida" not in told


def test_a_supervisor_raises_a_concern_and_a_trainer_is_not_offered_themselves(agency):
    page = agency.browser("supervisor").get("/conduct/concerns/new")
    assert TRAINER in page.text
    assert "You raise it as a supervisor" in words_on(page)
    assert "You raise it as a supervisor" not in words_on(agency.browser("officer1").get("/conduct/concerns/new"))
    refused = agency.browser("supervisor").post("/conduct/concerns/new", {"trainer": TRAINER})
    assert refused.status_code == 422
    assert "Say what happened." in words_on(refused)


def test_before_a_measure_its_page_shows_what_would_follow_and_nothing_is_recorded(resting):
    page = resting.browser("oversight").get(PROPOSED)
    words = words_on(page)
    assert "2 certifications would be under review" in words
    assert "Signed for observed practice 1 2 Yes" in words
    assert "DP-1003" in words
    with resting.database.reading() as session:
        assert session.scalars(select(TrainerMeasure)).all() == []


def test_awards_that_were_not_shown_are_told_and_shown(resting):
    oversight = resting.browser("oversight")
    seen = hidden(oversight.get(PROPOSED), "seen")
    with resting.database.transaction() as session:
        old = award_of(session, "DP-1004")
        copied = {column.key: getattr(old, column.key) for column in Award.__table__.columns if column.key != "id"}
        made = Award(**{**copied, "effective_at": now(), "recorded_at": now(), "code": "new", "evidence_key": "new"})
        session.add(made)
        session.flush()
        rests_on(session, award=made, trainer=TRAINER)
    again = oversight.post(PROPOSED, {"seen": seen})
    assert again.status_code == 422
    words = words_on(again)
    assert "Since you looked, 1 more certification would be hit (DP-1004, Sightline Face Matching 3.1)." in words
    assert "3 certifications would be under review" in words
    assert oversight.post(PROPOSED, {"seen": hidden(again, "seen")}).status_code == 303


def test_whose_awards_a_measure_would_hit_is_shown_to_nobody_who_has_nothing_to_do_with_it(resting):
    proposed = PROPOSED.replace("kind=revoked", "kind=suspended")
    page = resting.browser("lead").get(proposed)
    words = words_on(page)
    assert "You cannot record this" in words, "she leads the subjects and not the tool"
    assert "DP-1003" not in words
    assert "under review" not in words
    assert "Record this measure" not in page.text
    refused = resting.browser("lead").post(PROPOSED, {"seen": "x"})
    assert refused.status_code == 422
    assert "DP-1003" not in words_on(refused)
    assert "DP-1003" in words_on(resting.browser("oversight2").get(proposed))


def test_a_trainer_reads_what_is_revoked_and_objects(resting):
    measure = revoke(resting)
    trainer = resting.browser("trainer2")
    assert "Revoked: every qualification" in words_on(trainer.get("/my-qualifications"))
    address = f"/my-qualifications/measures/{measure.id}/objection"
    assert "You can object through" in words_on(trainer.get(address))
    assert trainer.post(address, {"text": "I was there."}).status_code == 303
    objection = only(resting, Objection)
    assert "I was there." in words_on(trainer.get(f"/objections/{objection.id}"))
    assert "Somebody else decides this" in words_on(
        resting.browser("oversight").get(f"/oversight/objections/{objection.id}")
    )
    other = resting.browser("oversight2")
    assert f"/oversight/objections/{objection.id}" in other.get("/oversight/award-reviews").text
    sent = {"outcome": "upheld", "reason": "The roster says so."}
    assert other.post(f"/oversight/objections/{objection.id}/decision", sent).status_code == 303
    assert "The roster says so." in words_on(trainer.get(f"/objections/{objection.id}"))
    assert "Ended" in words_on(trainer.get("/my-qualifications"))
    assert resting.browser("officer1").get(f"/objections/{objection.id}").status_code == 404


def test_a_revocation_until_a_concern_is_looked_at_is_refused_before_anything_is_shown(resting):
    page = resting.browser("oversight").get(PROPOSED.replace("reason=signed-unseen", "reason=being-looked-at"))
    assert page.status_code == 422
    assert "Only a suspension runs until a concern is looked at." in words_on(page)
    unknown = resting.browser("oversight").get(PROPOSED.replace("kind=revoked", "kind=x"))
    assert "Choose the measure." in words_on(unknown)


def test_a_suspension_is_ended_by_somebody_else(resting):
    suspend = PROPOSED.replace("kind=revoked", "kind=suspended")
    oversight = resting.browser("oversight")
    oversight.post(suspend, {"seen": hidden(oversight.get(suspend), "seen")})
    measure = only(resting, TrainerMeasure)
    address = f"/trainers/{TRAINER}/measures/{measure.id}/end"
    assert address not in oversight.get(f"/trainers/{TRAINER}").text
    assert oversight.post(address, {"why": "unfounded"}).status_code == 422
    other = resting.browser("oversight2")
    assert address in other.get(f"/trainers/{TRAINER}").text
    assert other.post(address, {"why": "unfounded"}).status_code == 303
    assert "It was unfounded" in words_on(other.get(f"/trainers/{TRAINER}"))


def test_an_officer_whose_certification_was_voided_reads_why_and_objects(resting):
    with resting.database.transaction() as session:
        rests_on(session, "DP-1001", trainer=TRAINER)
    measure = revoke(resting)
    officer = resting.browser("officer1")
    assert "Your certification is under review" in words_on(officer.get("/tools/sightline"))
    other = resting.browser("oversight2")
    address = f"/oversight/award-reviews/measures/{measure.id}"
    decision = "void:requirements-not-met"
    seen = other.post(f"{address}/preview", {"groups": "sightline", "decision": decision})
    other.post(f"{address}/judge", {"groups": "sightline", "decision": decision, "seen": hidden(seen, "seen")})
    page = words_on(officer.get("/tools/sightline"))
    assert "Your certification for 3.1 was declared void" in page
    assert "What mends it" in page
    assert "Haddad" not in page, "the trainer is not named"
    with resting.database.reading() as session:
        own = session.scalars(select(AwardEnd).order_by(AwardEnd.id)).all()
    voids = [one.id for one in own if f"/voids/{one.id}/objection" in officer.get("/tools/sightline").text]
    assert len(voids) == 1
    assert officer.post(f"/voids/{voids[0]}/objection", {"text": "I was observed."}).status_code == 303
    assert "You have objected" in words_on(officer.get("/tools/sightline"))
    foreign = next(one.id for one in own if one.id not in voids)
    assert officer.get(f"/voids/{foreign}/objection").status_code == 404


def test_oversight_voids_a_group_at_once(resting):
    judge(resting, revoke(resting), "void:requirements-not-met")
    with resting.database.reading() as session:
        assert len(session.scalars(select(AwardEnd)).all()) == 2


def test_who_recorded_the_measure_judges_nothing_under_it(resting):
    measure = revoke(resting)
    page = resting.browser("oversight").get(f"/oversight/award-reviews/measures/{measure.id}")
    assert "You recorded the measure" in words_on(page)
    assert 'name="awards"' not in page.text
