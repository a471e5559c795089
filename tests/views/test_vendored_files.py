"""What pages load: files of others are those that `VENDOR.toml` names, byte for byte; nothing asked for is missing."""

import re
import tomllib
from hashlib import sha256
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "training_app" / "static"
LIST = STATIC / "vendor" / "VENDOR.toml"
PACKAGES = tomllib.loads(LIST.read_text("utf-8"))["packages"]
FILES = {file["path"]: file for package in PACKAGES for file in package["files"]}


@pytest.mark.parametrize("path", FILES)
def test_a_vendored_file_is_the_one_that_was_listed(path):
    assert sha256((STATIC / path).read_bytes()).hexdigest() == FILES[path]["sha256"]


def test_every_file_among_the_vendored_ones_is_listed():
    present = {
        path.relative_to(STATIC).as_posix()
        for folder in ("vendor", "fonts")
        for path in (STATIC / folder).rglob("*")
        if path.is_file() and path != LIST
    }
    assert present == FILES.keys()


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
def test_a_vendored_package_says_what_it_is_and_ships_its_licence(package):
    assert package["version"]
    assert package["licence"]
    assert package["integrity"].startswith("sha512-")
    assert any(file["source"].endswith("LICENSE") for file in package["files"])


def test_no_page_part_of_ours_names_another_host():
    """The security policy would block it; a style sheet or script that asks for one is broken for everybody."""
    ours = [path for kind in ("css/*.css", "js/*.js") for path in STATIC.glob(kind)]
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
