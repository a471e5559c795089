"""The one thing to do next, as a table: what stands first where several things are asked."""

from dataclasses import replace
from datetime import date

import pytest

from tests.rules.factories import BRUSSELS, delta, facts, full, local, officer, sightline
from tests.rules.test_duties import with_3_3
from training_app.rules import versions
from training_app.rules.access import Ground, Question, judge
from training_app.rules.civil_time import CivilInstant
from training_app.rules.duties import Aim, Duty, Task, TaskKind, duties
from training_app.rules.facts import AttemptOpened, Level, Suspended
from training_app.rules.next_step import NEEDS_ATTENTION, Action, ModuleProgress, ToolOutlook, Urgency, steps

TODAY = CivilInstant(local("2026-11-22"), BRUSSELS)
FRESH = ModuleProgress(lessons=("01-a", "02-b"), read=frozenset())
HALF_READ = replace(FRESH, read=frozenset({"01-a"}))
READ = replace(FRESH, read=frozenset({"01-a", "02-b"}))
OPEN = replace(READ, open_attempt=True)
CLOSED = replace(READ, closed_attempt=True)


def outlook(holder, tool=None, *, on=TODAY):
    """Return what *tool* answers and asks, from the same rules as the pages."""
    tool = tool or sightline()
    known = facts(holder, tool)
    decisions = tuple(
        judge(Question(holder.number, tool.slug, label), known, on=on) for label in versions.in_use(tool, at=on.instant)
    )
    return ToolOutlook(tool.slug, decisions, duties(holder, tool, passed=(), signed=(), observed=(), on=on))


def first(holder, tool=None, *, on=TODAY, **modules):
    found = steps([outlook(holder, tool, on=on)], {name.replace("_", "-"): one for name, one in modules.items()})
    return found[0] if found else None


@pytest.mark.parametrize(
    ("progress", "action"),
    [
        pytest.param(FRESH, Action.READ, id="nothing-read"),
        pytest.param(HALF_READ, Action.READ, id="half-read"),
        pytest.param(READ, Action.TAKE_QUIZ, id="all-read"),
        pytest.param(replace(HALF_READ, open_attempt=True), Action.RESUME, id="attempt-open"),
        pytest.param(replace(OPEN, closed_attempt=True), Action.SEE_RESULT, id="result-one-click-away"),
    ],
)
def test_in_a_module_what_is_begun_comes_first(progress, action):
    assert progress.action is action


BASE = full("3.1", "2026-02-10")
COVERED = officer(BASE, delta(BASE, "3.2", "2026-11-05"))
OVERDUE = officer(BASE)
IN_TRAINING = officer(
    attempts=(AttemptOpened(effective_at=TODAY.instant, recorded_at=TODAY.instant, module="ai-limits"),)
)
ANNOUNCED = with_3_3(Level.DIFFERENCES, "sightline-3-3")
IN_GRACE = with_3_3(Level.DIFFERENCES, "sightline-3-3", release="2026-11-20", grace_days=14)
RENEWING = CivilInstant(local("2027-12-01"), BRUSSELS)
SUSPENDED = replace(
    COVERED, suspensions=(Suspended(id="1", effective_at=BASE.effective_at, recorded_at=BASE.recorded_at),)
)


@pytest.mark.parametrize(
    ("holder", "tool", "on", "modules", "expected"),
    [
        pytest.param(OVERDUE, None, TODAY, {"sightline_3_2": FRESH}, (Urgency.REGAIN, Action.READ), id="overdue"),
        pytest.param(
            OVERDUE, None, TODAY, {"sightline_3_2": OPEN}, (Urgency.REGAIN, Action.RESUME), id="overdue-begun"
        ),
        pytest.param(OVERDUE, None, TODAY, {}, (Urgency.REGAIN, Action.READ), id="overdue-module-not-looked-at"),
        pytest.param(COVERED, IN_GRACE, TODAY, {}, (Urgency.KEEP, Action.READ), id="due"),
        pytest.param(COVERED, None, RENEWING, {"ai_limits": READ}, (Urgency.RENEW, Action.TAKE_QUIZ), id="renewal"),
        pytest.param(
            officer(), None, TODAY, {"ai_limits": FRESH}, (Urgency.CERTIFY, Action.READ), id="never-certified"
        ),
        pytest.param(IN_TRAINING, None, TODAY, {"ai_limits": OPEN}, (Urgency.RESUME, Action.RESUME), id="attempt-open"),
        pytest.param(
            IN_TRAINING,
            None,
            TODAY,
            {"ai_limits": CLOSED},
            (Urgency.RESULT, Action.SEE_RESULT),
            id="result-one-click-away",
        ),
        pytest.param(COVERED, ANNOUNCED, TODAY, {}, (Urgency.PREPARE, Action.READ), id="announced"),
        pytest.param(officer(seats=()), None, TODAY, {}, (Urgency.CHOOSE, Action.READ), id="no-seat-and-nothing-begun"),
        pytest.param(
            replace(IN_TRAINING, seats=()),
            None,
            TODAY,
            {"ai_limits": FRESH},
            (Urgency.CERTIFY, Action.READ),
            id="no-seat-but-begun",
        ),
        pytest.param(
            replace(COVERED, seats=()), None, TODAY, {}, (Urgency.ASK, Action.ASK), id="certified-without-seat"
        ),
        pytest.param(
            replace(COVERED, seats=()), ANNOUNCED, TODAY, {}, (Urgency.ASK, Action.ASK), id="ask-before-prepare"
        ),
        pytest.param(
            replace(OVERDUE, seats=()),
            None,
            TODAY,
            {},
            (Urgency.REGAIN, Action.READ),
            id="train-before-asking-for-a-seat",
        ),
    ],
)
def test_the_first_step_of_one_tool(holder, tool, on, modules, expected):
    found = first(holder, tool, on=on, **modules)
    assert found is not None
    assert (found.urgency, found.action) == expected


