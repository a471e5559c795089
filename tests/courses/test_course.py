"""Courses join modules; where one is asked for, its modules are."""

import pytest

from courses.catalogue import STARTER_CONTENT, load_catalogue, load_courses, module_folders
from courses.course import expanded, name_of, read_courses
from courses.fields import Fields

WHOLE = {"modules": ["one", "two"], "en": {"title": "Both", "purpose": "To begin with."}}


def read(table):
    faults = []
    found = read_courses(Fields(table, file="courses.toml", faults=faults), modules=["one", "two", "three"])
    return found, [str(fault) for fault in faults]


def test_a_course_is_read_with_its_modules_in_order():
    [course], faults = read({"both": WHOLE})
    assert faults == []
    assert (course.slug, course.modules) == ("both", ("one", "two"))
    assert course.text_in("fr") == ("en", course.texts["en"])


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"modules": ["one", "four"]}, "'both' lists the module 'four', which there is not"),
        ({"modules": ["one", "one"]}, "'both' lists the module 'one' twice"),
        ({"modules": []}, "'both' lists no module"),
        ({"en": {"title": "Both"}}, "'both' in 'en' lacks 'purpose'"),
        ({"en": {"title": "Both", "purpose": "P.", "aim": "A."}}, "'both' in 'en' has an unknown field 'aim'"),
    ],
)
def test_a_fault_of_a_course_is_told_with_its_place(changed, said):
    _found, faults = read({"both": WHOLE | changed})
    assert [fault for fault in faults if said in fault]


def test_a_course_in_no_language_and_one_with_a_capital_are_told():
    _found, faults = read({"Both": {"modules": ["one"]}})
    assert any("is in no language" in fault for fault in faults)
    assert any("has the course 'Both'" in fault for fault in faults)


def test_a_chosen_course_stands_for_its_modules_each_once():
    courses, _faults = read({"both": WHOLE, "last": WHOLE | {"modules": ["three", "two"]}})
    chosen = [name_of(courses[0]), "two", name_of(courses[1])]
    assert expanded(chosen, courses) == ["one", "two", "three"]
    assert expanded(["three"], courses) == ["three"]


def test_the_courses_of_the_starter_set_join_its_modules():
    modules = {module.slug: module for module in load_catalogue(STARTER_CONTENT)}
    by_slug = {course.slug: course for course in load_courses(STARTER_CONTENT)}
    foundations = ("ai-limits", "data-protection", "rights-non-discrimination", "bias-spotting")
    assert by_slug["ai-foundations"].modules == foundations
    assert {slug: course.modules[-1] for slug, course in by_slug.items()} == {
        "ai-foundations": "bias-spotting",
        "biometric-tools": "biometrics",
        "intrusive-tools": "police-hacking",
        "trainers": "train-the-trainers",
    }
    for slug in foundations:
        assert modules[slug].languages == ("en", "fr"), slug


def test_where_no_course_is_written_there_is_none(tmp_path):
    assert load_courses(tmp_path) == ()
    assert module_folders(tmp_path) == []
