"""Whatever a trainer leaves open is told as what is to be done, never in the words of a file."""

import pytest

from courses.errors import ContentError
from courses.fields import Fields
from quizzes.interaction_fields import ItemKind
from quizzes.item import read_item
from tests.forms.test_item_forms import saved, shown
from tests.forms.written_items import MODULE, sent, written
from training_app.wording.missing import Missing, sentences

ENGLISH_ONLY = {**MODULE, "languages": ["en"]}


def missing(form_app, content, languages=("en",)):
    faults = []
    fields = Fields(content, file="m/bank.toml", faults=faults, place="item 'item-07'")
    read_item(fields, module="m", languages=languages)
    with form_app.test_request_context():
        return [Missing(str(one.problem), one.language) for one in sentences(faults, languages)]


@pytest.mark.parametrize("kind", ItemKind)
def test_every_field_that_is_left_empty_is_asked_for_in_a_sentence(form_app, kind):
    """One field at a time, and then all: nothing falls through to the words of the check."""
    content = written(kind)
    with form_app.test_request_context():
        page = sent(shown(content, ENGLISH_ONLY))
    chosen = ("sources", "-key", "-reason", "-verdict")  # a page sends nothing where nothing is chosen
    kept = ("kind", "shape", "made_from", "-id")
    fields = {name: [] if name.endswith(chosen) else "" for name in page if page[name] and not name.endswith(kept)}
    told = [missing(form_app, saved(form_app, content, ENGLISH_ONLY, **{name: fields[name]})) for name in fields]
    told.append(missing(form_app, saved(form_app, content, ENGLISH_ONLY, **fields)))
    assert [one for found in told for one in found if one.language] == []
    assert told[-1], "an item with nothing in it lacks something"


@pytest.mark.parametrize("kind", ItemKind)
def test_a_language_without_any_text_is_named(form_app, kind):
    content = written(kind)
    del content["texts"]["fr"]
    assert missing(form_app, content, ("en", "fr")) == [Missing("In “fr”: Write the question and its answers.")]
    assert missing(form_app, content) == []


def test_a_question_of_a_case_is_named_with_what_it_lacks(form_app):
    content = written(ItemKind.CASE)
    content["parts"][0]["points"] = 1
    del content["parts"][0]["value"]
    del content["texts"]["fr"]["parts"]["q1"]["feedback"]["wrong"]
    assert [one.problem for one in missing(form_app, content, ("en", "fr"))] == [
        "Question q1: Write the right number.",
        "Question q1, in “fr”: Say what an officer is told whose answer is not right.",
    ]


def test_one_thing_is_asked_for_once_and_what_has_no_sentence_is_shown_as_the_check_says_it(form_app):
    faults = [
        ContentError("m/module.toml", "lacks 'summary'"),
        ContentError("m/module.toml", "lacks 'summary' in 'en'"),
        ContentError("m/en/01-x.md", "has a heading of the first level"),
        ContentError("m/bank.toml", "blueprint draws 2 of 4 items on 'record'; 6 are needed"),
    ]
    with form_app.test_request_context():
        assert [(str(one.problem), one.language) for one in sentences(faults, ("en",))] == [
            ("Write a summary.", None),
            ("has a heading of the first level", "en"),
            (
                "Papers draw 2 of 4 items on “record”. Write 2 more, so that a second attempt meets other ones.",
                None,
            ),
        ]
