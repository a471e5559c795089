"""The page on which a pack is looked at and taken out."""

import re
import zipfile
from html import unescape
from io import BytesIO
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from training_app.models.evidence_packs import EvidencePackMade
from training_app.packs.checking import check
from training_app.rules.signed_note import parse_verifier_key
from training_app.views import evidence_packs

ASKED = {"tool": "sightline", "first": "2026-01-01", "last": "2026-11-22", "officers": "with"}


def look(browser, **given):
    return browser.get(f"/evidence-packs?{urlencode(ASKED | given)}")


def hidden(page) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


def take(browser, given):
    """Send the form, and return an answer that is no page."""
    data = given | {"csrf_token": browser.token}
    return browser.client.post("/evidence-packs", data=data, environ_overrides=browser.environ)


def words_on(page) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])).split())


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "trainer", "lead", "evaluator"])
def test_nobody_else_sees_it(agency, mailbox):
    browser = agency.browser(mailbox)
    assert browser.get("/evidence-packs").status_code == 403
    assert browser.post("/evidence-packs", ASKED).status_code == 403


def test_what_a_pack_would_hold_is_shown_before_and_taking_it_out_is_recorded_once(agency):
    browser = agency.browser("oversight")
    first = browser.get("/evidence-packs")
    assert "This pack" not in first.text
    page = look(browser)
    shown = words_on(page)
    assert "Awards made in the period 14" in shown
    assert "It holds outcomes of psychological evaluations" in shown

    unexplained = browser.post("/evidence-packs", hidden(page))
    assert unexplained.status_code == 422
    assert "Choose why the pack is taken out." in words_on(unexplained)
    assert agency.count(EvidencePackMade) == 0

    answers = [take(browser, hidden(page) | {"reason": "court"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data, "a second click gives the same pack"
    assert answers[0].mimetype == "application/zip"
    assert answers[0].headers["Content-Disposition"].endswith("evidence-pack-sightline-2026-01-01-2026-11-22.zip")
    assert answers[0].headers["Cache-Control"] == "no-store"
    with agency.database.reading() as session:
        [fact] = session.scalars(select(EvidencePackMade)).all()
    assert (fact.recorded_by_id, fact.reason_code) == (agency.person("DP-6001").id, "court")

    listed = browser.get("/evidence-packs")
    assert "DP-6001 A court, or a party to proceedings, asks" in words_on(listed)
    line = re.search(r"<code>([^<]+\+[0-9a-f]{8}\+[^<]+)</code>", listed.text)
    origin, key = parse_verifier_key(unescape(line[1]))
    report = check(BytesIO(answers[0].data), key, origin=origin)
    assert report.faults == []
    assert report.files > 40


def test_the_page_in_the_pack_is_in_the_readers_language_and_needs_nothing_else(agency):
    browser = agency.browser("registrar")
    page = look(browser, officers="without")
    answer = take(browser, hidden(page) | {"reason": "internal-review"})
    with zipfile.ZipFile(BytesIO(answer.data)) as pack:
        index = pack.read("index.html").decode()
        names = set(pack.namelist())
    assert "<script" not in index
    assert "http" not in index.replace("https://", "http").partition("<style>")[0]
    linked = {unescape(href) for href in re.findall(r'href="([^"#]+)"', index)}
    assert linked <= names, "every file that it leads to is there"
    assert not any(name.startswith("officers/") for name in names)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"tool": "nothing"}, "Choose the tool."),
        ({"first": ""}, "Enter the first day of the period."),
        ({"last": "2026-02-30"}, "Enter a day, for example 2026-03-12."),
        ({"first": "2026-11-22", "last": "2026-01-01"}, "The last day is before the first."),
        ({"first": "2998-01-01", "last": "2999-01-01"}, "The period has not begun."),
    ],
)
def test_what_cannot_be_asked_for_comes_back_with_a_sentence(agency, given, said):
    page = look(agency.browser("registrar"), **given)
    assert page.status_code == 422
    assert said in words_on(page)
    assert "Take out the pack" not in page.text


@pytest.mark.parametrize("known_at", ["", "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z", "x"])
def test_a_pack_that_was_not_shown_a_moment_ago_is_not_made(agency, known_at):
    browser = agency.browser("registrar")
    page = look(browser)
    answer = browser.post("/evidence-packs", hidden(page) | {"reason": "court", "known_at": known_at})
    assert answer.status_code == 422
    assert "Look again at what the pack would hold." in words_on(answer)
    assert agency.count(EvidencePackMade) == 0


def test_a_large_pack_is_left_to_the_command(agency, monkeypatch):
    monkeypatch.setattr(evidence_packs, "MOST_OFFICERS_HERE", 8)
    browser = agency.browser("oversight")
    page = look(browser)
    assert "Take out the pack" not in page.text
    assert (
        "training-app evidence-pack sightline --from 2026-01-01 --to 2026-11-22 --reason inspection --by DP-6001 "
        "--out evidence-pack-sightline-2026-01-01-2026-11-22.zip"
    ) in words_on(page)
    answer = browser.post("/evidence-packs", ASKED | {"reason": "court", "known_at": "2020-01-01T00:00:00Z"})
    assert answer.status_code == 422
    assert agency.count(EvidencePackMade) == 0
