"""What changed between two states of a module, so that nothing changes unseen."""

from hypothesis import given
from hypothesis import strategies as st

from quizzes.changes import Change, compare, compare_part, readable, words
from quizzes.parts import joined, split
from tests.quizzes.factories import banks

LESSON = {
    "slug": "01-alarms",
    "title": "Alarms",
    "minutes": 9,
    "sources": ["crowd"],
    "body": "One alarm in ten is right.\n\nCheck each one.",
}
TEXTS = st.text("ab \n", max_size=20)
LESSONS = st.builds(lambda title, body: LESSON | {"title": title, "body": body}, TEXTS, TEXTS)


def labels(part, change):
    return [(one.label, "".join(run.text for run in one.runs)) for one in part.paragraphs if one.change is change]


def test_a_paragraph_that_was_put_in_is_told_and_the_others_stand():
    after = LESSON | {"body": "One alarm in ten is right.\n\nAsk a colleague.\n\nCheck each one."}
    part = compare_part("lesson/en/01-alarms", LESSON, after)
    assert part.change is Change.CHANGED
    assert labels(part, Change.ADDED) == [("", "Ask a colleague.")]
    assert labels(part, Change.REMOVED) == labels(part, Change.CHANGED) == []


def test_changed_words_stand_where_they_were():
    runs = list(words("One alarm in ten is right.", "One alarm in nine is right."))
    assert [(run.text, run.change) for run in runs] == [
        ("One alarm in", Change.NONE),
        ("ten", Change.REMOVED),
        ("nine", Change.ADDED),
        ("is right.", Change.NONE),
    ]


def test_a_key_that_changed_is_told_by_its_field():
    item = {"id": "one", "key": ["a"], "texts": {"en": {"stem": "Which?"}}}
    part = compare_part("item/one", item, item | {"key": ["b"]})
    assert [one.label for one in part.paragraphs if one.change is not Change.NONE] == ["key"]


def test_a_part_that_is_new_or_gone_is_told_whole():
    (gone,) = compare({"lesson/en/01-alarms": LESSON}, {})
    (new,) = compare({}, {"lesson/en/01-alarms": LESSON})
    assert (gone.change, new.change) == (Change.REMOVED, Change.ADDED)
    assert {one.change for one in gone.paragraphs} == {Change.REMOVED}
    assert {one.change for one in new.paragraphs} == {Change.ADDED}
    assert new.title == "Alarms"


@given(LESSONS, LESSONS)
def test_without_what_was_put_in_and_taken_out_both_states_are_whole(before, after):
    part = compare_part("lesson/en/01-alarms", before, after)
    now = [
        " ".join(run.text for run in one.runs if run.change is not Change.REMOVED)
        for one in part.paragraphs
        if one.number is not None
    ]
    was = [
        " ".join(run.text for run in one.runs if run.change is not Change.ADDED)
        for one in part.paragraphs
        if one.change is not Change.ADDED
    ]
    assert was == [text for _label, text in said(before)]
    assert now == [text for _label, text in said(after)]


def said(lesson):
    part = compare_part("lesson/en/01-alarms", None, lesson)
    return [(one.label, one.runs[0].text) for one in part.paragraphs]


@given(LESSONS, LESSONS)
def test_nothing_is_told_exactly_where_nothing_changed(before, after):
    told = compare_part("lesson/en/01-alarms", before, after).change is not Change.NONE
    assert told == (said(before) != said(after))


@given(banks())
def test_a_bank_taken_apart_and_put_together_is_the_same(bank):
    module = {"slug": "base-rates", "languages": ["en"], "title": {"en": "Base rates"}, "lessons": {"en": [LESSON]}}
    parts = split(module, bank.to_json())
    assert joined("base-rates", parts) == (module, bank.to_json())


MODULE = {
    "slug": "base-rates",
    "languages": ["en", "fr"],
    "title": {"en": "Base rates", "fr": "Taux de base"},
    "summary": {"en": "Rare targets.", "fr": "Cibles rares."},
    "objectives": [{"id": "count", "en": "count", "fr": "compter"}],
    "sources": [{"id": "crowd", "standing": "illustrative", "text": "A crowd"}],
    "lessons": {"en": [LESSON], "fr": [LESSON | {"body": "Voyez **ici** [@crowd]."}]},
    "figures": {"crowd": "<svg/>"},
    "glossary": {"alarm": {"en": {"term": "alarm", "text": "A call."}}},
}


def test_officers_are_told_what_they_read_in_their_language_and_no_item():
    parts = readable(MODULE, "fr")
    assert sorted(parts) == ["figure/crowd", "glossary", "lesson/fr/01-alarms", "module"]
    assert parts["module"]["objectives"] == {"count": "compter"}
    assert parts["lesson/fr/01-alarms"] == {"title": "Alarms", "body": "Voyez ici."}
    assert parts["glossary"] == {"alarm": "alarm: A call."}


def test_what_changed_is_told_outline_first_then_lessons_drawings_terms_and_items():
    parts = {"item/b": {}, "glossary": {}, "figure/x": {}, "lesson/en/01-a": {}, "paper": {}, "module": {}}
    assert [part.name for part in compare({}, parts)] == list(reversed(parts))
