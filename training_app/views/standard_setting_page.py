"""What the pages of a standard setting show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from quizzes.item import Item
from quizzes.prompts import prompts_of
from quizzes.scored_papers import Weight
from quizzes.standard_setting import (
    FEW_JUDGES,
    LEAST_JUDGES,
    RECOMMENDED_JUDGES,
    CutScores,
    ItemSpread,
    agreement,
    cut_scores,
    spreads,
)
from training_app.agency import moment
from training_app.db import reading_session
from training_app.models.people import Person
from training_app.services import item_statistics, standard_setting
from training_app.services.second_signatures import names_of
from training_app.services.standard_setting import Panel, Stage
from training_app.wording import items as wording_of_items
from training_app.wording.statistics import figure, share

ITEMS_AT_ONCE = 10
"""To be rated on one page: few enough for a phone, enough to hold one item against another."""


@dataclass(frozen=True, slots=True)
class Line:
    """One item with what the judges said of it."""

    place: int
    item: Item
    spread: ItemSpread | None
    facility: float | None
    """What officers really earn on it, where that is known of 30 or more."""


def shown(found: Panel, person: Person) -> dict[str, Any]:
    """Return the context of a panel's page."""
    session = reading_session()
    context: dict[str, Any] = {
        "panel": found,
        "module": found.published.module,
        "names": names_of(
            session, {fact.recorded_by_id for fact in (found.setting, found.outcome) if fact is not None}
        ),
        "cut_share": Fraction(found.outcome.cut_score) if found.outcome else None,
        "judging": found.judges_now(person.id),
        "own": len(standard_setting.own_ratings(session, found.setting, person.id)) if found.stage.round else 0,
        "least": LEAST_JUDGES,
        "few": FEW_JUDGES,
        "recommended": RECOMMENDED_JUDGES,
    }
    if found.stage is not Stage.FIRST_ROUND:
        context |= results(found)
    return context


def results(found: Panel) -> dict[str, Any]:
    """Return what came of the rounds that are closed."""
    session = reading_session()
    ratings = standard_setting.ratings_after(session, found, 1 if found.stage is Stage.SECOND_ROUND else 2)
    return {
        "lines": lines(found, spreads(ratings)),
        "agreement": agreement(ratings),
        "before": agreement(standard_setting.ratings_after(session, found, 1)),
        "scores": scores(found, {item: spread.mean for item, spread in spreads(ratings).items()}),
    }


def scores(found: Panel, means: Mapping[str, Fraction]) -> CutScores:
    return cut_scores(found.published.bank, means)


def lines(found: Panel, said: Mapping[str, ItemSpread]) -> list[Line]:
    known = _facilities(found)
    return [Line(place, item, said.get(item.id), known.get(item.id)) for place, item in enumerate(found.items, start=1)]


def _facilities(found: Panel) -> dict[str, float]:
    records = item_statistics.of_revision(reading_session(), found.published).items
    return {
        record.item.id: record.statistics.facility.value
        for record in records
        if record.statistics.weight is not Weight.SILENT and record.statistics.facility
    }


@dataclass(frozen=True, slots=True)
class Asked:
    """An item to be rated, as an expert reads it: with its key."""

    line: Line
    language: str
    stem: str
    questions: Sequence[tuple[str, Sequence[wording_of_items.Line]]]
    """Stem of each part of a case (else empty) with what can be chosen or is right."""


def asked(found: Panel, page: int) -> list[Asked]:
    """Return the items of one page, from 1; in the second round with what was said in the first."""
    said: Mapping[str, ItemSpread] = {}
    if found.stage is Stage.SECOND_ROUND:
        said = spreads(standard_setting.ratings_after(reading_session(), found, 1))
    every = lines(found, said) if said else [Line(at, item, None, None) for at, item in enumerate(found.items, 1)]
    return [_asked(line) for line in every[(page - 1) * ITEMS_AT_ONCE : page * ITEMS_AT_ONCE]]


def _asked(line: Line) -> Asked:
    language, text = line.item.text_in(str(get_locale()))
    prompts = prompts_of(line.item, text, line.item.interaction.shuffled, line.item.interaction.key)
    questions = [("" if len(prompts) == 1 else one.text.stem, wording_of_items.lines(one)) for one in prompts]
    return Asked(line, language, text.stem, questions)


def pages(found: Panel) -> int:
    return max(1, -(-len(found.items) // ITEMS_AT_ONCE))


def minutes(found: Panel) -> str:
    """Return what the minutes begin with: everything that the record knows already."""
    told = results(found)
    whole, between = told["agreement"], told["scores"]
    counting = [judge.name for judge in found.judges if judge.counts]
    left_out = [judge.name for judge in found.judges if not judge.counts]
    written = [
        _("Panel opened %(when)s.", when=moment(found.setting.recorded_at)),
        _("Judges: %(names)s.", names=", ".join(counting)),
    ]
    if left_out:
        written.append(_("Invited, and did not rate every item: %(names)s.", names=", ".join(left_out)))
    written += [
        _(
            "Mean of all ratings %(mean)s, standard error %(error)s; papers ask for %(low)s to %(high)s.",
            mean=share(float(whole.mean)),
            error=percent_points(whole.standard_error),
            low=share(float(between.lowest)),
            high=share(float(between.highest)),
        ),
        _("A barely competent officer, as the panel described one:"),
        _("What was discussed between the rounds:"),
        _("What was decided, and why:"),
    ]
    return "\n\n".join(written)


def percent_points(value: float) -> str:
    """Return a difference between shares in percentage points, with one place."""
    return _("%(number)s percentage points", number=figure(100 * value))
