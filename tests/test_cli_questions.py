"""Questions from and for other systems at the command line: what it says where, and what the draft holds afterwards."""

import pytest
from click.testing import CliRunner, Result

from quizzes.parts import item_part
from tests.services import qualified, recorded
from tests.services.recorded import ZONE
from training_app.cli import main
from training_app.clock import now
from training_app.models.people import AccountChange, AccountFact, Person, RoleAssignment
from training_app.rules.permissions import Role
from training_app.services import content, drafts

GIFT = "$CATEGORY: errors\n\nIs every alarm right?{=No#Most are not. ~Yes#Count.}\n\nWhy?{}\n"


@pytest.fixture
def run(database, tmp_path, monkeypatch, starter):
    monkeypatch.setenv("TRAINING_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
    monkeypatch.setenv("TRAINING_DEMO", "")
    monkeypatch.setenv("TRAINING_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("TRAINING_AGENCY_ZONE", "Europe/Athens")
    monkeypatch.setenv("TRAINING_AGENCY_NAME", "Police of Anywhere")
    key = str(tmp_path / "journal.pem")
    monkeypatch.setenv("TRAINING_JOURNAL_KEY_FILE", key)
    assert CliRunner().invoke(main, ["journal", "make-key", key]).exit_code == 0
    with database.transaction() as session:
        content.load_catalogue(session, *starter, at=now())

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["content", *arguments])

    return invoke


@pytest.fixture
def trainer(database) -> Person:
    return _person(database, Role.TRAINER)


def _person(database, role: Role) -> Person:
    with database.transaction() as session:
        person = recorded.person(session, email=f"{role.value}@police.test")
        stamp = {"effective_at": recorded.NOW, "recorded_at": recorded.NOW, "person_id": person.id}
        session.add(AccountFact(**stamp, change=AccountChange.OPENED))
        session.add(RoleAssignment(**stamp, role=role, granted=True))
        qualified.qualify(session, person, at=now())
    return person


@pytest.fixture
def draft(database, trainer):
    with database.transaction() as session:
        return drafts.open_draft(session, "ai-limits", at=now(), zone=ZONE, by=trainer)


@pytest.fixture
def file(tmp_path):
    written = tmp_path / "bank.gift"
    written.write_text(GIFT, "utf-8")
    return str(written)


def item(database, draft, name):
    with database.reading() as session:
        return drafts.part(session, draft, item_part(name)).content


def test_questions_are_added_once_and_what_is_not_carried_is_told_by_line(run, database, trainer, draft, file):
    options = ("--by", trainer.email, "--level", "judge", "--source", "aia-3")
    dry = run("import-questions", "ai-limits", file, *options, "--dry-run")
    assert (dry.exit_code, dry.stdout) == (0, "1 questions would be added. This was a dry run.\n")
    assert dry.stderr == "line 5, Why?{}: Not carried: it asks for an essay, which no program marks.\n"
    assert item(database, draft, "is-every-alarm-right") is None
    assert run("import-questions", "ai-limits", file, *options).stdout == "1 questions were added.\n"
    added = item(database, draft, "is-every-alarm-right")
    assert (added["objective"], added["level"], added["sources"]) == ("errors", "judge", ["aia-3"])
    again = run("import-questions", "ai-limits", file, *options)
    assert again.stdout == ("line 3: asks the same as is-every-alarm-right; left alone\n0 questions were added.\n")


def test_what_is_wrong_is_said_in_a_sentence(run, database, trainer, draft, file, tmp_path):
    officer = _person(database, Role.OFFICER)
    broken = tmp_path / "broken.xml"
    broken.write_text("<?xml version='1.0'?>\n<quiz>", "utf-8")
    by = ("--by", trainer.email)
    for arguments, told in (
        (("ai-limits", file, "--by", officer.email), "is not a trainer with an open account"),
        (("sightline-3-2", file, *by), "No draft of the module sightline-3-2 is open."),
        (("ai-limits", file, *by, "--source", "none"), "The draft has no source none."),
        (("ai-limits", file, *by, "--objective", "none"), "The draft has no objective none."),
        (("ai-limits", str(broken), *by), "Line 2 is not well-formed XML."),
    ):
        result = run("import-questions", *arguments)
        assert result.exit_code == 1
        assert told in result.stderr


def test_a_bank_is_written_and_what_it_does_not_hold_is_told(run, tmp_path):
    out = tmp_path / "out.xml"
    result = run("export-questions", "ai-limits", str(out), "--format", "moodle-xml")
    assert (result.exit_code, result.stdout) == (0, f"45 of 45 items were written to {out}.\n")
    assert "the file: Level, sources and days of the law are carried as tags" in result.stderr
    assert out.read_text("utf-8").count('<question type="multichoice">') == 45
    refused = run("export-questions", "ai-limits", str(out), "--language", "fr")
    assert (refused.exit_code, "No module is published as ai-limits with items in fr." in refused.stderr) == (1, True)
