"""The registry's pages: for leads, registrars, oversight, the trainers themselves, and officers."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from training_app.clock import now
from training_app.models.trainers import (
    ContinuingEducation,
    DeclaredInterest,
    EthicsDeclaration,
    LevelName,
    TrainerMeasure,
    TrainerQualification,
    TrainerQualificationSignature,
)
from training_app.rules.trainers import MeasureKind

DAY = (now() + timedelta(days=200)).date().isoformat()
SEEN = (now() - timedelta(days=5)).date().isoformat()
EVIDENCE = {
    "experience": "Nine years on identification requests",
    "lesson": "Thresholds, third unit",
    "lesson_day": SEEN,
    "lesson_by": "DP-4003",
    "conduct_day": SEEN,
    "conduct_by": "DP-3001",
}


def words_on(page) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_the_register_is_for_who_keeps_or_oversees_it(agency):
    for mailbox, shown in (("lead", "Karim Haddad"), ("registrar", "Karim Haddad"), ("oversight", "DP-4002")):
        words = words_on(agency.browser(mailbox).get("/trainers"))
        assert shown in words
        assert "Sightline Face Matching 3.2" in words
    for mailbox in ("officer", "supervisor", "trainer"):
        assert agency.browser(mailbox).get("/trainers").status_code == 403


def test_the_register_is_a_file_too(agency):
    file = agency.browser("oversight").get("/trainers/register.csv?scope=tool:sightline")
    assert file.headers["Content-Disposition"].startswith("attachment; filename=trainers-")
    header, *rows = file.text.strip().splitlines()
    assert header.endswith(
        "Service number,Name,For,Version,Level,Since,Last day,State,Signed by,Declaration signed through"
    )
    assert "DP-4002,DP-4002,Sightline Face Matching,3.2,Assessor" in "\n".join(rows), "by number to oversight"
    to_lead = agency.browser("lead").get("/trainers/register.csv?scope=tool:sightline").text
    assert "DP-4002,Karim Haddad,Sightline Face Matching,3.2,Assessor" in to_lead


def test_the_record_of_a_trainer_says_what_they_may_do_and_what_else_lacks(agency):
    words = words_on(agency.browser("lead").get("/trainers/DP-4001"))
    assert "Write, Review, Hold sessions, Rate items" in words
    assert "Publish: needs a higher level" in words
    assert "Sofie Janssens" in words


def test_a_service_number_leads_to_its_record(agency):
    lead = agency.browser("lead")
    assert lead.get("/trainers/of?person=dp-1003").location == "/trainers/DP-1003"
    assert "was never qualified" in words_on(lead.get("/trainers/DP-1003"))
    unknown = lead.get("/trainers/of?person=DP-9")
    assert (unknown.status_code, "Nobody here has this service number." in words_on(unknown)) == (422, True)
    for address in ("/trainers/DP-9", "/trainers/DP-9/qualify"):
        unknown = lead.get(address)
        assert (unknown.status_code, "Nobody here has this service number." in words_on(unknown)) == (404, True)


def test_a_lead_is_told_what_the_evidence_lacks_and_nothing_that_was_typed_is_lost(agency):
    lead = agency.browser("lead")
    lead.get("/trainers/DP-4001/qualify")
    page = lead.post(
        "/trainers/DP-4001/qualify", {"scope": "subject:ai", "level": "assessor", "through": DAY, **EVIDENCE}
    )
    assert page.status_code == 422
    assert "This level also needs: Passed “Train the trainers”." in words_on(page)
    assert "Nine years on identification requests" in page.text


@pytest.mark.parametrize("by", ["DP-9", "DP-4001"])
def test_a_lesson_was_observed_by_somebody_else_who_is_here(agency, by):
    lead = agency.browser("lead")
    sent = {"scope": "subject:ai", "level": "assessor", "through": DAY, **EVIDENCE, "lesson_by": by}
    said = words_on(lead.post("/trainers/DP-4001/qualify", sent))
    assert f"{by} is nobody here who can have observed or checked this." in said
    assert "Enter the service number of somebody else." in said


def test_nobody_is_offered_to_qualify_themselves_and_it_is_refused(agency):
    lead = agency.browser("lead")
    assert "/qualify" not in lead.get("/trainers/DP-4003").text
    page = lead.post("/trainers/DP-4003/qualify", {"scope": "subject:ai", "level": "lead", "through": DAY, **EVIDENCE})
    assert "This concerns yourself. Somebody else does it." in words_on(page)


def test_two_registrars_found_the_first_trainer_of_a_tool_and_only_a_checksum_of_the_diploma_is_kept(agency):
    first = agency.browser("registrar")
    first.get("/trainers/DP-4001/found")
    sent = {
        "scope": "tool:lockpick@5.0", "level": "lead", "through": DAY, **EVIDENCE, "document_name": "Diploma",
        "document": (io.BytesIO(b"%PDF diploma"), "diploma.pdf"),
    }  # fmt: skip
    answer = first.post("/trainers/DP-4001/found", sent, content_type="multipart/form-data")
    assert answer.location == "/trainers/DP-4001"
    person_id = agency.person("DP-4001").id
    granted = agency.id_of(TrainerQualification, person_id=person_id, special=True, level=LevelName.LEAD)
    assert "somebody else signs this" in words_on(first.get("/trainers"))
    address = f"/trainers/DP-4001/qualifications/{granted}/sign"
    assert "This concerns yourself" in words_on(first.post(address))
    second = agency.browser("registrar2")
    assert address in second.get("/trainers").text
    page = second.get(address)
    assert "Nine years on identification requests" in words_on(page)
    before = agency.count(TrainerQualificationSignature)
    assert [second.post(address).status_code for _twice in range(2)] == [303, 422]
    assert agency.count(TrainerQualificationSignature) == before + 1
    with agency.database.reading() as session:
        kept = session.scalars(select(TrainerQualification.evidence).where(TrainerQualification.id == granted)).one()
    assert [(one["kind"], len(one.get("sha256", ""))) for one in kept][-1] == ("document", 64)
    officer = words_on(agency.browser("officer").get("/my-trainers"))
    assert "Lockpick Device Extraction 5.0 May teach you Petra Nowak May assess you Petra Nowak" in officer


def test_nobody_is_founded_where_a_lead_can_qualify(agency):
    registrar = agency.browser("registrar")
    registrar.get("/trainers/DP-4001/found")
    page = registrar.post(
        "/trainers/DP-4001/found", {"scope": "subject:ai", "level": "lead", "through": DAY, **EVIDENCE}
    )
    assert "A lead for this can qualify this person in the ordinary way" in words_on(page)


def test_a_renewal_shows_how_far_the_trainer_is_and_waits_until_it_is_enough(agency):
    lead, person = agency.browser("lead"), agency.person("DP-4002").id
    held = agency.id_of(TrainerQualification, person_id=person, subject="ai")
    address = f"/trainers/DP-4002/qualifications/{held}/renew"
    words = words_on(lead.get(address))
    assert "Written, published, taught or signed 0 / 3" in words
    assert "Hours of continuing education 6 / 6" in words
    assert "Not enough to renew it" in words
    assert "Too little was taught" in words_on(lead.post(address, {"through": DAY}))


def test_a_special_qualification_is_not_offered_for_renewal_and_its_page_says_why(agency):
    lead, person = agency.browser("lead"), agency.person("DP-4002").id
    special = agency.id_of(TrainerQualification, person_id=person, special=True)
    address = f"/trainers/DP-4002/qualifications/{special}/renew"
    assert address not in lead.get("/trainers/DP-4002").text
    page = lead.get(address)
    assert "A special qualification, or one that was suspended or revoked, is granted anew" in words_on(page)
    assert 'name="through"' not in page.text


def test_a_lead_records_education_and_nobody_their_own(agency):
    lead, before = agency.browser("lead"), agency.count(ContinuingEducation)
    said = {"title": "Explaining error rates", "held_on": "2026-11-20", "hours": "3"}
    lead.get("/trainers/DP-4001/education")
    assert [lead.post("/trainers/DP-4001/education", said).status_code for _twice in range(2)] == [303, 303]
    assert agency.count(ContinuingEducation) == before + 1
    assert "This concerns yourself" in words_on(lead.post("/trainers/DP-4003/education", said))


def test_a_trainer_signs_the_declaration_and_declares_an_interest_with_its_consequence(agency):
    trainer, declared = agency.browser("trainer2"), agency.count(EthicsDeclaration)
    assert "My qualifications" in words_on(trainer.get("/my-qualifications"))
    assert "Tick the box to sign." in words_on(trainer.post("/my-qualifications/declaration"))
    trainer.get("/my-qualifications/declaration")
    for _twice in range(2):
        assert trainer.post("/my-qualifications/declaration", {"agreed": "y"}).status_code == 303
    assert agency.count(EthicsDeclaration) == declared + 1
    trainer.get("/my-qualifications/interests")
    sent = {"kind": "employed", "vendor": "Sightline Demo Vendor"}
    assert trainer.post("/my-qualifications/interests", sent).status_code == 303
    assert "Sign for practice: has an interest in the vendor" in words_on(trainer.get("/my-qualifications"))
    assert "May assess you Nobody now" in words_on(agency.browser("officer").get("/my-trainers"))
    interest = agency.id_of(DeclaredInterest, vendor="Sightline Demo Vendor")
    assert agency.browser("trainer").post(f"/my-qualifications/interests/{interest}/end").status_code == 404
    assert trainer.post(f"/my-qualifications/interests/{interest}/end").status_code == 303
    assert "has an interest" not in words_on(trainer.get("/my-qualifications"))


def test_who_is_not_qualified_for_a_subject_is_told_so_where_they_write(agency):
    with agency.database.transaction() as session:
        at, person = now(), agency.person("DP-4001")
        session.add(
            TrainerMeasure(
                effective_at=at, recorded_at=at, recorded_by_id=agency.person("DP-6001").id, person_id=person.id,
                kind=MeasureKind.SUSPENDED, reason_code="inquiry-open", doubts_content=False, doubts_marks=False,
            )
        )  # fmt: skip
    trainer = agency.browser("trainer")
    trainer.get("/content/ai-limits")
    page = trainer.post("/content/drafts/of/ai-limits", follow_redirects=True)
    assert "You are suspended as a trainer for AI and its limits." in words_on(page)
