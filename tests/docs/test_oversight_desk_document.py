"""`docs/oversight-desk.md`: reasons and bounds are those of the pages and rules."""

import re

from tests.docs.documents import DOCUMENTS, section, table
from training_app.rules.cards import TEST_AGE_MONTHS
from training_app.rules.oversight_questions import MOST_DAYS
from training_app.services.overviews.emergency_months import MONTHS
from training_app.views.overviews import MONTHS_DRAWN, TOOLS_A_PAGE
from training_app.wording.oversight import CAUSES, CLOSINGS

PAGE = re.sub(r"\s+", " ", (DOCUMENTS / "oversight-desk.md").read_text("utf-8"))


def test_the_reasons_to_suspend_are_those_of_the_form():
    told = table(section("oversight-desk.md", "A version suspended in the name of the oversight body"))
    assert [row["reason"] for row in told] == [str(cause) for cause in CAUSES.values()]


def test_bounds_and_ends_are_those_of_the_rules():
    told = [
        f"{MOST_DAYS} days ahead at most",
        f"older than {TEST_AGE_MONTHS} months",
        f"a line over {MONTHS_DRAWN} months",
        f"by tool and month, the last {MONTHS};",
        *(str(words)[1:].lower() for words in CLOSINGS.values()),
    ]
    assert [text for text in told if text.lower() not in PAGE.lower()] == []
    assert TOOLS_A_PAGE == 10
