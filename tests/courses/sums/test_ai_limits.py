"""Every number that *The limits of AI* works out, in lessons, drawings and items, worked from its counts."""

import re
from fractions import Fraction

import pytest

from courses.catalogue import STARTER_CONTENT, load_module
from quizzes.catalogue import STARTER_CONTENT as BANKS
from quizzes.catalogue import load_banks
from quizzes.interactions import Case, NumericEntry

MODULE = load_module(STARTER_CONTENT / "ai-limits")
BODY = {lesson.slug: lesson.body for lesson in MODULE.lessons["en"]}
ITEMS = {item.id: item for item in load_banks(BANKS)["ai-limits"].items}


def percent(share, digits=1):
    return f"{float(100 * share):.{digits}f} %"


def numeric(item_id, part=None):
    """Return the value, the tolerance and the text of a number that an item, or a part of a case, asks for."""
    item = ITEMS[item_id]
    interaction, text = item.interaction, item.texts["en"]
    if part is not None:
        assert isinstance(interaction, Case)
        [found] = [one for one in interaction.parts if one.id == part]
        interaction, text = found.interaction, text.parts[part]
    assert isinstance(interaction, NumericEntry)
    return Fraction(interaction.value), Fraction(interaction.tolerance), text


# Lessons


@pytest.mark.parametrize(
    ("lesson", "printed"),
    [
        ("02-errors", f"| 160 / (160 + 40) | {percent(Fraction(160, 200), 0)} | true positive rate |"),
        ("02-errors", f"| 80 / (80 + 720) | {percent(Fraction(80, 800), 0)} | false positive rate |"),
        ("02-errors", f"| 160 / (160 + 80) | {percent(Fraction(160, 240))} | precision |"),
        ("02-errors", f"And the {percent(Fraction(160 + 720, 1000), 0)}?"),
        ("02-errors", f"Precision is 70 / (70 + 180) = {percent(Fraction(70, 250), 0)}"),
        ("02-errors", f"So {percent(Fraction(180, 250), 0)} of the stopped drivers"),
        ("02-errors", f"The false positive rate is 180 / 900 = {percent(Fraction(180, 900), 0)}"),
        ("03-base-rates", f"| **{percent(Fraction(9, 109))}** | **9 / 109** |"),
        ("03-base-rates", f"Eight could be verified as correct: {percent(Fraction(8, 42), 0)}"),
        ("03-base-rates", f"That is {2 * 220} passes."),
        ("03-base-rates", f"false alert in the year is {percent(1 - (1 - Fraction(1, 6000)) ** 440)}."),
        ("03-base-rates", f"With 0.1 % it is {percent(1 - (1 - Fraction(1, 1000)) ** 440)} "),
        ("03-base-rates", f"misreads 3 %, so {20_000 * 3 // 100}."),
        ("03-base-rates", f"that is {float(600 * Fraction(5, 10_000)):.1f} false hits a day"),
        ("03-base-rates", f"So {percent(Fraction(30, 30 + 97))} of all hits are false"),
        ("04-thresholds-and-scores", "You lose seven wanted people (19 found, then 12)"),
        ("04-thresholds-and-scores", f"spare about {float(Fraction('249.9') - Fraction('2.5')):.0f} innocent people"),
    ],
)
def test_a_lesson_prints_the_sum_as_it_comes_out(lesson, printed):
    assert printed in BODY[lesson]


@pytest.mark.parametrize("one_in", [1_000, 6_000, 10_000])
def test_a_better_tool_in_the_same_crowd_is_right_as_often_as_told(one_in):
    false = Fraction(100_000 - 10, one_in)
    assert f"| 9 | {float(false):.1f} | {percent(9 / (9 + false))} |" in BODY["03-base-rates"]


@pytest.mark.parametrize(
    ("name", "tpir", "fpir"), [("low", "0.95", "0.005"), ("middle", "0.85", "0.0005"), ("high", "0.60", "0.00005")]
)
def test_the_three_settings_follow_from_their_rates(name, tpir, fpir):
    found, false = Fraction(tpir) * 20, Fraction(fpir) * (50_000 - 20)
    row = f"| {name} | {found} | {20 - found} | {float(false):.1f} | {percent(found / (found + false))} |"
    assert row in BODY["04-thresholds-and-scores"]


# Drawings


def test_one_alert_in_twelve_is_drawn_as_right():
    drawing = MODULE.figures["one-in-twelve"].svg
    assert (drawing.count('class="ok tint-ok"'), drawing.count('class="bad tint-bad"')) == (1, 11)
    assert round(12 * Fraction(9, 109)) == 1


