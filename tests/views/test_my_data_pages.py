"""What is kept about oneself: read about oneself alone, taken along, contested, put right by another."""

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from tests.views.demo_agency import Agency
from tests.views.test_conduct_pages import words_on
from training_app.models.people import Person, PersonCorrection
from training_app.models.rectification import RectificationRequest
from training_app.rules.own_data import Section

WRONG = "My name is written with a k."


def newest(agency: Agency) -> RectificationRequest:
    with agency.database.reading() as session:
        return session.scalars(select(RectificationRequest).order_by(RectificationRequest.id.desc())).first()


def asked(agency: Agency, by: str = "officer", **given) -> int:
    sent = {"section": "identity", "wrong": WRONG, "proposed": "Bacher.", **given}
    answer = agency.browser(by).post("/my-data/rectifications/new", sent)
    assert answer.status_code == 303, words_on(answer)
    assert answer.location == f"/my-data/rectifications/{newest(agency).id}"
    return newest(agency).id


def done(agency: Agency, number: int, name: str, sent: dict | None = None):
    answer = agency.browser("registrar").post(f"/people/rectifications/{number}/{name}", sent or {})
    assert (answer.status_code, answer.location) == (303, f"/people/rectifications/{number}"), words_on(answer)


# -- read --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mailbox", ["officer", "trainer", "supervisor", "registrar", "evaluator", "oversight"])
def test_everybody_reads_what_is_kept_about_themselves(agency, mailbox):
    browser = agency.browser(mailbox)
    page = browser.get("/my-data")
    assert page.status_code == 200
    assert "Who you are" in page.text
    for section in Section:
        assert browser.get(f"/my-data/sections/{section.value}").status_code == 200
    assert browser.get("/my-data/sections/nothing").status_code == 404
    assert browser.get("/my-data/sections/unit/seat_grant").status_code == 404
    assert browser.get("/my-data/sections/trainer/conduct_case").status_code == 404


def test_a_section_says_why_who_sees_it_and_what_there_is(agency):
    said = words_on(agency.browser("officer").get("/my-data/sections/seats"))
    assert "Supervisors of your unit, registrars and the oversight body." in said
    assert "sightline" in said


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "registrar", "trainer"])
def test_the_file_is_a_zip_of_a_page_and_a_document_that_name_nobody_else(agency, mailbox):
    answer = agency.browser(mailbox).client.get("/my-data/export", headers={"User-Agent": "Test"})
    assert answer.headers["Content-Type"] == "application/zip"
    assert "attachment" in answer.headers["Content-Disposition"]
    packed = zipfile.ZipFile(io.BytesIO(answer.data))
    assert packed.namelist() == ["my-data.html", "my-data.json"]
    assert packed.testzip() is None
    page, document = (packed.read(name).decode() for name in packed.namelist())
    me = json.loads(document)["person"]
    with agency.database.reading() as session:
        people = session.scalars(select(Person).where(Person.service_number != me["service_number"])).all()
        others = {told for one in people for told in (one.name, one.email, one.service_number) if told}
    assert [told for told in others if told in page or told in document] == []
    assert me["name"] in page
    assert "<script" not in page
    assert "http" not in page  # it needs nothing from anywhere


def test_a_visitor_is_sent_to_sign_in_and_a_foreign_request_is_not_there(agency):
    number = asked(agency)
    assert agency.browser("officer").get(f"/my-data/rectifications/{number}").status_code == 200
    for mailbox in ("officer1", "supervisor", "registrar"):
        assert agency.browser(mailbox).get(f"/my-data/rectifications/{number}").status_code == 404
        assert agency.browser(mailbox).post(f"/my-data/rectifications/{number}/withdraw", {}).status_code == 404


# -- contested, and put right ------------------------------------------------------------------------------------------


