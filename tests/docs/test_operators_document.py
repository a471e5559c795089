"""`docs/operators.md` is right about settings and commands."""

import ast
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from config import Config, ConfigurationError
from tests.docs.documents import ROOT, blocks, codes, section, table
from training_app import cli, replay
from training_app.models.people import Person
from training_app.services import accounts

SETTINGS = table(section("operators.md", "Settings"))
VARIABLES = [codes(row["variable"])[0] for row in SETTINGS]

#: Follow from others and cannot be set.
DERIVED = {"secure_cookies"}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """What must be set, and nothing else."""
    key = tmp_path / "key.pem"
    key.touch()
    return {
        "TRAINING_SECRET_KEY": "x" * 32,
        "TRAINING_AGENCY_ZONE": "Europe/Athens",
        "TRAINING_JOURNAL_KEY_FILE": str(key),
    }


#: What must be set beside a variable for it to be set at all.
BESIDE = {
    "TRAINING_XAPI_ENDPOINT": {
        "TRAINING_PUBLIC_ADDRESS": "https://training.police.example",
        "TRAINING_XAPI_CREDENTIALS_FILE": str(ROOT / "README.md"),
    }
}


def another(variable: str, value: Any, tmp_path: Path) -> str:
    """Return a setting that differs from *value*."""
    if variable == "TRAINING_AGENCY_ZONE":
        return "Europe/Paris"
    if variable == "TRAINING_PUBLIC_ADDRESS":
        return "https://training.police.example"
    if variable == "TRAINING_XAPI_ENDPOINT":
        return "https://records.ministry.example/xapi"
    if isinstance(value, Path):
        (tmp_path / "another").touch()
        return str(tmp_path / "another")
    if isinstance(value, int):
        return str(value + 1)
    return "fr" if isinstance(value, tuple) else f"another-{'y' * 32}"


def test_every_variable_that_the_code_reads_is_explained_and_no_other():
    tree = ast.parse((ROOT / "config.py").read_text("utf-8"))
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    read = {text for text in texts if re.fullmatch(r"TRAINING_[A-Z_]+", text)}
    assert sorted(VARIABLES) == sorted(read)


def test_every_setting_is_explained():
    explained = {codes(row["setting"])[0] for row in SETTINGS}
    assert explained == {field.name for field in fields(Config)} - DERIVED


def test_each_variable_sets_what_the_page_says(environ, tmp_path):
    plain = Config.from_environment(environ)
    for row in SETTINGS:
        variable, setting = codes(row["variable"])[0], codes(row["setting"])[0]
        if variable == "TRAINING_DEMO":
            continue
        value = another(variable, getattr(plain, setting), tmp_path)
        changed = Config.from_environment({**environ, **BESIDE.get(variable, {}), variable: value})
        assert getattr(changed, setting) != getattr(plain, setting), variable


def test_defaults_are_those_of_the_page(environ):
    plain = Config.from_environment(environ)
    for row in SETTINGS:
        variable, setting = codes(row["variable"])[0], codes(row["setting"])[0]
        value = getattr(plain, setting)
        if row["default"] == "required":
            with pytest.raises(ConfigurationError):
                Config.from_environment({name: text for name, text in environ.items() if name != variable})
        elif variable == "TRAINING_DATA":
            assert value == Path(codes(row["default"])[0]).resolve()
        elif variable == "TRAINING_DATABASE_URL":
            assert value == f"sqlite:///{plain.data_folder}/training.sqlite3"
        else:
            shown = (
                " ".join(value) if isinstance(value, tuple) else "" if value is False or value is None else str(value)
            )
            assert [shown] == (codes(row["default"]) or [""]), variable


def test_the_example_of_settings_starts(environ):
    [example] = [block for block in blocks(section("operators.md", "Install")) if block.startswith("TRAINING_")]
    settings = dict(line.split("=", 1) for line in example.splitlines())
    assert set(settings) <= set(VARIABLES)
    Config.from_environment({**settings, "TRAINING_JOURNAL_KEY_FILE": environ["TRAINING_JOURNAL_KEY_FILE"]})


def test_every_command_on_the_page_is_one():
    page = (ROOT / "docs" / "operators.md").read_text("utf-8")
    for words in re.findall(r"training-app ([a-z-]+(?: [a-z-]+)?)", page):
        name, _, inner = words.partition(" ")
        assert name in cli.main.commands, words
        group = getattr(cli.main.commands[name], "commands", None)
        assert group is None or inner in group, words


def test_every_command_is_in_the_table():
    listed = [codes(row["command"])[0].split()[1:] for row in table(section("operators.md", "Commands"))]
    assert sorted({command for command, *_inner in listed}) == sorted(cli.main.commands)
    assert len({tuple(words) for words in listed}) == len(listed)


def test_every_command_line_of_imports_and_evidence_has_the_options_it_uses():
    lines = [
        shlex.split(line)
        for heading in ("Import", "Evidence, as-of and replay")
        for block in blocks(section("operators.md", heading))
        for line in block.splitlines()
    ]
    assert len(lines) == 6
    for program, *words in lines:
        if program == "training-app":
            known = {option for parameter in cli.main.commands[words[0]].params for option in parameter.opts}
        else:
            assert (program, words[:2]) == ("python", ["-m", "training_app.replay"])
            known = {option for action in replay._parser()._actions for option in action.option_strings} | {"-m"}
        assert {word for word in words if word.startswith("-")} <= known


def test_the_script_enters_a_registrar(environ, migrated_sqlite, monkeypatch):
    [script] = blocks(section("operators.md", "The first people"), "python")
    with migrated_sqlite() as database:
        for name, value in {**environ, "TRAINING_DATABASE_URL": str(database.url)}.items():
            monkeypatch.setenv(name, value)
        exec(compile(script, "docs/operators.md", "exec"), {})
        with database.reading() as session:
            registrar = session.scalars(select(Person)).one()
            at = registrar.recorded_at
            assert accounts.is_open(session, registrar.id, at=at)
            assert [role.value for role in accounts.roles_of(session, registrar.id, at=at)] == ["registrar"]
