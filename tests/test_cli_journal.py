import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from tests.services import recorded
from tests.services.recorded import NOW
from training_app.cli import main
from training_app.models import append_only
from training_app.rules.signed_note import opened, parse_checkpoint, parse_verifier_key
from training_app.services import journal


@pytest.fixture
def run(database, tmp_path, monkeypatch):
    """Run a journal command of an installation whose journal has three sealed entries and one that waits."""
    for sealed in (3, 1):
        with database.transaction() as session:
            for _ in range(sealed):
                recorded.unit(session)
        if sealed == 3:
            journal.seal(database, at=NOW)
    monkeypatch.setenv("TRAINING_DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
    monkeypatch.setenv("TRAINING_DEMO", "")
    monkeypatch.setenv("TRAINING_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("TRAINING_AGENCY_ZONE", "Europe/Athens")
    monkeypatch.setenv("TRAINING_AGENCY_NAME", "Police of Anywhere")
    key = tmp_path / "journal.pem"
    monkeypatch.setenv("TRAINING_JOURNAL_KEY_FILE", str(key))

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["journal", *map(str, arguments)])

    assert invoke("make-key", key).exit_code == 0
    return invoke


def change_a_unit(database) -> None:
    with database.migrating() as connection:
        append_only.release(connection, ["unit"])
        connection.execute(text("UPDATE unit SET name = 'Other' WHERE id = 2"))
        append_only.protect(connection, ["unit"])


def test_verify_says_that_everything_is_as_it_was_recorded(run):
    result = run("verify")
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "4 entries, 1 of them waiting to be sealed; 3 leaves, 1 tree heads, 0 checkpoints.\n"
        "Everything is as it was recorded.\n"
    )


def test_verify_names_every_fault_and_exits_with_1(run, database):
    change_a_unit(database)
    result = run("verify")
    assert result.exit_code == 1
    assert result.stderr == "unit 2 is not as it was recorded: name.\n"
    assert "1 faults were found." in result.stdout


def test_a_checkpoint_is_printed_and_can_be_held_against_the_journal_later(run, tmp_path):
    result = run("checkpoint")
    name, key = parse_verifier_key(run("key").stdout)
    assert name == "police-of-anywhere/training-journal"
    stated = parse_checkpoint(opened(result.stdout, key=key))
    assert (stated.origin, stated.size) == (name, 4)
    kept = tmp_path / "kept.txt"
    assert run("checkpoint", "--out", kept).exit_code == 0
    assert run("verify", "--checkpoint", kept).exit_code == 0
    kept.write_text(result.stdout.replace("\n4\n", "\n3\n"), "utf-8")
    result = run("verify", "--checkpoint", kept)
    assert result.exit_code == 1
    assert "A checkpoint that was kept elsewhere cannot be used" in result.stderr


def test_the_head_is_printed_with_size_root_and_time(run, database):
    with database.reading() as session:
        newest = journal.head(session)
    assert run("head").stdout == f"leaves 3\nroot {newest.root}\nsealed 2026-03-01T09:00:00.000000Z\n"


def test_proofs_are_printed_as_json(run):
    proof = json.loads(run("prove", 2).stdout)
    assert (proof["index"], proof["size"], proof["leaf"]["kind"]) == (1, 3, "unit")
    proof = json.loads(run("consistency", 2, 3).stdout)
    assert (proof["first"], proof["second"], len(proof["path"])) == (2, 3, 1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["prove", 4], "Entry 4 is not sealed yet"),
        (["prove", 99], "The journal has no entry 99."),
        (["consistency", 2, 9], "There is no tree of 2 leaves within one of 9: the journal has 3."),
    ],
)
def test_what_cannot_be_proved_is_said_in_a_sentence(run, arguments, sentence):
    result = run(*arguments)
    assert result.exit_code == 1
    assert sentence in result.stderr


def test_a_proof_that_does_not_hold_is_not_handed_out(run, database):
    with database.migrating() as connection:
        append_only.release(connection, ["journal_entry"])
        connection.execute(text("UPDATE journal_entry SET fact_id = 77 WHERE id = 2"))
    result = run("prove", 2)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "The proof does not hold" in result.stderr


