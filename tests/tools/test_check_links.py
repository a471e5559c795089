"""Links in documents are followed as far as the repository reaches."""

import pytest

from tools.check_links import anchors, dead_links


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "there.md").write_text(
        "# What is *there*?\n\n## Twice\n\n## Twice\n\n```\n# no heading\n```\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    "link",
    [
        "[a](docs/there.md)",
        "[a](docs/there.md#what-is-there)",
        "[a](docs/there.md#twice-1)",
        "[a](docs)",
        "[a](#here)",
        "![a picture](docs/there.md)",
        "[a](https://police.example/none)",
        "[a](mailto:nobody@police.example)",
        "`[a](none.md)`",
        "```\n[a](none.md)\n```",
    ],
)
def test_leads_somewhere(folder, link):
    (folder / "README.md").write_text(f"# Here\n\n{link}\n")
    assert list(dead_links(folder / "README.md")) == []


@pytest.mark.parametrize(
    ("link", "fault"),
    [
        ("[a](none.md)", "none.md: there is no such file"),
        ("[a](docs/there.md#none)", "docs/there.md#none: there is no such heading"),
        ("[a](docs/there.md#no-heading)", "docs/there.md#no-heading: there is no such heading"),
        ("[a](#none)", "#none: there is no such heading"),
        ("[a]: none.md", "none.md: there is no such file"),
    ],
)
def test_leads_nowhere(folder, link, fault):
    file = folder / "README.md"
    file.write_text(f"# Here\n\n{link}\n")
    assert list(dead_links(file)) == [f"{file}:3: {fault}"]


def test_headings_are_named_as_they_are_on_the_web(folder):
    assert anchors(folder / "docs" / "there.md") == {"what-is-there", "twice", "twice-1"}
