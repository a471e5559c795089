"""A module as a SCORM package: who may take it along, what is in it, what never is."""

import io
import zipfile

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from config import Config
from courses.scorm import Words
from training_app.cli import main
from training_app.models.training import ModuleRevision
from training_app.services import content
from training_app.services.content import Published
from training_app.views import scorm

ADDRESS = "/content/ai-limits/scorm"


def published(agency) -> Published:
    with agency.database.reading() as session:
        found = content.newest(session, "ai-limits")
    assert found is not None
    return found


def taken(agency, mailbox: str = "trainer", address: str = ADDRESS, headers: dict[str, str] | None = None):
    """Ask for a package as a browser does, without looking at the answer as a page."""
    browser = agency.browser(mailbox)
    return browser.client.get(address, headers=headers)


def pages(sent: bytes) -> str:
    archive = zipfile.ZipFile(io.BytesIO(sent))
    return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith((".html", ".xml")))


def test_a_trainer_takes_a_module_along_under_the_name_of_its_revision(agency):
    answer = taken(agency)
    digest = published(agency).revision.digest[:12]
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="ai-limits-{digest}-scorm12.zip"'
    said = pages(answer.data)
    assert f"Revision {digest} of this module." in said
    assert "Reading it certifies nobody." in said
    assert "22 November 2026" in said


def test_it_holds_every_language_of_the_module_and_all_that_its_pages_load(agency):
    names = zipfile.ZipFile(io.BytesIO(taken(agency).data)).namelist()
    for language in published(agency).module.languages:
        for lesson in published(agency).module.lessons[language]:
            assert f"{language}/{lesson.slug}.html" in names
    assert set(scorm.ASSETS.values()) <= set(names)


def test_it_holds_nothing_of_the_bank(agency):
    said = pages(taken(agency).data)
    items = published(agency).bank.items
    assert items
    for item in items:
        assert item.id not in said
        for language in item.texts:
            assert item.text_in(language)[1].stem not in said


def test_it_is_the_same_whoever_asks_in_whatever_language(agency):
    at_its_end = {f"{ADDRESS}?{id_}-prevalence=0&{id_}-step=threshold:1" for id_ in ("lab-1", "lab-2")}
    for address in at_its_end:
        assert taken(agency, "lead", address, {"Accept-Language": "fr"}).data == taken(agency).data


@pytest.mark.parametrize("mailbox", ["officer", "supervisor", "evaluator"])
def test_who_reads_no_content_as_a_trainer_takes_none_along(agency, mailbox):
    assert agency.browser(mailbox).get(ADDRESS).status_code == 403


def test_a_module_that_is_not_there_is_not_found(agency):
    assert agency.browser("trainer").get("/content/nothing/scorm").status_code == 404


def test_a_language_that_the_product_does_not_speak_has_words_in_english(agency):
    with agency.app.test_request_context():
        said = scorm.words(published(agency).module, published(agency).module.source_language)
        assert isinstance(said, Words)
        assert (said.language, said.name_of_language, said.lesson_of.format(1, 7)) == ("en", "English", "Lesson 1 of 7")
        assert scorm._own_name("fr") == "Français"
        assert scorm._own_name("not a language") == "not a language"


def test_the_command_writes_the_same_file(agency, monkeypatch, tmp_path):
    config: Config = agency.app.extensions["config"]
    monkeypatch.setenv("TRAINING_DEMO", "1")
    monkeypatch.setenv("TRAINING_DATA", str(tmp_path))
    monkeypatch.setenv("TRAINING_DATABASE_URL", config.database_url)
    file = tmp_path / "package.zip"
    result = CliRunner().invoke(main, ["content", "scorm", "ai-limits", str(file)])
    assert result.exit_code == 0, result.output
    assert result.output == (
        f"{file}: revision {published(agency).revision.digest[:12]}, {file.stat().st_size} bytes.\n"
    )
    assert file.read_bytes() == taken(agency).data
    refused = CliRunner().invoke(main, ["content", "scorm", "nothing", str(tmp_path / "other.zip")])
    assert (refused.exit_code, refused.output) == (1, "Error: No module is published as nothing.\n")
    assert not (tmp_path / "other.zip").exists()


def test_no_module_of_the_starter_set_is_unfit_to_be_packed(agency):
    with agency.database.reading() as session, agency.app.app_context():
        slugs = set(session.scalars(select(ModuleRevision.slug)))
        assert len(slugs) > 3
        for slug in slugs:
            assert scorm.packed(content.newest(session, slug)).startswith(b"PK")
