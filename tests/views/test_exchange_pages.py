"""Questions from elsewhere in a browser: sent, read as a dry run, placed and added; and banks that leave as files."""

import io
import re
from html import unescape

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from quizzes.exchange import gift_reader, moodle_reader
from quizzes.exchange.report import MOST_BYTES
from quizzes.parts import item_part
from tests.services.recorded import ZONE
from tests.views.browser import Browser
from tests.views.demo_agency import Agency
from training_app.clock import now
from training_app.models.authoring import Draft
from training_app.services import drafts

GIFT = """\
$CATEGORY: $course$/top/errors

::Alarms::Is every alarm right?{=No#Most faces are innocent. ~Yes#Then no innocent person passes by.}

// [tag:level:judge] [tag:source:aia-3]
Every alarm leads to an arrest.{F#An alarm is a hint.#Right.}

Discuss alarms.{}
"""


@pytest.fixture
def trainer(agency) -> Browser:
    return agency.browser("trainer")


@pytest.fixture
def draft(agency) -> int:
    with agency.database.transaction() as session:
        by = agency.person("DP-4001")
        return drafts.open_draft(session, "ai-limits", at=now(), zone=ZONE, by=by).id


def address(draft: int, rest: str = "") -> str:
    return f"/content/drafts/{draft}/questions/import{rest}"


def send(browser: Browser, draft: int, content: str | bytes = GIFT, *, text: str = "", name: str = "bank.gift"):
    browser.get(address(draft))
    data = content.encode() if isinstance(content, str) else content
    form = {"csrf_token": browser.token, "language": "en", "text": text}
    if data:
        form["file"] = FileStorage(io.BytesIO(data), name)
    boundary, body = encode_multipart(form)  # in memory: the client would leave a file of its own open
    options = {"content_type": f"multipart/form-data; boundary={boundary}", "environ_overrides": browser.environ}
    return browser.client.post(
        address(draft), data=body, headers={"Referer": f"http://localhost{address(draft)}"}, **options
    )


def words_on(page) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def seen(page) -> str:
    found = re.search(r'name="seen"[^>]*value="([0-9a-f]+)"', page.text)
    assert found, "the dry run offers nothing to add"
    return found[1]


def item(agency: Agency, draft: int, name: str):
    with agency.database.reading() as session:
        return drafts.part(session, session.get_one(Draft, draft), item_part(name)).content


@pytest.mark.parametrize("mailbox", ["officer", "registrar"])
def test_only_who_writes_content_imports_questions_or_takes_a_drafts_keys(agency, draft, mailbox):
    browser = agency.browser(mailbox)
    for path in (address(draft), address(draft, "/dry-run")):
        assert browser.get(path).status_code == 403
    for path in (address(draft), address(draft, "/dry-run"), address(draft, "/discard")):
        assert browser.post(path).status_code == 403
    for rest in ("", "/file?format=gift&language=en"):
        assert browser.get(f"/content/drafts/{draft}/questions/export{rest}").status_code == 403


def test_only_who_reads_content_takes_a_banks_keys(agency):
    for mailbox, status in {
        "officer": 403,
        "supervisor": 403,
        "evaluator": 403,
        "oversight": 200,
        "trainer": 200,
    }.items():
        browser = agency.browser(mailbox)
        for rest in ("", "/file?format=gift&language=en"):
            assert browser.get(f"/content/ai-limits/bank/export{rest}").status_code == status


