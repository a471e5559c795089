"""`docs/architecture.md` names what is there, and every rule that is there."""

import re

from tests.docs.documents import DOCUMENTS, ROOT, section

PAGE = (DOCUMENTS / "architecture.md").read_text("utf-8")
NAMED = re.findall(r"`((?:courses|quizzes|training_app|tests|bench)/[\w./<>]*)`", PAGE)


def test_every_file_and_folder_on_the_page_exists():
    assert len(NAMED) > 40
    assert [name for name in NAMED if not (ROOT / name).exists()] == []


def test_every_file_of_the_way_of_a_question_exists():
    way = section("architecture.md", "How an access question is decided")
    files = re.findall(r"\b(training_app/[\w/]+\.py)\b", way)
    rules = re.findall(r"^ {7}(\w+\.py)\b", way, re.MULTILINE)
    assert (len(files), len(rules)) == (9, 5)
    assert [name for name in files if not (ROOT / name).is_file()] == []
    assert [name for name in rules if not (ROOT / "training_app/rules" / name).is_file()] == []


def test_every_rule_has_its_place_on_the_page():
    #: Values and small parts that other rules are made of, or that the page names elsewhere.
    parts = {"__init__", "civil_time", "facts", "passwords", "versions"}
    rules = {file.stem for file in (ROOT / "training_app/rules").glob("*.py")} - parts
    table = section("architecture.md", "Where each rule stands")
    assert {name for name in rules if f"training_app/rules/{name}.py" not in table} == set()
