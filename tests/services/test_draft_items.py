"""Items of a draft: added once, under names that are never given twice, taken out and put back, and tried."""

from pathlib import Path

import pytest

from quizzes.interaction_fields import ItemKind
from quizzes.interactions import Response
from quizzes.mark import mark
from quizzes.parts import PAPER, item_part
from tests.forms.written_items import written
from tests.services import qualified
from tests.services.recorded import NOW, ZONE
from training_app.services import content, draft_items, drafts

ROOT = Path(__file__).parents[2]
NEW = {"kind": "numeric", "sources": [], "texts": {}}


@pytest.fixture
def session(demo_session):
    """The starter content is in it, too."""
    return demo_session


@pytest.fixture
def people(session):
    return [qualified.trainer(session) for _ in range(2)]


@pytest.fixture
def draft(session, people):
    return drafts.open_draft(session, "ai-limits", at=NOW, zone=ZONE, by=people[0])


def add(session, draft, name, by, **changed):
    return draft_items.add(session, draft, name, NEW | changed, at=NOW, zone=ZONE, by=by)


def take_out(session, draft, name, by):
    stands = drafts.part(session, draft, item_part(name))
    drafts.save(session, draft, item_part(name), None, made_from=stands.version, at=NOW, zone=ZONE, by=by)


def test_a_double_click_adds_one_item(session, draft, people):
    first = add(session, draft, "item-01", people[0])
    assert add(session, draft, "item-01", people[0]) == first
    assert first.content["id"] == "item-01"


def test_two_who_add_one_at_a_time_from_the_same_page_add_two(session, draft, people):
    names = [add(session, draft, "item-01", by).content["id"] for by in people]
    assert names == ["item-01", "item-02"]
    assert add(session, draft, "item-01", people[0], kind="ordering").content["id"] == "item-03"


@pytest.mark.parametrize("name", ["", "Item 1", "../x", "al-tool-01"])
def test_a_name_that_is_none_or_taken_is_replaced_by_ours(session, draft, people, name):
    assert add(session, draft, name, people[0]).content["id"] == "item-01"


def test_a_name_is_never_given_again_neither_after_it_was_taken_out_nor_in_a_later_draft(session, draft, people):
    add(session, draft, "item-01", people[0])
    take_out(session, draft, "item-01", people[0])
    assert draft_items.free_name(session, "ai-limits") == "item-02"
    drafts.give_up(session, draft, at=NOW, by=people[0])
    drafts.open_draft(session, "ai-limits", at=NOW, zone=ZONE, by=people[0])
    assert draft_items.free_name(session, "ai-limits") == "item-02"
    assert draft_items.free_name(session, "body-cameras") == "item-01"


def test_what_was_taken_out_is_kept_as_it_was_last_until_it_is_back(session, draft, people):
    add(session, draft, "item-01", people[0])
    published = drafts.part(session, draft, item_part("al-tool-01")).content
    for name in ("item-01", "al-tool-01"):
        take_out(session, draft, name, people[1])
    found = draft_items.taken_out(session, draft)
    assert [(one.name, one.version) for one in found] == [("al-tool-01", 1), ("item-01", 2)]
    assert [one.content for one in found] == [published, NEW | {"id": "item-01"}]
    drafts.save(session, draft, item_part("item-01"), found[1].content, made_from=2, at=NOW, zone=ZONE, by=people[0])
    assert [one.name for one in draft_items.taken_out(session, draft)] == ["al-tool-01"]


def test_a_draft_of_what_is_published_can_be_asked_whole_and_a_paper_is_drawn_as_for_an_officer(session, draft):
    found = draft_items.askable(session, draft)
    published = content.newest(session, "ai-limits").bank
    assert (found.bank, found.left_out, found.against_paper) == (published, {}, ())
    paper, bank = draft_items.try_out(found, every=False, seed=4)
    assert len(paper.items) == published.plan.length
    everything, whole = draft_items.try_out(found, every=True, seed=4)
    assert {entry.item_id for entry in everything.items} == set(published.by_id())
    keys = {name: Response(item.interaction.key) for name, item in whole.by_id().items()}
    assert mark(everything, whole, keys).share == 1
    assert draft_items.try_out(found, every=False, seed=4) == (paper, bank)


def test_an_unfinished_item_is_left_out_and_said_and_its_enemies_can_still_be_asked(session, draft, people):
    add(session, draft, "item-01", people[0])
    stands = drafts.part(session, draft, item_part("al-tool-01"))
    foe = {**stands.content, "enemies": ["item-01"]}
    drafts.save(session, draft, stands.name, foe, made_from=0, at=NOW, zone=ZONE, by=people[0])
    found = draft_items.askable(session, draft)
    assert list(found.left_out) == ["item-01"]
    assert "item 'item-01' names no source" in [fault.problem for fault in found.left_out["item-01"]]
    assert "al-tool-01" in found.bank.by_id()
    assert found.against_paper == ()


def test_without_a_plan_no_paper_is_drawn_but_every_item_can_be_tried_enemies_too(session, people):
    draft = drafts.open_draft(session, "body-cameras", at=NOW, zone=ZONE, by=people[0])
    outline = {"subject_area": "rights", "languages": ["en"], "title": {"en": "Body cameras"}}
    drafts.save(session, draft, "module", outline, made_from=0, at=NOW, zone=ZONE, by=people[0])
    assert draft_items.askable(session, draft).bank.items == ()
    pair = {"item-01": "item-02", "item-02": "item-01"}
    for name, foe in pair.items():
        item = written(ItemKind.ORDERING, id=name, enemies=[foe])
        drafts.save(session, draft, item_part(name), item, made_from=0, at=NOW, zone=ZONE, by=people[0])
    found = draft_items.askable(session, draft)
    assert found.left_out == {}
    assert "lacks 'paper'" in [fault.problem for fault in found.against_paper]
    with pytest.raises(type(found.against_paper[0])):
        draft_items.try_out(found, every=False, seed=1)
    assert len(draft_items.try_out(found, every=True, seed=1)[0].items) == 2


def test_a_plan_that_asks_for_more_than_there_is_says_so(session, draft, people):
    stands = drafts.part(session, draft, PAPER)
    first, *others = stands.content["paper"]["blueprint"]
    cells = [{**first, "items": 40}, *others]
    plan = {**stands.content["paper"], "blueprint": cells, "length": sum(cell["items"] for cell in cells)}
    drafts.save(session, draft, PAPER, {**stands.content, "paper": plan}, made_from=0, at=NOW, zone=ZONE, by=people[0])
    (problem,) = draft_items.askable(session, draft).against_paper
    assert problem.problem.startswith("a paper asks for 40 items on")