def test_questions_are_sent_read_placed_and_added(agency, trainer, draft):
    assert send(trainer, draft).location == address(draft, "/dry-run")
    page = trainer.get(address(draft, "/dry-run"))
    said = words_on(page)
    assert "2 questions can be added. Nothing was added yet." in said
    assert "Not carried: it asks for an essay" in said
    assert "It asks for no reason, so it became a choice between true and false." in said
    assert "Most faces are innocent." in said
    assert re.search(r'<option selected value="errors">', page.text), "the category names the objective"
    chosen = {"objective_0": "errors", "level": "recall", "sources": ["aia-rec12"], "law_as_of": "2026-11-20"}
    looked = trainer.post(address(draft, "/dry-run"), {**chosen, "chosen": ["1", "2"], "seen": seen(page), "look": "1"})
    assert looked.status_code == 200
    assert "20 November 2026" in words_on(looked)
    answer = trainer.post(address(draft, "/dry-run"), {**chosen, "chosen": ["1", "2"], "seen": seen(page)})
    assert answer.location == f"/content/drafts/{draft}#quiz"
    first, second = item(agency, draft, "alarms"), item(agency, draft, "every-alarm-leads-to-an-arrest")
    assert (first["objective"], first["level"], first["sources"]) == ("errors", "recall", ["aia-rec12"])
    assert (second["level"], second["sources"], second["law_as_of"]) == ("judge", ["aia-3"], "2026-11-20")
    assert second["texts"]["en"]["options"] == {"a": "True", "b": "False"}


def test_adding_twice_adds_once_and_the_same_file_again_says_what_is_there(agency, trainer, draft):
    send(trainer, draft)
    form = {"chosen": ["1", "2"], "seen": seen(trainer.get(address(draft, "/dry-run"))), "level": "apply"}
    assert trainer.post(address(draft, "/dry-run"), form).location.endswith("#quiz")
    assert trainer.post(address(draft, "/dry-run"), form).location == address(draft)
    assert "No questions wait: they were added already" in words_on(trainer.get(address(draft)))
    send(trainer, draft)
    page = trainer.get(address(draft, "/dry-run"))
    assert "The draft has every question of this file already." in words_on(page)
    [there] = re.findall(r'href="([^"]+/items/alarms)"', page.text)
    assert trainer.get(there).status_code == 200
    assert "Is every alarm right?" in words_on(trainer.get(f"/content/drafts/{draft}"))
    with agency.database.reading() as session:
        parts = drafts.parts(session, session.get_one(Draft, draft))
        assert sum(part.saved_by_id is not None for part in parts.values()) == 2


def test_what_is_not_ticked_is_not_added(agency, trainer, draft):
    send(trainer, draft)
    form = {"chosen": ["2"], "seen": seen(trainer.get(address(draft, "/dry-run"))), "level": "apply"}
    trainer.post(address(draft, "/dry-run"), form)
    assert item(agency, draft, "alarms") is None
    assert item(agency, draft, "every-alarm-leads-to-an-arrest") is not None


def test_adding_nothing_says_what_to_do(trainer, draft):
    send(trainer, draft)
    page = trainer.get(address(draft, "/dry-run"))
    answer = trainer.post(address(draft, "/dry-run"), {"seen": seen(page), "level": "apply"})
    assert answer.status_code == 422
    assert "Choose at least one question, or discard the file." in words_on(answer)


def test_an_item_that_came_into_the_draft_meanwhile_stops_the_import_and_nothing_is_lost(agency, trainer, draft):
    send(trainer, draft)
    page = trainer.get(address(draft, "/dry-run"))
    other = agency.browser("trainer2")
    send(other, draft, GIFT.split("// [tag", maxsplit=1)[0])
    other.post(
        address(draft, "/dry-run"),
        {"chosen": ["1"], "seen": seen(other.get(address(draft, "/dry-run")))} | {"level": "apply"},
    )
    answer = trainer.post(address(draft, "/dry-run"), {"chosen": ["1", "2"], "seen": seen(page), "level": "apply"})
    assert answer.status_code == 422
    assert "The draft has changed since this page was shown." in words_on(answer)
    again = trainer.post(address(draft, "/dry-run"), {"chosen": ["2"], "seen": seen(answer), "level": "apply"})
    assert again.location.endswith("#quiz")


def test_pasted_questions_are_read_like_a_file(trainer, draft):
    assert send(trainer, draft, b"", text="Is it so?{=yes ~no}").location == address(draft, "/dry-run")
    assert "Pasted text" in words_on(trainer.get(address(draft, "/dry-run")))


