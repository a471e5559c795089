"""The yearly figures as everybody gets them: pages and files that say the same, and can be checked."""

import hashlib
import json
import re
from html import unescape

import pytest
from jsonschema import Draft202012Validator

from tests.docs.documents import ROOT
from tests.services.test_yearly_figures import GOLDEN
from training_app import demo, journal_key
from training_app.public_answers import SECONDS
from training_app.rules.signed_note import parse_checkpoint, parse_verifier_key
from training_app.rules.yearly_report import Files, faults
from training_app.services import journal

SCHEMA = ROOT / "training_app" / "yearly_figures.schema.json"


@pytest.fixture
def client(agency):
    """A stranger, in the agency with its past year."""
    with agency.database.transaction() as session:
        demo.load_traffic_unit(session)
    return agency.app.test_client()


def words_of(client, address: str) -> str:
    """Return what stands on the page, with a blank between any two cells."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", client.get(address).text)).split())


def test_the_files_are_the_reports_own_and_hold_together(agency, client):
    made = [client.get(f"/public/figures/2025{end}") for end in (".json", ".csv", ".json.sig")]
    assert {answer.headers["Cache-Control"] for answer in made} == {f"public, max-age={SECONDS}"}
    data, table, note = (answer.data for answer in made)
    assert table == GOLDEN.read_bytes()
    _name, key = parse_verifier_key(key_on(client.get("/public/figures/2025").text))
    assert key == journal_key.signing_key(agency.app.extensions["config"]).public_key()
    assert faults(Files(data, table, note.decode()), key=key) == []
    assert hashlib.sha256(data).hexdigest() in note.decode()
    with agency.database.reading() as session:
        head = journal.head(session)
    told = parse_checkpoint(note.decode().partition("journal\n")[2].rpartition("\n\n")[0] + "\n")
    assert (told.size, told.root.hex()) == (head.size, head.root)
    Draft202012Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(json.loads(data))
    assert client.get("/public/figures.schema.json").json == json.loads(SCHEMA.read_text("utf-8"))
    assert client.get("/public/figures/2025.json?lang=fr").data == data
    known = client.get("/public/figures/2025.json", headers={"If-None-Match": made[0].headers["ETag"]})
    assert known.status_code == 304


def key_on(page: str) -> str:
    return page.partition("<pre")[2].partition("<code>")[2].partition("</code>")[0]


def test_the_page_shows_what_the_file_says(client):
    shown = words_of(client, "/public/figures/2025")
    for told in (
        "Platewatch Number-Plate Analytics 33", "For the whole course 50", "Never certified on the tool 21",
        "The officer was suspended Fewer than 5 None At least 1", "Platewatch Number-Plate Analytics 1.1 26 days",
        "Platewatch Number-Plate Analytics 1.1 About 35", "No fault of the tool was found 6",
        "Number plates with place, time and picture of the vehicle",
        "Counted from what was recorded before 1 January 2026",
    ):  # fmt: skip
        assert told in shown
    tool = words_of(client, "/public/figures/2025/wordfinder")
    assert "For the whole course 14" in tool
    assert "Nobody was refused in the year." in tool
    assert "No new version asked for training in the year." in tool
    assert "Platewatch" not in tool


def test_a_year_that_is_not_over_or_had_no_tool_has_no_figures(client):
    assert "The figures of" in words_of(client, "/public/figures")
    for path in (
        "2024",
        "2025/nothing",
        "2025/sightline",
        "9999",
        "9999.json",
        "2024.csv",
        "2024.json.sig",
        "99999999",
    ):
        answer = client.get(f"/public/figures/{path}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store"), path


def test_a_tool_that_may_not_be_named_is_nowhere_and_that_is_said(client, make_app):
    hidden = make_app(demo=True, agency_zone="Europe/Brussels", unpublished_tools=("platewatch",)).test_client()
    assert "These figures are not whole" in words_of(hidden, "/public/figures/2025")
    for path in ("2025", "2025.json", "2025.csv"):
        assert "latewatch" not in hidden.get(f"/public/figures/{path}").text
    assert hidden.get("/public/figures/2025/platewatch").status_code == 404
    assert client.get("/public/figures/2025/platewatch").status_code == 200


def test_without_a_key_there_is_no_note_and_no_link_to_one(client, make_app, agency):
    file = agency.app.extensions["config"].data_folder / "unreadable.pem"
    file.write_text("no key")
    without = make_app(demo=True, agency_zone="Europe/Brussels", journal_key_file=file).test_client()
    assert without.get("/public/figures/2025.json.sig").status_code == 503
    assert "2025.json.sig" not in without.get("/public/figures/2025").text
    assert "2025.json.sig" in client.get("/public/figures/2025").text
