"""A bank becomes files and the files become that bank: the same bytes, the same name."""

import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.advice import Look
from courses.module import Objective
from courses.translations import digest_of
from quizzes.advice import bank_advice
from quizzes.bank import Bank, BlueprintCell, CutScoreStandard, Layout
from quizzes.catalogue import STARTER_CONTENT, advice, load_bank, load_banks
from quizzes.item import CognitiveLevel
from quizzes.item_text import ItemText
from quizzes.parts import ORDER, PAPER, joined, split
from quizzes.writing import bank_files
from tests.courses import factories as lessons
from tests.quizzes import test_interactions as kinds
from tests.quizzes.factories import bank, banks, content, item

SAID = st.text(min_size=1, max_size=30).filter(str.strip)


def read_again(found: Bank) -> Bank:
    with tempfile.TemporaryDirectory() as root:
        folder = Path(root) / found.module
        folder.mkdir()
        for name, text in bank_files(found).items():
            (folder / name).write_bytes(text.encode("utf-8"))
        return load_bank(folder)


@pytest.mark.parametrize("found", load_banks(STARTER_CONTENT).values(), ids=lambda one: one.module)
def test_every_file_of_a_shipped_bank_is_written_as_it_lies_there(found):
    there = {file.name: file.read_bytes() for file in (STARTER_CONTENT / found.module).iterdir()}
    assert {name: text.encode("utf-8") for name, text in bank_files(found).items()} == there


@given(banks(), SAID)
def test_whatever_a_bank_says_its_files_say_it_and_say_it_in_one_way_only(found, said):
    first, *others = found.items
    texts = {lang: replace(first.texts["en"], stem=f"{said}{lang}") for lang in ("en", "fr")}
    whole = replace(found, items=(replace(first, texts={"en": texts["en"]}), *others))
    again = read_again(whole)
    assert again.to_json() == whole.to_json()
    assert bank_files(again) == bank_files(whole)


@pytest.mark.parametrize("kind", kinds.TEXTS)
def test_an_item_of_each_kind_comes_back_from_its_files(kind):
    asked, _faults = kinds.read(kinds.written(kind))
    whole = bank(asked, item("other"), blueprint={"count-alarms": 1})
    again = read_again(whole)
    assert again == whole
    assert bank_files(again) == bank_files(whole)


def test_a_plan_with_everything_that_it_can_say_comes_back():
    first = item("one", critical=True, enemies=("two",), rating=Fraction(3, 5))
    whole = bank(first, item("two", rating=Fraction(1, 3)), blueprint={"count-alarms": 1})
    plan = replace(
        whole.plan,
        standard=CutScoreStandard.ANGOFF,
        minutes=45,
        cooling_off_hours=24,
        layout=Layout.ALL_AT_ONCE,
        blueprint=(BlueprintCell("count-alarms", 1, CognitiveLevel.APPLY),),
    )
    assert read_again(replace(whole, plan=plan)) == replace(whole, plan=plan)


def test_texts_stand_in_the_order_in_which_the_item_names_its_options():
    text = ItemText("Which?", {"b": "B", "a": "A"}, {"b": "No.", "a": "Yes."})
    asked = item("one", options=("a", "b"), key=frozenset({"a"}), texts={"en": text})
    written = bank_files(bank(asked, blueprint={"count-alarms": 1}))["en.toml"]
    assert written.index('a = "A"') < written.index('b = "B"')


def test_items_keep_an_order_that_is_not_that_of_the_parts():
    whole = bank(item("one"), item("two"), item("three"), blueprint={"count-alarms": 1}).to_json()
    parts = split({"lessons": {}}, whole)
    parts[PAPER] = {**parts[PAPER], ORDER: ["three", "one"]}
    _module, found = joined("base-rates", parts)
    assert [one["id"] for one in found["items"]] == ["three", "one", "two"]
    assert ORDER not in found


def looks(found):
    return [(one.look, one.file, one.item, dict(one.values)) for one in found]


def test_an_objective_that_no_paper_tests_is_told():
    objectives = (*lessons.module().objectives, Objective("say-so", {"en": "say so"}))
    found = bank_advice(bank(item(), blueprint={"count-alarms": 1}), lessons.module(objectives=objectives))
    assert looks(found) == [(Look.OBJECTIVE_UNTESTED, "base-rates/bank.toml", "", {"objective": "say-so"})]


def test_a_translated_item_is_told_once_its_source_text_changes():
    original = item().texts["en"]
    french = replace(original, stem="Combien ?", translates=digest_of(original.to_json()))
    whole = replace(bank(blueprint={"count-alarms": 1}), languages=("en", "fr"))
    current = replace(whole, items=(item(texts={"en": original, "fr": french}),))
    assert bank_advice(current, lessons.module()) == []
    changed = replace(original, stem="How many?")
    later = replace(whole, items=(item(texts={"en": changed, "fr": french}),))
    told = {"language": "fr", "source": "en", "read": digest_of(changed.to_json())}
    assert looks(bank_advice(later, lessons.module())) == [
        (Look.OLDER_THAN_SOURCE, "base-rates/fr.toml", "count-01", told)
    ]
    assert read_again(current) == current


def test_a_file_that_is_not_in_the_canonical_form_is_told_and_is_no_fault(tmp_path):
    courses = lessons.content(tmp_path / "courses", lesson=lessons.LESSON_MD.replace("minutes: 9", "minutes: 2"))
    roots = courses, content(tmp_path / "quizzes")
    told = [one for one in advice(*roots) if one.look is Look.LAYOUT]
    assert [one.file for one in told] == ["base-rates/en.toml"]
    for name, text in bank_files(load_bank(roots[1] / "base-rates")).items():
        (roots[1] / "base-rates" / name).write_text(text, "utf-8")
    assert advice(*roots) == []


def test_the_starter_content_needs_no_look():
    import courses.catalogue

    assert advice(courses.catalogue.STARTER_CONTENT, STARTER_CONTENT) == []