def test_what_cannot_be_read_is_refused_with_a_sentence(trainer, draft):
    for content, text, sentence in (
        (b"", "", "Choose a file or paste the questions, one of the two."),
        (b"a{=b ~c}", "a{=b ~c}", "Choose a file or paste the questions, one of the two."),
        (b"<?xml version='1.0'?><!DOCTYPE quiz [<!ENTITY a 'b'>]><quiz/>", "", "Line 1 declares a document type"),
        (b"<quiz>\n<question>", "", "Line 2 is not well-formed XML."),
        (b"\xff", "", "Line 1 is not in UTF-8."),
        (b"a" * (MOST_BYTES + 1), "", "The file is larger than 5 MB."),
        (b"", "<quiz>\n</quz>", "Line 2 is not well-formed XML."),
    ):
        answer = send(trainer, draft, content, text=text)
        assert answer.status_code == 422
        assert sentence in words_on(answer)


def test_a_discarded_file_is_gone(trainer, draft):
    send(trainer, draft)
    trainer.get(address(draft, "/dry-run"))
    assert trainer.post(address(draft, "/discard")).location == address(draft)
    assert trainer.get(address(draft, "/dry-run")).location == address(draft)


def test_a_draft_that_was_given_up_takes_no_questions_and_says_so(agency, trainer, draft):
    send(trainer, draft)
    form = {"chosen": ["1", "2"], "seen": seen(trainer.get(address(draft, "/dry-run"))), "level": "apply"}
    assert trainer.post(f"/content/drafts/{draft}/give-up").status_code == 303
    told = "This draft is under review or closed, so nothing can be added to it."
    assert told in words_on(trainer.get(address(draft)))
    assert told in words_on(trainer.get(address(draft, "/dry-run")))
    answer = trainer.post(address(draft, "/dry-run"), form)
    assert (answer.status_code, item(agency, draft, "alarms")) == (422, None)


def test_each_author_has_a_file_of_their_own(agency, trainer, draft):
    send(trainer, draft)
    assert agency.browser("trainer2").get(address(draft, "/dry-run")).location == address(draft)


def test_a_bank_leaves_as_a_file_after_its_page_told_what_is_missing(trainer):
    for form, read in (("gift", gift_reader.read), ("moodle-xml", moodle_reader.read)):
        page = trainer.get(f"/content/ai-limits/bank/export?format={form}&language=en")
        said = words_on(page)
        assert "The keys leave this system" in said
        assert "The file holds 45 items." in said
        assert "Level, sources and days of the law are carried as tags" in said
        link = re.search(r'href="([^"]+/bank/export/file[^"]+)"', page.text)
        assert link
        file = trainer.get(unescape(link[1]))
        assert file.headers["Content-Disposition"].startswith("attachment; filename=ai-limits-en.")
        assert len(read(file.data).questions) == 45


def test_a_draft_leaves_with_what_was_added_to_it(trainer, draft):
    send(trainer, draft)
    form = {"chosen": ["1"], "seen": seen(trainer.get(address(draft, "/dry-run"))), "level": "apply"}
    form |= {"objective_0": "errors", "sources": ["aia-3"], "law_as_of": "2026-11-20"}
    trainer.post(address(draft, "/dry-run"), form)
    file = trainer.get(f"/content/drafts/{draft}/questions/export/file?format=gift&language=en")
    assert "alarms" in {question.name for question in gift_reader.read(file.data).questions}


def test_what_is_not_there_or_not_offered_is_no_page(trainer):
    for path in (
        "/content/ai-limits/bank/export/file?format=qti&language=en",
        "/content/ai-limits/bank/export/file?format=gift&language=xx",
        "/content/none/bank/export",
        "/content/drafts/999/questions/import",
        "/content/drafts/999/questions/export/file",
    ):
        assert trainer.get(path).status_code == 404
