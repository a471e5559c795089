"""`docs/figures.md` is right about figures, forms, fields and the note."""

import json
import re

from tests.docs.documents import DOCUMENTS, ROOT, blocks, codes, section, table
from tests.rules.test_yearly_report import CONTENT, MADE
from training_app.cli import main
from training_app.rules.disclosure import LIMIT, Form
from training_app.rules.yearly_figures import FEWEST_FOR_A_SHARE, UNITS, Figure, Unsaid
from training_app.rules.yearly_report import COLUMNS

PAGE = (DOCUMENTS / "figures.md").read_text("utf-8")
SCHEMA = json.loads((ROOT / "training_app" / "yearly_figures.schema.json").read_text("utf-8"))


def test_every_figure_is_defined_with_its_unit_and_no_other():
    rows = table(section("figures.md", "What is counted"))
    assert {codes(row["figure"])[0]: row["unit"] for row in rows} == {one.value: UNITS[one].value for one in Figure}


def test_every_form_is_explained_and_no_other():
    explained = [codes(row["form"])[0] for row in table(section("figures.md", "Forms"))]
    assert sorted(explained) == sorted([*Form, *Unsaid])


def test_every_field_and_column_is_explained_and_no_other():
    page = section("figures.md", "The files")
    assert [code for row in table(page) for code in codes(row["field"])] == list(SCHEMA["properties"]) == list(CONTENT)
    assert [one for one in codes(page.partition("UTF-8")[0]) if one in COLUMNS] == list(COLUMNS)


def test_the_limits_are_those_of_the_rule():
    assert f"with the limit {LIMIT}." in PAGE
    assert f"90 percent are told of {FEWEST_FOR_A_SHARE} officers or more" in PAGE


def test_the_note_looks_as_on_the_page():
    [example] = [block for block in blocks(PAGE) if block.startswith("yearly-figures")]
    assert len(example.splitlines()) == len(MADE.note.partition("\n\n")[0].splitlines())
    shape = [re.sub(r"<[^>]+>", "X", line).split(" ")[0] for line in example.splitlines()[:4]]
    assert shape == [line.split(" ")[0] for line in MADE.note.splitlines()[:4]]


def test_the_commands_on_the_page_have_the_options_it_uses():
    lines = [line.split() for block in blocks(PAGE) for line in block.splitlines() if line.startswith("training-app")]
    assert len(lines) == 2
    for _program, name, *words in lines:
        known = {option for parameter in main.commands[name].params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known
