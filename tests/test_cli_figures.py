"""The commands that make the yearly figures, and check them on any machine."""

import pytest
from click.testing import CliRunner

from tests.services.test_yearly_figures import GOLDEN
from training_app import demo
from training_app.cli import main
from training_app.journal_key import make_signing_key

ENDS = (".csv", ".json", ".json.sig")


def command(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def run(demo_database, tmp_path, monkeypatch):
    """Run a command of an installation that holds the demo agency with its past year."""
    key = tmp_path / "journal.pem"
    make_signing_key(key)
    settings = {
        "DATABASE_URL": demo_database.url.render_as_string(hide_password=False),
        "DATA": str(tmp_path),
        "DEMO": "",
        "SECRET_KEY": "x" * 40,
        "AGENCY_ZONE": "Europe/Brussels",
        "AGENCY_NAME": "Demo Police",
        "JOURNAL_KEY_FILE": str(key),
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"TRAINING_{name}", value)
    with demo_database.transaction() as session:
        demo.load_traffic_unit(session)
    return command


def test_a_year_is_made_twice_alike_and_checked_elsewhere_with_the_key_alone(run, tmp_path, monkeypatch):
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        assert run("figures", 2025, "--out", folder).exit_code == 0
        assert run("figures", 2025, "--tool", "platewatch", "--out", folder).exit_code == 0
    names = sorted(f"figures-2025{tool}{end}" for tool in ("", "-platewatch") for end in ENDS)
    for folder in folders:
        assert sorted(file.name for file in folder.iterdir()) == names
    for name in names:
        assert folders[0].joinpath(name).read_bytes() == folders[1].joinpath(name).read_bytes(), name
    assert folders[0].joinpath("figures-2025.csv").read_bytes() == GOLDEN.read_bytes()

    line = tmp_path / "key.txt"
    line.write_text(run("journal", "key").stdout, "utf-8")
    for name in ("DATABASE_URL", "SECRET_KEY", "AGENCY_ZONE", "JOURNAL_KEY_FILE"):
        monkeypatch.delenv(f"TRAINING_{name}")
    checked = run("figures-verify", folders[0], "--public-key", line)
    assert (checked.exit_code, checked.stdout.count("as it was signed")) == (0, 2)
    table = folders[0] / "figures-2025.csv"
    table.write_bytes(table.read_bytes().replace(b"exact,33", b"exact,34"))
    folders[0].joinpath("figures-2025-platewatch.json").unlink()
    checked = run("figures-verify", folders[0], "--public-key", line)
    assert checked.exit_code == 1
    assert "figures-2025: The CSV file does not say what the JSON file says." in checked.stderr
    assert "figures-2025-platewatch: A file of the report cannot be read" in checked.stderr


def test_what_cannot_be_made_is_said(run, tmp_path):
    for arguments, told in (
        (["2025", "--known-at", "2025-06-01"], "from what was known at its end"),
        (["2025", "--known-at", "whenever"], "--known-at"),
        (["2025", "--tool", "sightline"], "has no tool"),
        (["2998"], "once the year is over"),
        (["1"], "2000"),
    ):
        result = run("figures", *arguments, "--out", tmp_path / "out")
        assert result.exit_code != 0, arguments
        assert told in result.stderr
        assert not (tmp_path / "out").exists()


def test_a_folder_without_a_report_is_no_report_that_holds(tmp_path, monkeypatch):
    file = tmp_path / "journal.pem"
    make_signing_key(file)
    monkeypatch.setenv("TRAINING_DEMO", "1")
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
    result = command("figures-verify", tmp_path)
    assert result.exit_code == 1
    assert "There is no report" in result.stderr
