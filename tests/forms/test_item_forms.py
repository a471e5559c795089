"""What is written about an item and what is saved of it are the same, for every kind, finished or not."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.fields import Fields
from quizzes.interaction_fields import ItemKind
from quizzes.item import read_item
from tests.forms.written_items import MODULE, QUESTIONS, sent, written
from training_app.forms.items import item_form, new_item_form, sent_shape, shape_of
from training_app.forms.questions import LETTERS, fresh_id, numbered

LANGUAGES = ("en", "fr")
OTHERS = {"item-01": "When?", "item-02": "Who?"}


def shown(content, module=MODULE):
    form = item_form(shape_of(content), content, 3, module, OTHERS)
    form.ready()
    return form


def sent_back(form_app, content, module=MODULE, **changed):
    """Return the form as it arrives when the page that shows *content* is sent, with what was *changed* on it."""
    with form_app.test_request_context():
        data = sent(shown(content, module), **changed)
    return arrived(form_app, content, data, module)


def arrived(form_app, content, data, module=MODULE):
    with form_app.test_request_context(method="POST", data=data):
        form = item_form(sent_shape(data), content, 3, module, OTHERS)
        form.validate()
        return form


def saved(form_app, content, module=MODULE, **changed):
    form = sent_back(form_app, content, module, **changed)
    assert form.errors == {}
    return form.content("item-07", content)


def faults_of(content, languages=LANGUAGES):
    faults = []
    read_item(Fields(content, file="m/bank.toml", faults=faults, place="item"), module="m", languages=languages)
    return [str(fault) for fault in faults]


@pytest.mark.parametrize("kind", ItemKind)
def test_an_item_that_nobody_changed_is_saved_as_it_was(form_app, kind):
    content = written(kind)
    assert faults_of(content) == []
    assert saved(form_app, content) == content


@pytest.mark.parametrize("kind", ItemKind)
def test_what_the_page_does_not_write_stays(form_app, kind):
    german = written(kind)["texts"]["en"]
    content = written(kind, rating="3/5", critical=True, enemies=["item-02", "item-gone"])
    content["texts"]["de"] = german
    assert saved(form_app, content) == content


@pytest.mark.parametrize("kind", ItemKind)
def test_a_new_item_is_what_its_own_empty_page_would_save(form_app, kind):
    with form_app.test_request_context():
        form = new_item_form("item-07", MODULE, kind=kind.value, objective="record", level="apply")
        content = form.content("item-07", MODULE)
    assert saved(form_app, content) == content


@pytest.mark.parametrize("kind", QUESTIONS)
def test_emptying_every_text_leaves_an_unfinished_item_and_no_row(form_app, kind):
    content = written(kind)
    with form_app.test_request_context():
        texts = {name: "" for name in sent(shown(content)) if name.startswith("question-") and "-id" not in name}
    left = saved(form_app, content, **texts)
    assert left["texts"] == {}
    assert not any(left.get(name) for name in ("options", "rows", "reasons", "prompts", "matches", "key"))


def test_a_new_option_gets_the_next_name_and_keeps_it_however_often_it_is_saved(form_app):
    content = written(ItemKind.SINGLE_CHOICE)
    typed = {"question-options-2-text_en": "Never"}
    once = saved(form_app, content, **typed)
    assert once["options"] == ["a", "c", "d"]
    # the page is not loaded anew after it saved itself: it still shows what it was made with
    with form_app.test_request_context():
        page = sent(shown(content), **typed, **{"question-options-2-feedback_en": "No."})
    twice = arrived(form_app, once, page).content("item-07", once)
    assert twice["options"] == ["a", "c", "d"]
    assert twice["texts"]["en"]["feedback"]["d"] == "No."


def test_an_emptied_option_is_taken_out_and_its_mark_with_it(form_app):
    gone = {f"question-options-1-{text}_{one}": "" for text in ("text", "feedback") for one in LANGUAGES}
    left = saved(form_app, written(ItemKind.SINGLE_CHOICE), **gone)
    assert (left["options"], left["key"]) == (["a"], [])
    assert left["texts"]["en"]["options"] == {"a": "Now"}


@pytest.mark.parametrize("forged", ["c", "A b", "", "x" * 5000 + "?"])
def test_no_two_options_share_a_name_whatever_a_page_sends(form_app, forged):
    content = written(ItemKind.SINGLE_CHOICE)
    found = saved(form_app, content, **{"question-options-0-id": forged})
    assert len(set(found["options"])) == 2
    assert faults_of(found) == []


def test_steps_are_put_in_order_by_their_place(form_app):
    places = {"question-options-0-place": "3", "question-options-1-place": "1", "question-options-2-place": "2"}
    assert saved(form_app, written(ItemKind.ORDERING), **places)["options"] == ["a", "c", "b"]


@pytest.mark.parametrize(
    ("typed", "kept"), [("12,50", "12.5"), (" 1 000 ", "1000"), ("\N{MINUS SIGN}3", "-3"), ("", None)]
)
def test_a_number_is_kept_as_items_write_numbers(form_app, typed, kept):
    assert saved(form_app, written(ItemKind.NUMERIC), **{"question-value": typed}).get("value") == kept


def test_what_is_no_number_is_told_at_its_field(form_app):
    form = sent_back(form_app, written(ItemKind.NUMERIC), **{"question-value": "many"})
    assert form.errors == {"question": {"value": ["Write a number, such as 12 or 12.5."]}}


def test_a_column_that_is_empty_from_head_to_foot_is_none(form_app):
    empty = {f"question-columns-1-heading_{one}": "" for one in LANGUAGES}
    empty |= {f"question-rows-1-cells_{one}-1": "" for one in LANGUAGES}
    found = saved(form_app, written(ItemKind.MARKING_UP), **empty)
    assert found["texts"]["fr"]["columns"] == ["Unit"]
    assert found["texts"]["fr"]["rows"] == {"r1": ["North"], "r3": ["South"]}
    assert faults_of(found) == []


def test_another_row_and_another_column_come_with_a_cell_for_each(form_app):
    content = written(ItemKind.MARKING_UP)
    form = sent_back(form_app, content)
    with form_app.test_request_context():
        form.grow("question-rows")
        form.grow("question-columns")
        form.ready()
    question = form.questions[""]
    assert len(question["columns"]) == 4
    assert {len(row["cells_fr"]) for row in question["rows"]} == {4}
    assert [row["id"].data for row in question["rows"]] == ["r1", "r3", "r4", "r5", "r6"]


def test_a_question_is_added_to_a_case_and_taken_out_of_it(form_app):
    content = written(ItemKind.CASE)
    shape = shape_of(content).with_part(ItemKind.SHORT_TEXT)
    assert list(shape.parts) == ["q1", "first-look", "q2"]
    with form_app.test_request_context():
        form = item_form(shape, content, 3, MODULE, OTHERS)
        form.ready()
        added = sent(form, **{"part_q2-stem_en": "What next?", "part_q2-points": "3", "part_q1-remove": "y"})
    found = arrived(form_app, content, added).content("item-07", content)
    assert [part["id"] for part in found["parts"]] == ["first-look", "q2"]
    assert found["points"] == 4
    assert set(found["texts"]["en"]["parts"]) == {"first-look", "q2"}
    assert "q2" not in found["texts"]["fr"]["parts"]


def test_the_questions_of_a_case_stand_by_their_place(form_app):
    found = saved(form_app, written(ItemKind.CASE), **{"part_q1-place": "9"})
    assert [part["id"] for part in found["parts"]] == ["first-look", "q1"]


@pytest.mark.parametrize("shape", ["q1", "q1:case", "Q 1:numeric", "q1:none,:numeric", ",".join(["a:numeric"] * 99)])
def test_a_shape_that_no_page_sends_asks_for_nothing_odd(shape):
    found = sent_shape({"kind": "case", "shape": shape})
    assert set(found.parts) <= {"a"}
    assert sent_shape({"kind": "riddle", "shape": shape}) is None


@pytest.mark.parametrize(
    ("taken", "names", "fresh"),
    [
        ((), LETTERS, "a"),
        (("a", "b"), LETTERS, "c"),
        (("a", "d"), LETTERS, "e"),
        (("old-name", "b"), LETTERS, "c"),
        (("z",), LETTERS, "aa"),
        (("zz",), LETTERS, "a"),
        (("p1", "p7"), numbered("p"), "p8"),
    ],
)
def test_a_name_that_was_given_up_is_not_given_again(taken, names, fresh):
    assert fresh_id(taken, names) == fresh


LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=30).map(str.strip)
TYPED = {
    ItemKind.SINGLE_CHOICE: ("stem_en", "options-0-text_en", "options-3-text_fr", "options-2-feedback_en"),
    ItemKind.MATCHING: ("stem_fr", "matches-0-text_en", "prompts-2-text_en", "prompts-1-feedback_fr"),
    ItemKind.MARKING_UP: ("columns-2-heading_en", "rows-2-cells_fr-0", "rows-0-cells_en-1", "rows-1-feedback_en"),
    ItemKind.SHORT_TEXT: ("accepted_en", "right_fr", "stem_en"),
    ItemKind.ORDERING: ("options-1-text_en", "options-3-text_en", "options-0-feedback_fr"),
}


@given(st.data(), st.sampled_from(list(TYPED)))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_saved_is_shown_and_saved_again_as_it_is(form_app, data, kind):
    """Form to content, to form, to content: the second content equals the first, whatever was typed."""
    typed = {f"question-{name}": data.draw(LINES, label=name) for name in TYPED[kind]}
    first = saved(form_app, written(kind), **typed)
    assert saved(form_app, first) == first
    again = sent_back(form_app, first)
    with form_app.test_request_context():
        assert sent(again) == sent(shown(first))
