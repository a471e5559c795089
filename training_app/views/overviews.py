"""The oversight body's overviews: one subject each, drawn and as a table; people by their service number."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date

from training_app import wording
from training_app.agency import moment, on_now
from training_app.db import reading_session
from training_app.rules.cards import TEST_AGE_MONTHS
from training_app.rules.civil_time import CivilInstant, add_months, first_instant
from training_app.rules.conduct import CaseOutcome
from training_app.rules.permissions import Permission
from training_app.rules.switched_off import Stretch
from training_app.security import requires
from training_app.services.overviews import (
    conduct_outcomes,
    emergency_months,
    evaluations_off,
    seats_held,
)
from training_app.services.overviews import (
    graces as grace_rows,
)
from training_app.services.overviews import (
    group_tests as test_rows,
)
from training_app.views import held_seats
from training_app.views.pages import Page
from training_app.wording import conduct as conduct_words
from training_app.wording import emergencies as emergency_words
from training_app.wording import oversight as words
from training_app.wording.trainers import MEASURES

bp = Blueprint("overviews", __name__, url_prefix="/oversight")

ROWS_A_PAGE = 50
TOOLS_A_PAGE = 10
"""Each costs as much as it has ever had holders of seats."""
MONTHS_DRAWN = 24
"""Of the time before today, in the drawing of what policies asked."""


@bp.context_processor
def words_for_codes() -> dict[str, Any]:
    shown = {"moment": moment, "wording": wording, "words": words, "day_of": _day_of, "month_of": _month_of}
    return shown | {"conduct_words": conduct_words, "measures": MEASURES, "emergency_words": emergency_words}


def _day_of(instant: datetime) -> str:
    return wording.civil(on_now().at(instant).day)


def _month_of(day: date) -> str:
    return format_date(day, "MMM")


@bp.get("/graces")
@requires(Permission.OVERSIGHT_DESK)
def graces() -> ResponseReturnValue:
    """Show every grace above 0 in force, and how many officers use a version through each."""
    rows = grace_rows.rows(reading_session(), on=on_now())
    most = max((one.grace.days for one in rows), default=0)
    return render_template("oversight/graces.html", page=Page.of(rows, size=ROWS_A_PAGE), most=most)


@bp.get("/evaluations-off")
@requires(Permission.OVERSIGHT_DESK)
def evaluations() -> ResponseReturnValue:
    on = on_now()
    rows = evaluations_off.rows(reading_session(), at=on.instant)
    start = first_instant(add_months(on.day, -MONTHS_DRAWN), on.zone)
    drawn = [(one, _strip(one.stretches, start, on)) for one in rows]
    agency_off = any(one.tool is None and not one.asked for one in rows)
    return render_template("oversight/evaluations_off.html", drawn=drawn, months=MONTHS_DRAWN, agency_off=agency_off)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a strip from *x* on, both of 100; *asked*: whether an evaluation was."""

    x: float
    width: float
    asked: bool


def _strip(stretches: Sequence[Stretch], start: datetime, on: CivilInstant) -> list[Piece]:
    """Return what was asked between *start* and now, as parts of a strip 100 wide; before the first policy nothing."""
    whole = (on.instant - start).total_seconds()
    found = []
    for one in stretches:
        begins, ends = max(one.start, start), min(one.end or on.instant, on.instant)
        if ends > begins:
            x, width = ((end - from_).total_seconds() / whole * 100 for end, from_ in ((begins, start), (ends, begins)))
            found.append(Piece(round(x, 1), round(width, 1), one.asked))
    return found


@bp.get("/seats")
@requires(Permission.OVERSIGHT_DESK)
def seats() -> ResponseReturnValue:
    session = reading_session()
    page = Page.of(seats_held.tools(session), size=TOOLS_A_PAGE)
    rows = seats_held.rows(session, page.items, on=on_now())
    drawn = [(one, held_seats.bars(one.seats, one.rooms)) for one in rows]
    return render_template("oversight/seats.html", drawn=drawn, page=page)


@bp.get("/conduct")
@requires(Permission.OVERSIGHT_DESK)
def conduct() -> ResponseReturnValue:
    """Show how concerns ended and which measures were taken: by kind and year, and by month as a drawing."""
    on = on_now()
    rows = conduct_outcomes.rows(reading_session())
    days = [(one.outcome, on.at(one.at).day) for one in rows]
    years = sorted({day.year for _outcome, day in days})
    by_year = Counter((outcome, day.year) for outcome, day in days)
    by_month = Counter((outcome, day.replace(day=1)) for outcome, day in days)
    months = [add_months(on.day.replace(day=1), back) for back in range(1 - MONTHS_DRAWN, 1)]
    by_kind = [
        (outcome, [by_month[outcome, month] for month in months], [by_year[outcome, year] for year in years])
        for outcome in CaseOutcome
    ]
    page = Page.of(rows, size=ROWS_A_PAGE)
    return render_template("oversight/conduct.html", page=page, years=years, by_kind=by_kind, months=MONTHS_DRAWN)


@bp.get("/group-tests")
@requires(Permission.OVERSIGHT_DESK)
def group_tests() -> ResponseReturnValue:
    """Show every version in use with the age of its tests by group, the worst first."""
    rows = test_rows.rows(reading_session(), on=on_now())
    longest = max([2 * TEST_AGE_MONTHS, *(one.oldest_months or 0 for one in rows)])
    return render_template("oversight/group_tests.html", rows=rows, limit=TEST_AGE_MONTHS, longest=longest)


@bp.get("/emergencies")
@requires(Permission.OVERSIGHT_DESK)
def emergencies() -> ResponseReturnValue:
    found = emergency_months.overview(reading_session(), on=on_now())
    return render_template("oversight/emergencies.html", found=found, page=Page.of(found.rows, size=ROWS_A_PAGE))
