"""Everything below /public/, as a stranger walks it: complete, the same for everybody, and without anybody in it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from tests.docs.documents import ROOT
from tests.views.browser import Browser
from training_app import demo
from training_app.clock import now
from training_app.demo.contacts import CONTACTS
from training_app.models.emergencies import EmergencyGrant, EmergencyRequest, EmergencySetting
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.models.training import ModuleRevision
from training_app.public_answers import SECONDS
from training_app.rules.disclosure import LIMIT
from training_app.rules.emergency import Danger

SCHEMA = json.loads((ROOT / "training_app" / "public_register.schema.json").read_text("utf-8"))
LANGUAGES = ("en", "fr")
TO_BE_SENT = ("/public/report-an-incident", "/public/incident")
"""Pages with a form that is posted; a form with a number of its own is kept by nobody."""
START = {"en": "/public/", "fr": "/public/?lang=fr"}
MAILS = {contact["mail"] for contact in CONTACTS.values() if "mail" in contact}


class Read(HTMLParser):
    """A page's language, words, links and places to link to; a page has no other way in or out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language, self.words = "", ""
        self.links: list[str] = []
        self.files: list[str] = []
        self.places: set[str] = set()
        self.forms: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.places |= {given["id"]} if "id" in given else set()
        match tag:
            case "html":
                self.language = given["lang"]
            case "a":
                self.links.append(given["href"])
            case "link" | "script" | "img" | "use":
                self.files += [value for name in ("href", "src") if (value := given.get(name))]
            case "form":
                self.forms.append(given.get("method", "get"))

    def handle_data(self, text: str) -> None:
        self.words += text


@dataclass(frozen=True)
class Walked:
    html: str
    read: Read


@pytest.fixture
def busy(agency):
    """The demo agency after six emergencies last year and three this year: counts on both sides of the limit."""
    at = now()
    with agency.database.transaction() as session:
        tool = session.scalars(select(Tool).where(Tool.slug == "sightline")).one()
        version = session.scalars(select(ToolVersion).where(ToolVersion.tool_id == tool.id)).first()
        people = {row.service_number: row.id for row in session.scalars(select(Person))}
        year = at.astimezone(demo.ZONE).year
        last_year = at.replace(year=year - 1, month=7, day=1)
        session.add(
            EmergencySetting(
                effective_at=last_year - timedelta(days=1),
                recorded_at=at,
                recorded_by_id=people["DP-3001"],
                tool_id=tool.id,
                most_minutes=60,
                reason="Night shifts of Verbeke.",
            )
        )
        when = [last_year + timedelta(days=n) for n in range(6)] + [at - timedelta(hours=n) for n in (1, 2, 3)]
        for begun in when:
            assert begun <= at
            by = {"effective_at": begun, "recorded_at": at, "officer_id": people["DP-1001"], "version_id": version.id}
            asked = EmergencyRequest(
                **by, recorded_by_id=people["DP-1001"], danger=Danger.LIFE, words="Ask Almeida.", minutes=30
            )
            session.add(asked)
            session.flush()
            session.add(
                EmergencyGrant(
                    **by,
                    recorded_by_id=people["DP-2001"],
                    request_id=asked.id,
                    until=begun + timedelta(minutes=30),
                )
            )
    return agency


def walk(client, start: str) -> dict[str, Walked]:
    """Return every page below /public/ that links lead to from *start*, by its address; each link must lead on."""
    pages: dict[str, Walked] = {}
    others: set[str] = set()
    places: list[tuple[str, str]] = []
    waiting = [start]
    while waiting:
        address = waiting.pop()
        if address in pages:
            continue
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers.getlist("Set-Cookie") == [], address
        assert "Vary" not in answer.headers, address
        kept = "no-store" if address.startswith(TO_BE_SENT[0]) else f"public, max-age={SECONDS}"
        assert answer.headers["Cache-Control"] == kept, address
        read = Read(answer.text if answer.mimetype == "text/html" else "")
        pages[address] = Walked(answer.text, read)
        for link in read.links:
            path, _hash, place = urljoin(address, link).partition("#")
            parts = urlsplit(path)
            if parts.scheme:
                assert parts.scheme in {"https", "mailto", "tel"}, link
            elif parts.path.startswith("/public/"):
                waiting.append(path)
                places += [(path, place)] if place else []
            else:
                others.add(path)
        others |= {urljoin(address, file).partition("#")[0] for file in read.files}
    for path, place in places:
        assert place in pages[path].read.places, f"{path}#{place}"
    for other in others:
        assert client.get(other, buffered=True).status_code == 200, other
    return pages


