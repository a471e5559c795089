"""Names in a pack lead nowhere else and never clash; its tables are safe to open, and read back as written."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.packs.layout import CURRICULA, TABLES, file_name, is_safe, officer_file
from training_app.packs.tables import cell_text, row_text, rows_of, table_text
from training_app.rules.spreadsheet_cells import BEGINNINGS_OF_FORMULAS
from training_app.wording.evidence_packs import PARTS

names = st.text(min_size=1, max_size=40)


@given(names)
def test_a_file_is_safe_whatever_it_is_called_after(name):
    assert is_safe(officer_file(name))


@given(names, names)
def test_no_two_names_share_a_file(name, other):
    assert (file_name(name) == file_name(other)) is (name == other)


@pytest.mark.parametrize("name", ["DP-1003", "ai-limits", "sightline_3.2"])
def test_ordinary_names_stay_as_they_are(name):
    assert file_name(name) == name


@pytest.mark.parametrize("path", ["", "/a", "a//b", "..", "a/../b", "a/.", "a\\b", "a b", "C:/a", "a\0"])
def test_paths_that_lead_elsewhere_are_not_safe(path):
    assert not is_safe(path)


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_a_table_is_read_back_as_it_was_written(rows):
    written = "".join(table_text(("one", "two"), rows))
    found = list(rows_of(StringIO(written, newline="")))
    assert [list(row.values()) for row in found] == [[cell_text(cell) for cell in row] for row in rows]


@given(st.text())
def test_no_cell_is_run_as_a_formula(text):
    [[cell]] = csv.reader(StringIO(row_text([text]), newline="")) if text else [[""]]
    assert not cell.startswith(BEGINNINGS_OF_FORMULAS)


def test_the_index_explains_every_table():
    explained = {file.path for part in PARTS for file in part.files}
    assert set(TABLES) | {CURRICULA} <= explained
