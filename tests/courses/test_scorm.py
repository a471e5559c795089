"""A module as a SCORM package: the same bytes each time, every file named, every link inside, nothing smuggled in."""

import io
import re
import zipfile
from contextlib import suppress
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

import pytest
from defusedxml import ElementTree
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.catalogue import STARTER_CONTENT, load_module
from courses.errors import ContentError
from courses.labs import Placed
from courses.module import Module, SourceStanding
from courses.scorm import Words, package
from tests.courses.factories import GLOSSARY, lesson, module

DIGEST = "ab" * 32
ASSETS = dict.fromkeys(("css/app.css", "css/package.css", "js/player.js", "js/lesson.js"), b"-")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
CP = "{http://www.imsproject.org/xsd/imscp_rootv1p1p2}"
ADLCP = "{http://www.adlnet.org/xsd/adlcp_rootv1p2}"


PLACES = {"lesson_of": 2, "minutes": 1, "revision": 1, "law_as_of": 1}


def words(language: str = "en") -> Words:
    """Return words that say their own names, with what is filled in."""
    said: dict[str, Any] = {one.name: f"{one.name}{' {}' * PLACES.get(one.name, 0)}" for one in fields(Words)}
    said["standings"] = {one.value: one.value for one in SourceStanding}
    said["days"] = {"2026-11-22": "22 November 2026"}
    return Words(**said | {"language": language})


def lab(placed: Placed) -> str:
    return f'<section id="{placed.id}"><form><button>Ask</button></form></section>'


def written(made: Module) -> bytes:
    said = {language: words(language) for language in made.languages}
    return package(made, DIGEST, glossary=GLOSSARY, words=said, lab=lambda _: lab, assets=ASSETS)


def packed(made: Module) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(written(made)))


