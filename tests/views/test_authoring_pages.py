"""A module is begun, its parts are written, and its page says what comes next."""

import re
from html import unescape

import pytest

from quizzes.parts import MODULE, PAPER, lesson_part
from tests.views.page_forms import filled
from training_app.models.authoring import Draft, ReviewRequest
from training_app.services import drafts

FETCH = {"X-Requested-With": "fetch"}
NEW = {"title": "Body cameras", "slug": "body-cameras", "subject_area": "rights", "kind": "module", "language": "en"}


@pytest.fixture
def trainer(agency):
    return agency.browser("trainer")


@pytest.fixture
def draft(trainer) -> str:
    """The address of a new module's draft."""
    return trainer.post("/content/drafts/new", NEW).location


def words_on(page) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def part(agency, draft: str, name: str):
    with agency.database.reading() as session:
        return drafts.part(session, session.get_one(Draft, int(draft.rpartition("/")[2])), name)


def next_step(page) -> str:
    return unescape(re.search(r'id="next-step">(.*?)<', page.text)[1])


def write(trainer, address: str, **typed):
    """Fill in the form at *address* as its page shows it, and save it."""
    return trainer.post(address, filled(trainer.get(address), **typed))


def test_a_new_module_begins_with_its_title_and_its_page_says_what_comes_next(agency, trainer, draft):
    page = trainer.get(draft)
    assert part(agency, draft, MODULE).content["title"] == {"en": "Body cameras"}
    assert next_step(page) == "Say what the module teaches"
    assert "0 of 5 steps done" in words_on(page)
    assert "lacks" not in words_on(page), "what is missing is said in sentences"
    for sentence in ("Write a summary.", "Say how papers are drawn."):
        assert words_on(page).count(sentence) == 1, sentence


@pytest.mark.parametrize("slug", ["ai-limits", "body-cameras", "Body Cameras"])
def test_a_short_name_is_free_and_has_a_form(trainer, draft, slug):
    assert trainer.post("/content/drafts/new", NEW | {"slug": slug}).status_code == 422


def test_step_after_step_is_done_as_the_parts_are_written(agency, trainer, draft):
    outline = {
        "summary_en": "What it records.",
        "subject_area": "rights",
        "law_as_of": "2026-11-22",
        "objectives-0-id": "record",
        "objectives-0-text_en": "decide when to record",
        "sources-0-id": "led-4",
        "sources-0-text": "Art. 4",
    }
    assert write(trainer, f"{draft}/module", **outline).status_code == 303
    assert next_step(trainer.get(draft)) == "Write the lessons"
    lesson = write(trainer, f"{draft}/lessons/new", title="When to record").location
    assert next_step(trainer.get(draft)) == "Write the lessons"
    assert "Finish a lesson" in words_on(trainer.get(draft))
    text = {"objective": "record", "minutes": "3", "sources": ["led-4"], "body": "Where the rules say so."}
    write(trainer, lesson, **text)
    assert next_step(trainer.get(draft)) == "Write the items of the quiz"
    item = write(trainer, f"{draft}/items/new", kind="numeric", objective="record", level="recall").location
    number = {"question-value": "3", "question-tolerance": "0", "question-right_en": "Yes.", "question-wrong_en": "No."}
    write(trainer, item, **{"question-stem_en": "How many?", "sources": ["led-4"]}, **number)
    assert next_step(trainer.get(draft)) == "Say how papers are drawn"
    plan = {"blueprint-0-objective": "record", "blueprint-0-items": "1", "cut_score": "80"}
    write(trainer, f"{draft}/paper", **plan)
    page = trainer.get(draft)
    assert next_step(page) == "Say how papers are drawn"
    assert "Papers draw 1 of 1 items on “record”. Write 2 more" in words_on(page)
    assert part(agency, draft, PAPER).content["paper"]["cut_score"] == "4/5"
    assert "1 thing is missing before somebody can review it." in words_on(page)
    refused = trainer.post(f"{draft}/review", {"note": "All of it."})
    assert refused.status_code == 422
    assert "not ready for review" in words_on(refused)
    assert agency.count(ReviewRequest) == 0


def test_a_lesson_is_saved_as_it_is_typed_and_shown_as_officers_see_it(agency, trainer, draft):
    address = write(trainer, f"{draft}/lessons/new", title="When to record").location
    form = filled(trainer.get(address), body="Record **where** the rules say so.")
    told = trainer.post(address, form, headers=FETCH).json
    assert told["version"] == 2
    assert "<strong>where</strong>" in told["preview"]
    assert re.fullmatch(r"\d\d:\d\d", told["saved_at"])


def test_two_people_on_one_lesson_are_told_and_both_texts_are_shown(agency, trainer, draft):
    address = write(trainer, f"{draft}/lessons/new", title="When to record").location
    other = agency.browser("trainer2")
    mine, theirs = filled(trainer.get(address), body="Mine."), filled(other.get(address), body="Theirs.")
    assert other.post(address, theirs).status_code == 303
    assert trainer.post(address, mine, headers=FETCH).status_code == 409
    refused = trainer.post(address, mine)
    assert refused.status_code == 422
    assert "What Karim Haddad saved Theirs." in words_on(refused)
    assert filled(refused)["body"] == ["Mine."]
    assert part(agency, draft, lesson_part("en", "01-when-to-record")).content["body"] == "Theirs."


def test_another_row_of_the_outline_comes_without_a_script(trainer, draft):
    page = trainer.get(f"{draft}/module")
    grown = trainer.post(f"{draft}/module", filled(page, more="sources", **{"objectives-0-id": "record"}))
    assert grown.status_code == 200
    assert filled(grown)["objectives-0-id"] == ["record"]
    assert "sources-3-id" in filled(grown)


def test_the_draft_of_a_published_module_is_one_whoever_opens_it(agency, trainer):
    first = trainer.post("/content/drafts/of/ai-limits")
    assert agency.browser("trainer2").post("/content/drafts/of/ai-limits").location == first.location
    page = trainer.get(first.location)
    assert next_step(page) == "Put it up for review"
    assert "4 of 5 steps done" in words_on(page)
    assert trainer.post("/content/drafts/of/no-such-module").status_code == 404


def test_a_lesson_is_taken_out_and_a_draft_given_up(trainer, draft):
    address = write(trainer, f"{draft}/lessons/new", title="When to record").location
    assert trainer.post(f"{address}/remove").status_code == 303
    assert trainer.get(address).status_code == 404
    assert trainer.post(f"{draft}/give-up").status_code == 303
    assert "This draft is closed." in words_on(trainer.get(draft))


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "oversight", "registrar"])
def test_only_who_writes_content_opens_a_draft(agency, draft, mailbox):
    browser = agency.browser(mailbox)
    for address in ("", "/module", "/paper", "/lessons/new", "/items/new", "/practice"):
        assert browser.get(draft + address).status_code == 403