def of_language(pages: dict[str, Walked], language: str) -> dict[str, Walked]:
    return {path: page for path, page in pages.items() if page.read.language == language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_walks_every_page_and_meets_nobody(busy, language):
    assert language in busy.app.extensions["languages"], "compile the catalogues: make check does"
    with busy.database.transaction() as session:
        demo.load_traffic_unit(session)
    with busy.database.reading() as session:
        people = [(row.name, row.service_number, row.email) for row in session.scalars(select(Person))]
        banks = [row.bank for row in session.scalars(select(ModuleRevision))]
    pages = walk(busy.app.test_client(), START[language])
    mine = of_language(pages, language)
    assert {urlsplit(path).path for path in mine} >= {
        "/public/", "/public/tools", "/public/tools/sightline", "/public/tools/lockpick", "/public/oversight",
        "/public/tools/portrait-sorter", "/public/training", "/public/training/ai-limits", "/public/your-rights",
        "/public/training/ai-limits/01-what-a-tool-does", "/public/glossary", "/public/about-these-figures",
        "/public/accessibility", "/public/report-an-incident", "/public/report-an-incident/sightline",
        "/public/figures", "/public/figures/2025", "/public/figures/2025/platewatch",
        "/public/incident",
    }  # fmt: skip
    assert {path for path in pages if path.startswith("/public/figures/2025.")} == {
        f"/public/figures/2025{end}" for end in (".json", ".csv", ".json.sig")
    }
    asked = stems(banks)
    assert len(people) > 10
    assert len(asked) > 100
    for path, page in pages.items():
        for name, number, mail in people:
            # Lessons tell of invented colleagues, whose surnames may be anybody's.
            told = name if path.startswith("/public/training/") else name.split()[-1]
            assert not re.search(rf"\b{re.escape(told)}\b", page.html), f"{name} on {path}"
            assert number not in page.html, path
            assert mail is None or mail not in page.html, path
        assert set(re.findall(r"[\w.+-]+@[\w-]+\.[\w.-]*\w", page.html)) <= MAILS, path
        assert ("post" in page.read.forms) is path.startswith(TO_BE_SENT), path
        said = " ".join(page.read.words.split())
        assert [stem for stem in asked if stem in said] == [], f"a quiz item on {path}"


def stems(banks: list[dict]) -> set[str]:
    """Return the question of each item of the banks, in every language; a short one may stand anywhere."""
    texts = (said["stem"] for bank in banks for item in bank["items"] for said in item["texts"].values())
    return {" ".join(text.split()) for text in texts if len(text) > 40}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_and_no_file_has_a_count_under_the_limit(busy, language):
    client = busy.app.test_client()
    lang = "" if language == "en" else f"?lang={language}"
    shown = " ".join(Read(client.get(f"/public/tools/sightline{lang}").text).words.split())
    year = now().astimezone(demo.ZONE).year
    fewer = {"en": f"{year}: fewer than {LIMIT}, {year - 1}: 6", "fr": f"{year} : moins de {LIMIT}, {year - 1} : 6"}
    assert fewer[language].replace("\xa0", " ") in shown.replace("\xa0", " ")
    counts = list(counted(client.get("/public/tools.json").json))
    assert {"form": "fewer-than", "number": LIMIT} in counts
    assert [one for one in counts if one["form"] != "fewer-than" and 0 < one["number"] < LIMIT] == []


def counted(value: object) -> Iterator[dict]:
    if isinstance(value, dict):
        if set(value) == {"form", "number"}:
            yield value
        for inner in value.values():
            yield from counted(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from counted(inner)


def test_who_is_signed_in_gets_the_same_page_as_everybody(agency):
    officer, stranger = agency.browser("officer1"), agency.app.test_client()
    for path in ("/public/", "/public/tools/sightline", "/public/training/ai-limits", "/public/glossary?lang=fr"):
        mine, theirs = officer.client.get(path), stranger.get(path, headers={"Accept-Language": "fr"})
        assert mine.data == theirs.data
        assert mine.headers["ETag"] == theirs.headers["ETag"]
        assert mine.headers.getlist("Set-Cookie") == []
    assert officer.signed_in_as() is not None, "reading them ends no session"


def test_a_page_that_is_known_already_is_not_sent_again(agency):
    client = agency.app.test_client()
    tag = client.get("/public/tools").headers["ETag"]
    again = client.get("/public/tools", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get("/public/oversight", headers={"If-None-Match": tag}).status_code == 200


def test_what_changes_on_a_tool_changes_its_tag(busy, agency):
    client = agency.app.test_client()
    before = client.get("/public/tools/lockpick").headers["ETag"]
    with agency.database.transaction() as session:
        tool = session.scalars(select(Tool).where(Tool.slug == "lockpick")).one()
        at = now()
        session.add(
            EmergencySetting(effective_at=at, recorded_at=at, tool_id=tool.id, most_minutes=30, reason="Night shifts.")
        )
    assert client.get("/public/tools/lockpick").headers["ETag"] != before


@pytest.mark.parametrize(("old", "new"), [("/tools-in-use", "/public/tools"), ("/glossary", "/public/glossary")])
def test_an_old_address_leads_on_for_good_in_the_readers_language(agency, old, new):
    client = agency.app.test_client()
    moved = client.get(old)
    assert (moved.status_code, moved.location) == (301, new)
    in_french = client.get(old, headers={"Accept-Language": "fr"})
    assert (in_french.status_code, in_french.location) == (301, f"{new}?lang=fr")


def test_a_language_that_is_not_offered_is_the_default_and_nothing_else_chooses(agency):
    client = agency.app.test_client()
    client.set_cookie("language", "fr")
    for path in ("/public/", "/public/?lang=tlh", "/public/?lang="):
        page = client.get(path, headers={"Accept-Language": "fr"}).text
        assert Read(page).language == "en", path


@pytest.mark.parametrize(
    "path",
    ["/public/nothing", "/public/tools/nothing", "/public/training/nothing", "/public/training/ai-limits/99-none"],
)
def test_what_is_not_there_is_said_without_a_session_and_kept_by_nobody(agency, path):
    answer = agency.browser("officer1").client.get(path)
    assert answer.status_code == 404
    assert 'href="/public/"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers.getlist("Set-Cookie") == []


def test_the_file_is_what_its_schema_says_in_every_language(busy):
    client = busy.app.test_client()
    document = client.get("/public/tools.json").json
    Draft202012Validator(SCHEMA).validate(document)
    assert [one["id"] for one in document["tools"]] == ["lockpick", "portrait-sorter", "sightline"]
    assert client.get("/public/tools.json?lang=fr").json == document
    assert client.get("/public/tools.schema.json").json == SCHEMA


def test_who_answers_for_a_test_is_not_published_for_it_may_be_a_person(agency):
    client = agency.app.test_client()
    for path in ("/public/tools/sightline", "/public/tools.json"):
        page = client.get(path).text
        assert "Custody sample 2026" in page
        assert "methods unit" not in page


def test_what_came_of_a_report_is_published_where_a_sentence_was_signed_for_everybody(agency):
    client = agency.app.test_client()
    by_id = {one["id"]: one for one in client.get("/public/tools.json").json["tools"]}
    [report] = by_id["sightline"]["reports"]
    assert (report["version"], report["closed"]) == ("3.1", "2026-10-28")
    assert report["sentence"] in Read(client.get("/public/tools/sightline").text).words
    assert "What came of reports" not in client.get("/public/tools/lockpick").text


def test_reasons_written_for_colleagues_are_not_published(busy):
    client = busy.app.test_client()
    for path in ("/public/tools/sightline", "/public/tools.json"):
        assert "Night shifts" not in client.get(path).text


def test_a_tool_that_may_not_be_named_is_left_out_with_its_modules_and_that_is_said(agency, make_app):
    client = make_app(demo=True, unpublished_tools=("sightline",)).test_client()
    listed = client.get("/public/tools").text
    assert "Sightline" not in listed
    assert "This register is not whole" in listed
    assert client.get("/public/tools/sightline").status_code == 404
    assert client.get("/public/tools.json").json["complete"] is False
    assert client.get("/public/training/sightline-3-2").status_code == 404
    assert "sightline-3-2" not in client.get("/public/training").text
    assert "This register is not whole" not in agency.app.test_client().get("/public/tools").text


def test_a_module_that_citizens_are_not_to_read_is_left_out(agency, make_app):
    client = make_app(demo=True, unpublished_modules=("police-hacking",)).test_client()
    assert client.get("/public/training/police-hacking").status_code == 404
    listed = client.get("/public/training").text
    assert "police-hacking" not in listed
    assert "Some modules are not shown here." in listed
    assert agency.app.test_client().get("/public/training/police-hacking").status_code == 200


def test_the_page_on_oversight_says_where_nobody_is_named(agency, make_app, tmp_path):
    file = tmp_path / "contacts.toml"
    file.write_text('[oversight]\nname = "The Board"\nmail = "board@oversight.example"\n', "utf-8")
    page = make_app(demo=True, public_contacts_file=file).test_client().get("/public/oversight").text
    assert "The Board" in page
    assert page.count("The agency has not yet said here how to reach them.") == 4


def test_an_exercise_in_a_lesson_goes_on_in_the_language_of_the_page(agency):
    page = agency.app.test_client().get("/public/training/ai-limits/04-thresholds-and-scores?lang=fr").text
    assert '<input type="hidden" name="lang" value="fr">' in page


def test_sign_in_and_every_foot_lead_to_them(browser: Browser):
    page = browser.get("/sign-in").text
    assert page.count('href="/public/"') == 2
    assert "Allow: /public/" in browser.get("/robots.txt").text
