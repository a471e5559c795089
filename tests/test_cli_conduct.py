"""The commands that let go of the words of concerns and of reports."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.services.doubting import person
from tests.services.incident_agency import NOW as INCIDENTS_FROM
from tests.services.incident_agency import Agency as IncidentAgency
from training_app.cli import main
from training_app.clock import now
from training_app.models.conduct import ConcernText, ConductCase, ConductOutcome
from training_app.models.incidents import IncidentText
from training_app.models.reports import ReportText
from training_app.models.tools import ToolVersion
from training_app.rules.civil_time import CivilInstant
from training_app.rules.conduct import CaseOutcome, ConcernKind
from training_app.rules.reports import Acted, Problem, ReportOutcome
from training_app.services import report_handling, reports
from training_app.services.report_handling import Ending
from training_app.services.reports import Said


@pytest.fixture
def database(demo_sqlite, tmp_path, monkeypatch):
    with demo_sqlite() as given:
        (tmp_path / "journal.pem").touch()
        monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
        monkeypatch.setenv("TRAINING_DATABASE_URL", given.url.render_as_string(hide_password=False))
        monkeypatch.setenv("TRAINING_SECRET_KEY", "x" * 40)
        monkeypatch.setenv("TRAINING_AGENCY_ZONE", "Europe/Brussels")
        monkeypatch.setenv("TRAINING_JOURNAL_KEY_FILE", str(tmp_path / "journal.pem"))
        monkeypatch.setenv("TRAINING_CONDUCT_MONTHS", "6")
        yield given


def test_the_words_go_when_their_time_is_over_and_the_facts_stay(database):
    ended = {"old": now() - timedelta(days=200), "fresh": now() - timedelta(days=100), "open": None}
    with database.transaction() as session:
        trainer, raiser, lead = (person(session, number) for number in ("DP-4002", "DP-1003", "DP-6001"))
        for words, at in ended.items():
            stamp = {"effective_at": at or now(), "recorded_at": at or now(), "person_id": trainer.id}
            case = ConductCase(**stamp, kind=ConcernKind.OTHER)
            session.add(case)
            session.flush()
            session.add(ConcernText(case_id=case.id, raised_by_id=raiser.id, text=words))
            if at:
                told = {"case_id": case.id, "outcome": CaseOutcome.CAUTION, "recorded_by_id": lead.id}
                session.add(ConductOutcome(**stamp, **told))
    for deleted in (1, 0):
        told = CliRunner().invoke(main, ["conduct", "purge"], catch_exceptions=False)
        assert told.output == f"{deleted} deleted, whose outcome is more than 6 months old.\n"
    with database.reading() as session:
        assert set(session.scalars(select(ConcernText.text))) == {"fresh", "open"}
        assert session.scalar(select(func.count()).select_from(ConductCase)) == 3
        assert session.scalar(select(func.count()).select_from(ConductOutcome)) == 2


def test_the_words_of_reports_go_when_their_time_is_over(database, monkeypatch):
    monkeypatch.setenv("TRAINING_REPORT_MONTHS", "6")
    with database.transaction() as session:
        officer, first, second = (person(session, number) for number in ("DP-1003", "DP-3001", "DP-3002"))
        for days in (200, 100):
            on = CivilInstant(now() - timedelta(days=days), ZoneInfo("Europe/Brussels"))
            version = session.scalars(select(ToolVersion.id)).first()
            said = Said(version, Problem.WRONG, Acted.NO, (), f"{days} days ago", "Set it aside.")
            made, _new = reports.report(session, said, at=on.instant, by=officer)
            report_handling.take(session, made, on=on, by=first)
            ending = Ending(ReportOutcome.NO_FAULT, "None.")
            decision = report_handling.decide(session, made, ending, on=on, by=first)
            report_handling.sign(session, decision, on=on, by=second)
    before = said_of(database)
    for deleted in (1, 0):
        told = CliRunner().invoke(main, ["reports", "purge"], catch_exceptions=False)
        assert told.output == f"{deleted} deleted, which were closed more than 6 months ago.\n"
    assert before - said_of(database) == {"200 days ago"}


def test_the_words_of_incidents_go_when_their_time_is_over(database, monkeypatch):
    monkeypatch.setenv("TRAINING_INCIDENT_MONTHS", "6")
    with database.transaction() as session:
        agency = IncidentAgency(session)
        since = (now() - INCIDENTS_FROM).total_seconds() / 86_400
        for days in (200, 100):
            agency.closed(days, days=since - days, after=0)
        before = set(session.scalars(select(IncidentText.happened)))
    told = [CliRunner().invoke(main, ["incidents", "purge"], catch_exceptions=False).output for _ in range(2)]
    assert told[1] == "0 deleted, which were closed more than 6 months ago.\n"
    with database.reading() as session:
        left = set(session.scalars(select(IncidentText.happened)))
    assert {text[-4:] for text in before - left} >= {"200."}
    assert [text for text in left if text.endswith("case 100.")] != []


def said_of(database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(ReportText.happened)))
