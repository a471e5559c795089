"""The commands that make an evidence pack and check one; and an auditor with nothing but pack, key and program."""

import shlex
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import select

from tests.services.evidence_packs import NOW, asked, forged
from tests.services.recorded import JOURNAL_KEY
from training_app.cli import main
from training_app.models.evidence_packs import EvidencePackMade
from training_app.models.people import Person
from training_app.rules.signed_note import verifier_key

REPOSITORY = Path(__file__).parents[1]
ORIGIN = "demo-police/training-journal"
PERIOD = ("--from", "2026-01-01", "--to", "2026-11-30", "--reason", "inspection")


@pytest.fixture
def agency(demo_sqlite):
    """The demo agency with decisions on record; pages and tables are the same on every database."""
    with demo_sqlite() as database:
        yield asked(database)


@pytest.fixture
def run(agency, tmp_path, monkeypatch):
    settings = {
        "DATABASE_URL": agency.url.render_as_string(hide_password=False),
        "DATA": str(tmp_path),
        "DEMO": "1",
        "SECRET_KEY": "x" * 40,
        "AGENCY_NAME": "Demo Police",
        "AGENCY_ZONE": "Europe/Brussels",
        "JOURNAL_KEY_FILE": str(tmp_path / "journal.pem"),
    }
    pem = JOURNAL_KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "journal.pem").write_bytes(pem)
    (tmp_path / "agency.key").write_text(verifier_key(ORIGIN, JOURNAL_KEY.public_key()))
    for name, value in settings.items():
        monkeypatch.setenv(f"TRAINING_{name}", value)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


def make(run, out: Path, *more: str):
    result = run("evidence-pack", "sightline", *PERIOD, "--known-at", NOW.isoformat(), "--out", out, *more)
    assert result.exit_code == 0, result.output
    return result


def elsewhere(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program with no environment but where the package is: another machine, as far as it can tell."""
    program = [sys.executable, "-P", *map(str, command)]
    environment = {"PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(program, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_an_auditor_reproduces_a_refusal_with_the_pack_the_key_and_the_program_alone(run, tmp_path):
    pack, alone = tmp_path / "pack.zip", tmp_path / "auditor"
    make(run, pack)
    alone.mkdir()
    key = tmp_path / "agency.key"
    verify = ("-c", "from training_app.cli import main; main()", "evidence-pack-verify")
    checked = elsewhere(*verify, pack, "--public-key", key, cwd=alone)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "4 answered again with the same result, 3 of them refusals" in checked.stdout
    assert checked.stdout.endswith("Everything is as it was signed.\n")

    with zipfile.ZipFile(pack) as opened:
        opened.extractall(alone)
    decisions = (alone / "decisions.csv").read_text("utf-8-sig").splitlines()
    refusal = next(row for row in decisions if ",DP-1004,3.2,missing-person,refused,evaluation-not-in-force," in row)
    python, *replay = shlex.split(refusal.rpartition(",")[2])
    assert python == "python"
    replayed = elsewhere(*replay, cwd=alone)
    assert replayed.returncode == 1, "refused"
    assert '"evaluation-not-in-force"' in replayed.stdout
    assert " ".join([python, *replay]) in (alone / "index.html").read_text("utf-8"), "the page gives the same command"

    forged_pack = tmp_path / "forged.zip"
    forged_pack.write_bytes(forged(pack.read_bytes(), {"officers/DP-1004.json": lambda _: "{}"}))
    caught = run("evidence-pack-verify", forged_pack, "--public-key", key)
    assert caught.exit_code == 1
    assert "decision 2: officers/DP-1004.json cannot be used" in caught.stderr


def test_a_pack_is_on_record_before_it_has_its_name(run, agency, tmp_path):
    pack = tmp_path / "pack.zip"
    told = make(run, pack, "--by", "dp-6001", "--without-officers", "--language", "fr").stdout
    assert "4 decisions (3 refused), 9 officers" in told
    assert "Not in it: 9 officer-files." in told
    assert stat.S_IMODE(pack.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".pack")] == []
    with agency.reading() as session:
        fact, number = session.execute(
            select(EvidencePackMade, Person.service_number).join(Person, Person.id == EvidencePackMade.recorded_by_id)
        ).one()
    assert (number, fact.reason_code, fact.decisions, fact.with_officers) == ("DP-6001", "inspection", 4, False)
    assert fact.sums_digest in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing", *PERIOD), "No tool is registered under the name nothing."),
        (("sightline", *PERIOD, "--from", "2026-12-01"), "The last day of the period is before its first."),
        (("sightline", *PERIOD, "--by", "XX-1"), "XX-1"),
        (("sightline", *PERIOD, "--known-at", "2999-01-01"), "Nothing is known of the future yet."),
        (("sightline", *PERIOD[:4]), "Missing option '--reason'"),
    ],
)
def test_what_cannot_be_made_says_why_and_leaves_nothing(run, agency, tmp_path, arguments, said):
    out = tmp_path / "pack.zip"
    result = run("evidence-pack", *arguments, "--out", out)
    assert result.exit_code != 0
    assert said in result.output
    assert [file.name for file in tmp_path.iterdir() if "pack.zip" in file.name] == []
    with agency.reading() as session:
        assert session.scalars(select(EvidencePackMade)).all() == []


def test_a_file_that_is_there_is_not_written_over(run, tmp_path):
    out = tmp_path / "pack.zip"
    out.write_text("something else")
    result = run("evidence-pack", "sightline", *PERIOD, "--out", out)
    assert (result.exit_code, out.read_text()) == (2, "something else")


def test_a_key_that_is_none_is_told_apart_from_a_pack_that_does_not_fit(run, tmp_path):
    (tmp_path / "pack.zip").write_text("no pack")
    (tmp_path / "other.key").write_text("no key")
    assert run("evidence-pack-verify", tmp_path / "pack.zip", "--public-key", tmp_path / "other.key").exit_code == 2
    result = run("evidence-pack-verify", tmp_path / "pack.zip", "--public-key", tmp_path / "agency.key")
    assert (result.exit_code, result.stderr) == (1, "This is no zip file: File is not a zip file.\n")
