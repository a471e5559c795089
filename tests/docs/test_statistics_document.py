"""`docs/statistics.md` says what the code does: its bounds, its numbers of judges, its sources."""

import re

import pytest

from quizzes import differential_functioning, reliability, scored_papers, standard_setting, statistics
from tests.docs.documents import DOCUMENTS, ROOT, section, table
from training_app.services import item_statistics
from training_app.wording.statistics import OFTEN_LEFT_BLANK

PAGE = " ".join((DOCUMENTS / "statistics.md").read_text("utf-8").split())
PURE = " ".join(
    (ROOT / "quizzes" / f"{name}.py").read_text("utf-8")
    for name in ("differential_functioning", "reliability", "scored_papers", "standard_setting", "statistics")
)


@pytest.mark.parametrize(
    "said",
    [
        f"with fewer than {scored_papers.SILENT_BELOW} officers nothing is said",
        f"with fewer than {scored_papers.TENTATIVE_BELOW} it is tentative",
        f"the upper less that in the lower {statistics.GROUP_SHARE * 100:.0f} %",
        f"below {statistics.TOO_HARD * 100:.0f} %, above {statistics.TOO_EASY * 100:.0f} %",
        f"below {statistics.WEAK_CORRELATION}",
        f"fewer than {statistics.IDLE_ALTERNATIVE * 100:.0f} % choose it",
        f"above {OFTEN_LEFT_BLANK * 100:.0f} %",
        f"below {reliability.AIM:.2f}",
        f"At least {standard_setting.LEAST_JUDGES} must finish",
        f"With fewer than {standard_setting.FEW_JUDGES} the result is weak",
        f"{standard_setting.RECOMMENDED_JUDGES} or more are recommended",
    ],
)
def test_every_bound_on_the_page_is_the_codes(said):
    assert said in PAGE


def test_pauses_and_rare_answers_are_told_as_they_are_left_out():
    assert (item_statistics.PAUSE_SECONDS, statistics.LEAST_ALIKE) == (30 * 60, 5)
    assert "pauses of more than half an hour" in PAGE
    assert "shown where at least five gave the same" in PAGE


def test_every_source_of_the_table_is_named_where_the_formula_is():
    cells = [row["source"] for row in table(section("statistics.md", "The figures"))]
    sources = {(name, year) for cell in cells for name, year in re.findall(r"(\w+)(?: & \w+)* (\d{4})", cell)}
    assert len(sources) > 12
    assert {(name, year) for name, year in sources if not re.search(rf"{name}[^\n]*(?:\n[^\n]*)?{year}", PURE)} == set()


def test_classes_of_differential_functioning_are_those_of_ets():
    assert [one.value for one in differential_functioning.SizeClass] == ["A", "B", "C"]
