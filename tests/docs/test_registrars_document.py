"""`docs/registrars.md`: menus, columns, levels and reasons are those of the pages."""

import re

import pytest

from tests.docs.documents import DOCUMENTS, codes, section, table
from training_app.navigation import entries_for
from training_app.rules.cards import TEST_AGE_MONTHS
from training_app.rules.facts import Level
from training_app.rules.permissions import Role, permissions_of
from training_app.rules.safeguards import SEAT_REVIEW_MARGIN
from training_app.rules.seats import REVIEW_NOTICE
from training_app.services import imports, releases, retraining
from training_app.services.assessments import USUAL_GRACE_DAYS
from training_app.services.imports import reading, waiting
from training_app.wording import imports as words
from training_app.wording.people import RETRAINING, REVOCATIONS
from training_app.wording.suspensions import END_REASONS, REASONS

PAGE = re.sub(r"\s+", " ", (DOCUMENTS / "registrars.md").read_text("utf-8"))


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.SUPERVISOR])
def test_every_menu_of_the_two_is_there_in_its_order(role):
    told = [row["menu"] for row in table(section("registrars.md", "Where things are")) if role.value in row["for"]]
    shown = [str(entry.label) for entry in entries_for(permissions_of([role]))]
    assert sorted(told) == sorted(shown)


def test_what_oversight_reads_is_what_it_can_open():
    told = {row["menu"] for row in table(section("registrars.md", "Where things are")) if "oversight" in row["for"]}
    assert told <= {str(entry.label) for entry in entries_for(permissions_of([Role.OVERSIGHT]))}


def test_the_columns_of_each_import_are_those_that_it_reads():
    rows = [(row["file"], codes(row["column"])[0]) for row in table(section("registrars.md", "Imports"))]
    assert rows == [(str(words.KINDS[kind]), name) for kind, names in imports.COLUMNS.items() for name in names]


def test_the_levels_are_those_of_the_rule_with_their_usual_grace():
    told = {}
    for row in table(section("registrars.md", "The five levels")):
        days = re.match(r"(\d+) days", row["usual grace"])
        told[int(row["level"].partition(",")[0])] = int(days[1]) if days else 0
    assert told == {int(level): USUAL_GRACE_DAYS.get(level, 0) for level in Level}


@pytest.mark.parametrize(
    "reasons", [REASONS, END_REASONS, REVOCATIONS, RETRAINING], ids=["on", "off", "revoke", "train"]
)
def test_every_reason_of_a_list_is_told(reasons):
    assert [str(reason) for reason in reasons.values() if f"*{reason}*" not in PAGE] == []


@pytest.mark.parametrize(
    "told",
    [
        f"Tests older than {TEST_AGE_MONTHS} months",
        f"a last day within {retraining.MOST_MONTHS_AHEAD} months",
        f"listed from {REVIEW_NOTICE} days before",
        f"the seat ends {SEAT_REVIEW_MARGIN} days after",
        f"at most {reading.MOST_BYTES // 1024**2} MB and {reading.MOST_CHARACTERS} characters a cell",
        f"A file waits for you for {waiting.KEPT.total_seconds() / 3600:.0f} hours",
    ],
)
def test_a_number_on_the_page_is_that_of_the_code(told):
    assert told in PAGE


def test_two_years_are_two_years():
    assert releases.MOST_YEARS_AHEAD == 2
    assert "for a time within two years" in PAGE
