"""Importing in a browser: sent, read as a dry run, confirmed; and what happens when it is not so simple."""

import io
import re
from html import unescape

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app.models.certification import Award
from training_app.models.imports import WaitingImport
from training_app.models.people import DataImport, Person, Unit
from training_app.models.tools import ToolVersion
from training_app.services.imports.reading import MOST_BYTES
from training_app.views import imports as pages

IMPORTS, DRY_RUN = "/registrar/imports", "/registrar/imports/dry-run"
PEOPLE = "service_number,name,email,unit,roles\nNX-1,Nora Nes,nora@demo.example,Harbour unit,officer\n"


@pytest.fixture
def registrar(agency) -> Browser:
    return agency.browser("registrar")


def send(browser: Browser, kind: str, content: str | bytes, name: str = "file.csv"):
    browser.get(IMPORTS)
    data = content.encode() if isinstance(content, str) else content
    form = {"csrf_token": browser.token, "kind": kind, "file": FileStorage(io.BytesIO(data), name)}
    boundary, body = encode_multipart(form)  # in memory: the client would leave a file of its own open
    options = {"content_type": f"multipart/form-data; boundary={boundary}", "environ_overrides": browser.environ}
    return browser.client.post(IMPORTS, data=body, headers={"Referer": f"http://localhost{IMPORTS}"}, **options)


def confirm(browser: Browser):
    """Press the dry run's button."""
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', browser.get(DRY_RUN).text)
    assert seen, "the dry run offers no import"
    return browser.post(DRY_RUN, {"seen": seen[1]})


def words_in(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])).split())


def waiting(agency: Agency) -> int:
    with agency.database.reading() as session:
        return session.scalar(select(func.count()).select_from(WaitingImport)) or 0


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "evaluator", "oversight", "trainer"])
def test_only_registrars_import(agency, mailbox):
    browser = agency.browser(mailbox)
    assert browser.get(IMPORTS).status_code == 403
    assert browser.get(DRY_RUN).status_code == 403
    answer = browser.post(IMPORTS, {"kind": "people", "file": (io.BytesIO(PEOPLE.encode()), "people.csv")})
    assert answer.status_code == 403


def test_a_file_is_sent_read_and_imported(agency, registrar):
    assert send(registrar, "people", PEOPLE).location == DRY_RUN
    page = words_in(registrar.get(DRY_RUN))
    assert "1 line would record something new. Nothing was written yet." in page
    assert "Nora Nes, with an open account and no password" in page
    assert agency.count(DataImport) == 0
    assert confirm(registrar).location == IMPORTS
    assert "Imported. 1 line told something new." in words_in(registrar.get(IMPORTS))
    assert agency.id_of(Person, service_number="NX-1")
    assert (agency.count(DataImport), waiting(agency)) == (1, 0)


def test_the_same_file_again_says_that_nothing_is_new(agency, registrar):
    for _ in range(2):
        send(registrar, "people", PEOPLE)
        if not agency.count(DataImport):
            confirm(registrar)
    page = registrar.get(DRY_RUN)
    assert "Every line is recorded already. There is nothing to import." in words_in(page)
    assert 'name="seen"' not in page.text


def test_each_fault_is_shown_with_its_line_and_what_to_do(agency, registrar):
    send(registrar, "people", "service_number;name;email;unit;roles\n\nNX-1;Nora;;Nowhere;officer registrar\n")
    page = words_in(registrar.get(DRY_RUN))
    assert "2 faults must be corrected in the file. Nothing was written." in page
    assert "3 unit No unit is called “Nowhere”. Write it as it is registered, or import the units first." in page
    assert "3 roles The role “registrar” is never given by file." in page
    assert 'name="seen"' not in registrar.get(DRY_RUN).text


def test_a_file_that_cannot_be_read_comes_back_at_once(agency, registrar):
    answer = send(registrar, "units", "name,parent\nHändler,\n".encode("cp1252"))
    assert answer.status_code == 422
    assert "Line 2 is not in UTF-8" in words_in(answer)
    assert waiting(agency) == 0


def test_a_double_click_imports_once(agency, registrar):
    send(registrar, "people", PEOPLE)
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', registrar.get(DRY_RUN).text)[1]
    for _ in range(2):
        assert registrar.post(DRY_RUN, {"seen": seen}).location == IMPORTS
    assert agency.count(DataImport) == 1
    assert "No file waits to be imported" in registrar.get(IMPORTS).text


def test_records_that_changed_meanwhile_are_shown_again_before_anything_is_written(agency, registrar):
    send(registrar, "people", PEOPLE)
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', registrar.get(DRY_RUN).text)[1]
    other = agency.browser("registrar2")
    send(other, "people", PEOPLE.replace("nora@", "other@"))
    confirm(other)
    answer = registrar.post(DRY_RUN, {"seen": seen})
    assert answer.status_code == 422
    assert "have changed since you saw this. Read it again, then import." in words_in(answer)
    assert (agency.count(DataImport), waiting(agency)) == (1, 1)


