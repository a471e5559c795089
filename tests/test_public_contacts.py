"""Whom citizens turn to: read from a file, and refused where it says something that no contact has."""

import pytest

from config import ConfigurationError
from tests.docs.documents import blocks, section
from training_app.public_contacts import Overseer, read, read_contacts


def test_the_example_for_operators_is_read(tmp_path):
    file = tmp_path / "contacts.toml"
    [example] = blocks(section("operators.md", "Who oversees the tools, for citizens"), "toml")
    file.write_text(example, "utf-8")
    found = read(file)
    assert list(found) == [Overseer.OVERSIGHT, Overseer.DATA_PROTECTION_OFFICER]
    board = found[Overseer.OVERSIGHT]
    assert (board.name_in("fr"), board.name_in("de")) == ("Comité de contrôle de la police", "Police Oversight Board")
    assert found[Overseer.DATA_PROTECTION_OFFICER].name_in("fr") == "Data protection officer"


def test_an_empty_file_names_nobody():
    assert read_contacts({}) == {}


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"oversite": {"name": "Board"}}, "nobody is called 'oversite'"),
        ({"oversight": "Board"}, "oversight is no table"),
        ({"oversight": {"mail": "a@b.example"}}, "oversight has no name"),
        ({"oversight": {"name": "Board", "fax": "1"}}, "unknown entry 'fax'"),
        ({"oversight": {"name": "Board", "web": "javascript:alert(1)"}}, "web begins with"),
        ({"oversight": {"name": "Board", "mail": "nowhere"}}, "mail is no address"),
        ({"oversight": {"name": "Board", "phone": 7}}, "phone is no text"),
        ({"oversight": {"name": ["Board"]}}, "neither a text nor a table"),
    ],
)
def test_a_mistake_is_told_before_anything_is_served(said, fault):
    with pytest.raises(ConfigurationError, match=fault):
        read_contacts(said)


@pytest.mark.parametrize("content", [b"[oversight", b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_told(tmp_path, content):
    file = tmp_path / "contacts.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"contacts\.toml cannot be read"):
        read(file)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ConfigurationError, match=r"none\.toml cannot be read"):
        read(tmp_path / "none.toml")
