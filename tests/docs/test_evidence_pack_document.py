"""`docs/evidence-pack.md` is right about commands, their options, and what is in a pack."""

import click

from tests.docs.documents import codes, section, table
from training_app import cli_packs
from training_app.models.evidence_packs import PackReason
from training_app.packs import layout

FILES = {
    value for name, value in vars(layout).items() if name.isupper() and isinstance(value, str) and name != "FORMAT"
}


def test_every_option_of_the_command_is_explained_and_no_other():
    told = {option for row in table(section("evidence-pack.md", "Make one")) for option in codes(row["option"])}
    command = cli_packs.evidence_pack_command
    assert told == {one.opts[0] for one in command.params if isinstance(one, click.Option)}


def test_every_reason_is_named():
    [row] = [one for one in table(section("evidence-pack.md", "Make one")) if "--reason" in one["option"]]
    assert set(codes(row["what it says"])) == {reason.value for reason in PackReason}


def test_every_file_is_explained_and_no_other():
    told = {file for row in table(section("evidence-pack.md", "What is in it")) for file in codes(row["file"])}
    assert told == {name + "/" if name in {layout.OFFICERS, layout.CURRICULA} else name for name in FILES} | set(
        layout.TABLES
    )