def test_a_waiting_file_is_its_senders_alone_and_can_be_discarded(agency, registrar):
    send(registrar, "people", PEOPLE)
    other = agency.browser("registrar2")
    assert other.get(DRY_RUN).location == IMPORTS
    other.post(f"{DRY_RUN}/discard")
    assert waiting(agency) == 1
    registrar.get(DRY_RUN)
    registrar.post(f"{DRY_RUN}/discard")
    assert (waiting(agency), agency.count(DataImport)) == (0, 0)


def test_nothing_of_the_lines_is_sent_back_by_the_page(registrar):
    send(registrar, "people", PEOPLE)
    hidden = re.findall(r'<input type="hidden"[^>]*value="([^"]*)"', registrar.get(DRY_RUN).text)
    assert hidden
    assert not any("Nora" in value or "NX-1" in value for value in hidden)


def test_courses_are_mapped_by_hand_before_certificates_are_imported(agency, registrar):
    version, before = agency.id_of(ToolVersion, label="3.1"), agency.count(Award)
    rows = ["DP-1002,Face basics,2026-02-01,file 77", "DP-1002,First aid,2026-02-01,file 78"]
    send(registrar, "legacy", "\n".join(["service_number,course,awarded_on,evidence", *rows]))
    page = registrar.get(DRY_RUN)
    assert "Say of every course what it certifies." in words_in(page)
    assert 'name="seen"' not in page.text
    answer = registrar.post(f"{DRY_RUN}/courses", {"course_0": str(version), "course_1": ""})
    assert answer.status_code == 422
    assert "Choose a version, or leave the course out." in words_in(answer)
    registrar.post(f"{DRY_RUN}/courses", {"course_0": str(version), "course_1": "leave-out"})
    assert "Certificate for Sightline Face Matching 3.1, of 1 February 2026" in words_in(registrar.get(DRY_RUN))
    confirm(registrar)
    assert agency.count(Award) == before + 1


def test_a_long_import_says_how_far_it_is_and_that_it_is_done(agency, registrar, monkeypatch):
    monkeypatch.setattr(pages, "FACTS_IN_ONE_ANSWER", 3)
    rows = [f"NX-{number},Officer {number},,Harbour unit,officer" for number in range(3)]
    send(registrar, "people", "\n".join(["service_number,name,email,unit,roles", *rows]))
    page = words_in(confirm(registrar))
    assert "3 of 12 facts recorded 12 of 12 facts recorded Imported. 3 lines told something new." in page
    assert agency.count(DataImport) == 1


def test_a_long_import_that_is_left_before_its_end_records_nothing(agency, registrar, monkeypatch):
    monkeypatch.setattr(pages, "FACTS_IN_ONE_ANSWER", 3)
    rows = [f"NX-{number},Officer {number},,Harbour unit,officer" for number in range(3)]
    people = agency.count(Person)
    send(registrar, "people", "\n".join(["service_number,name,email,unit,roles", *rows]))
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', registrar.get(DRY_RUN).text)[1]
    form = {"csrf_token": registrar.token, "seen": seen}
    headers = {"Referer": f"http://localhost{DRY_RUN}"}
    answer = registrar.client.post(
        DRY_RUN, data=form, headers=headers, environ_overrides=registrar.environ, buffered=False
    )
    pieces = iter(answer.response)
    for piece in pieces:
        text = piece if isinstance(piece, str) else piece.decode()
        if "of 12 facts" in text:
            break
    answer.close()
    assert agency.count(Person) == people
    assert (agency.count(DataImport), waiting(agency)) == (0, 1)


def test_a_file_larger_than_any_form_is_taken_from_a_registrar_only(agency, registrar):
    long = "name,parent\n" + "\n".join(f"Unit {number}," for number in range(30_000))
    assert send(registrar, "units", long).location == DRY_RUN
    answer = send(registrar, "units", b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 422
    assert "larger than 10 MB" in words_in(answer)
    assert Browser(agency.app).post(IMPORTS, {"kind": long}).status_code == 413


@pytest.mark.parametrize("kind", ["units", "people", "legacy"])
def test_a_template_is_its_header(registrar, kind):
    answer = registrar.get(f"{IMPORTS}/templates/{kind}.csv")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={kind}.csv"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert answer.data.count(b"\r\n") == 1
    assert registrar.get(f"{IMPORTS}/templates/other.csv").status_code == 404


def test_units_are_imported_below_one_another(agency, registrar):
    send(registrar, "units", "name\tparent\nPier\tHarbour unit\n")
    confirm(registrar)
    assert agency.id_of(Unit, name="Pier")