def test_there_is_no_step_for_an_officer_who_is_certified_on_every_version_in_use():
    assert first(COVERED) is None


@pytest.mark.parametrize(
    ("holder", "ground"),
    [
        pytest.param(replace(COVERED, seats=()), Ground.NO_SEAT, id="no-seat"),
        pytest.param(replace(COVERED, evaluations=()), Ground.EVALUATION_NOT_IN_FORCE, id="no-evaluation"),
        pytest.param(SUSPENDED, Ground.SUSPENDED, id="suspended"),
        pytest.param(replace(SUSPENDED, seats=(), evaluations=()), Ground.SUSPENDED, id="suspension-first"),
    ],
)
def test_what_somebody_else_must_give_is_asked_for(holder, ground):
    found = first(holder)
    assert found is not None
    assert (found.action, found.ground, found.version) == (Action.ASK, ground, "3.2")


def test_the_way_to_the_newest_version_is_taken_first():
    found = first(OVERDUE, with_3_3(Level.DIFFERENCES, "sightline-3-3", release="2026-11-20"))
    assert found is not None
    assert (found.version, found.subject) == ("3.3", "sightline-3-2")


def duty(aim, by=None):
    return Duty(aim, "1.0", (Task(TaskKind.MODULE, f"module-{aim}", False),), by)


def asking(slug, *found, seat=True):
    """Return a tool whose officer lacks nothing but training, and a seat if so wanted."""
    decision = outlook(officer() if seat else officer(seats=())).decisions[-1]
    return ToolOutlook(slug, (decision,), found)


def test_tools_come_in_the_order_of_what_presses():
    aims = [Aim.PREPARE, Aim.CERTIFY, Aim.RENEW, Aim.KEEP, Aim.REGAIN]
    found = steps([asking(f"tool-{aim}", duty(aim)) for aim in aims], {"loose": OPEN, "loose-closed": CLOSED})
    assert [step.urgency for step in found] == [
        Urgency.REGAIN,
        Urgency.KEEP,
        Urgency.RENEW,
        Urgency.RESULT,
        Urgency.RESUME,
        Urgency.CERTIFY,
        Urgency.PREPARE,
    ]


def test_of_two_equally_pressing_tools_the_one_with_a_seat_comes_first_and_then_the_earlier_day():
    tools = [
        asking("no-seat", duty(Aim.KEEP, date(2026, 12, 1)), seat=False),
        asking("later", duty(Aim.KEEP, date(2026, 12, 24))),
        asking("sooner", duty(Aim.KEEP, date(2026, 12, 10))),
    ]
    assert [step.tool for step in steps(tools, {})] == ["sooner", "later", "no-seat"]


def test_all_met_and_not_yet_awarded_is_one_click_away():
    met = Duty(Aim.CERTIFY, "1.0", (Task(TaskKind.MODULE, "ai-limits", True),))
    (step,) = steps([asking("tool", met)], {})
    assert (step.urgency, step.action, step.subject) == (Urgency.RESULT, Action.COLLECT, None)


@pytest.mark.parametrize(
    ("kind", "action"), [(TaskKind.READING, Action.SIGN), (TaskKind.OBSERVATION, Action.BE_OBSERVED)]
)
def test_what_is_no_module_has_its_own_action(kind, action):
    (step,) = steps([asking("tool", Duty(Aim.REGAIN, "1.0", (Task(kind, "7", False),)))], {})
    assert (step.action, step.subject) == (action, "7")


def test_an_observation_that_only_the_officer_has_to_sign_comes_before_what_else_is_left():
    waits = Task(TaskKind.OBSERVATION, "1.0", False, waiting="sign-off:7")
    left = Task(TaskKind.MODULE, "ai-limits", False)
    (step,) = steps([asking("tool", Duty(Aim.CERTIFY, "1.0", (left, waits)))], {})
    assert (step.urgency, step.action, step.subject) == (Urgency.RESULT, Action.COUNTERSIGN, "sign-off:7")


def test_an_attempt_that_a_tool_asks_for_is_told_of_once():
    assert len(steps([outlook(IN_TRAINING)], {"ai-limits": OPEN})) == 1


def test_only_what_can_wait_without_harm_needs_no_attention():
    assert set(Urgency) - NEEDS_ATTENTION == {Urgency.PREPARE, Urgency.CHOOSE}


def test_without_a_seat_an_intrusive_tool_sends_nobody_to_its_course_or_to_ask_for_one():
    holder = officer(seats=())
    open_to_all = outlook(holder)
    assert [step.urgency for step in steps([open_to_all], {})] == [Urgency.CHOOSE]
    assert steps([replace(open_to_all, by_seat_only=True)], {}) == ()
    certified = outlook(officer(full("3.2", "2026-11-06"), seats=()))
    assert [step.ground for step in steps([certified], {})] == [Ground.NO_SEAT]
    assert steps([replace(certified, by_seat_only=True)], {}) == ()
    seated = replace(outlook(officer()), by_seat_only=True)
    assert [step.urgency for step in steps([seated], {})] == [Urgency.CERTIFY]
