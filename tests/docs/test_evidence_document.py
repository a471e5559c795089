"""`docs/evidence.md` is right about commands, options, and what is printed and written."""

import json
import re
import shlex
from dataclasses import fields

from click.testing import CliRunner

from tests.docs.documents import DOCUMENTS, blocks, codes, section, table
from tests.rules.factories import facts, full, local, officer
from training_app import cli, replay
from training_app.rules.evidence import FORMAT, FORMAT_VERSION, Body, Origin, to_document, to_text

EXPORTED = local("2026-12-01")
FACTS = facts(officer(full("3.2", "2026-11-04"), number="DP-1003"))


def named(heading: str) -> dict[str, str]:
    """Return the second cell of each row of the section's first table by the code in the first."""
    rows = [list(row.values()) for row in table(section("evidence.md", heading).partition("\n### ")[0])]
    return {codes(first)[0]: second for first, second, *_ in rows}


def test_every_option_of_the_replay_is_explained_and_no_other():
    options = {
        option
        for action in replay._parser()._actions
        for option in action.option_strings
        if option not in {"-h", "--help"}
    }
    assert set(named("Answer from it")) == options


def test_the_replay_on_the_page_prints_what_the_page_says(tmp_path, monkeypatch, capsys):
    [line] = blocks(section("evidence.md", "Answer from it"), "sh")
    interpreter, dash, module, *arguments = shlex.split(line)
    assert [interpreter, dash, module] == ["python", "-m", "training_app.replay"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "evidence.json").write_text(to_text(FACTS, Origin("DP-1003", "sightline", EXPORTED)), "utf-8")
    assert replay.main(arguments) == replay.ALLOWED
    told = json.loads(capsys.readouterr().out)
    assert list(named("What is printed")) == list(told)


def test_the_exit_statuses_are_those_of_the_program():
    rows = table(section("evidence.md", "Exit status"))
    stated = {row["meaning"].partition(";")[0]: int(codes(row["exit status"])[0]) for row in rows}
    assert stated == {
        "allowed": replay.ALLOWED,
        "denied": replay.DENIED,
        "the file or an argument cannot be used": replay.UNUSABLE,
    }


def test_the_members_of_the_file_are_those_on_the_page():
    document = to_document(FACTS, Origin("DP-1003", "sightline", EXPORTED))
    explained = named("What is in the file")
    assert list(explained) == list(document)
    assert set(explained) == {"format", "format_version", *(field.name for field in fields(Body))}
    assert codes(explained["format"]) == [FORMAT]
    assert codes(explained["format_version"]) == [str(FORMAT_VERSION)]


def test_the_commands_on_the_page_are_commands():
    lines = blocks(section("evidence.md", "Get the file"), "sh")
    assert len(lines) == 2
    for line in lines:
        program, name, *arguments = shlex.split(line)
        assert program == "training-app"
        given = {argument for argument in arguments if argument.startswith("--")}
        told = CliRunner().invoke(cli.main, [name, "--help"])
        assert told.exit_code == 0
        assert all(option in told.stdout for option in given)
    text = (DOCUMENTS / "evidence.md").read_text("utf-8")
    assert "evidence.schema.json" in text
    assert (DOCUMENTS / "evidence.schema.json").exists()
    assert re.search(r"`training-app journal verify`", text)
    assert "verify" in cli.main.commands["journal"].commands
