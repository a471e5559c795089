"""Importing from the command line: what it says where, its exit status, and what is recorded."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from tests.services import recorded
from tests.services.importing import announced
from training_app.cli import main
from training_app.models.certification import Award
from training_app.models.people import AccountChange, AccountFact, DataImport, Person, RoleAssignment, Unit
from training_app.rules.permissions import Role
from training_app.services.imports import plans

PEOPLE = "service_number,name,email,unit,roles\nN-1,Nora Nes,nora@police.test,,officer\nN-2,Nils Nes,,,officer\n"


@pytest.fixture
def run(database, tmp_path, monkeypatch):
    """Run the import command on a file with this content."""
    monkeypatch.setenv("TRAINING_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
    monkeypatch.setenv("TRAINING_DEMO", "")
    monkeypatch.setenv("TRAINING_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("TRAINING_AGENCY_ZONE", "Europe/Athens")
    monkeypatch.setenv("TRAINING_AGENCY_NAME", "Police of Anywhere")
    key = str(tmp_path / "journal.pem")
    monkeypatch.setenv("TRAINING_JOURNAL_KEY_FILE", key)
    assert CliRunner().invoke(main, ["journal", "make-key", key]).exit_code == 0

    def invoke(kind: str, content: str, *options: str) -> Result:
        file = tmp_path / "file.csv"
        file.write_text(content, encoding="utf-8")
        return CliRunner().invoke(main, ["import", kind, str(file), *options])

    return invoke


def rows_of(database, kind) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind))


def test_people_are_imported_and_progress_goes_to_stderr(run, database, monkeypatch):
    monkeypatch.setattr(plans, "FACTS_AT_ONCE", 2)
    result = run("people", PEOPLE)
    assert (result.exit_code, result.stdout) == (0, "2 new\nImported: 2 lines told something new.\n")
    assert result.stderr == "2 of 6 facts recorded\n4 of 6 facts recorded\n6 of 6 facts recorded\n"
    assert (rows_of(database, Person), rows_of(database, DataImport)) == (2, 1)


def test_the_same_file_again_changes_nothing_and_says_so(run, database):
    run("people", PEOPLE)
    result = run("people", PEOPLE)
    assert (result.exit_code, result.stdout) == (0, "2 unchanged\nEverything is recorded already.\n")
    assert rows_of(database, DataImport) == 1


def test_a_dry_run_records_nothing(run, database):
    result = run("people", PEOPLE, "--dry-run")
    assert (result.exit_code, result.stdout) == (0, "2 new\nThis was a dry run. Nothing was recorded.\n")
    assert rows_of(database, Person) == 0


def test_faults_are_named_by_line_on_stderr_with_exit_status_1(run, database):
    result = run("units", "name,parent\nPier,Nowhere\nHarbour,\n")
    assert result.exit_code == 1
    assert result.stderr == (
        "line 2, parent: No unit is called “Nowhere”. Write it as it is registered, or import the units first.\n"
        "Error: Nothing was recorded. Correct what is wrong and run the command again.\n"
    )
    assert rows_of(database, Unit) == 0


def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(run):
    result = run("units", "name\nPier\n")
    assert result.exit_code == 1
    assert "Error: The first line does not name the columns parent." in result.stderr


def test_courses_are_mapped_on_the_command_line_or_nothing_is_recorded(run, database):
    with database.transaction() as session:
        slug = announced(session, "3.1", on=datetime(2026, 1, 10, tzinfo=UTC)).tool.slug
        recorded.person(session, service_number="O-1")
    content = (
        "service_number,course,awarded_on,evidence\n"
        "O-1,Basic = all,2026-03-05,file 7\n"
        "O-1,First aid,2026-03-05,file 8\n"
    )
    refused = run("legacy", content, "--map", f"Basic = all={slug}:3.1")
    assert refused.exit_code == 1
    assert '1 lines: say --map "First aid=TOOL:VERSION" or "First aid=leave-out"' in refused.stderr
    assert rows_of(database, Award) == 0
    done = run("legacy", content, "--map", f"Basic = all={slug}:3.1", "--map", "First aid=leave-out")
    assert (done.exit_code, rows_of(database, Award)) == (0, 1)


def test_a_version_that_is_not_there_is_named_with_those_that_are(run):
    result = run("legacy", "service_number,course,awarded_on,evidence\nO-1,B,2026-03-05,x\n", "--map", "B=nothing:1")
    assert result.exit_code == 1
    assert result.stderr == "Error: No announced version is called nothing:1. There are: none.\n"


def test_it_is_imported_in_the_name_of_a_registrar_and_of_nobody_else(run, database):
    stamp = {"effective_at": recorded.NOW, "recorded_at": recorded.NOW}
    with database.transaction() as session:
        registrar, officer = (recorded.person(session, service_number=number) for number in ("R-1", "O-1"))
        for person, role in ((registrar, Role.REGISTRAR), (officer, Role.OFFICER)):
            session.add(AccountFact(**stamp, person_id=person.id, change=AccountChange.OPENED))
            session.add(RoleAssignment(**stamp, person_id=person.id, role=role, granted=True))
    refused = run("people", PEOPLE, "--by", "O-1")
    assert refused.exit_code == 1
    assert "only a registrar imports" in refused.stderr
    assert run("people", PEOPLE, "--by", "R-1").exit_code == 0
    with database.reading() as session:
        assert session.scalars(select(DataImport.recorded_by_id)).all() == [registrar.id]
