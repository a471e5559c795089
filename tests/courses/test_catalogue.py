from datetime import date

import pytest

from courses.catalogue import load_catalogue, load_glossary, load_module, read_catalogue
from courses.errors import ContentError
from courses.module import SourceStanding
from tests.courses.factories import GLOSSARY_TOML, LESSON_MD, MODULE_TOML, content


def messages(root):
    return [str(fault) for fault in read_catalogue(root)[1]]


def test_a_folder_becomes_a_module(tmp_path):
    module = load_module(content(tmp_path) / "base-rates")
    (lesson,) = module.lessons["en"]
    assert (module.slug, module.title_in("en"), module.law_as_of) == ("base-rates", "Base rates", date(2026, 11, 22))
    assert module.sources[0].standing is SourceStanding.ILLUSTRATIVE
    assert (lesson.slug, lesson.minutes, lesson.sources) == ("01-ten-thousand-faces", 9, ("crowd",))
    assert lesson.body.startswith("## The crowd")
    assert lesson.body.endswith("[@crowd].")


def test_lessons_come_in_the_order_of_their_numbers(tmp_path):
    root = content(tmp_path)
    for slug in ("10-last", "02-second"):
        (root / "base-rates/en" / f"{slug}.md").write_text(LESSON_MD, "utf-8")
    slugs = [lesson.slug for lesson in load_module(root / "base-rates").lessons["en"]]
    assert slugs == ["01-ten-thousand-faces", "02-second", "10-last"]


def test_a_language_that_is_not_declared_complete_is_left_out(tmp_path):
    root = content(tmp_path)
    (root / "base-rates/fr").mkdir()
    (root / "base-rates/fr/01-ten-thousand-faces.md").write_text("unfinished", "utf-8")
    assert list(load_module(root / "base-rates").lessons) == ["en"]


def test_a_title_may_have_a_colon(tmp_path):
    root = content(tmp_path, lesson=LESSON_MD.replace("Ten thousand faces", "Faces: ten thousand"))
    assert load_module(root / "base-rates").lessons["en"][0].title == "Faces: ten thousand"


def test_files_written_on_windows_are_read_alike(tmp_path):
    root = content(tmp_path)
    before = load_module(root / "base-rates")
    for path in (root / "base-rates/module.toml", root / "base-rates/en/01-ten-thousand-faces.md"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_module(root / "base-rates") == before


def test_the_catalogue_has_every_module_and_skips_hidden_folders(tmp_path):
    root = content(tmp_path)
    (root / "__pycache__").mkdir()
    (root / ".drafts").mkdir()
    assert [module.slug for module in load_catalogue(root)] == ["base-rates"]


def test_an_empty_folder_has_no_module_and_no_fault(tmp_path):
    assert read_catalogue(tmp_path) == ([], [])
    assert load_glossary(tmp_path).terms == ()


def test_the_content_of_the_factories_is_fit_to_publish(tmp_path):
    assert messages(content(tmp_path)) == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("title: Ten thousand faces\n", "front matter lacks 'title'"),
        ("objective: count-alarms\n", "front matter lacks 'objective'"),
        ("minutes: 9\n", "front matter lacks 'minutes'"),
        ("sources: crowd\n", "front matter lacks 'sources'"),
        ("law_as_of: 2026-11-22\n", "front matter lacks 'law_as_of'"),
    ],
)
def test_a_lesson_without_a_field_is_named_with_its_file_and_the_field(tmp_path, line, message):
    root = content(tmp_path, lesson=LESSON_MD.replace(line, ""))
    assert f"base-rates/en/01-ten-thousand-faces.md: {message}" in messages(root)
    with pytest.raises(ContentError, match=message):
        load_module(root / "base-rates")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("minutes: 9", "minutes: nine", "front matter has a 'minutes' that is not a whole number"),
        ("minutes: 9", "minutes: 0", "front matter has the minutes 0; the least is 1"),
        ("minutes: 9", "minutes: 9\nminutes: 8", "front matter has a line that is not a new 'name: value': minutes: 8"),
        ("minutes: 9", "minutes: 9\nlevel: 2", "front matter has an unknown field 'level'"),
        ("minutes: 9", "minutes: 9\nslug: x", "front matter has a line that is not a new 'name: value': slug: x"),
        ("2026-11-22", "22.11.2026", "front matter has a 'law_as_of' that is not a date such as 2026-11-22"),
        ("---\n## The", "## The", "has no front matter between two lines ---"),
    ],
)
def test_front_matter_that_is_wrong_is_told_with_the_reason(tmp_path, old, new, message):
    root = content(tmp_path, lesson=LESSON_MD.replace(old, new))
    assert messages(root) == [f"base-rates/en/01-ten-thousand-faces.md: {message}"]


