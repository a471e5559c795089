"""Days are written as readers of each language write them."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from training_app.wording import civil


@pytest.fixture
def page():
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("language", "day", "written"),
    [
        pytest.param("en", date(2027, 3, 14), "14 March 2027", id="european-english"),
        pytest.param("fr", date(2027, 3, 14), "14 mars 2027", id="french"),
        pytest.param("fr", date(2027, 8, 1), "1er août 2027", id="french-first-of-a-month"),
        pytest.param("fr", date(2027, 8, 11), "11 août 2027", id="french-eleventh"),
    ],
)
def test_a_day_is_written_out_in_the_language_of_the_page(page, language, day, written):
    with force_locale(language):
        assert civil(day) == written


def test_no_day_is_written_as_nothing(page):
    assert civil(None) == ""
