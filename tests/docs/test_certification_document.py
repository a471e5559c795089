"""`docs/certification.md`: every rule, case, ground and badge names tests that exist."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.docs.documents import DOCUMENTS, ROOT, codes, section, table, tables
from training_app.rules.access import Badge, Ground
from training_app.rules.facts import Level
from training_app.services.assessments import USUAL_GRACE_DAYS
from training_app.wording import BADGES

PAGE = (DOCUMENTS / "certification.md").read_text("utf-8")
ROWS = [row for found in tables(PAGE) for row in found if "tests" in row]

#: What can go wrong with a certification, and must be answered as the document says.
CASES = (
    "last valid second and first invalid one, on both clock-change nights",
    "renewal on the first day of the window and the day before",
    "released while an attempt is open",
    "two versions skipped",
    "an unassessed hotfix",
    "hotfix on an old branch after a newer major",
    "assessment raised after people signed level 1",
    "rollback to a withdrawn version",
    "the only version withdrawn",
    "double submit from two tabs and two processes",
    "crash between award and mail or grade",
    "trainer revoked from a past date",
    "trainer signs for self",
    "the last seat granted by two supervisors at once",
    "evaluation lapses overnight",
    "transfer mid-grace",
    "name change",
    "account erased",
    "reading any page",
)


@cache
def names_in(file: Path) -> frozenset[str]:
    """Return every test in *file*, and as ``Class::method`` the methods of its classes."""
    tree = ast.parse(file.read_text("utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    methods = {
        f"{node.name}::{inner.name}"
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        for inner in node.body
        if isinstance(inner, ast.FunctionDef)
    }
    return frozenset({name for name in functions if name.startswith("test_")} | methods)


def exists(test: str) -> bool:
    path, _, name = test.partition("::")
    file = ROOT / "tests" / path
    return file.is_file() and name in names_in(file)


def column(heading: str, name: str) -> list[str]:
    return [row[name] for row in table(section("certification.md", heading))]


def test_every_test_on_the_page_exists():
    named = [test for row in ROWS for test in codes(row["tests"])]
    assert len(named) > 150
    assert [test for test in named if not exists(test)] == []


def test_a_test_that_there_is_not_would_be_found():
    assert exists("docs/test_certification_document.py::test_every_test_on_the_page_exists")
    assert not exists("docs/test_certification_document.py::test_of_nothing")
    assert not exists("docs/test_of_nothing.py::test_every_test_on_the_page_exists")
    assert not exists("docs/test_certification_document.py::exists"), "a function that pytest does not run is no test"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: next(iter(row.values())))
def test_every_line_says_what_is_answered_and_names_its_test(row):
    assert all(row.values())
    assert codes(row["tests"])


def test_every_table_of_rules_names_tests():
    without = [list(found[0]) for found in tables(PAGE) if "tests" not in found[0]]
    assert without == [["word", "meaning"]]


def test_every_case_is_there_in_its_order():
    assert tuple(column("Cases", "case")) == CASES


def test_every_ground_is_there_in_the_order_in_which_grounds_are_given():
    assert [codes(cell)[0] for cell in column("Grounds", "ground")] == [ground.value for ground in Ground]


def test_every_badge_is_there_with_its_word_in_the_order_of_the_rule():
    rows = table(section("certification.md", "Badges"))
    assert [(codes(row["badge"])[0], row["shown as"]) for row in rows] == [
        (badge.value, BADGES[badge]) for badge in Badge
    ]


def test_every_level_is_there_with_its_usual_grace():
    rows, *_others = tables(section("certification.md", "Versions and steps"))
    assert [(int(row["level"]), int(row["usual days of grace"])) for row in rows] == [
        (int(level), USUAL_GRACE_DAYS.get(level, 0)) for level in Level
    ]