def test_a_lesson_without_a_body_is_a_fault(tmp_path):
    root = content(tmp_path, lesson=LESSON_MD.partition("## The crowd")[0])
    assert messages(root) == ["base-rates/en/01-ten-thousand-faces.md: front matter has an empty 'body'"]


def test_a_lesson_file_carries_its_number(tmp_path):
    root = content(tmp_path)
    (root / "base-rates/en/faces.md").write_text(LESSON_MD, "utf-8")
    assert messages(root) == [
        "base-rates/en/faces.md: front matter has a file name that is not like 01-what-a-tool-does.md"
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('slug = "base-rates"', 'slug = "bases"', "has the slug 'bases', but its folder is 'base-rates'"),
        ('kind = "module"', "kind = ", "is not TOML: "),
        ("2026-11-22", "2026-11-22T10:00:00", "has a 'law_as_of' that is not a date such as 2026-11-22"),
        ('"illustrative"', '"rumour"', "source 'crowd' has a 'standing' that is not one of law, case"),
        ('en = "work out', 'de = "work out', "objective 'count-alarms' lacks 'text' in 'en'"),
    ],
)
def test_a_faulty_module_file_is_told_with_the_reason(tmp_path, old, new, message):
    found = messages(content(tmp_path, module=MODULE_TOML.replace(old, new, 1)))
    assert len(found) == 1
    assert found[0].startswith(f"base-rates/module.toml: {message}")


def test_a_folder_without_module_file_is_one_fault_and_not_many(tmp_path):
    (tmp_path / "empty").mkdir()
    assert messages(tmp_path) == ["empty/module.toml: is missing"]


def test_a_file_that_is_not_utf_8_is_a_fault(tmp_path):
    root = content(tmp_path)
    (root / "base-rates/module.toml").write_bytes('title = "é"'.encode("latin-1"))
    assert messages(root) == ["base-rates/module.toml: is not UTF-8"]


def test_every_fault_of_every_file_is_found_in_one_reading(tmp_path):
    root = content(
        tmp_path,
        module=MODULE_TOML.replace('subject_area = "ai"', ""),
        lesson=LESSON_MD.replace("minutes: 9\n", "").replace("objective: count-alarms\n", ""),
        glossary=GLOSSARY_TOML.replace("en.text", "en.txt"),
    )
    assert sorted(messages(root)) == [
        "base-rates/en/01-ten-thousand-faces.md: front matter lacks 'minutes'",
        "base-rates/en/01-ten-thousand-faces.md: front matter lacks 'objective'",
        "base-rates/module.toml: lacks 'subject_area'",
        "glossary.toml: 'false-positive' in 'en' has an unknown field 'txt'",
        "glossary.toml: 'false-positive' in 'en' lacks 'text'",
    ]


def test_a_faulty_module_does_not_hide_the_faults_of_another(tmp_path):
    root = content(tmp_path, lesson=LESSON_MD.replace("[@crowd]", "[@nobody]"))
    (root / "broken").mkdir()
    modules, found = read_catalogue(root)
    assert [module.slug for module in modules] == ["base-rates"]
    assert {fault.file for fault in found} == {"broken/module.toml", "base-rates/en/01-ten-thousand-faces.md"}
