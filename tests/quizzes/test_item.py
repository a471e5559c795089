from datetime import date

import pytest

from courses.fields import Fields
from quizzes.interaction_fields import ItemKind
from quizzes.item import read_item
from quizzes.item_text import ItemText
from tests.quizzes.factories import item, multiple_response


def read(data, languages=("en",)):
    """Return the item in *data* and the faults found, as texts."""
    faults = []
    found = read_item(
        Fields(data, file="base-rates/bank.toml", faults=faults, place="item 'count-01'"),
        module="base-rates",
        languages=languages,
    )
    return found, [str(fault) for fault in faults]


def changed(**parts):
    return item().to_json() | parts


@pytest.mark.parametrize(
    "original",
    [item(), multiple_response("count-01", points=3), item(review_by=date(2027, 6, 1)), item(country="BE")],
    ids=["single-choice", "multiple-response", "with-review-date", "national-law"],
)
def test_an_item_comes_back_from_its_json_unchanged_and_without_fault(original):
    assert read(original.to_json()) == (original, [])


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"key": []}, "has no key"),
        ({"key": ["e"]}, "has a key that is not among its options: e"),
        ({"key": ["a", "b"]}, "is single-choice and has more than one key"),
        ({"kind": "multiple-response", "key": ["a", "b", "c", "d"]}, "has no wrong option"),
        ({"kind": "essay"}, f"has a 'kind' that is not one of {', '.join(ItemKind)}"),
        ({"level": "guess"}, "has a 'level' that is not one of recall, apply, judge"),
        ({"points": 0}, "has the points 0; the least is 1"),
        ({"points": 0.5}, "has a 'points' that is not a whole number"),
        ({"points": True}, "has a 'points' that is not a whole number"),
        ({"sources": []}, "names no source"),
        ({"law_as_of": None}, "lacks 'law_as_of'"),
        ({"review_by": "2026-11-22"}, "has a 'review_by' that is not after its 'law_as_of'"),
        ({"review_by": "soon"}, "has a 'review_by' that is not a date such as 2026-11-22"),
        ({"id": "Count 1"}, "has the id 'Count 1'; use small letters, digits and single hyphens"),
        ({"hint": "b"}, "has an unknown field 'hint'"),
        ({"country": "Belgium"}, "has the country 'Belgium', which is not a code of two capital letters such as BE"),
        ({"texts": {}}, "has no text in 'en'"),
    ],
)
def test_an_item_that_does_not_hold_together_is_told_with_the_reason(parts, fault):
    assert read(changed(**parts))[1] == [f"base-rates/bank.toml: item 'count-01' {fault}"]


def test_an_item_needs_two_options():
    _, faults = read(item(options=("b",)).to_json())
    assert faults == ["base-rates/bank.toml: item 'count-01' has fewer than two options"]


@pytest.mark.parametrize(
    ("parts", "fault"),
    [
        ({"stem": " "}, "'count-01' has an empty 'stem'"),
        ({"feedback": {"a": "x", "b": "x", "c": "x"}}, "'count-01' lacks 'feedback' for option 'd'"),
        ({"options": {"a": "x", "b": "x", "c": "x"}}, "'count-01' lacks 'options' for option 'd'"),
        ({"feedback": dict.fromkeys("abcde", "x")}, "'count-01' has 'feedback' for 'e', which is not an option"),
        ({"feedback": {"a": "", "b": "x", "c": "x", "d": "x"}}, "'count-01' 'feedback' has an empty 'a'"),
        ({"hint": "b"}, "'count-01' has an unknown field 'hint'"),
    ],
)
def test_a_faulty_text_is_told_with_its_own_file(parts, fault):
    text = item().to_json()["texts"]["en"] | parts
    assert read(changed(texts={"en": text}))[1] == [f"base-rates/en.toml: {fault}"]


def test_an_item_needs_a_text_in_every_language_of_its_bank():
    assert read(item().to_json(), languages=("en", "fr"))[1] == [
        "base-rates/bank.toml: item 'count-01' has no text in 'fr'"
    ]


def test_a_reader_is_given_the_source_language_where_an_item_is_not_translated():
    french = ItemText("Combien ?", {"a": "x"}, {"a": "y"})
    translated = item(texts={**item().texts, "fr": french})
    assert translated.text_in("fr") == ("fr", french)
    assert translated.text_in("el") == ("en", item().texts["en"])
