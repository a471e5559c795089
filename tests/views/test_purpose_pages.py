"""The registrar's desk: permitted purposes, the guideline of an intrusive tool, and prohibited practice corrected."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from training_app import demo
from training_app.models.tools import ProhibitionCorrection, ProhibitionCorrectionSignature, ToolPurpose, ToolVersion

PURPOSES = "/registrar/tools/lockpick/purposes"
ADD = "/registrar/tools/lockpick/add-purpose"
ROW = {
    "cases-0-crime_types": "arson\n\n murder ",
    "cases-0-circumstances": "",
    "cases-0-authorisation": "no",
    "cases-0-sentence": "For arson, a device may be opened.",
    "cases-0-source": "Guideline 9.1",
}


@pytest.fixture
def registrar(agency):
    return agency.browser("registrar")


def words_on(page) -> str:
    """Return the main part of a page as its reader sees it, without tags."""
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


class FormOnPage(HTMLParser):
    """What the main part of a page would send if nobody touched its form."""

    def __init__(self, page) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self.area = ""
        self.feed(page.text.partition("<main")[2].partition("</main>")[0])

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name = given.get("name") or ""
        if tag == "textarea":
            self.area, self.sent[name] = name, ""
        elif tag == "input" and name != "csrf_token" and (given.get("type") != "radio" or "checked" in given):
            self.sent[name] = given.get("value") or ""

    def handle_endtag(self, tag):
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, text):
        if self.area:
            self.sent[self.area] += text.replace("\r\n", "\n")


def form_on(page) -> dict[str, str]:
    return FormOnPage(page).sent


def test_the_guideline_stands_as_a_table_with_its_sources(registrar):
    shown = words_on(registrar.get(PURPOSES))
    assert "This tool is intrusive" in shown
    assert "abduction, homicide, human-trafficking, terrorism seized-device Needed A seized device is opened" in shown
    assert "Any life-in-danger Not needed" in shown
    assert "guideline on device intrusion, 3.1" in shown


def test_a_purpose_is_added_with_its_row_changed_and_ended(agency, registrar):
    before = agency.count(ToolPurpose)
    registrar.get(ADD)
    assert registrar.post(ADD, {"code": "fire-cause", "name": "Find the cause of a fire", **ROW}).status_code == 302
    shown = words_on(registrar.get(PURPOSES))
    assert "arson, murder Any Not needed For arson, a device may be opened. Guideline 9.1" in shown

    page = registrar.get(f"{PURPOSES}/fire-cause")
    sent = form_on(page) | {"cases-0-crime_types": "arson"}
    assert registrar.post(f"{PURPOSES}/fire-cause", sent).status_code == 302
    assert "arson Any Not needed" in words_on(registrar.get(PURPOSES))
    late = registrar.post(f"{PURPOSES}/fire-cause", sent)
    assert late.status_code == 422
    assert "Somebody saved this purpose since you opened it." in words_on(late)

    after = re.search(r'/fire-cause/end".*?name="after" value="(\d+)"', registrar.get(PURPOSES).text, re.DOTALL)[1]
    assert registrar.post(f"{PURPOSES}/fire-cause/end", {"after": after}).status_code == 302
    assert registrar.post(f"{PURPOSES}/fire-cause/end", {"after": after}).status_code == 422, "a second click"
    assert "Not permitted any more Find the cause of a fire (fire-cause)" in words_on(registrar.get(PURPOSES))
    assert agency.count(ToolPurpose) == before + 3


def test_what_is_changed_in_one_row_leaves_the_others_as_they_were(registrar):
    page = registrar.get(f"{PURPOSES}/extract-evidence")
    sent = form_on(page) | {"cases-1-sentence": "For terrorism only."}
    assert registrar.post(f"{PURPOSES}/extract-evidence", sent).status_code == 302
    shown = words_on(registrar.get(PURPOSES))
    assert "terrorism device-in-use Needed For terrorism only." in shown
    assert "abduction, homicide, human-trafficking, terrorism seized-device Needed A seized device" in shown


def test_a_row_is_taken_out_by_emptying_it_and_added_without_script(agency, registrar):
    page = registrar.get(f"{PURPOSES}/extract-evidence")
    texts = ("crime_types", "circumstances", "sentence", "source")
    emptied = form_on(page) | {f"cases-1-{name}": "" for name in texts}
    more = registrar.post(f"{PURPOSES}/extract-evidence", emptied | {"more": "1"})
    assert more.status_code == 200
    assert "Row 4 of the guideline" in words_on(more)
    assert registrar.post(f"{PURPOSES}/extract-evidence", emptied).status_code == 302
    assert "device-in-use" not in words_on(registrar.get(PURPOSES))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"code": "Fire cause"}, "Use small letters, digits and hyphens only"),
        ({"name": ""}, "Say in a few words what the purpose is."),
        ({"code": "find-person"}, "The purpose find-person exists already."),
        ({"cases-0-crime_types": "Arson!"}, "Write one code a line"),
        ({"cases-0-authorisation": ""}, "Choose whether an authorisation is needed."),
        ({"cases-0-sentence": ""}, "Quote the sentence of the guideline."),
        ({"cases-0-source": ""}, "Name the source of the sentence."),
        (dict.fromkeys(ROW, ""), "Write at least one row of the guideline: this tool is intrusive."),
    ],
)
def test_what_is_wrong_with_a_purpose_is_said_and_nothing_is_saved(agency, registrar, changed, sentence):
    before = agency.count(ToolPurpose)
    registrar.get(ADD)
    answer = registrar.post(ADD, {"code": "fire-cause", "name": "Find the cause of a fire", **ROW} | changed)
    assert answer.status_code == 422
    assert sentence in words_on(answer)
    assert agency.count(ToolPurpose) == before


def test_a_tool_that_is_not_intrusive_needs_no_guideline(registrar):
    address = "/registrar/tools/sightline/add-purpose"
    registrar.get(address)
    assert registrar.post(address, {"code": "find-witness", "name": "Find a witness"}).status_code == 302
    assert "Find a witness" in words_on(registrar.get("/registrar/tools/sightline/purposes"))


# -- prohibited practice -----------------------------------------------------------------------------------------------

SORTER = "/registrar/tools/portrait-sorter/prohibition"
SAID = {"prohibition": "policy", "reason": "It sorts by gender only.", "source": "Vendor's statement, p. 4"}


def test_a_wrong_answer_is_corrected_by_two_registrars_and_listed(agency, registrar):
    assert "The tool Forbidden by law" in words_on(registrar.get(SORTER))
    registrar.get(f"{SORTER}/correct")
    written = registrar.post(f"{SORTER}/correct", SAID)
    assert registrar.post(f"{SORTER}/correct", SAID).status_code == 422, "a second click"
    assert registrar.post(written.location).status_code == 422, "nobody signs their own"
    assert "The tool Forbidden by law" in words_on(registrar.get(SORTER))
    second = agency.browser("registrar2")
    assert "It sorts by gender only." in words_on(second.get(written.location))
    assert second.post(written.location).status_code == 302
    assert second.post(written.location).status_code == 422
    shown = words_on(second.get(SORTER))
    assert "The tool Forbidden by agency policy" in shown
    assert "Ilse Verbeke Jonas Lemaire" in shown
    assert "Forbidden by agency policy" in words_on(second.get("/registrar/tools/portrait-sorter"))
    assert (agency.count(ProhibitionCorrection), agency.count(ProhibitionCorrectionSignature)) == (1, 1)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"prohibition": ""}, "Choose the right answer."),
        ({"prohibition": "law"}, "There is nothing to correct."),
        ({"reason": " "}, "Say why the answer on record is wrong."),
        ({"source": ""}, "Name the source."),
    ],
)
def test_a_correction_without_what_it_rests_on_is_not_written(agency, registrar, changed, sentence):
    registrar.get(f"{SORTER}/correct")
    answer = registrar.post(f"{SORTER}/correct", SAID | changed)
    assert answer.status_code == 422
    assert sentence in words_on(answer)
    assert agency.count(ProhibitionCorrection) == 0


def test_the_answer_about_a_version_is_corrected_apart_from_the_tools(agency, registrar):
    address = f"/registrar/versions/{agency.id_of(ToolVersion, label='3.1')}/prohibition/correct"
    assert "On record: Not prohibited." in words_on(registrar.get(address))
    written = registrar.post(address, SAID)
    agency.browser("registrar2").post(written.location)
    shown = words_on(registrar.get("/registrar/tools/sightline/prohibition"))
    assert "The tool Not prohibited" in shown
    assert "Version 3.1 Forbidden by agency policy" in shown
    assert "Version 3.2 Not prohibited" in shown


def test_oversight_reads_these_pages_and_changes_nothing(agency):
    oversight = agency.browser("oversight")
    for page in (PURPOSES, SORTER):
        assert oversight.get(page).status_code == 200
    for page in (ADD, f"{PURPOSES}/find-person", f"{SORTER}/correct"):
        assert oversight.get(page).status_code == 403
    assert oversight.post(f"{PURPOSES}/find-person/end").status_code == 403
    for mailbox in ("officer", "supervisor", "trainer"):
        assert agency.browser(mailbox).get(PURPOSES).status_code == 403


def test_oversight_reads_the_authorisation_that_the_tool_stated_and_nobodys_word_for_it(agency):
    leave = {"issuer": "Court of Demo City", "reference": "JI-17/2026", "valid_until": "2099-12-31"}
    question = {
        "subject": {"type": "officer", "id": "DP-1003"},
        "action": {"name": "use"},
        "resource": {"type": "tool", "id": "lockpick", "properties": {"version": "5.0"}},
        "context": {
            "purpose": "extract-evidence",
            "crime_type": "homicide",
            "circumstance": "seized-device",
            "authorisation": leave,
        },
    }
    headers = {"Authorization": f"Bearer {demo.TOKEN}"}
    told = agency.app.test_client().post("/access/v1/evaluation", json=question, headers=headers).get_json()
    shown = words_on(agency.browser("oversight").get(f"/oversight/decisions/{told['context']['id']}"))
    assert "Crime type homicide Circumstance seized-device" in shown
    assert "Court of Demo City, JI-17/2026, valid until 2099-12-31, as the tool stated it" in shown
    assert "The same answer" in shown
