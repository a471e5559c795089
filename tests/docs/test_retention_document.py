"""`docs/retention.md` holds the policy as the code has it, and names nothing that is not there."""

import re
from dataclasses import replace

import pytest

from config import Config
from tests.docs.documents import DOCUMENTS, section, table
from training_app import cli
from training_app.cli_people import document

PAGE = (DOCUMENTS / "retention.md").read_text("utf-8")


@pytest.fixture
def defaults(tmp_path) -> Config:
    return Config(
        data_folder=tmp_path,
        database_url="sqlite://",
        secret_key="x" * 40,
        journal_key_file=tmp_path / "key.pem",
        agency_zone="Europe/Brussels",
    )


def test_the_table_of_the_policy_is_the_one_that_the_command_prints(defaults):
    assert document(defaults) in PAGE


def test_a_setting_changes_the_table(defaults):
    assert "9 years after the last record" in document(replace(defaults, person_retention_years=9))


def test_the_page_names_commands_and_settings_that_there_are():
    for command in re.findall(r"training-app ([a-z]+)", PAGE):
        assert command in cli.main.commands
    assert len(table(section("retention.md", "Erasure"))) > 8
