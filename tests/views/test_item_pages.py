"""Items written in the browser: every kind, by two people at once, shown as officers see them, and tried."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from quizzes.interaction_fields import ItemKind
from quizzes.parts import MODULE, item_part
from tests.browser.bank import starter_items
from tests.forms.written_items import MODULE as OUTLINE
from tests.forms.written_items import written
from tests.services.recorded import ZONE
from tests.views.page_forms import filled
from training_app.clock import now
from training_app.models.authoring import Draft, DraftSave
from training_app.models.training import Answer, Attempt
from training_app.services import drafts

FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def trainer(agency):
    return agency.browser("trainer")


@pytest.fixture
def draft(agency) -> str:
    """The address of a draft with an outline in two languages."""
    by = agency.person("DP-4001")
    with agency.database.transaction() as session:
        found = drafts.open_draft(session, "body-cameras", at=now(), zone=ZONE, by=by)
        outline = {**OUTLINE, "kind": "module", "title": {"en": "Body cameras", "fr": "Caméras"}}
        drafts.save(session, found, MODULE, outline, made_from=0, at=now(), zone=ZONE, by=by)
        return f"/content/drafts/{found.id}"


def put(agency, draft: str, *items: dict) -> None:
    """Save finished items in the draft."""
    by = agency.person("DP-4001")
    with agency.database.transaction() as session:
        found = session.get_one(Draft, int(draft.rpartition("/")[2]))
        for item in items:
            drafts.save(session, found, item_part(item["id"]), item, made_from=0, at=now(), zone=ZONE, by=by)


def stands(agency, draft: str, name: str = "item-07"):
    with agency.database.reading() as session:
        return drafts.part(session, session.get_one(Draft, int(draft.rpartition("/")[2])), item_part(name))


def words_on(page) -> str:
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def test_an_item_of_each_kind_is_added_and_its_page_says_what_is_missing(agency, trainer, draft):
    for number, kind in enumerate(ItemKind, start=1):
        form = filled(trainer.get(f"{draft}/items/new"), kind=kind.value, objective="record", level="apply")
        answer = trainer.post(f"{draft}/items/new", form)
        assert (answer.status_code, answer.location) == (303, f"{draft}/items/item-{number:02}")
        assert trainer.post(f"{draft}/items/new", form).location == answer.location, "a double click adds one"
        missing = words_on(trainer.get(answer.location)).partition("Still missing here")[2]
        assert "Write the question and its answers." in missing, kind
        assert "Tick at least one source." in missing, kind
        assert stands(agency, draft, f"item-{number:02}").content["kind"] == kind.value


def test_a_finished_item_is_shown_as_officers_see_it_and_saving_its_page_unchanged_adds_nothing(agency, trainer, draft):
    for kind in ItemKind:
        name = f"of-{kind}"
        put(agency, draft, written(kind, id=name))
        before = stands(agency, draft, name)
        page = trainer.get(f"{draft}/items/{name}")
        shown = words_on(page).partition("As officers will see it")[2]
        assert "Nothing is missing." in shown, kind
        assert shown.count("What the officer is told") == 2, "once in each language"
        answer = trainer.post(f"{draft}/items/{name}", filled(page))
        assert (answer.status_code, answer.location) == (303, f"{draft}#quiz")
        after = stands(agency, draft, name)
        assert (after.version, after.content) == (before.version, before.content)


def test_the_preview_says_what_is_told_for_right_and_for_anything_else(agency, trainer, draft):
    put(agency, draft, written(ItemKind.NUMERIC))
    shown = words_on(trainer.get(f"{draft}/items/item-07"))
    assert "91.7 days, give or take 0.5 Yes. Right Anything else Count again. Not right" in shown.replace("\xa0", " ")


def test_another_row_comes_without_a_script_and_nothing_typed_is_lost_or_saved(agency, trainer, draft):
    put(agency, draft, written(ItemKind.SINGLE_CHOICE))
    page = trainer.get(f"{draft}/items/item-07")
    typed = {"question-stem_en": "Exactly when?", "question-options-3-text_en": "Never"}
    grown = trainer.post(f"{draft}/items/item-07", filled(page, more="question-options", **typed))
    assert grown.status_code == 200
    form = filled(grown)
    assert form["question-stem_en"] == ["Exactly when?"]
    assert [form[f"question-options-{row}-id"] for row in range(5)] == [["a"], ["c"], ["d"], ["e"], ["f"]]
    assert stands(agency, draft).version == 1
    trainer.post(f"{draft}/items/item-07", form)
    assert stands(agency, draft).content["options"] == ["a", "c", "e"]


def test_a_case_gets_its_questions_without_a_script(agency, trainer, draft):
    put(agency, draft, {"id": "item-07", "kind": "case", "objective": "record", "texts": {}, "parts": []})
    page = trainer.get(f"{draft}/items/item-07")
    for kind in ("numeric", "single-choice"):
        page = trainer.post(f"{draft}/items/item-07", filled(page, more="parts", new_kind=kind))
    typed = {"stem_en": "A shift ends.", "part_q1-stem_en": "How many?", "part_q2-stem_en": "Which?"}
    trainer.post(f"{draft}/items/item-07", filled(page, **typed))
    content = stands(agency, draft).content
    assert [(part["id"], part["kind"]) for part in content["parts"]] == [("q1", "numeric"), ("q2", "single-choice")]
    assert content["texts"]["en"]["parts"]["q2"] == {"stem": "Which?"}


def test_it_is_saved_as_it_is_typed_and_the_script_is_told_when_and_how_it_looks(agency, trainer, draft):
    put(agency, draft, written(ItemKind.SINGLE_CHOICE))
    form = filled(trainer.get(f"{draft}/items/item-07"), **{"question-stem_en": "Exactly when?"})
    answer = trainer.post(f"{draft}/items/item-07", form, headers=FETCH).json
    assert re.fullmatch(r"\d\d:\d\d", answer["saved_at"])
    assert (answer["version"], stands(agency, draft).version) == (2, 2)
    assert "Exactly when?" in answer["preview"]
    later = {**form, "made_from": "2", "question-stem_en": "When then?"}
    assert trainer.post(f"{draft}/items/item-07", later, headers=FETCH).json["version"] == 3


def test_what_has_no_form_is_told_and_not_saved(agency, trainer, draft):
    put(agency, draft, written(ItemKind.NUMERIC))
    form = filled(trainer.get(f"{draft}/items/item-07"), **{"question-value": "many"})
    refused = trainer.post(f"{draft}/items/item-07", form)
    assert refused.status_code == 422
    assert "Write a number, such as 12 or 12.5." in words_on(refused)
    assert trainer.post(f"{draft}/items/item-07", form, headers=FETCH).status_code == 422
    assert stands(agency, draft).version == 1


def test_two_people_on_one_item_are_told_and_both_texts_are_shown(agency, trainer, draft):
    put(agency, draft, written(ItemKind.SINGLE_CHOICE))
    other, address = agency.browser("trainer2"), f"{draft}/items/item-07"
    mine, theirs = (
        filled(browser.get(address), **{"question-stem_en": stem})
        for browser, stem in ((trainer, "Mine"), (other, "Theirs"))
    )
    assert other.post(address, theirs).status_code == 303
    assert "Somebody else saved this part" in trainer.post(address, mine, headers=FETCH).json["error"]
    refused = trainer.post(address, mine)
    assert refused.status_code == 422
    assert "What Karim Haddad saved" in words_on(refused)
    assert "texts.en.stem: Theirs" in words_on(refused)
    assert filled(refused)["question-stem_en"] == ["Mine"]
    assert stands(agency, draft).content["texts"]["en"]["stem"] == "Theirs"
    assert trainer.post(address, filled(refused)).status_code == 303
    assert stands(agency, draft).content["texts"]["en"]["stem"] == "Mine"
    with agency.database.reading() as session:
        kept = session.scalars(select(DraftSave).where(DraftSave.part == item_part("item-07")).order_by(DraftSave.id))
        assert [row.content["texts"]["en"]["stem"] for row in kept] == ["When?", "Theirs", "Mine"]


def test_who_writes_what_another_takes_out_meanwhile_loses_nothing(agency, trainer, draft):
    put(agency, draft, written(ItemKind.CASE))
    address = f"{draft}/items/item-07"
    mine = filled(trainer.get(address), stem_en="Mine")
    other = agency.browser("trainer2")
    remove = f"{address}/remove"
    assert other.post(remove, filled(other.get(address), remove)).status_code == 303
    assert trainer.get(address).status_code == 404
    refused = trainer.post(address, mine)
    assert refused.status_code == 422
    assert "It was taken out." in words_on(refused)
    assert trainer.post(address, filled(refused)).status_code == 303
    assert stands(agency, draft).content["texts"]["en"]["stem"] == "Mine"
    assert [part["id"] for part in stands(agency, draft).content["parts"]] == ["q1", "first-look"]


def test_an_item_is_taken_out_as_it_was_shown_and_put_back(agency, trainer, draft):
    put(agency, draft, written(ItemKind.ORDERING))
    address = f"{draft}/items/item-07"
    old = filled(trainer.get(address), f"{address}/remove")
    trainer.post(address, filled(trainer.get(address), **{"question-stem_fr": "Plus tard"}))
    trainer.post(f"{address}/remove", old)
    assert "Somebody else saved this item" in words_on(trainer.get(draft))
    assert stands(agency, draft).content is not None
    trainer.post(f"{address}/remove", filled(trainer.get(address), f"{address}/remove"))
    page = trainer.get(draft)
    assert "1 item was taken out" in words_on(page)
    trainer.post(f"{address}/put-back", filled(page, f"{address}/put-back"))
    assert stands(agency, draft).content["texts"]["fr"]["stem"] == "Plus tard"


def test_nothing_is_saved_in_a_draft_that_is_closed(agency, trainer, draft):
    put(agency, draft, written(ItemKind.NUMERIC))
    form = filled(trainer.get(f"{draft}/items/item-07"), **{"question-value": "3"})
    new = filled(trainer.get(f"{draft}/items/new"), kind="numeric")
    trainer.post(f"{draft}/give-up")
    for answer in (trainer.post(f"{draft}/items/item-07", form), trainer.post(f"{draft}/items/new", new)):
        assert answer.status_code == 422
        assert "under review or closed" in words_on(answer)
    assert trainer.post(f"{draft}/items/item-07", form, headers=FETCH).status_code == 409
    trainer.post(f"{draft}/items/item-07/remove", {"made_from": "1"})
    assert stands(agency, draft).version == 1


@pytest.mark.parametrize("path", ["items/item-99", "items/Not one", "items/item-99/remove"])
def test_an_item_that_there_is_not_is_not_found(trainer, draft, path):
    ask = trainer.post if path.endswith("remove") else trainer.get
    assert ask(f"{draft}/{path}").status_code == 404
    assert trainer.get("/content/drafts/999/items/new").status_code == 404


def test_a_source_or_an_objective_that_the_module_gave_up_is_shown_until_it_is_given_up_here(agency, trainer, draft):
    put(agency, draft, written(ItemKind.NUMERIC, sources=["old-one"], objective="older", enemies=["gone"]))
    page = trainer.get(f"{draft}/items/item-07")
    form = filled(page)
    assert (form["sources"], form["objective"], form["enemies"]) == (["old-one"], ["older"], ["gone"])


# -- trying the quiz ---------------------------------------------------------------------------------------------------


def test_every_item_can_be_tried_is_marked_at_once_and_leaves_no_trace(agency, trainer, draft):
    items = [written(kind, id=f"item-{number:02}") for number, kind in enumerate(ItemKind, start=1)]
    put(agency, draft, *items)
    attempts = [agency.count(table) for table in (Attempt, Answer)]
    page = trainer.get(f"{draft}/practice?which=every&seed=5")
    assert "Question 9 of 9" in words_on(page)
    form = filled(page, f"{draft}/practice")
    result = trainer.post(f"{draft}/practice", form)
    assert "0 of 18 points." in words_on(result)
    assert words_on(result).count("Not answered") == 9
    assert [agency.count(table) for table in (Attempt, Answer)] == attempts
    with agency.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DraftSave)) == 10


def test_a_paper_is_drawn_as_for_an_officer_marked_and_drawn_anew_where_the_draft_changed(agency, trainer):
    draft = trainer.post("/content/drafts/of/ai-limits").location
    page = trainer.get(f"{draft}/practice?seed=3")
    assert "Question 8 of 8" in words_on(page)
    form = filled(page, f"{draft}/practice")
    result = words_on(trainer.post(f"{draft}/practice", {**form, **_keys(page)}))
    assert "An officer would pass: 8 of 8 points" in result
    assert "An officer would not pass: 0 of 8 points" in words_on(trainer.post(f"{draft}/practice", form))
    changed = words_on(trainer.post(f"{draft}/practice", {**form, "digest": "of another bank"}))
    assert "this is a new paper" in changed


def _keys(page) -> dict[str, list[str]]:
    """Return the right answer to every question on a page of the starter module, by the name of its field."""
    right = {}
    items = {" ".join(item.texts["en"].stem.split()): item for item in starter_items().values()}
    main = page.text.partition("<main")[2]
    for section in main.split("<section")[1:]:
        stem = " ".join(unescape(re.search(r"<legend>(.*?)</legend>", section, re.DOTALL)[1]).split())
        name = re.search(r'name="(q\d+-answer)"', section)[1]
        right[name] = sorted(items[stem].interaction.key)
    return right


def test_what_prevents_a_paper_is_said_and_every_item_that_is_sound_can_still_be_tried(agency, trainer, draft):
    put(agency, draft, written(ItemKind.ORDERING), written(ItemKind.NUMERIC, id="item-08", sources=[]))
    page = words_on(trainer.get(f"{draft}/practice"))
    assert "No paper can be drawn yet" in page
    assert "Say how papers are drawn." in page
    assert "1 item is left out" in page
    assert "item-08 Tick at least one source." in page
    assert "Question 1 of 1" in words_on(trainer.get(f"{draft}/practice?which=every"))


def test_an_answer_that_has_no_form_is_told_at_its_question(agency, trainer, draft):
    put(agency, draft, written(ItemKind.NUMERIC))
    page = trainer.get(f"{draft}/practice?which=every")
    refused = trainer.post(f"{draft}/practice", filled(page, f"{draft}/practice", **{"q1-answer": "many"}))
    assert refused.status_code == 422
    assert "Write a number, such as 12 or 12.5." in words_on(refused)
    forged = filled(page, f"{draft}/practice", **{"q1-answer": ["1", "2"]})
    assert trainer.post(f"{draft}/practice", forged).status_code == 422


def test_the_quiz_is_tried_in_any_language_of_the_module(agency, trainer, draft):
    item = written(ItemKind.NUMERIC)
    item["texts"]["fr"]["stem"] = "Combien ?"
    put(agency, draft, item)
    assert "Combien ?" in words_on(trainer.get(f"{draft}/practice?which=every&language=fr"))
    assert "How many?" in words_on(trainer.get(f"{draft}/practice?which=every&language=de"))
