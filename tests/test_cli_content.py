"""Content from the command line: what is wrong, what to look at, out as files and in again in the names of two."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from courses import catalogue as shipped
from quizzes import catalogue as shipped_banks
from training_app.cli import main

AUTHOR, REVIEWER = "trainer@demo.example", "lead@demo.example"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    """The data folder of a demonstration with its people and the shipped modules, to be copied."""
    from training_app import demo
    from training_app.cli_context import open_database
    from training_app.services.sign_in import new_passwords

    folder = tmp_path_factory.mktemp("installation") / "data"
    patch = pytest.MonkeyPatch()
    patch.setenv("TRAINING_DEMO", "1")
    patch.setenv("TRAINING_DATA", str(folder))
    for arguments in (["migrate"], ["content", "load"]):
        assert CliRunner().invoke(main, arguments).exit_code == 0
    with open_database() as database, database.transaction() as session:
        demo.load(session, password_hash=new_passwords().hash("three quiet ferries at noon"))
    patch.undo()
    return folder


@pytest.fixture
def content(installation, tmp_path, monkeypatch):
    """Run ``training-app content`` on an installation of the test's own."""
    shutil.copytree(installation, tmp_path / "data")
    monkeypatch.setenv("TRAINING_DEMO", "1")
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path / "data"))
    return lambda *arguments: CliRunner().invoke(main, ["content", *map(str, arguments)])


@pytest.fixture
def folders(tmp_path) -> tuple[str, Path, str, Path]:
    return "--modules", tmp_path / "courses", "--banks", tmp_path / "quizzes"


SOME = ("sightline-3-2", "sightline-3-3")


@pytest.fixture
def changed(content, folders):
    """Folders of some modules as they were exported, with another title in one lesson."""
    assert content("export", *folders, *SOME).exit_code == 0
    lesson = folders[1] / "sightline-3-3/en/01-what-changed.md"
    lesson.write_text(lesson.read_text("utf-8").replace("title: ", "title: Again: "), "utf-8")
    return folders


def test_what_goes_out_lies_there_as_it_is_shipped(content, folders):
    told = content("export", *folders, "sightline-3-2")
    assert told.exit_code == 0, told.output
    for root, source in ((folders[1], shipped.STARTER_CONTENT), (folders[3], shipped_banks.STARTER_CONTENT)):
        written = {file.relative_to(root): file.read_bytes() for file in root.rglob("*") if file.is_file()}
        assert written == {name: (source / name).read_bytes() for name in written}
        assert {name.parts[0] for name in written} == {"sightline-3-2"}


def test_a_dry_run_out_names_the_files_and_writes_none(content, folders):
    told = content("export", *folders, "--dry-run")
    assert f"added {folders[1] / 'ai-limits/module.toml'}" in told.stdout
    assert "This was a dry run. Nothing was written." in told.stdout
    assert not folders[1].exists()


def test_a_dry_run_in_says_what_would_change_and_changes_nothing(content, changed):
    for _twice in range(2):
        told = content("import", *changed, "--dry-run")
        assert told.exit_code == 0, told.output
        assert "sightline-3-2: unchanged" in told.stdout
        assert "sightline-3-3: changed" in told.stdout
        assert "  changed lesson/en/01-what-changed" in told.stdout
        assert "This was a dry run. Nothing was recorded." in told.stdout


def test_two_trainers_publish_what_lies_in_folders(content, changed):
    said = ("--author", AUTHOR, "--reviewer", REVIEWER, "--note", "A better title.")
    told = content("import", *changed, *said)
    assert told.exit_code == 0, told.output
    assert "sightline-3-3: new revision " in told.stdout
    assert "Everything is published already." in content("import", *changed, *said).stdout
    assert "Every file says so already." in content("export", *changed, *SOME, "--replace").stdout


def test_folders_come_in_as_a_draft(content, changed):
    told = content("import", *changed, "--author", AUTHOR, "--draft")
    assert (told.exit_code, told.stdout.splitlines()[-1]) == (0, "sightline-3-3: a draft is open")


@pytest.mark.parametrize(
    ("said", "status", "why"),
    [
        (("--author", AUTHOR, "--reviewer", AUTHOR, "--note", "Mine."), 1, "Author and reviewer are the same person"),
        (("--author", "officer@demo.example", "--draft"), 1, "officer@demo.example is not a trainer"),
        (("--author", AUTHOR, "--reviewer", "DP-0", "--note", "Mine."), 1, "DP-0 is not a trainer"),
        (("--author", AUTHOR), 2, "Say who reviewed it"),
        (("--author", AUTHOR, "--reviewer", REVIEWER, "--note", " "), 2, "Say who reviewed it"),
        ((), 2, "Say who wrote it"),
        (("--author", AUTHOR, "--draft", "--note", "Mine."), 2, "leave --reviewer and --note out"),
    ],
)
def test_without_two_trainers_and_a_note_nothing_is_published(content, changed, said, status, why):
    told = content("import", *changed, *said)
    assert told.exit_code == status, told.output
    assert why in told.stderr
    assert "sightline-3-3: changed" in content("import", *changed, "--dry-run").stdout


def test_what_is_wrong_is_told_by_file_and_nothing_is_recorded(content, changed):
    file = changed[3] / "sightline-3-2/en.toml"
    file.write_text(file.read_text("utf-8").replace("stem = ", "stam = ", 1), "utf-8")
    told = content("import", *changed, "--author", AUTHOR, "--draft")
    assert told.exit_code == 1
    assert "sightline-3-2/en.toml: " in told.stderr
    assert "Nothing was imported." in told.stderr
    assert "sightline-3-3: changed" in content("import", *changed, "--dry-run").stdout


def test_a_check_says_what_to_look_at_and_is_no_failure(content, changed):
    lesson = changed[1] / "sightline-3-3/en/01-what-changed.md"
    lesson.write_text(lesson.read_text("utf-8").replace("minutes: 6", "minutes: 1"), "utf-8")
    shutil.copy(shipped.STARTER_CONTENT / "glossary.toml", changed[1])
    told = content("check", *changed)
    assert (told.exit_code, told.stderr) == (0, "")
    assert "look at sightline-3-3/en/01-what-changed.md: Minutes stated: 1; for reading alone: 3." in told.stdout
