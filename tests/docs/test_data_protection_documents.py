"""The documents on data protection are right about files, settings, addresses, sections and the file to take along."""

import json
import re

import pytest

from config import Config
from tests.docs.documents import DOCUMENTS, ROOT, codes, section, table, tables
from tests.services import recorded
from training_app.rules import rectification
from training_app.rules.own_data import Section, Why
from training_app.services import own_data
from training_app.services.own_data import file
from training_app.services.own_data.records import INSTALLATION, SOMEBODY, YOURSELF

NAMES = ("data-protection.md", "record-of-processing.md", "dpia.md", "scope.md")
FOLDERS = ("training_app/", "quizzes/", "courses/", "docs/", "tests/", "examples/")


def named(document: str) -> list[str]:
    return codes((DOCUMENTS / document).read_text("utf-8"))


@pytest.mark.parametrize("document", NAMES)
def test_every_file_that_is_named_exists(document):
    assert [one for one in named(document) if one.startswith(FOLDERS) and not (ROOT / one).exists()] == []


@pytest.mark.parametrize("document", NAMES)
def test_every_setting_that_is_named_is_one(document):
    known = set(re.findall(r"TRAINING_[A-Z_]+", (DOCUMENTS / "operators.md").read_text("utf-8")))
    assert [one for one in named(document) if one.startswith("TRAINING_") and one not in known] == []


@pytest.mark.parametrize("document", NAMES)
def test_every_address_that_is_named_leads_to_a_page(document):
    # What citizens read is listed, and held against its views, in another document.
    known = {code for row in tables(section("public.md", "Pages for citizens"))[0] for code in codes(row["address"])}
    for view in (ROOT / "training_app" / "views").glob("*.py"):
        source = view.read_text("utf-8")
        prefix = re.search(r'url_prefix="([^"]+)"', source)
        known |= {(prefix[1] if prefix else "") + route for route in re.findall(r'@bp\.\w+\("([^"]*)"', source)}
    assert [one for one in named(document) if one.startswith("/") and one not in known] == []


def test_the_record_has_every_section_of_the_page_and_no_other():
    rows = table(section("record-of-processing.md", "Data subjects and data"))
    listed = [code for row in rows for code in codes(row["section"])]
    assert sorted(listed) == sorted(one.value for one in Section if one is not Section.OTHER)


def test_the_words_that_are_let_go_have_the_defaults_on_the_page(tmp_path):
    config = Config.for_demo({"TRAINING_DATA": str(tmp_path)})
    rows = tables(section("record-of-processing.md", "Time limits"))[0]
    for row in rows[:3]:
        field = codes(row["setting"])[0].removeprefix("TRAINING_").lower()
        assert row["default"].startswith(f"{getattr(config, field)} months"), row


def test_every_reason_for_which_something_is_not_given_is_explained():
    rows = table(section("data-protection.md", "Access"))
    assert [codes(row["code"])[0] for row in rows] == [why.value for why in Why]


def test_the_file_is_as_the_page_says(session):
    members, of_records = tables(section("data-protection.md", "The file"))
    naming = own_data.Naming(session, own_data.Subject(recorded.person(session), ""))
    document = json.loads("".join(file.document(naming, agency="", words={}, at=recorded.NOW)))
    assert [code for row in members for code in codes(row["member"])] == list(document)
    version = codes(members[0]["meaning"])
    assert version == [document["format"], str(document["format_version"])]
    assert [code for row in of_records for code in codes(row["member"])] == list(document["records"][0])
    assert {YOURSELF, INSTALLATION, SOMEBODY} <= set(codes(of_records[5]["meaning"]))


def test_the_deadlines_are_those_of_the_rule():
    assert (rectification.ANSWER_MONTHS, rectification.EXTENSION_MONTHS) == (1, 2)
    steps = section("data-protection.md", "Rectification")
    assert "answered within one month of receipt" in steps
    assert "extended once, by two months" in steps


def test_what_an_agency_has_to_fill_in_is_marked_and_what_is_ours_is_not_left_open():
    for document in ("record-of-processing.md", "dpia.md"):
        text = (DOCUMENTS / document).read_text("utf-8")
        assert text.count("**[Agency]**") >= 7
        assert not re.search(r"\b(TODO|TBD|tbc|XXX)\b|\[\?\]", text)


def test_each_risk_has_measures_and_what_remains():
    risks = section("dpia.md", "Risks and measures")
    for risk in re.split(r"^#### ", risks, flags=re.MULTILINE)[1:]:
        assert re.search(r"^Likelihood: .*Severity: ", risk, re.MULTILINE), risk[:60]
        assert table(risk), risk[:60]
        assert "\nRemains: " in risk, risk[:60]
