"""How facts are read: a fixed number of statements, each by an index, whatever there is besides."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text

from courses.catalogue import STARTER_CONTENT as MODULES
from quizzes.catalogue import STARTER_CONTENT as BANKS
from tests.rules.factories import local
from training_app import demo
from training_app.models.tools import Tool
from training_app.rules.facts import Prohibition
from training_app.services import content, gather

#: Few rows whatever the agency's size; these may be read whole.
SMALL = {"assessment_signature", "module_revision", "requirement_set_signature", "tool", "tool_version"}


@pytest.fixture
def agency(session):
    content.load_catalogue(session, MODULES, BANKS, at=local("2025-12-01"))
    demo.load(session, password_hash="no password is asked here")
    return session


@contextmanager
def statements(session) -> Iterator[list[tuple[str, object]]]:
    """Collect what is sent to the database meanwhile."""
    seen: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, _context, _many):
        seen.append((statement, parameters))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def ask(session, number: str, slug: str = "sightline"):
    return gather.question(session, number=number, slug=slug, zone=demo.ZONE)


def test_a_question_takes_as_many_statements_for_a_long_history_as_for_none(agency):
    counts = set()
    for number in ("DP-1002", "DP-1003", "DP-1006"):
        with statements(agency) as seen:
            ask(agency, number)
        counts.add(len(seen))
    assert counts == {18}


def test_officers_are_read_with_as_many_statements_as_one(agency):
    with statements(agency) as for_one:
        gather.officers(agency, [1], "sightline")
    with statements(agency) as for_many:
        gather.officers(agency, range(1, 21), "sightline")
    assert len(for_many) == len(for_one)


def test_no_statement_of_a_question_reads_a_table_of_officers_facts_whole(migrated_sqlite):
    """On SQLite, which plans without statistics; PostgreSQL has them, and reads a table of a dozen rows whole."""
    with migrated_sqlite() as database, database.transaction() as agency:
        demo.load(agency, password_hash="no password is asked here")
        with statements(agency) as seen:
            ask(agency, "DP-1003")
        plans = [
            row[3]
            for statement, parameters in seen
            for row in agency.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    searches = [plan for plan in plans if plan.startswith(("SEARCH", "SCAN")) and plan.split()[1] not in SMALL]
    by_officer = ("officer_id=?", "person_id=?", "service_number=?")
    of_tools = ("tool_id=?", "version_id=?", "rowid=?")
    tables_of_tools = {"tool_policy", "version_fact", "impact_assessment", "requirement_set"}
    strays = [
        plan
        for plan in searches
        if not any(key in plan for key in (of_tools if plan.split()[1] in tables_of_tools else by_officer))
    ]
    assert strays == []
    assert len(searches) >= 14


def test_a_question_about_nobody_or_nothing_finds_nothing(agency):
    assert ask(agency, "DP-9999").officer is None
    nothing = ask(agency, "DP-1003", "elsewhere")
    assert nothing.tool is None
    assert nothing.officer is not None
    assert (nothing.officer.awards, nothing.officer.seats) == ((), ())
    assert nothing.officer.accounts


def test_what_was_added_and_not_yet_flushed_is_read_too(agency):
    stamp = {"effective_at": local("2026-01-01"), "recorded_at": local("2026-01-01")}
    agency.add(
        Tool(
            **stamp, slug="plates", name="Plates", vendor="A vendor", description="Reads plates.",
            prohibition=Prohibition.NONE, purposes=["theft"], purpose_required=True, max_cache_seconds=30,
        )
    )  # fmt: skip
    found = gather.tool(agency, "plates")
    assert (found.purposes, found.purpose_required, found.versions) == (frozenset({"theft"}), True, ())


def test_facts_of_another_tool_are_not_read(agency):
    agency.execute(
        text(
            "INSERT INTO officer_suspension (officer_id, tool_id, reason_code, effective_at, recorded_at) "
            "SELECT p.id, NULL, 'x', p.effective_at, p.recorded_at FROM person p WHERE p.service_number = 'DP-1003'"
        )
    )
    everywhere = ask(agency, "DP-1003", "elsewhere").officer
    assert len(everywhere.suspensions) == 1, "a suspension from every tool concerns every tool"
    assert (everywhere.awards, everywhere.seats) == ((), ())
