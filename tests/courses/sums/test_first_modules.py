"""Every number that the lessons on AI and those on the demo tool's updates print is worked here, and looked for there.

Reads the TOML and Markdown files themselves, so that a fault in a loader cannot hide one in the text.
"""

import math
import re
import tomllib
from fractions import Fraction
from pathlib import Path

import pytest

from tests.courses.prose import LAB

ROOT = Path(__file__).resolve().parents[3]
COURSES = ROOT / "courses" / "content"
QUIZZES = ROOT / "quizzes" / "content"
MODULES = ("ai-limits", "sightline-3-2", "sightline-3-3")
LESSONS = [
    pytest.param(module, path, id=f"{module}/{path.stem}")
    for module in MODULES
    for path in sorted((COURSES / module / "en").glob("*.md"))
]


def toml(path):
    return tomllib.loads(path.read_text("utf-8"))


def bank(module):
    return toml(QUIZZES / module / "bank.toml")


def texts(module):
    return toml(QUIZZES / module / "en.toml")


def percent(share, digits=1):
    return f"{100 * share:.{digits}f} %"


def of(part, whole, digits=0):
    return f"{part:,} of {whole:,} ({percent(part / whole, digits)})"


def commuter(rate, passes=2 * 220):
    return 1 - (1 - rate) ** passes


def crowd_row(one_in, hits=9, innocent=99_990):
    false = innocent / one_in
    return f"| {hits} | {false:.1f} | {percent(hits / (hits + false))} |"


MISREAD_HITS = 20_000 * 0.03 * 0.0005
WORKED = {
    "ai-limits/en/02-errors": [
        f"each of {160 + 80 + 40 + 720:,} cars",
        f"160 / (160 + 40) | {percent(160 / (160 + 40), 0)} |",
        f"80 / (80 + 720) | {percent(80 / (80 + 720), 0)} |",
        f"160 / (160 + 80) | {percent(160 / (160 + 80))} |",
        f"And the {percent((160 + 720) / 1_000, 0)}?",
        f"70 / (70 + 180) = {percent(70 / (70 + 180), 0)}",
        f"So {percent(180 / (70 + 180), 0)} of the stopped drivers",
        f"180 / 900 = {percent(180 / 900, 0)}",
    ],
    "ai-limits/en/03-base-rates": [
        f"about {0.001 * 99_990:.0f} | 0.1 % of 99,990",
        f"about {9 + 0.001 * 99_990:.0f} | 9 + 100",
        f"**{percent(9 / 109)}** | **9 / 109**",
        f"0.1 %) {crowd_row(1_000)}",
        f"| 1 in 6,000 {crowd_row(6_000)}",
        f"0.01 %) {crowd_row(10_000)}",
        f"Eight could be verified as correct: {percent(8 / 42, 0)}",
        f"That is {2 * 220} passes",
        f"false alert in the year is {percent(commuter(1 / 6_000))}",
        f"With 0.1 % it is {percent(commuter(0.001))}",
        f"misreads 3 %, so {20_000 * 0.03:.0f}",
        f"that is {MISREAD_HITS:.1f} false hits a day",
        f"So {percent(MISREAD_HITS / (MISREAD_HITS + 0.97))} of all hits are false",
    ],
    "ai-limits/en/04-thresholds-and-scores": [f"about {249.9 - 2.5:.0f} innocent people"],
    "ai-limits/en/05-when-tools-meet-the-street": [f"it was one in {60_000 // (10_000 // 1_000):,}"],
    "sightline-3-2/en/01-what-changed": [of(n, 1_000, 1) for n in (4, 9, 60, 210)],
    "sightline-3-2/en/02-the-shorter-list": [
        f"460 of them ({percent(460 / 500, 0)})",
        f"missed {500 - 460} ({percent(40 / 500, 0)})",
        of(450, 500),
        f"missed {500 - 450} ({percent(50 / 500, 0)})",
    ],
    "sightline-3-3/en/01-what-changed": [
        f"{of(368, 400)} | {400 - 368} ({percent(32 / 400, 0)})",
        f"{of(272, 400)} | {400 - 272} ({percent(128 / 400, 0)})",
    ],
    "sightline-3-3/en/02-stop-reject-and-record": [f"198 of 200 candidates. That is {percent(198 / 200, 0)}"],
}


@pytest.mark.parametrize(
    ("lesson", "printed"), [(lesson, printed) for lesson, worked in WORKED.items() for printed in worked]
)
def test_a_lesson_prints_the_sum_as_it_comes_out(lesson, printed):
    assert printed in (COURSES / f"{lesson}.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("lesson", "said", "worked"),
    [
        ("ai-limits/en/02-errors", "two in three", Fraction(160, 160 + 80) == Fraction(2, 3)),
        ("ai-limits/en/03-base-rates", "eleven times in twelve", round(12 * 100 / 109) == 11),
        ("ai-limits/en/04-thresholds-and-scores", "seven wanted people", 19 - 12 == 7),
        ("ai-limits/en/05-when-tools-meet-the-street", "about ten times the false", 60_000 / 6_000 == 10),
        ("sightline-3-2/en/01-what-changed", "three and a half times", 210 / 60 == 3.5),
        ("sightline-3-3/en/01-what-changed", "about one person in three", round(400 / 128) == 3),
    ],
)
def test_a_proportion_put_in_words_is_right(lesson, said, worked):
    assert worked
    assert said in (COURSES / f"{lesson}.md").read_text("utf-8")


