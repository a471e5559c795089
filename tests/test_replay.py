"""Replay: the answer from an exported file alone, with no database, no server and no web framework."""

import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from tests.rules.any_facts import EXPORTED as EXPORTED_AT
from tests.rules.any_facts import any_facts
from tests.rules.factories import local
from training_app import demo, replay
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolVersion
from training_app.rules.access import Question
from training_app.rules.canonical import instant
from training_app.rules.evidence import Origin, decision_document, to_text
from training_app.services import access, evidence, gather

ROOT = Path(__file__).parents[1]
EXPORTED = local("2026-11-25 12:00")
#: Before anybody was certified, within the first term, around the release of 3.2, today, and long after.
INSTANTS = ["2026-01-05", "2026-06-01 14:03", "2026-11-03 08:59", "2026-11-22 12:00", "2027-01-15", "2029-01-01"]

FORBIDDEN = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"flask", "flask_babel", "sqlalchemy", "werkzeug", "wtforms", "alembic", "click"}:
            raise ImportError(f"replay must do without {name}")
sys.meta_path.insert(0, Refuse())
from training_app.replay import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def agency(demo_sqlite):
    """The demo agency, in a database of this module's own."""
    with demo_sqlite() as database:
        yield database


@pytest.fixture
def export(agency, tmp_path):
    """Write the evidence about an officer and a tool to a file and return it."""

    def write(number: str, slug: str = "sightline") -> Path:
        file = tmp_path / f"{number}-{slug}.json"
        if not file.exists():
            with agency.reading() as session:
                file.write_text(evidence.export(session, number, slug, zone=demo.ZONE, at=EXPORTED), "utf-8")
        return file

    return write


def run(capsys, file: Path, *arguments: str) -> tuple[int, dict]:
    capsys.readouterr()
    status = replay.main([str(file), *arguments])
    return status, json.loads(capsys.readouterr().out)


def subprocess_of(file: Path, *arguments: str, code: str | None = None) -> subprocess.CompletedProcess[str]:
    start = ["-c", code] if code else ["-m", "training_app.replay"]
    command = [sys.executable, *start, str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={"PATH": ""}, check=False)


def versions(agency) -> list[tuple[str, str]]:
    with agency.reading() as session:
        rows = session.execute(select(Tool.slug, ToolVersion.label).join(ToolVersion, ToolVersion.tool_id == Tool.id))
        return [(row.slug, row.label) for row in rows]


@pytest.mark.parametrize("number", [officer.number for officer in demo.OFFICERS])
def test_every_demo_officer_is_answered_from_the_file_as_by_the_installation(agency, export, capsys, number):
    asked = 0
    for slug, label in versions(agency):
        file = export(number, slug)
        for at in INSTANTS:
            for known_at in (None, at if local(at) <= EXPORTED else None):
                known = EXPORTED if known_at is None else local(known_at)
                with agency.reading() as session:
                    question = Question(number, slug, label)
                    live = access.answer(session, question, zone=demo.ZONE, at=local(at), known_at=known)
                options = ["--known-at", instant(known)] if known_at else []
                status, told = run(capsys, file, "--version", label, "--at", instant(local(at)), *options)
                assert told == decision_document(live), f"{slug} {label} at {at} known at {known}"
                assert status == (0 if live.allowed else 1)
                asked += 1
    assert asked >= 2 * len(INSTANTS) * 2


@pytest.mark.parametrize(
    ("number", "version", "status"), [("DP-1003", "3.2", 0), ("DP-1004", "3.2", 1), ("DP-1001", "3.1", 0)]
)
def test_the_command_says_by_its_exit_status_what_it_prints(export, number, version, status):
    arguments = ("--version", version, "--at", "2026-11-22 12:00")
    for done in (
        subprocess_of(export(number), *arguments),
        subprocess_of(export(number), *arguments, code=FORBIDDEN),
    ):
        assert done.returncode == status, done.stderr
        assert done.stderr == ""
        assert json.loads(done.stdout)["allowed"] is (status == 0)


