"""The commands that take evidence out and answer about an instant of the past."""

import json

import pytest
from click.testing import CliRunner, Result

from training_app import replay
from training_app.cli import main
from training_app.rules.evidence import from_text


@pytest.fixture
def run(demo_database, tmp_path, monkeypatch):
    """Run a command of an installation that holds the demo agency."""
    settings = {
        "DATABASE_URL": demo_database.url.render_as_string(hide_password=False),
        "DATA": str(tmp_path),
        "DEMO": "",
        "SECRET_KEY": "x" * 40,
        "AGENCY_ZONE": "Europe/Brussels",
        "JOURNAL_KEY_FILE": str(tmp_path / "journal.pem"),
    }
    (tmp_path / "journal.pem").touch()
    for name, value in settings.items():
        monkeypatch.setenv(f"TRAINING_{name}", value)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def told(result: Result) -> dict:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_evidence_is_written_to_a_file_and_replayed_from_it(run, tmp_path, capsys):
    file = tmp_path / "evidence.json"
    result = run("evidence", "DP-1003", "sightline", "--out", file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert replay.main([str(file), "--version", "3.2", "--at", "2026-11-22 12:00"]) == 0
    replayed = json.loads(capsys.readouterr().out)
    known_at = replayed["known_at"]
    assert replayed == told(
        run("as-of", "DP-1003", "sightline", "3.2", "--at", "2026-11-22 12:00", "--known-at", known_at)
    )


def test_without_a_file_the_evidence_is_printed(run):
    result = run("evidence", "dp-1003", "sightline")
    assert result.exit_code == 0
    assert from_text(result.stdout).origin.officer == "DP-1003"


def test_an_instant_is_answered_as_known_then_and_as_known_now(run):
    found = told(run("as-of", "DP-1001", "sightline", "3.1", "--at", "2026-06-01 14:03"))
    then, now = found["as_known_then"], found["as_known_now"]
    assert then["allowed"] is now["allowed"] is True
    assert then["evaluated_at"] == now["evaluated_at"] == then["known_at"] == "2026-06-01T12:03:00.000000Z"
    assert now["known_at"] > then["known_at"]
    assert found["recorded_since"] == []


def test_a_purpose_is_asked_with(run):
    found = told(run("as-of", "DP-1003", "sightline", "3.2", "--at", "2026-11-22", "--purpose", "nobody-permits-this"))
    assert "purpose-not-permitted" in found["as_known_now"]["grounds"]


USE = ("--at", "2026-11-22 12:00", "--purpose", "extract-evidence", "--crime-type", "homicide",
       "--circumstance", "seized-device")  # fmt: skip
LEAVE = ("--authorisation-issuer", "Court of Demo City", "--authorisation-reference", "JI-17/2026")


@pytest.mark.parametrize(
    ("until", "grounds"),
    [("2026-11-22", []), ("2026-11-21", ["authorisation-missing"]), (None, ["authorisation-missing"])],
)
def test_an_intrusive_tool_is_asked_about_with_what_its_guideline_asks(run, until, grounds):
    leave = (*LEAVE, "--authorisation-valid-until", until) if until else ()
    found = told(run("as-of", "DP-1003", "lockpick", "5.0", *USE, *leave))
    assert found["as_known_then"]["grounds"] == found["as_known_now"]["grounds"] == grounds


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("evidence", "XX-9", "sightline"), "Nobody here has the service number XX-9."),
        (("evidence", "DP-1003", "nothing"), "No tool is registered under the name nothing."),
        (("as-of", "XX-9", "sightline", "3.1", "--at", "2026-06-01"), "Nobody here has the service number XX-9."),
        (("as-of", "DP-1003", "nothing", "3.1", "--at", "2026-06-01"), "No tool is registered under the name nothing."),
        (("as-of", "DP-1003", "sightline", "9", "--at", "2026-06-01"), "sightline has no version 9."),
        (("as-of", "DP-1003", "sightline", "3.1", "--at", "soon"), "'soon' is no time."),
        (("as-of", "DP-1003", "sightline", "3.1", "--at", "2026-10-25 02:30"), "twice. Write which"),
        (("as-of", "DP-1003", "sightline", "3.1", "--at", "2026-06-01", "--known-at", "then"), "'then' is no time."),
        (("as-of", "DP-1003", "lockpick", "5.0", *USE, *LEAVE), "An authorisation is stated whole"),
        (("as-of", "DP-1003", "lockpick", "5.0", *USE, *LEAVE, "--authorisation-valid-until", "soon"), "'soon' is no"),
        (("as-of", "DP-1003", "sightline", "3.1"), "Missing option '--at'"),
    ],
)
def test_what_is_unknown_ends_with_2_and_a_sentence(run, arguments, said):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in " ".join(result.stderr.split())
