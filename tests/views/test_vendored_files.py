"""Files of others are those that a `VENDOR.toml` names, byte for byte; nothing that pages ask for is missing."""

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "training_app" / "static"
FOR_TESTS = Path(__file__).parents[1] / "vendored"
LIST, LIST_FOR_TESTS = STATIC / "vendor" / "VENDOR.toml", FOR_TESTS / "VENDOR.toml"
SERVED, USED = (tomllib.loads(one.read_text("utf-8"))["packages"] for one in (LIST, LIST_FOR_TESTS))
PACKAGES = [*SERVED, *USED]
DIGESTS = {
    folder / file["path"]: file["sha256"]
    for folder, packages in ((STATIC, SERVED), (FOR_TESTS, USED))
    for package in packages
    for file in package["files"]
}


@pytest.mark.parametrize("path", DIGESTS, ids=lambda path: path.name)
def test_a_vendored_file_is_the_one_that_was_listed(path):
    assert sha256(path.read_bytes()).hexdigest() == DIGESTS[path]


def test_every_file_among_the_vendored_ones_is_listed():
    folders = (STATIC / "vendor", STATIC / "fonts", FOR_TESTS)
    present = {path for folder in folders for path in folder.rglob("*") if path.is_file()}
    assert present - {LIST, LIST_FOR_TESTS} == DIGESTS.keys()


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_a_vendored_package_says_what_it_is_and_ships_its_licence(package):
    assert package["version"]
    assert package["licence"]
    assert package["integrity"].startswith("sha512-")
    assert any(file["source"].endswith("LICENSE") for file in package["files"])


def test_no_page_part_of_ours_names_another_host():
    """The security policy would block it; a style sheet or script that asks for one is broken for everybody."""
    ours = [path for kind in ("css/*.css", "js/*.js", "scorm/*") for path in STATIC.glob(kind)]
    assert ours
    assert [path.name for path in ours if "://" in path.read_text("utf-8")] == []


def test_every_icon_that_a_template_asks_for_is_in_the_sprite():
    templates = STATIC.parent / "templates"
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    looks = re.findall(r'\("(?:ok|warn|stop|go|no)", "([a-z]+)"\)', (templates / "_macros.html").read_text("utf-8"))
    pages = "".join(path.read_text("utf-8") for path in templates.rglob("*.html"))
    named = re.findall(r'\bicon(?:_name=|\()"([a-z]+)"', pages)
    assert len(looks) >= 12
    assert {*looks, *named} - drawn == set()
