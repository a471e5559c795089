"""What is written can be read again: the same item, up to what was told to be lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.exchange import gift_reader, gift_writer, moodle_reader, moodle_writer
from quizzes.exchange.placing import Placement, digest, digest_of, item_content, placed
from quizzes.exchange.report import Note, Question, What
from quizzes.interactions import Case, Matching, NumericEntry, Ordering, TextEntry
from quizzes.item import CognitiveLevel, Item
from quizzes.item_text import ItemText
from tests.quizzes.exchange.items import SIMPLE, cases, items

FORMATS = {"gift": (gift_writer.write, gift_reader.read), "moodle-xml": (moodle_writer.write, moodle_reader.read)}
WORDS = ("True", "False")
GAPS = ("single-choice", "multiple-response", "numeric", "short-text")
ELSEWHERE = Placement({}, CognitiveLevel.RECALL)

some = settings(max_examples=40)
few = settings(max_examples=20)
"""Cases are long, and their parts are looked at one by one as well."""

every_format = pytest.mark.parametrize("form", FORMATS)


def there_and_back(form: str, item: Item) -> tuple[list[Question], tuple[Note, ...]]:
    """Return what is read of *item* as it was written, and what the writer told; the reader has nothing to add."""
    write, read = FORMATS[form]
    written = write([item], module="base-rates", language="en", words=WORDS)
    if not written.carried:
        return [], written.notes
    reading = read(written.text.encode(), words=WORDS)
    added = {note.what for note in reading.notes}
    assert added <= {What.SETTINGS, What.FORMULA, What.NO_FEEDBACK}
    return list(reading.questions), written.notes


def told(notes: tuple[Note, ...]) -> set[What]:
    return {note.what for note in notes}


def without_feedback(text: ItemText) -> ItemText:
    return replace(text, feedback={})


@every_format
@pytest.mark.parametrize("kind", ["single-choice", "multiple-response", "true-false-reason", "numeric", "short-text"])
@some
@given(data=st.data())
def test_an_item_comes_back_as_it_was(form: str, kind: str, data: st.DataObject):
    item = data.draw(items(SIMPLE[kind]))
    questions, notes = there_and_back(form, item)
    text = item.texts["en"]
    if form == "gift" and What.ARROW_IN_ANSWER in told(notes):
        assert isinstance(item.interaction, TextEntry)
        return
    if form == "gift" and isinstance(item.interaction, NumericEntry) and text.unit:
        assert What.UNIT in told(notes)
        text = replace(text, stem=f"{text.stem} ({text.unit})", unit="")
    [question] = questions
    assert (question.interaction, question.points, question.name) == (item.interaction, item.points, item.id)
    if What.ARROW not in told(notes):
        assert question.text == text


@every_format
@some
@given(data=st.data())
def test_pairs_come_back_with_their_feedback_only_in_xml(form: str, data: st.DataObject):
    item = data.draw(items(SIMPLE["matching"]))
    [question], notes = there_and_back(form, item)
    assert isinstance(item.interaction, Matching)
    text = item.texts["en"]
    assert question.interaction == item.interaction
    assert What.PAIRS_FEEDBACK in told(notes)
    if form == "moodle-xml":
        assert question.text == text
    elif What.ARROW not in told(notes):
        assert question.text == without_feedback(text)


@some
@given(item=items(SIMPLE["ordering"]))
def test_an_order_comes_back_from_xml_and_is_told_to_be_missing_from_gift(item: Item):
    [question], _notes = there_and_back("moodle-xml", item)
    assert isinstance(question.interaction, Ordering)
    assert (question.interaction, question.text) == (item.interaction, item.texts["en"])
    questions, notes = there_and_back("gift", item)
    assert questions == []
    assert Note(0, What.NOT_IN_FORMAT, "", item.id) in notes


@every_format
@some
@given(data=st.data())
def test_a_table_comes_back_as_a_choice_of_its_rows(form: str, data: st.DataObject):
    item = data.draw(items(SIMPLE["marking-up"]))
    [question], notes = there_and_back(form, item)
    text = item.texts["en"]
    assert What.MARKING_UP in told(notes)
    assert question.interaction.key == item.interaction.key
    assert list(question.text.options.values()) == [
        f"Group: {group}; Rate: {rate}" for group, rate in text.rows.values()
    ]
    assert (question.text.stem, question.text.feedback) == (text.stem, text.feedback)


@few
@given(item=items(cases(GAPS)))
def test_a_case_comes_back_from_xml_as_one(item: Item):
    [question], notes = there_and_back("moodle-xml", item)
    case, text = item.interaction, item.texts["en"]
    assert isinstance(case, Case)
    assert (question.interaction, question.points) == (case, item.points)
    for name, part in text.parts.items():
        # A unit has no place of its own in a gap: it stands behind it.
        stem = f"{part.stem}\n_____ {part.unit}" if part.unit else part.stem
        assert (What.UNIT in told(notes)) >= bool(part.unit)
        assert question.text.parts[name] == replace(part, stem=stem, unit="")
    assert question.text.stem == text.stem


@every_format
@few
@given(data=st.data())
def test_a_case_with_other_parts_becomes_questions_that_each_tell_its_scenario(form: str, data: st.DataObject):
    kinds = ("true-false-reason", "matching") if form == "moodle-xml" else (*GAPS, "matching")
    item = data.draw(items(cases(kinds)))
    questions, notes = there_and_back(form, item)
    if What.ARROW_IN_ANSWER in told(notes):
        return
    case, text = item.interaction, item.texts["en"]
    assert Note(_line_of(notes, What.CASE_SPLIT), What.CASE_SPLIT, str(len(case.parts)), item.id) in notes
    assert [question.name for question in questions] == [f"{item.id}-{part.id}" for part in case.parts]
    assert [question.interaction for question in questions] == [part.interaction for part in case.parts]
    assert all(question.text.stem.startswith(text.stem) for question in questions)


def _line_of(notes: tuple[Note, ...], what: What) -> int:
    return next(note.line for note in notes if note.what is what)


@every_format
@some
@given(item=items(SIMPLE["single-choice"]))
def test_level_sources_and_dates_come_back_by_their_tags(form: str, item: Item):
    [question], notes = there_and_back(form, item)
    given_it = placed(question, ELSEWHERE, sources={"crowd"})
    assert (given_it.level, given_it.law_as_of, given_it.review_by) == (item.level, item.law_as_of, item.review_by)
    assert (given_it.sources, given_it.strangers) == (("crowd",), ("led-7",))
    assert given_it.critical is item.critical
    assert question.category == "$course$/top/base-rates/count-alarms"
    assert (What.CRITICAL in told(notes)) is item.critical


@some
@given(item=items(SIMPLE["single-choice"] | SIMPLE["numeric"] | SIMPLE["matching"] | cases(GAPS)))
def test_a_question_has_the_digest_of_the_item_that_it_becomes_whatever_its_options_are_called(item: Item):
    [question], notes = there_and_back("moodle-xml", item)
    content = item_content(question, "another-name", "en", placed(question, ELSEWHERE, sources=()))
    assert digest(content, "en") == digest_of(question)
    if What.UNIT not in told(notes):
        assert digest(item.to_json(), "en") == digest_of(question)
