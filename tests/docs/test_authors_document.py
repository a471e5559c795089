"""`docs/authors.md`: the module that it shows is fit to publish, and what it says of the format is true."""

import dataclasses
import re
from pathlib import Path

import pytest

from courses import figures
from courses.labs import KINDS, read_lab
from courses.labs.fairness import Measure
from courses.labs.feedback_loop import Method
from courses.labs.review_a_match import Body, Paint
from courses.module import ModuleKind, SourceStanding
from courses.syntax import BOXES
from quizzes.bank import CutScoreStandard, Layout, PaperPlan
from quizzes.catalogue import ITEMS_PER_PLACE, faults, load_banks
from quizzes.exchange.report import MOST_BYTES, MOST_QUESTIONS
from quizzes.item import CognitiveLevel, ItemKind
from tests.docs.documents import DOCUMENTS, ROOT, codes, section

PAGE = (DOCUMENTS / "authors.md").read_text("utf-8")
SHOWN_FILES = re.compile(r"^`((?:courses|quizzes)/[^`]+)`\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The files that the page shows, where it says that they are, with the product's glossary."""
    for name, text in SHOWN_FILES.findall(PAGE):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    glossary = "courses/content/glossary.toml"
    (tmp_path / glossary).write_bytes((ROOT / glossary).read_bytes())
    return tmp_path


def test_the_module_on_the_page_is_fit_to_publish(written):
    assert faults(written / "courses/content", written / "quizzes/content") == []


def test_the_page_shows_every_file_of_it(written):
    shown = sorted(file.relative_to(written).as_posix() for file in written.rglob("*") if file.is_file())
    assert shown == [
        "courses/content/courses.toml",
        "courses/content/glossary.toml",
        "courses/content/plate-reading/en/01-two-kinds-of-error.md",
        "courses/content/plate-reading/figures/two-outcomes.svg",
        "courses/content/plate-reading/module.toml",
        "quizzes/content/plate-reading/bank.toml",
        "quizzes/content/plate-reading/en.toml",
    ]


def test_a_fault_in_it_is_found_and_named_by_its_file(written):
    lesson = written / "courses/content/plate-reading/en/01-two-kinds-of-error.md"
    lesson.write_text(lesson.read_text("utf-8").replace("[@led-7]", "[@led-8]"), "utf-8")
    [fault] = faults(written / "courses/content", written / "quizzes/content")
    assert str(fault).startswith("plate-reading/en/01-two-kinds-of-error.md: ")


def test_the_bank_on_the_page_uses_every_kind_of_item_and_level(written):
    bank = load_banks(written / "quizzes/content")["plate-reading"]
    assert {item.kind for item in bank.items} == set(ItemKind)
    assert {item.level for item in bank.items} == set(CognitiveLevel)
    assert len(bank.items) >= ITEMS_PER_PLACE * bank.plan.length


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("A module", [one.value for one in ModuleKind]),
        ("A module", [one.value for one in SourceStanding]),
        ("A lesson", list(BOXES)),
        ("A drawing", sorted({*figures.CLASSES, *figures.ELEMENTS} - {"svg"})),
        ("A lab", [*KINDS, *(word.value for words in (Measure, Method, Body, Paint) for word in words)]),
        ("A quiz", [one.value for one in CutScoreStandard]),
        ("A quiz", [one.value for one in ItemKind]),
        ("A quiz", [one.value for one in CognitiveLevel]),
        ("A quiz", [one.value for one in Layout]),
        ("A quiz", [one.name for one in dataclasses.fields(PaperPlan) if one.name != "blueprint"]),
    ],
)
def test_every_word_that_the_format_knows_is_on_the_page(heading, words):
    prose = re.sub(r"^```.*?^```$", "", section("authors.md", heading), flags=re.MULTILINE | re.DOTALL)
    named = {code.removeprefix("!!! ") for code in codes(prose)}
    assert set(words) <= named


def test_the_lesson_that_is_linked_to_as_an_example_exists():
    [(module, lesson)] = re.findall(r"\(lesson:([a-z0-9-]+)/([a-z0-9-]+)\)", PAGE)
    assert (ROOT / "courses" / "content" / module / "en" / f"{lesson}.md").is_file()


LABS = re.findall(r"^```([a-z]+-[a-z-]+)\n(.*?)^```$", section("authors.md", "A lab"), re.MULTILINE | re.DOTALL)


def test_every_lab_is_shown_by_an_example():
    assert [kind for kind, _text in LABS] == list(KINDS)


@pytest.mark.parametrize(("kind", "text"), LABS, ids=[kind for kind, _text in LABS])
def test_the_example_of_a_lab_can_be_read_and_needs_every_field_that_it_has(kind, text):
    assert read_lab(kind, text)[1] == []
    for line in filter(str.strip, text.splitlines()):
        assert read_lab(kind, text.replace(f"{line}\n", "", 1))[1] != [], line


def test_the_page_says_of_every_kind_how_it_is_carried_to_other_systems():
    table = [line for line in section("authors.md", "Questions from elsewhere").splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in table] == [kind.value for kind in ItemKind]
    assert all(line.count("|") == 5 for line in table)


def test_the_page_names_the_limits_of_a_file_of_questions():
    said = section("authors.md", "Questions from elsewhere")
    assert f"at most {MOST_BYTES // 1024**2} MB and {MOST_QUESTIONS} questions" in said