class Page(HTMLParser):
    """What of a page matters here."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.scripts: list[str | None] = []
        self.tags: list[str] = []
        self.headings = 0
        self.handlers: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.headings += tag == "h1"
        if tag == "script":
            self.scripts.append(found.get("src"))
        self.links += [found[name] for name in ("href", "src") if found.get(name)]
        if found.get("id"):
            self.ids.append(found["id"])


def pages_of(archive: zipfile.ZipFile) -> dict[str, Page]:
    return {name: Page(archive.read(name).decode()) for name in archive.namelist() if name.endswith(".html")}


TWO_LESSONS = module(
    languages=("en", "fr"),
    title={"en": "Base rates", "fr": "Taux de base"},
    summary={"en": "Rare targets.", "fr": "Cibles rares."},
    lessons={
        language: (
            lesson(slug="01-crowd", body="Read [on](lesson:base-rates/02-alarms) about [[recall]] [@crowd]."),
            lesson(
                slug="02-alarms", body="See [more](lesson:bias-spotting/01-x), [law](https://law.example) [@crowd]."
            ),
        )
        for language in ("en", "fr")
    },
)


def test_the_same_module_is_the_same_file():
    assert written(TWO_LESSONS) == written(TWO_LESSONS)
    assert written(TWO_LESSONS) != written(replace(TWO_LESSONS, summary={"en": "x", "fr": "y"}))


def test_the_manifest_names_one_unit_and_every_file():
    archive = packed(TWO_LESSONS)
    assert archive.namelist()[:2] == ["imsmanifest.xml", "index.html"]
    root = ElementTree.fromstring(archive.read("imsmanifest.xml"))
    assert root.tag == f"{CP}manifest"
    assert root.get("identifier") == "training-base-rates"
    assert (root.findtext(f"{CP}metadata/{CP}schema"), root.findtext(f"{CP}metadata/{CP}schemaversion")) == (
        "ADL SCORM",
        "1.2",
    )
    [organization] = root.findall(f"{CP}organizations/{CP}organization")
    assert root.find(f"{CP}organizations").get("default") == organization.get("identifier")
    [item] = organization.findall(f"{CP}item")
    [resource] = root.findall(f"{CP}resources/{CP}resource")
    assert item.get("identifierref") == resource.get("identifier")
    assert (resource.get("type"), resource.get(f"{ADLCP}scormtype"), resource.get("href")) == (
        "webcontent",
        "sco",
        "index.html",
    )
    listed = [file.get("href") for file in resource.findall(f"{CP}file")]
    assert sorted([*listed, "imsmanifest.xml"]) == sorted(archive.namelist())
    assert len({one.get("identifier") for one in root.iter() if one.get("identifier")}) == 4


def test_every_link_leads_to_something_that_is_there():
    archive = packed(TWO_LESSONS)
    pages = pages_of(archive)
    assert set(pages) == {
        "index.html",
        *(f"{one}/{page}.html" for one in ("en", "fr") for page in ("index", "glossary", "01-crowd", "02-alarms")),
    }
    for name, page in pages.items():
        for link in page.links:
            if link.startswith("https:"):
                continue
            path, _, fragment = link.partition("#")
            target = _from(name, path) if path else name
            assert target in archive.namelist(), (name, link)
            if fragment:
                assert fragment in pages[target].ids, (name, link)


def _from(name: str, path: str) -> str:
    parts: list[str] = list(PurePosixPath(name).parent.parts)
    for part in path.split("/"):
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_the_first_page_of_a_language_says_what_it_is_of_which_revision_and_law():
    said = packed(TWO_LESSONS).read("en/index.html").decode()
    for expected in ("what_it_is", "not_a_certificate", DIGEST[:12], "22 November 2026", "The source crowd"):
        assert expected in said
    assert DIGEST not in said


def test_a_page_has_one_heading_one_script_of_ours_and_no_handler():
    for name, page in pages_of(packed(TWO_LESSONS)).items():
        assert page.headings == 1
        assert page.scripts == ["js/player.js" if name == "index.html" else "../js/lesson.js"]
        assert page.handlers == []
        assert len(page.ids) == len(set(page.ids))


def test_what_leads_out_of_the_package_opens_beside_it():
    said = packed(TWO_LESSONS).read("en/02-alarms.html").decode()
    assert re.findall(r"<a [^>]*law\.example[^>]*>", said) == [
        '<a href="https://law.example" rel="external noopener noreferrer" target="_blank">'
    ]


def test_what_asks_a_server_is_left_out_of_an_exercise():
    [block, *_] = (
        found[0]
        for one in load_module(STARTER_CONTENT / "ai-limits").lessons["en"]
        if (found := re.search(r"^```base-rate\n.*?\n```$", one.body, re.DOTALL | re.MULTILINE))
    )
    made = module(lessons={"en": (lesson(body=f"Look at this [@crowd].\n\n{block}"),)})
    page = packed(made).read("en/01-ten-thousand-faces.html").decode()
    assert '<section id="lab-1"></section><p class="lab-note soft">lab</p>' in page
    assert "Ask" not in page


PLAIN = "All is well [@crowd]."


@given(title=TEXT, summary=TEXT, term=TEXT)
@settings(max_examples=40)
def test_whatever_stands_in_a_title_stays_text(title, summary, term):
    made = module(
        title={"en": title},
        summary={"en": summary},
        lessons={"en": (lesson(title=term, body=PLAIN),)},
    )
    archive = packed(made)
    root = ElementTree.fromstring(archive.read("imsmanifest.xml"))
    shown = root.findtext(f"{CP}organizations/{CP}organization/{CP}title")
    assert shown == " ".join("".join(c for c in title if c.isprintable() or c.isspace()).split())[:200]
    plain = packed(module(title={"en": "x"}, summary={"en": "y"}, lessons={"en": (lesson(body=PLAIN),)}))
    for name, page in pages_of(archive).items():
        assert page.tags == pages_of(plain)[name].tags, "no text becomes an element"
        assert page.handlers == []


@given(slug=st.one_of(TEXT, st.sampled_from(["../../etc/passwd", "/etc/passwd", "a/../b", "C:\\x", "..", "a\0b", "-"])))
@settings(max_examples=60)
def test_no_name_leads_out_of_the_package(slug):
    made = module(lessons={"en": (lesson(slug=slug, body=PLAIN),)})
    with suppress(ContentError):
        for name in packed(made).namelist():
            assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)?", name)
            assert ".." not in name


@pytest.mark.parametrize("language", ["../en", "en/x", "..", "e n"])
def test_no_language_leads_out_of_it_either(language):
    made = module(
        languages=(language,),
        title={language: "x"},
        summary={language: "y"},
        lessons={language: (lesson(body=PLAIN),)},
    )
    with pytest.raises(ContentError, match="no file may be called"):
        packed(made)
