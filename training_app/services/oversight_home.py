"""What waits for the oversight body, and a figure for each of its overviews: what its home shows.

Nothing here asks the rules about officers, so that it costs the same however many the agency has.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from training_app.models.people import Person
from training_app.rules.cards import GroupTesting
from training_app.rules.civil_time import CivilInstant
from training_app.rules.emergency import State
from training_app.services import (
    award_reviews,
    emergencies,
    gather,
    measure_reviews,
    objections,
    oversight_suspensions,
    oversight_threads,
)
from training_app.services.oversight_suspensions import Standing
from training_app.services.oversight_threads import Waiting
from training_app.services.overviews import conduct_outcomes, evaluations_off, graces, group_tests, seats_held


@dataclass(frozen=True, slots=True)
class Waits:
    """What somebody of the oversight body can do something about now."""

    reviews: int
    """Awards under review, one by one or by a measure against a trainer."""
    objections: int
    emergencies_waiting: int
    """To be confirmed by a supervisor; the oversight body looks on."""
    emergencies_running: int
    questions: Waiting
    to_sign: tuple[Standing, ...]
    """Suspensions of the oversight body that a registrar says can end, and that whoever looks may end."""
    stuck: tuple[Standing, ...]
    """Suspensions that nobody but who made them could end."""


def waits(session: Session, person: Person, *, on: CivilInstant) -> Waits:
    at = on.instant
    running = emergencies.current(session, at=at)
    stand = oversight_suspensions.standing(session)
    by_measures = sum(len(one.awards) for one in measure_reviews.waiting(session, at=at))
    return Waits(
        reviews=len(award_reviews.open_reviews(session)) + by_measures,
        objections=len(objections.open_objections(session, at=at)),
        emergencies_waiting=sum(one.state is State.WAITING for one in running),
        emergencies_running=sum(one.state is State.RUNNING for one in running),
        questions=oversight_threads.waiting(session, on=on),
        to_sign=tuple(one for one in stand if one.proposed_at is not None and one.by_id != person.id),
        stuck=tuple(one for one in stand if oversight_suspensions.nobody_ends(session, one.by_id, at=at)),
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """One figure for each overview."""

    suspended: tuple[Standing, ...]
    graces: int
    graces_running: int
    evaluations_off_for_all: bool
    evaluations_off: int
    """For how many tools in use their own policy asks none."""
    tools: int
    """In use, but for prohibited ones."""
    tools_without_cap: int
    measures_in_force: int
    in_use: int
    """Versions in use."""
    untested: int
    outdated: int
    emergencies: int
    """Asked for within the last days that `emergencies.LISTED_DAYS` counts."""


def figures(session: Session, *, on: CivilInstant) -> Figures:
    tools = gather.tools(session)
    in_force, running = graces.count(tools.values(), on=on)
    off_for_all, off = evaluations_off.count(session, at=on.instant)
    without, count = seats_held.without_cap(session, on=on)
    tests = group_tests.rows(session, on=on)
    return Figures(
        suspended=tuple(oversight_suspensions.standing(session)),
        graces=in_force,
        graces_running=running,
        evaluations_off_for_all=off_for_all,
        evaluations_off=off,
        tools=count,
        tools_without_cap=without,
        measures_in_force=conduct_outcomes.in_force(conduct_outcomes.rows(session)),
        in_use=len(tests),
        untested=sum(one.testing is GroupTesting.MISSING for one in tests),
        outdated=sum(one.testing is GroupTesting.OUTDATED for one in tests),
        emergencies=len(emergencies.listed(session, at=on.instant)),
    )