def test_the_two_lines_of_the_drawing_flag_whom_its_words_say():
    """The alternative text counts the signs to the right of each line."""
    drawing = MODULE.figures["moving-line"].svg
    signs = re.findall(r'<circle [^>]*cx="([\d.]+)" cy="([\d.]+)"', drawing)
    squares = re.findall(r'<rect class="bad[^>]* x="([\d.]+)" y="([\d.]+)"', drawing)
    lines = re.findall(r'stroke-width="4" d="M([\d.]+) ([\d.]+)', drawing)
    counts = []
    for x, top in lines:
        rows = range(int(top), int(top) + 88)
        counts.append(
            (
                sum(float(cx) >= float(x) for cx, cy in signs if int(float(cy)) in rows),
                sum(float(left) + 7 >= float(x) for left, y in squares if int(float(y)) in rows),
            )
        )
    assert counts == [(5, 4), (3, 1)]
    said = "Low line: five wanted people found, four innocent people flagged. High line: three found, one flagged"
    assert said in BODY["04-thresholds-and-scores"]
    assert (len(signs) // 2, len(squares) // 2) == (5, 10)


# Items


@pytest.mark.parametrize(
    ("item_id", "part", "worked", "printed"),
    [
        ("al-err-08", None, 100 * Fraction(96, 96 + 64), "96 / (96 + 64) = 60 %"),
        ("al-err-09", "q1", 100 * Fraction(5, 30), "5 / 30 = 16.7 %"),
        ("al-err-09", "q2", 100 * Fraction(5, 10), "5 / 10 = 50 %"),
        ("al-base-12", None, 100 * Fraction(4, 4 + 36), "4 / (4 + 36) = 10 %"),
        ("al-base-13", "q1", Fraction(30_000 - 3, 1000), "0.1 % of 29,997 is about 30"),
        ("al-str-08", "q1", Fraction(120_000, 60_000), "120,000 / 60,000 = 2"),
        ("al-str-08", "q2", Fraction(120_000 * 10, 60_000), "120,000 / 6,000 = 20"),
    ],
)
def test_the_number_that_an_item_asks_for_comes_out(item_id, part, worked, printed):
    value, tolerance, text = numeric(item_id, part)
    assert abs(worked - value) <= tolerance
    assert printed in text.feedback["right"]


@pytest.mark.parametrize(
    ("item_id", "mistake", "printed"),
    [
        ("al-err-08", 100 * Fraction(96, 120), "80 %"),
        ("al-base-12", 100 * Fraction(4, 5), "80 %"),
    ],
)
def test_the_usual_mistake_is_named_and_lies_outside_the_tolerance(item_id, mistake, printed):
    value, tolerance, text = numeric(item_id)
    assert abs(mistake - value) > tolerance
    assert printed == f"{mistake} %"
    assert printed in text.feedback["wrong"]


def test_the_slide_with_97_percent_is_true_and_hides_the_misses():
    found, flagged, false_plates, cars = 5, 10, 30, 1_000
    left_alone = cars - false_plates - (flagged - found)
    assert (left_alone, false_plates - found) == (965, 25)
    assert percent(Fraction(found + left_alone, cars), 0) == "97 %"
    text = ITEMS["al-err-09"].texts["en"]
    assert "97 % accurate" in text.stem
    assert "(5 + 965) of 1,000" in " ".join(text.parts["q3"].feedback.values())
    assert "25 of the 30" in " ".join(text.parts["q3"].feedback.values())


def test_an_alert_at_the_station_is_right_once_in_eleven():
    text = ITEMS["al-base-13"].texts["en"].parts["q2"]
    share = Fraction(3, 3 + 30)
    assert share == Fraction(1, 11)
    assert any(option == "About 1 time in 11" for option in text.options.values())
    assert f"3 right alerts of about 33 are {percent(share)}" in " ".join(text.feedback.values())


@pytest.mark.parametrize(
    ("item_id", "answer"),
    [
        ("al-err-01", f"{percent(Fraction(160, 240))} (160 of 240)"),
        ("al-err-02", f"{percent(Fraction(80, 800))} (80 of 800)"),
        ("al-base-01", f"About {percent(Fraction(9, 109), 0)}"),
        ("al-base-03", f"About {percent(1 - (1 - Fraction(1, 6000)) ** 440, 0)}"),
        ("al-base-04", f"About {percent(Fraction(30, 127), 0)}"),
        ("al-base-08", f"About {percent(Fraction(9, 19), 0)}"),
    ],
)
def test_the_key_of_a_choice_between_figures_is_what_comes_out(item_id, answer):
    item = ITEMS[item_id]
    [key] = item.interaction.key
    assert item.texts["en"].options[key] == answer
