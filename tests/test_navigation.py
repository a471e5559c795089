"""The main navigation: nothing is offered that is not permitted, nothing permitted is out of reach."""

import pytest

from training_app.navigation import MOST_IN_ONE_ROW, SECTIONS, Entry, Section, entries_for, rows_for
from training_app.rules.permissions import Permission, Role, permissions_of

EVERY_ENTRY = [entry for section in SECTIONS for entry in section.entries]


def reached(permissions) -> set[str]:
    """Return every page that can be reached from the rows, going into each section."""
    found = set()
    for one in rows_for(permissions, "").main:
        first = one.entries[0] if isinstance(one, Section) else one
        below = rows_for(permissions, first.endpoint).within
        found |= {first.endpoint} | ({entry.endpoint for entry in below.entries} if below else set())
    return found


@pytest.mark.parametrize(
    "roles", [*([role] for role in Role), [Role.OFFICER, Role.SUPERVISOR], list(Role), []], ids=str
)
def test_everything_permitted_is_within_reach_and_nothing_else_is(roles):
    permissions = permissions_of(roles)
    assert reached(permissions) == {one.endpoint for one in EVERY_ENTRY if one.permission in permissions}


@pytest.mark.parametrize("role", Role)
def test_a_row_stays_a_row(role):
    permissions = permissions_of([role])
    rows = [rows_for(permissions, entry.endpoint) for entry in entries_for(permissions)]
    assert [row for row in rows if len(row.main) > MOST_IN_ONE_ROW] == []
    assert [row for row in rows if row.within and len(row.within.entries) > MOST_IN_ONE_ROW] == []


def test_who_has_few_pages_sees_them_in_one_row():
    rows = rows_for(permissions_of([Role.OFFICER]), "quiz.question")
    assert rows.within is None
    assert [one.endpoint for one in rows.main if one.holds("quiz.question")] == ["officer.modules"]


def test_who_has_many_sees_the_pages_of_the_section_where_they_are():
    rows = rows_for(permissions_of([Role.REGISTRAR]), "clients.client")
    assert rows.within is not None
    assert [one.endpoint for one in rows.within.entries if one.holds("clients.client")] == ["clients.clients"]
    assert [one.label for one in rows.main if one.holds("clients.client")] == [rows.within.label]


def test_a_section_of_one_page_is_that_page():
    rows = rows_for(permissions_of([Role.REGISTRAR]) | {Permission.RESULT_REPORT}, "")
    assert [one.endpoint for one in rows.main if isinstance(one, Entry)] == [
        "trainer_registry.registry",
        "my_reports.mine",
    ]


def test_no_page_belongs_to_two_entries():
    """A prefix that another entry's page starts with would mark both."""
    for entry in EVERY_ENTRY:
        assert [one.endpoint for one in EVERY_ENTRY if one.holds(entry.endpoint)] == [entry.endpoint]
