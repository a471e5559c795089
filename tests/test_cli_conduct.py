"""The command that lets go of the words of concerns."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.services.doubting import person
from training_app.cli import main
from training_app.clock import now
from training_app.models.conduct import ConcernText, ConductCase, ConductOutcome
from training_app.rules.conduct import CaseOutcome, ConcernKind


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
