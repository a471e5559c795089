"""Every number that *Spotting and correcting bias* prints, worked from its counts."""

from fractions import Fraction

import pytest

from courses.catalogue import STARTER_CONTENT, load_module

MODULE = load_module(STARTER_CONTENT / "bias-spotting")
BODY = {lesson.slug: lesson.body for lesson in MODULE.lessons["en"]}

#: True positives, misses, false positives, rightly left alone.
A, B = (160, 40, 80, 720), (70, 30, 180, 720)


def rates(tp, fn, fp, tn):
    """Return flag rate, true positive rate, false positive rate, precision and accuracy."""
    return (
        Fraction(tp + fp, tp + fn + fp + tn),
        Fraction(tp, tp + fn),
        Fraction(fp, fp + tn),
        Fraction(tp, tp + fp),
        Fraction(tp + tn, tp + fn + fp + tn),
    )


def percent(share):
    return f"{float(100 * share):.1f} %"


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("| Flag rate | (TP + FP) / all | {} | {} |", 0),
        ("| True positive rate | TP / (TP + FN) | {} | {} |", 1),
        ("| False positive rate | FP / (FP + TN) | {} | {} |", 2),
        ("| Precision | TP / (TP + FP) | {} | {} |", 3),
        ("| Accuracy | (TP + TN) / all | {} | {} |", 4),
    ],
)
def test_the_table_by_group_follows_from_the_counts(row, place):
    assert row.format(percent(rates(*A)[place]), percent(rates(*B)[place])) in BODY["02-one-table-per-group"]


def test_the_totals_hide_what_they_are_said_to_hide():
    both = rates(*(one + other for one, other in zip(A, B, strict=True)))
    sentence = (
        f"Accuracy is {percent(both[4])}, precision {percent(both[3])}, the false positive rate {percent(both[2])}."
    )
    assert sentence in BODY["02-one-table-per-group"]


def test_the_people_behind_the_shares_are_counted_right():
    assert (A[0] + A[2], B[0] + B[2]) == (240, 250)
    assert round(100 * (1 - rates(*A)[3])) == 33
    assert round(100 * (1 - rates(*B)[3])) == 72
    assert "240 people of A were flagged, and 250 of B" in BODY["02-one-table-per-group"]


def test_the_gaps_between_the_groups_are_as_told():
    gaps = [float(100 * abs(one - other)) for one, other in zip(rates(*A), rates(*B), strict=True)]
    assert [round(gap, 1) for gap in gaps[:4]] == [1.0, 10.0, 10.0, 38.7]
    assert "a gap of 38.7 points" in BODY["03-measures-disagree"]


@pytest.mark.parametrize(("base_rate", "printed"), [(Fraction(20, 100), "13.3 %"), (Fraction(10, 100), "5.9 %")])
def test_equal_precision_makes_unequal_false_alarms(base_rate, printed):
    """FPR = p / (1 - p) x (1 - PPV) / PPV x (1 - FNR): Chouldechova 2017."""
    precision, missed = Fraction(60, 100), Fraction(20, 100)
    rate = base_rate / (1 - base_rate) * (1 - precision) / precision * (1 - missed)
    assert percent(rate) == printed
    assert printed in BODY["03-measures-disagree"]


def test_the_ratio_that_passes_the_four_fifths_rule_hides_a_threefold_difference():
    assert round(Fraction(85, 95), 3) == Fraction(895, 1000)
    assert Fraction(85, 95) > Fraction(4, 5)
    assert "The ratio is 0.895" in BODY["03-measures-disagree"]


def z(first, of_first, second, of_second):
    """Return the z of two shares, pooled."""
    pooled = (first + second) / (of_first + of_second)
    error = (pooled * (1 - pooled) * (1 / of_first + 1 / of_second)) ** 0.5
    return (second / of_second - first / of_first) / error


def test_chance_can_double_two_of_twenty_and_not_eighty_of_eight_hundred():
    assert z(2, 20, 4, 20) < 1.96 < z(80, 800, 180, 900)


def test_finds_per_stop_are_as_the_table_says():
    assert (Fraction(40, 200), Fraction(48, 400)) == (Fraction(20, 100), Fraction(12, 100))
    assert "| Finds per 100 stops | 20 | 12 |" in BODY["04-proxies-and-loops"]
