"""Certificates of an older system: mapped by the registrar, dated on their day, with their evidence."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.services import recorded
from tests.services.importing import NOW, ZONE, announced, carry_out, dry_run, lines, policy
from training_app.models.certification import Award
from training_app.models.people import AccountChange, AccountFact
from training_app.models.tools import Tool, VersionFact
from training_app.rules.access import Question
from training_app.rules.certification import Validity
from training_app.rules.facts import AwardKind, Prohibition, VersionChange
from training_app.services import access
from training_app.services.imports import Kind, NotReady, Outcome, Wrong

HEADER = "service_number,course,awarded_on,evidence"
ANNOUNCED = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)


def certificates(*rows: str) -> bytes:
    return lines(HEADER, *rows)


@pytest.fixture
def version(session):
    return announced(session, "3.1", on=ANNOUNCED)


@pytest.fixture
def officer(session):
    return recorded.person(session, service_number="O-1", name="Nora Nes")


@pytest.fixture
def registrar(session):
    return recorded.person(session, service_number="R-1")


def test_a_certificate_becomes_a_full_award_from_the_start_of_its_day(session, version, officer, registrar):
    carry_out(session, Kind.LEGACY, certificates("O-1,Basic,2026-03-05,file 7"), registrar, Basic=version.id)
    award = session.scalars(select(Award)).one()
    assert (award.kind, award.officer_id, award.version_id) == (AwardKind.FULL, officer.id, version.id)
    assert award.effective_at == datetime(2026, 3, 4, 22, 0, tzinfo=UTC)  # midnight in Athens
    assert (award.recorded_at, award.recorded_by_id) == (NOW, registrar.id)
    assert award.evidence == {"import": 2, "reference": "file 7"}
    assert award.evidence_key.startswith("import:")
    assert award.holder_name == "Nora Nes"


def test_the_officer_is_certified_by_it(session, version, officer):
    carry_out(session, Kind.LEGACY, certificates("O-1,Basic,2026-03-05,file 7"), Basic=version.id)
    stamp = {"effective_at": ANNOUNCED, "recorded_at": ANNOUNCED}
    session.add(VersionFact(**stamp, version_id=version.id, change=VersionChange.RELEASED, forecast="seen"))
    session.add(AccountFact(**stamp, person_id=officer.id, change=AccountChange.OPENED))
    question = Question("O-1", version.tool.slug, "3.1")
    standing = access.answer(session, question, zone=ZONE, at=NOW, known_at=NOW).standing
    assert standing.validity is Validity.VALID


def test_the_same_file_again_makes_no_second_award(session, version, officer):
    content = certificates("O-1,Basic,2026-03-05,file 7")
    carry_out(session, Kind.LEGACY, content, Basic=version.id)
    again = dry_run(session, Kind.LEGACY, content, Basic=version.id)
    assert [entry.outcome for entry in again.entries] == [Outcome.UNCHANGED]
    assert carry_out(session, Kind.LEGACY, content, Basic=version.id) is None
    assert len(session.scalars(select(Award)).all()) == 1


def test_a_line_at_another_place_of_another_file_is_the_same_certificate(session, version, officer):
    carry_out(session, Kind.LEGACY, certificates("O-1,Basic,2026-03-05,file 7"), Basic=version.id)
    moved = certificates("O-1,Advanced,2026-04-01,file 8", "O-1,Basic,2026-03-05,file 7")
    found = dry_run(session, Kind.LEGACY, moved, Basic=version.id, Advanced=version.id)
    assert [entry.outcome for entry in found.entries] == [Outcome.NEW, Outcome.UNCHANGED]


def test_no_course_is_guessed(session, version, officer):
    content = certificates("O-1,3.1,2026-03-05,file 7", "O-1,Basic,2026-03-05,file 8")
    found = dry_run(session, Kind.LEGACY, content, Basic=version.id)
    assert (found.unmapped, dict(found.to_map)) == (("3.1",), {"3.1": 1, "Basic": 1})
    with pytest.raises(NotReady):
        carry_out(session, Kind.LEGACY, content, Basic=version.id)
    assert session.scalars(select(Award)).all() == []


def test_a_course_that_is_left_out_records_nothing(session, version, officer):
    content = certificates("O-1,First aid,2026-03-05,file 7", "O-1,Basic,2026-03-05,file 8")
    done = carry_out(session, Kind.LEGACY, content, **{"Basic": version.id, "First aid": None})
    assert (done.lines, done.recorded) == (2, 1)


@pytest.mark.parametrize(
    ("row", "column", "wrong"),
    [
        pytest.param("O-9,Basic,2026-03-05,x", "service_number", Wrong.OFFICER_UNKNOWN, id="unknown-officer"),
        pytest.param(",Basic,2026-03-05,x", "service_number", Wrong.MISSING, id="no-officer"),
        pytest.param("O-1,Basic,05/03/2026,x", "awarded_on", Wrong.DAY, id="day-of-another-notation"),
        pytest.param("O-1,Basic,20260305,x", "awarded_on", Wrong.DAY, id="day-without-hyphens"),
        pytest.param("O-1,Basic,2026-11-23,x", "awarded_on", Wrong.DAY_TO_COME, id="tomorrow"),
        pytest.param("O-1,Basic,2026-01-09,x", "awarded_on", Wrong.BEFORE_ANNOUNCEMENT, id="before-announcement"),
        pytest.param("O-1,Basic,2026-03-05,", "evidence", Wrong.MISSING, id="no-evidence"),
        pytest.param("R-1,Basic,2026-03-05,x", "service_number", Wrong.ONESELF, id="oneself"),
    ],
)
def test_each_fault_names_its_line_and_column(session, version, officer, registrar, row, column, wrong):
    found = dry_run(session, Kind.LEGACY, certificates(row), registrar, Basic=version.id)
    assert [(one.line, one.column, one.wrong) for one in found.faults] == [(2, column, wrong)]


def test_on_the_day_of_the_announcement_it_counts_from_the_announcement_on(session, version, officer):
    carry_out(session, Kind.LEGACY, certificates("O-1,Basic,2026-01-10,x"), Basic=version.id)
    assert session.scalars(select(Award)).one().effective_at == ANNOUNCED


def test_today_is_not_to_come(session, version, officer):
    assert dry_run(session, Kind.LEGACY, certificates("O-1,Basic,2026-11-22,x"), Basic=version.id).ready


def test_one_certificate_twice_in_a_file_is_a_fault(session, version, officer):
    row = "O-1,Basic,2026-03-05,file 7"
    found = dry_run(session, Kind.LEGACY, certificates(row, row), Basic=version.id)
    assert [(one.line, one.wrong) for one in found.faults] == [(3, Wrong.TWICE)]


def test_an_award_keeps_the_policy_of_its_day(session, version, officer):
    tool = session.get(Tool, version.tool_id)
    second = policy(tool, 2, at=datetime(2026, 6, 1, tzinfo=UTC), validity_months=12)
    session.add(second)
    session.flush()
    content = certificates("O-1,Basic,2026-03-05,file 7", "O-1,Basic,2026-07-01,file 8")
    carry_out(session, Kind.LEGACY, content, Basic=version.id)
    awards = session.scalars(select(Award).order_by(Award.effective_at)).all()
    assert [award.policy_id == second.id for award in awards] == [False, True]


def test_no_course_is_mapped_to_a_prohibited_or_unannounced_version(session, version, officer):
    tool = session.get(Tool, version.tool_id)
    banned = announced(session, "4.0", on=ANNOUNCED, tool=tool, prohibition=Prohibition.LAW)
    found = dry_run(session, Kind.LEGACY, certificates("O-1,Basic,2026-03-05,x"), Basic=banned.id)
    assert found.unmapped == ("Basic",)


def test_the_table_itself_refuses_an_award_to_oneself(session, version, registrar):
    carry_out(session, Kind.LEGACY, certificates("R-1,Basic,2026-03-05,x"), Basic=version.id)
    award = session.scalars(select(Award)).one()
    columns = {
        name: getattr(award, name)
        for name in (
            "effective_at", "recorded_at", "officer_id", "version_id", "kind", "policy_id", "steps", "attempts_from",
            "evidence", "holder_name",
        )
    }  # fmt: skip
    session.add(Award(**columns, recorded_by_id=registrar.id, evidence_key="import:other", code="other"))
    with pytest.raises(IntegrityError, match="not_to_oneself"):
        session.flush()
