"""The erasure of a person by two registrars in their pages, and how long records are kept, for everybody."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from tests.views.browser import Browser
from training_app.clock import now
from training_app.demo.people import FORMER_NAME as NAME
from training_app.demo.people import FORMER_NUMBER as NUMBER
from training_app.models.certification import Award
from training_app.models.erasures import PersonErasure
from training_app.models.people import Person
from training_app.rules.keeping import POLICY
from training_app.services import people
from training_app.wording.keeping import KINDS

REASON = {"why": "legal-obligation"}


@pytest.fixture
def registrar(agency) -> Browser:
    return agency.browser("registrar")


@pytest.fixture
def second(agency) -> Browser:
    return agency.browser("registrar2")


def words_in(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])).split())


def close(agency, number: str) -> None:
    with agency.database.transaction() as session:
        by = session.scalars(select(Person).where(Person.service_number == "DP-3001")).one()
        found = session.scalars(select(Person).where(Person.service_number == number)).one()
        people.close_account(session, found, at=now() - timedelta(hours=1), by=by)


def ordered(agency, browser: Browser, number: str, reason: str = "legal-obligation") -> str:
    response = browser.post(f"/people/erasures/order/{number}", {"why": reason})
    assert response.status_code == 302, words_in(response)
    return response.headers["Location"]


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "oversight", "evaluator"])
def test_only_registrars_order_and_sign(agency, mailbox):
    browser = agency.browser(mailbox)
    for path in ("/people/erasures", f"/people/erasures/order/{NUMBER}"):
        assert browser.get(path).status_code == 403
    assert browser.post(f"/people/erasures/order/{NUMBER}", REASON).status_code == 403


@pytest.mark.parametrize("mailbox", ["officer", "oversight"])
def test_everybody_who_is_signed_in_reads_how_long_records_are_kept(agency, mailbox):
    page = words_in(agency.browser(mailbox).get("/how-long-we-keep"))
    assert [kind for kind in POLICY if str(KINDS[kind].name) not in page] == []
    assert "6 years after the last record" in page
    assert Browser(agency.app).get("/how-long-we-keep").status_code in {302, 303}


def test_who_left_long_ago_is_due_and_is_erased_by_two(agency, registrar, second):
    assert NUMBER in words_in(registrar.get("/people/erasures"))
    page = words_in(registrar.get(f"/people/erasures/order/{NUMBER}"))
    assert "Psychological evaluations 1" in page
    address = ordered(agency, registrar, NUMBER, "retention-over")
    assert "Another registrar signs it" in words_in(registrar.get(address))
    own = registrar.post(address, {"do": "sign"})
    assert own.status_code == 422
    assert "second signature is another registrar" in words_in(own)
    assert second.post(address, {"do": "sign"}).status_code == 302
    assert "Nothing that concerned the person alone is left" in words_in(second.get(address))
    assert second.get(f"/registrar/people/{NUMBER}").status_code == 404
    listed = words_in(second.get(f"/registrar/people?words={NAME.split()[1]}"))
    assert NAME not in listed
    assert "Erased on" in words_in(second.get("/people/erasures"))
    assert second.post(address, {"do": "withdraw"}).status_code == 422


def test_nothing_is_ordered_while_something_is_open(agency, registrar):
    assert "The account is open. Close it first." in words_in(registrar.get("/people/erasures/order/DP-1003"))
    refused = registrar.post("/people/erasures/order/DP-1003", REASON)
    assert refused.status_code == 422
    close(agency, "DP-1003")
    page = words_in(registrar.get("/people/erasures/order/DP-1003"))
    assert "A report of a wrong result by this person is open" in page
    with agency.database.reading() as session:
        assert session.scalars(select(PersonErasure)).all() == []


def test_an_order_that_is_taken_back_erases_nothing_and_can_be_given_again(agency, registrar, second):
    address = ordered(agency, registrar, NUMBER)
    assert second.post(address, {"do": "withdraw"}).status_code == 302
    assert second.post(address, {"do": "sign"}).status_code == 422
    assert "The order was taken back" in words_in(second.get(address))
    assert registrar.get(f"/registrar/people/{NUMBER}").status_code == 200
    assert ordered(agency, registrar, NUMBER) != address


def test_the_certificate_of_who_was_erased_is_no_longer_available(agency, registrar, second):
    with agency.database.reading() as session:
        found = session.scalars(
            select(Award).join(Person, Person.id == Award.officer_id).where(Person.service_number == "DP-1004")
        ).first()
    assert "The certificate is in the record of DP-1004" in words_in(
        registrar.get(f"/registrar/people?words={found.code}")
    )
    close(agency, "DP-1004")
    assert second.post(ordered(agency, registrar, "DP-1004"), {"do": "sign"}).status_code == 302
    gone = agency.browser("officer").get(f"/certificates/{found.id}")
    assert gone.status_code == 410
    assert "No longer available" in words_in(gone)
    told = words_in(registrar.get(f"/registrar/people?words={found.code}"))
    assert "This certificate is no longer available" in told
    assert "DP-1004" not in told
    supervisor = agency.browser("supervisor")
    for path in ("/unit", "/unit/seats", "/unit/losing-access", "/unit/digest", "/unit/who-may-use"):
        answered = supervisor.get(path)
        assert answered.status_code == 200
        assert "Marie Dubois" not in answered.text
    erased = f"erased-{found.officer_id}"
    assert "The records of this person were erased" in words_in(registrar.get(f"/registrar/people/{erased}"))
    assert registrar.get(f"/registrar/people/{erased}/account").status_code == 404
    for path in ("/registrar/tools/sightline", "/trainers", "/registrar/tools/sightline/seats", "/public/tools"):
        assert registrar.get(path).status_code == 200