def test_what_is_contested_is_marked_until_it_is_corrected_by_a_fact(agency):
    number, registrar = asked(agency), agency.browser("registrar")
    record = registrar.get("/registrar/people/DP-1002")
    assert "Contested" in words_on(record)
    assert f"/people/rectifications/{number}" in record.text
    asking = "/as-of?officer=DP-1002&tool=sightline&version=3.2&day=2026-11-22&clock=12:00"
    assert "Who you are, since" in words_on(registrar.get(asking))
    assert "waits for a registrar" in words_on(registrar.get("/registrar/people"))
    done(agency, number, "take")
    told = {"name": "Julie Bacher", "email": "officer@demo.example", "reason": "recorded-wrongly"}
    assert registrar.post("/registrar/people/DP-1002/name", told).status_code == 302
    with agency.database.reading() as session:
        fact = session.scalars(select(PersonCorrection).order_by(PersonCorrection.id.desc())).first()
    sent = {"correction": f"person_correction:{fact.id}", "told": "Your name is put right."}
    done(agency, number, "correct", sent)
    page = words_on(agency.browser("officer").get(f"/my-data/rectifications/{number}"))
    assert "Corrected" in page
    assert "Your name is put right." in page
    assert "By: Name or e-mail address of a person corrected" in page
    record = words_on(registrar.get("/registrar/people/DP-1002"))
    assert "Contested" not in record
    assert "It was recorded wrongly" in record


def test_a_refusal_gives_the_reason_and_how_to_complain(agency):
    number = asked(agency)
    done(agency, number, "take")
    done(agency, number, "extend", {"told": "Other files have to be read."})
    done(agency, number, "refuse", {"reason": "accurate", "told": "It is as in your passport."})
    page = words_on(agency.browser("officer").get(f"/my-data/rectifications/{number}"))
    assert "It is as in your passport." in page
    assert "complain to the data protection authority" in page
    assert "The time for the answer was extended by two months" in page
    again = agency.browser("registrar").post(
        f"/people/rectifications/{number}/refuse", {"reason": "accurate", "told": "Twice."}
    )
    assert again.status_code == 422
    assert "answered or withdrawn" in words_on(again)


def test_a_form_that_is_not_ready_comes_back(agency):
    officer = agency.browser("officer")
    answer = officer.post("/my-data/rectifications/new", {"section": "", "wrong": "x", "proposed": ""})
    assert answer.status_code == 422
    assert "Choose what it is about." in words_on(answer)
    foreign = officer.post(
        "/my-data/rectifications/new?kind=seat_grant&number=999999",
        {"section": "seats", "wrong": "x", "proposed": "y"},
    )
    assert "No such record is kept about you." in words_on(foreign)
    number = asked(agency)
    done(agency, number, "take")
    for name, sent in (("correct", {"told": "x"}), ("refer", {"path": "", "told": ""}), ("refuse", {"reason": "x"})):
        assert agency.browser("registrar").post(f"/people/rectifications/{number}/{name}", sent).status_code == 422
    assert agency.browser("registrar").get(f"/people/rectifications/{number}/burn").status_code == 404


def test_the_oversight_body_sees_deadlines_and_neither_words_nor_names(agency):
    number = asked(agency)
    oversight = agency.browser("oversight")
    desk = oversight.get("/people/rectifications")
    assert desk.status_code == 200
    assert f"Request {number}" in words_on(desk)
    assert "Julie Bakker" not in desk.text
    assert "DP-1002" not in desk.text
    assert WRONG not in desk.text
    assert oversight.get(f"/people/rectifications/{number}").status_code == 403


def test_a_registrars_own_request_is_handled_by_another(agency):
    number = asked(agency, by="registrar")
    assert agency.browser("registrar").get(f"/people/rectifications/{number}").status_code == 404
    assert f"/people/rectifications/{number}" not in agency.browser("registrar").get("/people/rectifications").text
    assert agency.browser("registrar2").get(f"/people/rectifications/{number}").status_code == 200