def test_an_exported_file_is_checked_without_any_configuration(run, tmp_path, monkeypatch):
    exported, key = tmp_path / "journal.jsonl", tmp_path / "key.txt"
    run("checkpoint")
    assert run("export", exported).stdout == f"4 leaves written to {exported}.\n"
    key.write_text(run("key").stdout, "utf-8")
    for name in ("SECRET_KEY", "AGENCY_ZONE", "JOURNAL_KEY_FILE", "DATABASE_URL"):
        monkeypatch.delenv(f"TRAINING_{name}")
    result = run("verify-file", exported, "--public-key", key)
    assert result.exit_code == 0, result.output
    assert "4 leaves, 2 tree heads, 1 checkpoints" in result.stdout
    exported.write_text(exported.read_text("utf-8").replace('"leaf":2', '"leaf":3'), "utf-8")
    result = run("verify-file", exported, "--public-key", key)
    assert result.exit_code == 1
    assert "Leaf 2 is missing." in result.stderr


def test_a_key_is_kept_for_its_owner_only_and_never_written_over(run, tmp_path):
    key = tmp_path / "journal.pem"
    content = key.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    result = run("make-key", key)
    assert result.exit_code == 1
    assert "is there already" in result.stderr
    assert key.read_bytes() == content


def test_a_file_that_holds_no_key_is_named(run, tmp_path):
    (tmp_path / "journal.pem").write_text("nonsense", "utf-8")
    result = run("checkpoint")
    assert result.exit_code == 1
    assert "The journal's key cannot be read from" in result.stderr
    (tmp_path / "key.txt").write_text("nonsense", "utf-8")
    assert run("verify", "--public-key", tmp_path / "key.txt").exit_code == 2


def test_the_demonstration_makes_its_key_when_it_first_signs(run, tmp_path, monkeypatch):
    monkeypatch.delenv("TRAINING_JOURNAL_KEY_FILE")
    monkeypatch.setenv("TRAINING_DEMO", "1")
    assert run("checkpoint").exit_code == 0
    assert (tmp_path / "demo-journal-key.pem").exists()
    assert run("verify").exit_code == 0


def test_before_anything_is_sealed_there_is_nothing_to_show(run, bare_database, monkeypatch):
    from training_app import migrate

    migrate.upgrade(bare_database)
    monkeypatch.setenv("TRAINING_DATABASE_URL", bare_database.url.render_as_string(hide_password=False))
    result = run("head")
    assert result.exit_code == 1
    assert "nothing has been sealed" in result.stderr


def test_one_entry_is_proved_by_a_file_on_a_machine_without_the_journal(run, tmp_path, monkeypatch):
    proof, key, kept = tmp_path / "proof.json", tmp_path / "key.txt", tmp_path / "checkpoint.txt"
    run("checkpoint", "--out", kept)
    key.write_text(run("key").stdout, "utf-8")
    assert run("prove", 2, "--out", proof).exit_code == 0
    earlier = tmp_path / "earlier.json"
    assert run("prove", 2, "--leaves", 3, "--out", earlier).exit_code == 0
    for name in ("SECRET_KEY", "AGENCY_ZONE", "JOURNAL_KEY_FILE", "DATABASE_URL"):
        monkeypatch.delenv(f"TRAINING_{name}")
    for options in ((), ("--checkpoint", kept)):
        result = run("verify-proof", proof, "--public-key", key, *options)
        assert result.exit_code == 0, result.output
        assert "Entry 2 (unit), recorded 2026-03-01T09:00:00.000000Z, stands in the tree" in result.stdout
    result = run("verify-proof", earlier, "--public-key", key, "--checkpoint", kept)
    assert result.exit_code == 1
    assert "The proof is for a tree of 3 leaves, and the checkpoint counts 4." in result.stderr
    proof.write_text(proof.read_text("utf-8").replace('"fact":2', '"fact":3'), "utf-8")
    result = run("verify-proof", proof, "--public-key", key)
    assert result.exit_code == 1
    assert "The path does not lead from the leaf to the root" in result.stderr
