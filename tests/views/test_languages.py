"""A language is offered when its catalogue is finished, so that no page is half in one language."""

import pytest

from training_app.languages import offered


@pytest.fixture
def catalogues(tmp_path):
    for language, file in {"fr": "messages.mo", "el": "messages.po"}.items():
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / file).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("wanted", "languages"),
    [
        pytest.param(("en", "fr", "el"), ("en", "fr"), id="el-is-not-compiled"),
        pytest.param(("fr",), ("en", "fr"), id="english-always-is"),
        pytest.param(("fr", "fr", "../fr"), ("en", "fr"), id="once-and-no-other-folder"),
        pytest.param((), ("en",), id="none-wanted"),
    ],
)
def test_is_offered(catalogues, wanted, languages):
    assert offered(wanted, catalogues) == languages


def test_a_page_says_the_language_that_it_is_really_in(browser):
    page = browser.get("/accessibility", headers={"Accept-Language": "el, fi;q=0.5"}).text
    assert '<html lang="en"' in page


def test_a_language_that_is_not_offered_cannot_be_chosen_by_cookie(browser):
    browser.client.set_cookie("language", "el")
    assert '<html lang="en"' in browser.get("/accessibility").text
