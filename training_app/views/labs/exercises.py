"""The labs that ask: spot the bias, review a match.  Answers come in the address and are kept nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from courses.labs import ReviewAMatch, SpotTheBias
from courses.labs.fairness import Measure, gap, rate
from courses.labs.review_a_match import UNREADABLE, Answer, Body, Hit, Paint, Vehicle
from courses.labs.rounding import Writing
from training_app.views.labs import drawings
from training_app.views.labs.writing import points, share, writing

MEASURES = {
    Measure.SELECTION_RATE: (_l("Selection rate"), _l("of all people of the group, the share that is flagged")),
    Measure.FALSE_POSITIVE_RATE: (
        _l("False positive rate"),
        _l("of those who should not be flagged, the share that is"),
    ),
    Measure.FALSE_NEGATIVE_RATE: (
        _l("False negative rate"),
        _l("of those who should be flagged, the share that is missed"),
    ),
    Measure.PRECISION: (
        _l("Precision (positive predictive value)"),
        _l("of the flagged, the share that is rightly flagged"),
    ),
}
BODIES = {
    Body.CAR: _l("car"),
    Body.VAN: _l("van"),
    Body.TRUCK: _l("truck"),
    Body.MOTORCYCLE: _l("motorcycle"),
}
PAINTS = {
    Paint.WHITE: _l("white"),
    Paint.GREY: _l("grey"),
    Paint.BLACK: _l("black"),
    Paint.RED: _l("red"),
    Paint.BLUE: _l("blue"),
    Paint.GREEN: _l("green"),
}
ANSWERS = {
    Answer.ACCEPT: _l("Accept"),
    Answer.REJECT: _l("Reject"),
    Answer.ASK: _l("Ask for more"),
}


# -- spot the bias -----------------------------------------------------------------------------------------------------


def spot_the_bias(lab: SpotTheBias, sent: Mapping[str, str]) -> dict[str, Any]:
    write = writing()
    tool, measure = sent.get("tool", ""), sent.get("measure", "")
    known = {one.value for one in Measure}
    is_answered = tool in {"0", "1", "2"} and measure in known
    found = {
        "measures": [(one.value, *MEASURES[one], one.value == measure) for one in Measure],
        "rows": _rows(lab, write),
        "tool": tool,
        "is_answered": is_answered,
        "is_incomplete": "check" in sent and not is_answered,
    }
    if is_answered:
        found |= _spotted(lab, int(tool), Measure(measure), write)
    return found


def _rows(lab: SpotTheBias, write: Writing) -> list[tuple[Any, list[str]]]:
    """Return counts and rates, each with its values by tool and within it by group."""
    groups = [counts for tool in lab.tools for counts in tool.groups]
    return [
        (_("People"), [write.number(counts.people) for counts in groups]),
        (_("Flagged"), [write.number(counts.hits + counts.wrong) for counts in groups]),
        *((MEASURES[one][0], [share(write, rate(one, counts)) for counts in groups]) for one in Measure),
    ]


def _spotted(lab: SpotTheBias, tool: int, measure: Measure, write: Writing) -> dict[str, Any]:
    gaps = {one: [gap(one, each.groups) or Fraction(0) for each in lab.tools] for one in Measure}
    scale = drawings.scale_of(lab, lab.measure)
    return {
        "tool_is_right": tool == lab.biased,
        "measure_is_right": lab.is_shown_by(measure),
        "biased": lab.tools[lab.biased].name,
        "shown_by": MEASURES[lab.measure][0],
        "gaps": [
            (MEASURES[one][0], lab.is_shown_by(one), [(points(write, value), value == max(row)) for value in row])
            for one, row in gaps.items()
        ],
        "scale": scale,
        "pairs": drawings.pairs(lab, lab.measure, scale),
    }


# -- review a match ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VehicleShown:
    plate: str
    words: str
    body: str
    paint: str

    @property
    def spoken(self) -> str:
        """The plate as it is read out, sign by sign."""
        signs = self.plate.replace(" ", "")
        return " ".join(_("unreadable") if sign == UNREADABLE else sign for sign in signs)


@dataclass(frozen=True, slots=True)
class HitShown:
    number: int
    score: str
    listed: VehicleShown
    seen: VehicleShown
    answer: str
    is_planted: bool
    is_caught: bool
    reasons: list[str]


def review_a_match(lab: ReviewAMatch, sent: Mapping[str, str]) -> dict[str, Any]:
    write, given = writing(), lab.answers(sent)
    is_answered = len(given) == len(lab.hits)
    left = [place + 1 for place in range(len(lab.hits)) if place not in given]
    return {
        "hits": [_hit_shown(place, hit, given.get(place), write) for place, hit in enumerate(lab.hits)],
        "answers": ANSWERS,
        "is_answered": is_answered,
        "left": left if "check" in sent and not is_answered else [],
        "reviewed": lab.reviewed([given[place] for place in range(len(lab.hits))]) if is_answered else None,
    }


def _hit_shown(place: int, hit: Hit, given: Answer | None, write: Writing) -> HitShown:
    return HitShown(
        number=place + 1,
        score=write.number(hit.score),
        listed=_vehicle(hit.listed),
        seen=_vehicle(hit.seen),
        answer=given.value if given else "",
        is_planted=hit.is_planted,
        is_caught=given is not None and (given is Answer.ACCEPT) is not hit.is_planted,
        reasons=_reasons(hit),
    )


def _vehicle(vehicle: Vehicle) -> VehicleShown:
    words = _("%(paint)s %(body)s", paint=PAINTS[vehicle.paint], body=BODIES[vehicle.body])
    return VehicleShown(vehicle.plate, words, vehicle.body.value, vehicle.paint.value)


def _reasons(hit: Hit) -> list[str]:
    """Return what the evidence says, one sentence each."""
    found = [
        _("Sign %(place)s of the plate is %(listed)s on the list and %(seen)s in the picture.", **signs)
        for signs in ({"place": place, "listed": mine, "seen": theirs} for place, mine, theirs in hit.differing_signs)
    ]
    listed, seen = hit.listed, hit.seen
    if listed.body is not seen.body or listed.paint is not seen.paint:
        words = {"listed": _vehicle(listed).words, "seen": _vehicle(seen).words}
        found.append(_("The list says %(listed)s, the picture shows a %(seen)s.", **words))
    if UNREADABLE in seen.plate:
        found.append(_("Not every sign can be read, so the picture alone cannot bear the match."))
    return found or [_("Plate, kind and colour agree.")]
