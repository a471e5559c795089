"""The labs with dials: base rate, threshold, feedback.  Every number shown stands in a lab's ``outputs``, by name."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _

from courses.labs import BaseRate, BiasThreshold, FeedbackLoop
from courses.labs.controls import Control
from courses.labs.fairness import FOUR_FIFTHS, Counts, Measure, equalised_odds_gap, favourable_ratio, gap, rate
from courses.labs.feedback_loop import METHODS, Method
from courses.labs.rounding import Writing
from training_app.views.labs import drawings
from training_app.views.labs.writing import one_in, points, share, writing


@dataclass(frozen=True, slots=True)
class Dial:
    """A control as the page shows it."""

    name: str
    label: str
    texts: list[str]
    """What is shown at each stop."""
    chosen: int

    @property
    def last(self) -> int:
        return len(self.texts) - 1


def chosen_in(controls: Sequence[Control], sent: Mapping[str, str]) -> dict[str, int]:
    """Return the index chosen for each control; ``step`` in what was *sent* moves one: ``threshold:-1``."""
    moved, _colon, by = sent.get("step", "").partition(":")
    step = {"1": 1, "-1": -1}.get(by, 0)
    return {one.name: one.chosen(sent.get(one.name), step=step if one.name == moved else 0) for one in controls}


def settings(lab: BaseRate | BiasThreshold | FeedbackLoop, write: Writing, **more: Any) -> dict[str, Any]:
    """Return what the page's script counts with."""
    stops = {one.name: [[stop.numerator, stop.denominator] for stop in one.stops] for one in lab.controls}
    return {"stops": stops, "write": asdict(write), **more}


# -- base rate ---------------------------------------------------------------------------------------------------------


def base_rate(lab: BaseRate, sent: Mapping[str, str]) -> dict[str, Any]:
    write, chosen = writing(), chosen_in(lab.controls, sent)
    wanted = [
        _(
            "%(wanted)s of %(people)s, or 1 in %(number)s",
            wanted=write.number(stop),
            people=write.number(lab.people),
            number=write.number(lab.people / stop, decimals=0),
        )
        for stop in lab.wanted.stops
    ]
    dials = [
        Dial("wanted", _("People on the list"), wanted, chosen["wanted"]),
        Dial(
            "found",
            _("Of these, the tool flags (true positive rate)"),
            [write.share(stop) for stop in lab.found.stops],
            chosen["found"],
        ),
        Dial(
            "flagged",
            _("Of everybody else, the tool flags (false positive rate)"),
            [one_in(write, stop) for stop in lab.flagged.stops],
            chosen["flagged"],
        ),
    ]
    return {
        "dials": dials,
        "outputs": base_rate_outputs(lab, chosen, write),
        "marks": drawings.hundred_marks(lab.searched(chosen).right_of_100),
        "settings": settings(lab, write, people=lab.people),
    }


def base_rate_outputs(lab: BaseRate, chosen: Mapping[str, int], write: Writing) -> dict[str, str]:
    found = lab.searched(chosen)
    return {
        "people": write.number(lab.people),
        "wanted": write.number(found.wanted),
        "others": write.number(found.others),
        "hits": write.number(found.hits),
        "missed": write.number(found.missed),
        "wrong": write.number(found.wrong),
        "left_alone": write.number(found.left_alone),
        "flagged": write.number(found.flagged),
        "not_flagged": write.number(lab.people - found.flagged),
        "precision": write.share(found.precision),
        "wrong_of_100": write.number((1 - found.precision) * 100),
        "right_marks": write.number(found.right_of_100),
        "wrong_marks": write.number(100 - found.right_of_100),
    }


# -- threshold ---------------------------------------------------------------------------------------------------------


def bias_threshold(lab: BiasThreshold, sent: Mapping[str, str]) -> dict[str, Any]:
    write, chosen = writing(), chosen_in(lab.controls, sent)
    threshold = int(lab.threshold.stops[chosen["threshold"]])
    verdicts = {"met": _("at least 80%"), "failed": _("below 80%"), "none": _("everybody is flagged")}
    label = _("Threshold: the tool flags who scores this or higher")
    return {
        "dials": [Dial("threshold", label, [write.number(stop) for stop in lab.threshold.stops], chosen["threshold"])],
        "outputs": bias_threshold_outputs(lab, chosen, write, verdicts),
        "strips": [drawings.strip(group, threshold) for group in lab.groups],
        "settings": settings(
            lab,
            write,
            groups=[{"wanted": group.wanted, "others": group.others} for group in lab.groups],
            verdicts=verdicts,
        ),
    }