def test_neither_the_web_framework_nor_the_database_is_imported(export):
    file = export("DP-1003")
    code = "import sys; from training_app.replay import main; main(sys.argv[1:]); print(*sys.modules, file=sys.stderr)"
    done = subprocess_of(file, "--version", "3.2", "--at", "2026-11-22", code=code)
    imported = set(done.stderr.split())
    assert "training_app.rules.access" in imported
    assert imported.isdisjoint({"flask", "sqlalchemy", "werkzeug", "flask_babel", "sqlite3", "psycopg", "click"})


def test_the_answer_says_everything_that_was_decided(export, capsys):
    status, told = run(capsys, export("DP-1008"), "--version", "3.1", "--at", "2026-11-22 12:00")
    assert status == 0
    assert told["evaluated_at"] == "2026-11-22T11:00:00.000000Z", "read on the clocks of the file's zone"
    assert told["known_at"] == instant(EXPORTED)
    assert (told["badge"], told["validity"], told["coverage"]) == ("certified", "valid", "covered")
    assert (told["obligations"], told["grounds"]) == (["two-hours-a-day"], [])
    assert len(told["awards"]) == 1
    assert told["valid_through"] == "2028-03-17"
    assert told["question"]["officer"] == "DP-1008"


def test_what_was_not_known_yet_is_left_out(agency, export, capsys):
    before = ("--version", "3.1", "--at", "2026-02-20", "--known-at", "2026-02-01")
    status, told = run(capsys, export("DP-1001"), *before)
    assert status == 1
    assert told["grounds"][0] in {"never-certified", "in-training"}


def test_the_purpose_the_crime_the_circumstance_and_the_authorisation_are_asked_with(agency, export, capsys):
    file = export("DP-1003", "lockpick")
    label = dict(versions(agency))["lockpick"]
    stated = (
        "--purpose", "extract-evidence", "--crime-type", "homicide", "--circumstance", "seized-device",
        "--authorisation-issuer", "Court", "--authorisation-reference", "2026/1",
    )  # fmt: skip
    asked = ("--version", label, "--at", "2026-11-22 12:00")
    _, without = run(capsys, file, *asked)
    _, lapsed = run(capsys, file, *asked, *stated, "--authorisation-valid-until", "2026-11-21")
    _, whole = run(capsys, file, *asked, *stated, "--authorisation-valid-until", "2026-11-22")
    assert "purpose-missing" in without["grounds"]
    assert "authorisation-missing" in lapsed["grounds"]
    assert not {"purpose-missing", "purpose-not-permitted", "authorisation-missing"} & set(whole["grounds"])
    assert whole["question"]["authorisation"] == {
        "issuer": "Court", "reference": "2026/1", "valid_until": "2026-11-22"
    }  # fmt: skip


def test_another_action_is_not_permitted(export, capsys):
    status, told = run(capsys, export("DP-1003"), "--version", "3.2", "--at", "2026-11-22", "--action", "export")
    assert status == 1
    assert "action-not-permitted" in told["grounds"]


# -- what cannot be used -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--at", "soon"], "--at: 'soon' is no time"),
        (["--at", "2026-03-29 02:30"], "put forward"),
        (["--at", "2026-10-25 02:30"], "twice. Write which: 2026-10-25T00:30:00Z or 2026-10-25T01:30:00Z"),
        (["--at", "2026-11-22", "--known-at", "2026-12-24"], "the file holds what was recorded by 2026-11-25T11:00"),
        (["--at", "2026-11-22", "--authorisation-issuer", "Court"], "An authorisation is stated whole"),
        (
            ["--at", "2026-11-22", "--authorisation-issuer", "Court", "--authorisation-reference", "1",
             "--authorisation-valid-until", "always"],
            "--authorisation-valid-until: 'always' is no time",
        ),
    ],
)  # fmt: skip
def test_an_argument_that_cannot_be_used_ends_with_2_and_says_why(export, capsys, arguments, said):
    assert replay.main([str(export("DP-1003")), "--version", "3.2", *arguments]) == 2
    shown = capsys.readouterr()
    assert list(json.loads(shown.out)) == ["error"]
    assert said in json.loads(shown.out)["error"]
    assert said in shown.err


