from dataclasses import replace

import pytest

from courses.check import module_faults
from courses.module import Objective
from tests.courses.factories import GLOSSARY, bilingual_module, lesson, module, source

LESSON = "base-rates/en/01-ten-thousand-faces.md"


def faults(checked, *others):
    return [str(fault) for fault in module_faults(checked, catalogue=others, glossary=GLOSSARY)]


def with_lesson(**parts):
    return module(lessons={"en": (lesson(**parts),)})


def test_a_module_that_is_fit_to_publish_has_no_fault():
    assert faults(module()) == []
    assert faults(bilingual_module()) == []


@pytest.mark.parametrize(
    ("checked", "fault"),
    [
        (with_lesson(sources=()), "names no source"),
        (with_lesson(sources=("crowd", "aia-9")), "names the source 'aia-9', which module.toml does not have"),
        (with_lesson(body="Text [@aia-9]."), "cites 'aia-9', which its front matter does not list"),
        (with_lesson(body="[[precision]]"), "uses the term 'precision', which is not in the glossary"),
        (with_lesson(body="[x](lesson:base-rates/02-x)"), "links to lesson:base-rates/02-x, which does not exist"),
        (with_lesson(body="[x](lesson:other/01-x)"), "links to lesson:other/01-x, which does not exist"),
        (with_lesson(body="## A\n\n#### B"), "skips a level before the heading 'B'"),
        (with_lesson(body="A<br>B"), "has HTML, which is shown as text: <br>"),
        (with_lesson(body="[x](javascript:alert)"), "links to 'javascript:alert'; use lesson:<module>/<lesson>"),
        (with_lesson(body="[x](/admin)"), "links to '/admin'; use lesson:<module>/<lesson>"),
        (with_lesson(body="## T\n\n|a|b|\n|-|-|\n|1|2|"), "has a table without a sentence before it"),
        (with_lesson(body='!!! lore "Old"\n    x'), "has a box of the unknown kind 'lore'; use one of law,"),
        (with_lesson(body="!!! law Art. 5\n    x"), 'has a box that is not written as !!! kind "Title"'),
    ],
)
def test_a_lesson_that_is_not_fit_is_named_with_its_file_and_the_reason(checked, fault):
    found = faults(checked)
    assert any(line.startswith(f"{LESSON}: {fault}") for line in found), found


def test_a_lesson_for_an_objective_the_module_lacks_is_a_fault_on_both_sides():
    assert faults(with_lesson(objective="sums")) == [
        "base-rates/module.toml: has the objective 'count-alarms', which no lesson teaches",
        f"{LESSON}: teaches the objective 'sums', which module.toml does not have",
    ]


def test_all_faults_of_a_lesson_are_told_at_once():
    found = faults(with_lesson(body="# One\n\n[[precision]] and [[f-score]] [@nobody]\n\n![x](y.png)"))
    assert len(found) == 5


def test_links_to_lessons_that_exist_are_no_fault():
    other = module(slug="errors", lessons={"en": (lesson(slug="02-kinds", body="Text [@crowd]."),)})
    checked = with_lesson(body="[a](lesson:errors/02-kinds) and [b](lesson:base-rates/01-ten-thousand-faces)")
    assert faults(checked, other) == []


def test_a_translated_lesson_may_link_to_a_module_that_is_not_translated():
    other = module(slug="errors")
    linked = lesson(body="[a](lesson:errors/01-ten-thousand-faces)")
    checked = replace(bilingual_module(), lessons={"en": (linked,), "fr": (linked,)})
    assert faults(checked, other) == []


@pytest.mark.parametrize(
    ("checked", "fault"),
    [
        (module(sources=(source(), source())), "has the source 'crowd' twice"),
        (module(objectives=(Objective("count-alarms", {"en": "x"}),) * 2), "has the objective 'count-alarms' twice"),
        (module(prerequisites=("law",)), "has the prerequisite 'law', which is not a module"),
        (module(prerequisites=("base-rates",)), "has the prerequisite 'base-rates', which itself needs 'base-rates'"),
    ],
)
def test_an_outline_that_is_not_fit_is_told_with_the_reason(checked, fault):
    assert faults(checked) == [f"base-rates/module.toml: {fault}"]


def test_modules_that_wait_for_each_other_are_a_fault():
    first = module(prerequisites=("errors",))
    middle = module(slug="errors", prerequisites=("scores",))
    last = module(slug="scores", prerequisites=("base-rates",))
    fault = "base-rates/module.toml: has the prerequisite 'errors', which itself needs 'base-rates'"
    assert faults(first, middle, last) == [fault]
    assert faults(first, middle, module(slug="scores")) == []


def test_a_module_without_lessons_objectives_and_sources_is_told_each():
    assert faults(module(objectives=(), sources=(), lessons={"en": ()})) == [
        "base-rates/module.toml: has no objective",
        "base-rates/module.toml: has no source",
        "base-rates/en: has no lesson",
    ]


def test_a_language_that_lacks_a_lesson_is_not_complete():
    whole = bilingual_module()
    more = replace(whole, lessons={**whole.lessons, "en": (*whole.lessons["en"], lesson(slug="02-next"))})
    assert faults(more) == ["base-rates/fr: differs from 'en' in its lessons: 02-next"]