def bias_threshold_outputs(
    lab: BiasThreshold, chosen: Mapping[str, int], write: Writing, verdicts: Mapping[str, str]
) -> dict[str, str]:
    counts = lab.counts(chosen)
    found = {"threshold": write.number(lab.threshold.stops[chosen["threshold"]])}
    for place, group in enumerate(counts):
        found |= _of_group(place, group, write)
    ratio = favourable_ratio(counts)
    verdict = "none" if ratio is None else "met" if ratio >= FOUR_FIFTHS else "failed"
    return found | {
        "selection_gap": points(write, gap(Measure.SELECTION_RATE, counts)),
        "false_positive_gap": points(write, gap(Measure.FALSE_POSITIVE_RATE, counts)),
        "opportunity_gap": points(write, gap(Measure.FALSE_NEGATIVE_RATE, counts)),
        "odds_gap": points(write, equalised_odds_gap(counts)),
        "precision_gap": points(write, gap(Measure.PRECISION, counts)),
        "favourable_ratio": share(write, ratio),
        "four_fifths": verdicts[verdict],
    }


def _of_group(place: int, counts: Counts, write: Writing) -> dict[str, str]:
    numbers = {name: write.number(value) for name, value in asdict(counts).items()}
    rates = {one.value.replace("-", "_"): share(write, rate(one, counts)) for one in Measure}
    return {f"group_{place}_{name}": text for name, text in {**numbers, **rates}.items()}


# -- feedback ----------------------------------------------------------------------------------------------------------


def feedback_loop(lab: FeedbackLoop, sent: Mapping[str, str]) -> dict[str, Any]:
    write, chosen = writing(), chosen_in(lab.controls, sent)
    if sent.get("step") == "all":
        chosen["month"] = lab.month.chosen(str(len(lab.month.stops)))
    words = {
        Method.HOT_SPOT: _("Hot spot: four fifths of the hours where more is on record"),
        Method.IN_PROPORTION: _("In proportion to the record"),
        Method.EQUAL: _("Half to each, whatever the record says"),
    }
    happens = [write.number(stop) for stop in lab.first.stops]
    first, second = lab.districts
    return {
        "dials": [
            Dial(
                "first", _("What really happens in %(district)s each month", district=first), happens, chosen["first"]
            ),
            Dial(
                "second",
                _("What really happens in %(district)s each month", district=second),
                [write.number(stop) for stop in lab.second.stops],
                chosen["second"],
            ),
            Dial(
                "reported",
                _("Of this, residents report"),
                [write.share(stop) for stop in lab.reported.stops],
                chosen["reported"],
            ),
        ],
        "methods": [(place, words[method], place == chosen["method"]) for place, method in enumerate(METHODS)],
        "month": Dial("month", _("Month"), [write.number(stop) for stop in lab.month.stops], chosen["month"]),
        "year": lab.year(chosen),
        "outputs": feedback_loop_outputs(lab, chosen, write),
        "chart": drawings.shares(lab.year(chosen), lab.happening(chosen), chosen["month"]),
        "settings": settings(lab, write, record=lab.record, methods=[method.value for method in METHODS]),
    }


def feedback_loop_outputs(lab: FeedbackLoop, chosen: Mapping[str, int], write: Writing) -> dict[str, str]:
    year, happening = lab.year(chosen), lab.happening(chosen)
    found = {"month": write.number(chosen["month"])}
    for month in year:
        for name in ("hours", "seen", "reported", "record"):
            numbers = getattr(month, name)
            found |= {f"month_{month.number}_{name}_{side}": write.number(numbers[side]) for side in (0, 1)}
    record = year[chosen["month"]].record
    return found | {
        "record_0": write.number(record[0]),
        "record_1": write.number(record[1]),
        "recorded_share": write.share(Fraction(record[0], sum(record))),
        "real_share": write.share(Fraction(happening[0], sum(happening))),
        "began_share": write.share(Fraction(lab.record[0], sum(lab.record))),
    }