GIVEN = {
    # a premise of the example, or quoted from the source cited beside it
    "02-errors": {"80 %", "14 %", "6 %"},
    "03-base-rates": {"99.9 %", "90 %", "0.1 %", "0.01 %", "3 %", "0.05 %", "97 %"},
    "04-thresholds-and-scores": {"92 %", "56 %", "14 %"},
    "02-the-shorter-list": {"14 %"},
}


@pytest.mark.parametrize(("module", "path"), LESSONS)
def test_every_percentage_in_a_lesson_is_worked_here_or_given(module, path):
    found = set(re.findall(r"\d+(?:\.\d+)? %", LAB.sub("", path.read_text("utf-8"))))
    worked = set(re.findall(r"\d+(?:\.\d+)? %", " ".join(WORKED.get(f"{module}/en/{path.stem}", []))))
    if path.stem == "04-thresholds-and-scores":
        worked |= {percent(19 / (19 + 249.9)), percent(17 / (17 + 24.99)), percent(12 / (12 + 2.499))}
    assert found - worked == GIVEN.get(path.stem, set()) - worked


def test_the_three_settings_of_the_threshold_lesson_follow_from_their_rates():
    body = (COURSES / "ai-limits/en/04-thresholds-and-scores.md").read_text("utf-8")
    wanted, crowd = 20, 50_000
    for name, tpir, fpir in [("low", 0.95, 0.005), ("middle", 0.85, 0.0005), ("high", 0.60, 0.00005)]:
        found, false = tpir * wanted, fpir * (crowd - wanted)
        row = f"| {name} | {found:.0f} | {wanted - found:.0f} | {false:.1f} | {percent(found / (found + false))} |"
        assert row in body


KEYED_SUMS = {
    "al-err-01": "66.7 % (160 of 240)",
    "al-err-02": "10.0 % (80 of 800)",
    "al-base-01": f"About {100 * 9 / 109:.0f} %",
    "al-base-03": f"About {100 * commuter(1 / 6_000):.0f} %",
    "al-base-04": f"About {100 * MISREAD_HITS / (MISREAD_HITS + 0.97):.0f} %",
    "al-base-08": f"About {100 * 9 / (9 + 10):.0f} %",
    "s32-score-04": f"{210 / 60} times as often",
    "s32-list-04": percent((500 - 450) / 500, 0),
    "s33-night-02": percent((400 - 272) / 400, 0),
}


@pytest.mark.parametrize(("item_id", "answer"), KEYED_SUMS.items())
def test_a_sum_that_an_item_asks_for_has_the_right_key(item_id, answer):
    module = {"al": "ai-limits", "s32": "sightline-3-2", "s33": "sightline-3-3"}[item_id.split("-")[0]]
    [item] = [item for item in bank(module)["items"] if item["id"] == item_id]
    [key] = item["key"]
    assert texts(module)[item_id]["options"][key] == answer


@pytest.mark.parametrize(
    ("item_id", "figures"),
    [
        ("al-err-01", {percent(80 / 240), percent(80 / 160)}),
        ("al-err-02", {percent(80 / 240), percent(80 / 1_000), percent(40 / 200)}),
        ("al-base-03", {percent(1 / 6_000, 2)}),
        ("al-base-04", {percent(MISREAD_HITS / 0.97, 0)}),
        ("s33-night-02", {percent(32 / 400, 0), percent(272 / 400, 0), percent(128 / 272, 0)}),
    ],
)
def test_a_distractor_with_a_figure_is_what_the_mistake_in_its_feedback_gives(item_id, figures):
    module = "ai-limits" if item_id.startswith("al") else "sightline-3-3"
    [item] = [item for item in bank(module)["items"] if item["id"] == item_id]
    options = texts(module)[item_id]["options"]
    wrong = [text for option, text in options.items() if option not in item["key"]]
    starts = [text.removeprefix("About ") for text in wrong]
    assert {figure for figure in figures if any(start.startswith(figure) for start in starts)} == figures


def two_share_z(first, second, n):
    """Return z for the difference of two counts out of *n* each, with the pooled share."""
    pooled = (first + second) / (2 * n)
    return (second - first) / n / math.sqrt(pooled * (1 - pooled) * 2 / n)


def test_what_the_delta_lessons_call_chance_may_be_chance_and_what_they_do_not_is_not():
    assert two_share_z(4, 9, 1_000) < 1.96
    assert two_share_z(2, 5, 200) < 1.96
    assert two_share_z(60, 210, 1_000) > 3.29