def test_a_file_that_cannot_be_used_ends_with_2_and_says_where(export, tmp_path, capsys):
    asked = ["--version", "3.2", "--at", "2026-11-22"]
    good = export("DP-1003").read_text("utf-8")
    bad = tmp_path / "bad.json"
    for content_of, said in (
        ("", "this is no JSON"),
        (good.replace('"format_version": 3', '"format_version": 4'), "format_version: 4 is unknown here"),
        (good.replace('"slug": "sightline",', ""), "tool.slug: this member is missing"),
        (good.replace('"window_months": 3', '"window_months": 999999'), "no answer follows from these facts"),
    ):
        assert content_of != good
        bad.write_text(content_of, "utf-8")
        assert replay.main([str(bad), *asked]) == 2, said
        assert said in capsys.readouterr().err
    bad.write_bytes(b"\xff\xfe")
    assert replay.main([str(bad), *asked]) == 2
    assert "no text in UTF-8" in capsys.readouterr().err
    assert replay.main([str(tmp_path / "nowhere.json"), *asked]) == 2
    assert "No such file" in capsys.readouterr().err


@given(any_facts)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_whatever_facts_stand_in_a_file_it_is_answered_or_said_to_be_unusable(tmp_path_factory, found):
    origin = Origin(
        found.officer.number if found.officer else "DP-1001",
        found.tool.slug if found.tool else "sightline",
        EXPORTED_AT,
    )
    file = tmp_path_factory.mktemp("any") / "evidence.json"
    file.write_text(to_text(found, origin), "utf-8")
    told, said = StringIO(), StringIO()
    with redirect_stdout(told), redirect_stderr(said):
        status = replay.main([str(file), "--version", "a", "--at", "2029-12-31", "--purpose", "b"])
    if status == replay.UNUSABLE:
        assert "no answer follows" in said.getvalue()
        assert said.getvalue() == f"replay: {json.loads(told.getvalue())['error']}\n"
    else:
        assert json.loads(told.getvalue())["allowed"] is (status == replay.ALLOWED)


def test_what_nobody_thought_of_ends_with_2_and_never_with_the_status_of_a_denial(capsys):
    assert replay.main(["no\0name", "--version", "3.2", "--at", "2026-11-22"]) == 2
    shown = capsys.readouterr()
    assert "null" in json.loads(shown.out)["error"]
    assert "Traceback" not in shown.err


def test_an_argument_that_is_no_text_is_answered_and_printed_all_the_same(export):
    done = subprocess_of(export("DP-1003"), "--version", os.fsdecode(b"3.2\xff"), "--at", "2026-11-22 12:00")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["grounds"] == ["version-unknown"]


def test_a_missing_argument_ends_with_2(export):
    done = subprocess_of(export("DP-1003"), "--version", "3.2")
    assert done.returncode == 2
    assert "--at" in done.stderr


def test_an_unknown_officer_or_tool_is_denied_by_a_file_without_their_facts(agency, tmp_path, capsys):
    with agency.reading() as session:
        facts = gather.question(session, number="XX-1", slug="nothing", zone=demo.ZONE)
        assert session.scalars(select(Person).where(Person.service_number == "XX-1")).first() is None
    file = tmp_path / "unknown.json"
    file.write_text(to_text(facts, Origin("XX-1", "nothing", EXPORTED)), "utf-8")
    status, told = run(capsys, file, "--version", "1", "--at", "2026-11-22")
    assert status == 1
    assert told["grounds"] == ["tool-unknown", "officer-unknown"]
    assert told["validity"] is None
