"""Labs on a page, without its script: set by the address, shown by the server, stored nowhere."""

import re
from fractions import Fraction
from html import unescape
from urllib.parse import urlencode

import pytest
from flask_babel import force_locale

from courses.labs import Placed, read_lab
from training_app.views.labs import in_lesson
from training_app.views.labs.writing import writing

#: A lab stores nothing: one database will do.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

ALL = {f"lab-5-hit-{number}": "accept" for number in range(1, 6)}


@pytest.fixture
def show(make_app):
    """Return a lab of the style guide as text, and its HTML, with what the address sets."""
    client = make_app(demo=True).test_client()

    def shown(lab: int, sent=None, **fields: str) -> tuple[str, str]:
        fields = {f"lab-{lab}-{name}": value for name, value in fields.items()} | (sent or {})
        page = client.get(f"/styleguide?{urlencode(fields)}").get_data(as_text=True)
        html = page.partition(f'id="lab-{lab}"')[2].partition("</section>")[0]
        text = re.sub(r"<[^>]*>", "", re.sub(r"</(p|t[dh])>|<span class=\"note", r" \g<0>", html))
        return " ".join(unescape(text).split()), html

    return shown


def test_a_lab_begins_where_its_author_put_the_dials(show):
    text, _html = show(1)
    assert "The tool flags 109 people; 9 of them are on the list. Of every 100 it flags, 91.7 are wrong." in text


def test_the_address_sets_the_dials_and_a_step_moves_one(show):
    text, _html = show(2, threshold="60")
    assert "Threshold 60. Group A: 0 wrongly flagged (false positive rate 0%), 2 missed." in text
    assert "Threshold 59." in show(2, threshold="60", step="threshold:-1")[0]
    assert "Threshold 61." in show(2, threshold="60", step="threshold:1")[0]


@pytest.mark.parametrize("value", ["", "x", "-5", "²", "1" * 400, "<b>"])
def test_an_address_that_no_form_sends_shows_the_lab_as_it_begins(show, value):
    assert "Threshold 63." in show(2, threshold=value)[0]
    assert "Threshold 63." in show(2, step=value)[0]


def test_where_nobody_is_flagged_a_dash_stands_for_the_share_of_nobody(show):
    text, _html = show(2, threshold="101")
    assert "Precision (positive predictive value) \u2013 \u2013" in text
    assert "Predictive parity equal precision: of the flagged, the share that is wanted \u2013" in text


def test_setting_one_lab_keeps_what_another_was_set_to(show):
    _text, html = show(1, sent={"lab-2-threshold": "70", "lab-1-wanted": "3", "elsewhere": "x"})
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    assert hidden == [("lab-2-threshold", "70")]


def test_all_twelve_months_run_at_once_and_only_months_that_passed_are_in_the_table(show):
    text, html = show(4, step="all")
    assert (
        "Month 12: 69.5% of the record is in Harbour; it began with 54.5%. Of what really happens, 50% is there."
        in text
    )
    assert html.count(" hidden>") == 0
    assert show(4, month="5")[1].count(" hidden>") == 7


@pytest.mark.parametrize(
    ("tool", "measure", "verdict"),
    [
        ("1", "false-positive-rate", "Right: that tool, and that measure"),
        ("1", "precision", "Right: that tool, and that measure"),
        ("1", "selection-rate", "Half right"),
        ("0", "false-positive-rate", "Half right"),
        ("0", "selection-rate", "Look again"),
    ],
)
def test_an_answer_is_told_what_is_right_about_it_and_what_shows_the_bias(show, tool, measure, verdict):
    text, _html = show(3, tool=tool, measure=measure, check="1")
    assert f"{verdict} The biased tool is Tool 2. What shows it most plainly: False positive rate." in text


def test_half_an_answer_is_asked_for_the_other_half_and_gives_nothing_away(show):
    text, html = show(3, tool="1", check="1")
    assert "Choose a tool and a measure, then check again." in text
    assert "most plainly" not in text
    assert re.search(r'value="1" checked', html)
    assert "Choose a tool" not in show(3)[0]


def test_an_officer_learns_how_many_planted_suggestions_they_accepted(show):
    text, _html = show(5, sent=ALL)
    assert "You accepted 3 of 3 suggestions that should not be accepted." in text
    assert "automation bias" in text
    assert "Sign 7 of the plate is 1 on the list and 7 in the picture." in text
    assert "The list says grey truck, the picture shows a red car." in text
    careful = show(5, sent=ALL | {"lab-5-hit-2": "reject", "lab-5-hit-3": "ask", "lab-5-hit-5": "reject"})[0]
    assert "You accepted 0 of 3 suggestions that should not be accepted." in careful


def test_unanswered_hits_are_named_and_nothing_is_given_away(show):
    sent = {name: value for name, value in ALL.items() if not name.endswith("4")} | {"lab-5-check": "1"}
    text, html = show(5, sent=sent)
    assert "Not answered yet: 4. Answer every hit, then look again." in text
    assert "planted," not in text
    assert html.count(" checked") == 4


def test_every_lab_says_that_nothing_is_stored(show):
    for number in range(1, 6):
        assert re.search(r"(Nothing you do here|nothing) is stored", show(number)[0]), number


def test_a_picture_says_in_words_what_it_draws(show):
    _text, html = show(5)
    assert 'aria-label="In the picture: plate X A S 2 unreadable 9 4, grey car"' in html


def test_what_an_author_writes_cannot_break_out_of_a_lab(make_app):
    block = 'title = "</section><script>"\nintro = "\'\\"<"\npeople = 1000\nwanted = 10\n'
    lab, faults = read_lab("base-rate", block + 'true_positive_rate = "9/10"\nfalse_positive_rate = "1/100"')
    assert faults == []
    with make_app().test_request_context("/?lab-1-wanted=%22%3E%3Cscript%3E"):
        html = in_lesson("en")(Placed(lab, 1, 2))
    assert "<script" not in html
    assert "&lt;/section&gt;&lt;script&gt;" in html


@pytest.mark.parametrize(("language", "written"), [("en", "1,234.5 8.3%"), ("fr", "1\u202f234,5 8,3\u00a0%")])
def test_numbers_are_written_as_the_language_does(make_app, language, written):
    with make_app().test_request_context(), force_locale(language):
        write = writing()
        assert f"{write.number(Fraction(12345, 10))} {write.share(Fraction(1, 12))}" == written
