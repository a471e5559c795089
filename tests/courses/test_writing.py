"""A module becomes files and the files become that module: the same bytes, the same name."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalogue import STARTER_CONTENT, load_catalogue, load_module
from courses.check import module_faults
from courses.glossary import Entry, Glossary, Term
from courses.module import Module, Objective, Source, SourceStanding, revision_digest
from courses.writing import module_files
from tests.courses.factories import GLOSSARY, bilingual_module, lesson, module

SAID = st.text(min_size=1, max_size=30).filter(str.strip)
"""Any text at all: quotes, line breaks, control characters, signs of every script."""
LINE = SAID.map(lambda text: text.replace("\n", "").replace("\r", "").strip()).filter(bool)
BODY = st.text(st.sampled_from("ab \n-:#[]'\"\\\u2028é"), min_size=1).map(str.strip).filter(bool)


@st.composite
def modules(draw):
    """Any module whose lessons a file can hold; its lessons may be unfit in other ways."""
    first = lesson(title=draw(LINE), body=draw(BODY), minutes=draw(st.integers(1, 300)))
    second = lesson(title=draw(LINE), body=draw(BODY), translates=draw(st.just("") | st.just("0123456789abcdef")))
    return module(
        languages=("en", "pt-BR"),
        subject_area=draw(SAID),
        law_as_of=draw(st.dates(date(1900, 1, 1))),
        prerequisites=tuple(draw(st.lists(st.sampled_from(["law", "errors"]), unique=True))),
        title={"en": draw(SAID), "pt-BR": draw(SAID)},
        summary={"pt-BR": draw(SAID), "en": draw(SAID), "fr": draw(SAID)},
        objectives=(Objective("count-alarms", {"pt-BR": draw(SAID), "en": draw(SAID)}),),
        sources=(Source("crowd", draw(st.sampled_from(SourceStanding)), draw(SAID)),),
        lessons={"en": (first,), "pt-BR": (second,)},
        glossary=Glossary(
            tuple(
                Term(name, {"en": Entry(draw(SAID), draw(SAID))}) for name in draw(st.sampled_from([(), ("a-b", "c")]))
            )
        ),
    )


def written(found: Module, root: Path) -> Path:
    for name, text in module_files(found).items():
        file = root / found.slug / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8"))
    return root / found.slug


@pytest.mark.parametrize("found", load_catalogue(STARTER_CONTENT), ids=lambda one: one.slug)
def test_every_file_of_a_shipped_module_is_written_as_it_lies_there(found):
    folder = STARTER_CONTENT / found.slug
    there = {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    assert {name: text.encode("utf-8") for name, text in module_files(found).items()} == there


@given(modules())
def test_whatever_a_module_says_its_files_say_it_and_say_it_in_one_way_only(found):
    with tempfile.TemporaryDirectory() as root:
        read = load_module(written(found, Path(root)))
    assert read.to_json() == found.to_json()
    assert revision_digest(read.to_json(), None) == revision_digest(found.to_json(), None)
    assert module_files(read) == module_files(found)


@given(modules())
def test_the_order_of_languages_in_a_record_changes_no_byte(found):
    backwards = replace(found, title=dict(reversed(found.title.items())), summary=dict(reversed(found.summary.items())))
    assert module_files(backwards) == module_files(found)


def test_what_came_later_leaves_older_digests_as_they_were():
    plain = bilingual_module().to_json()
    assert "glossary" not in plain
    assert "translates" not in plain["lessons"]["fr"][0]


@pytest.mark.parametrize(
    "unfit",
    [
        lesson(title="Two\nlines"),
        lesson(title=" Apart"),
        lesson(body="Text [@crowd].\n"),
        lesson(body="A\r\n\nB [@crowd]."),
    ],
    ids=["title-of-two-lines", "title-with-a-blank", "text-with-a-line-after-it", "carriage-return"],
)
def test_a_lesson_that_a_file_could_not_keep_is_not_fit_to_publish(unfit):
    [fault] = module_faults(module(lessons={"en": (unfit,)}), catalogue=[], glossary=GLOSSARY)
    assert fault.problem.endswith("that a file cannot keep")


def test_terms_of_its_own_come_back_in_the_order_of_their_names_with_the_source_language_first():
    terms = {
        "zeal": {"fr": {"term": "z", "text": "z"}, "en": {"term": "zeal", "text": "Too much."}},
        "alarm": {"en": {"term": "alarm", "text": "A call."}},
    }
    read = Module.from_json({**module().to_json(), "glossary": terms})
    assert [term.id for term in read.glossary.terms] == ["alarm", "zeal"]
    assert read.glossary.terms[1].entry_in("de")[0] == "en"


def test_a_fault_in_the_terms_is_told_with_their_file(tmp_path):
    folder = written(module(), tmp_path)
    (folder / "glossary.toml").write_text('[alarm.en]\nterm = "alarm"\n', "utf-8")
    with pytest.raises(Exception, match=r"^base-rates/glossary.toml: 'alarm' in 'en' lacks 'text'$"):
        load_module(folder)
