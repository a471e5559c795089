"""The agency's public holidays: read from a file, and refused where a line or an entry is no day."""

from datetime import date

import pytest

from config import ConfigurationError
from tests.docs.documents import blocks, section
from training_app.holidays import read


def written(tmp_path, text: str, name: str = "holidays.txt"):
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


def test_both_examples_for_operators_name_the_same_days(tmp_path):
    lines, toml = (blocks(section("operators.md", "Public holidays"), language)[0] for language in ("", "toml"))
    found = read(written(tmp_path, lines))
    assert found == {date(2026, 12, 25), date(2027, 1, 1), date(2027, 4, 5)}
    assert read(written(tmp_path, toml, "holidays.toml")) == found


@pytest.mark.parametrize(
    ("name", "text", "faults"),
    [
        ("days.txt", "", ("it names no day",)),
        ("days.txt", "# none yet\n", ("it names no day",)),
        (
            "days.txt",
            "2027-01-01\n25.12.2027 Christmas\n2027-02-30\n",
            ("line 2: '25.12.2027'", "line 3: '2027-02-30'"),
        ),
        ("days.txt", "20270101\n2027-W01-1\n", ("line 1", "line 2")),
        ("days.toml", "days = [2027-01-01, 7]", ("entry 2: 7",)),
        ("days.toml", "days = [2027-01-01T09:00:00]", ("entry 1",)),
        ("days.toml", "holidays = [2027-01-01]", ("one list, called days",)),
        ("days.toml", "days = [", ("TRAINING_HOLIDAYS_FILE names",)),
    ],
)
def test_every_mistake_is_told_before_anything_is_served(tmp_path, name, text, faults):
    with pytest.raises(ConfigurationError) as told:
        read(written(tmp_path, text, name))
    assert all(fault in str(told.value) for fault in faults), told.value


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(ConfigurationError, match=r"none\.txt, which cannot be read"):
        read(tmp_path / "none.txt")
