"""What the oversight body sees at a glance, checked against an agency that is known."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.rules.factories import local
from tests.services.version_life import MODULES, assess, person, prepare, registrars, release, version
from training_app import demo
from training_app.models.conduct import Objection
from training_app.models.people import SeatCap
from training_app.models.tools import AgencyPolicy, Tool, ToolPolicy
from training_app.models.trainers import TrainerMeasure
from training_app.rules.cards import GroupTesting
from training_app.rules.civil_time import CivilInstant
from training_app.rules.conduct import CaseOutcome
from training_app.rules.facts import Level
from training_app.rules.trainers import MeasureKind
from training_app.services import oversight_home, requirements
from training_app.services.assessments import Verdict
from training_app.services.overviews import (
    conduct_outcomes,
    emergency_months,
    evaluations_off,
    graces,
    group_tests,
    seats_held,
)
from training_app.services.overviews.conduct_outcomes import Objected

NOW = local("2026-11-22 12:00")


def on(days: int = 0) -> CivilInstant:
    return CivilInstant(NOW + timedelta(days=days), demo.ZONE)


@pytest.fixture
def agency(demo_session):
    demo.load_overviews(demo_session)
    return demo_session


def test_a_grace_counts_who_uses_a_version_through_it_now(agency):
    prepare(agency, "3.3")
    assess(agency, "3.1", "3.3", Level.FULL)
    assess(agency, "3.2", "3.3", Level.DIFFERENCES, "sightline-3-3", grace_days=10)
    release(agency, version(agency, "3.3"), effective_at=NOW, at=NOW)
    [row] = [one for one in graces.rows(agency, on=on(1)) if one.tool.startswith("Sightline")]
    assert (row.grace.start, row.grace.end, row.grace.days, row.runs) == ("3.2", "3.3", 10, True)
    assert (row.signed.author, row.signed.signer, row.signed.author_reason) == ("DP-3001", "DP-3002", "It is safe.")
    assert row.on_due == 3  # who may use 3.2: DP-1003, DP-1007, DP-1012
    [over] = [one for one in graces.rows(agency, on=on(11)) if one.tool.startswith("Sightline")]
    assert (over.on_due, over.runs, over.grace.last_day) == (0, False, date(2026, 12, 2))


def test_a_grace_before_its_release_stands_without_a_last_day(agency):
    [row] = graces.rows(agency, on=on())
    assert (row.tool, row.grace.start, row.grace.end, row.grace.last_day, row.on_due) == (
        "Lockpick Device Extraction", "5.0", "5.1", None, 0,
    )  # fmt: skip
    assert row.signed.author_reason
    assert row.signed.signer_reason


def test_a_later_requirement_set_that_gives_grace_stands_beside_the_ways(agency):
    first, second = registrars(agency)
    change = Verdict(Level.FAMILIARISATION, 14, (), "Custody pictures of minors are left out.", None)
    found = version(agency, "3.2")
    written = requirements.propose_requirements(agency, found, **MODULES, change=change, at=NOW, by=first)
    requirements.sign_requirements(agency, written, reason=None, at=NOW, by=second)
    row = graces.rows(agency, on=on(1))[0]
    assert (row.grace.end, row.grace.revision, row.grace.days, row.runs, row.on_due) == ("3.2", 2, 14, True, 3)
    assert (row.signed.author, row.signed.signer, row.signed.signer_reason) == ("DP-3001", "DP-3002", "")


def test_evaluations_switched_off_say_since_when_by_whom_and_why(agency):
    tool = agency.scalars(select(Tool).where(Tool.slug == "sightline")).one()
    own = agency.scalars(select(ToolPolicy).where(ToolPolicy.tool_id == tool.id)).one()
    terms = {
        column.name: getattr(own, column.name)
        for column in ToolPolicy.__table__.columns
        if column.name not in {"id", "revision", "effective_at", "recorded_at", "recorded_by_id", "evaluation_required"}
    }
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": person(agency, "DP-3002").id}
    agency.add(ToolPolicy(**terms, **stamp, revision=2, evaluation_required=False))
    agency.add(AgencyPolicy(**stamp, revision=3, evaluation_required=False, reason="The evaluator has left."))
    agency.flush()
    rows = {row.slug: row for row in evaluations_off.rows(agency, at=NOW)}
    assert (rows[""].since, rows[""].by, rows[""].reason) == (NOW, "DP-3002", "The evaluator has left.")
    assert (rows["sightline"].since, rows["sightline"].by, rows["sightline"].reason) == (NOW, "DP-3002", "")
    assert rows["lockpick"].asked
    assert (rows[""].in_use, rows["sightline"].in_use, rows["portrait-sorter"].in_use) == (True, True, False)
    assert evaluations_off.count(agency, at=NOW) == (True, 1)
    assert evaluations_off.count(agency, at=NOW - timedelta(seconds=1)) == (False, 0)


def test_in_the_demo_agency_the_agency_asked_none_before_it_had_an_evaluator(agency):
    whole = evaluations_off.rows(agency, at=NOW)[0]
    assert (whole.asked, whole.since, [one.asked for one in whole.stretches]) == (True, None, [False, True])


def test_seats_stand_against_their_caps(agency):
    [lockpick, portrait, sightline] = seats_held.rows(agency, seats_held.tools(agency), on=on())
    assert (lockpick.rooms[0].held, lockpick.rooms[0].cap) == (3, 4)
    assert (portrait.rooms[0].held, portrait.rooms[0].cap) == (0, None)
    assert (sightline.rooms[0].held, sightline.rooms[0].cap, sightline.over) == (8, 8, 0)
    assert (lockpick.in_use, portrait.in_use) == (True, False)
    assert seats_held.without_cap(agency, on=on()) == (0, 2)  # the prohibited tool aside
    stamp = {"effective_at": NOW, "recorded_at": NOW, "recorded_by_id": person(agency, "DP-3001").id}
    agency.add(SeatCap(**stamp, tool_id=sightline.seats.tool.id, seats=6))
    agency.flush()
    [found] = seats_held.rows(agency, [sightline.seats.tool], on=on(1))
    assert found.over == 2
    [expired] = seats_held.rows(agency, [sightline.seats.tool], on=CivilInstant(local("2028-03-01"), demo.ZONE))
    assert expired.to_release == 4  # of DP-1001, DP-1003, DP-1004 and DP-1006: certified on 10 February 2026


def test_tests_past_their_date_stand_first_the_worst_of_all(agency):
    rows = [(row.version, row.testing, row.oldest_months) for row in group_tests.rows(agency, on=on())]
    assert rows == [
        ("5.0", GroupTesting.OUTDATED, 16),
        ("3.1", GroupTesting.OUTDATED, 14),
        ("3.2", GroupTesting.CURRENT, 2),
    ]
    prepare(agency, "3.3")
    assess(agency, "3.1", "3.3", Level.FULL)
    assess(agency, "3.2", "3.3", Level.FULL)
    release(agency, version(agency, "3.3"), effective_at=NOW, at=NOW)
    first = group_tests.rows(agency, on=on(1))[0]  # released by a waiver of its card
    assert (first.version, first.testing, first.oldest_months) == ("3.3", GroupTesting.MISSING, None)


def test_conduct_is_shown_by_number_kind_and_objection_and_without_a_word_of_it(agency):
    [caution] = conduct_outcomes.rows(agency)
    assert (caution.trainer, caution.outcome, caution.by) == ("DP-4001", CaseOutcome.CAUTION, "DP-6002")
    trainer = person(agency, "DP-4001")
    measure = TrainerMeasure(
        effective_at=NOW,
        recorded_at=NOW,
        recorded_by_id=person(agency, "DP-6001").id,
        person_id=trainer.id,
        kind=MeasureKind.SUSPENDED,
        reason_code="conduct",
        doubts_content=False,
        doubts_marks=False,
    )
    agency.add(measure)
    agency.flush()
    agency.add(
        Objection(
            effective_at=NOW, recorded_at=NOW, recorded_by_id=trainer.id, person_id=trainer.id, measure_id=measure.id
        )
    )
    agency.flush()
    first, *_rest = conduct_outcomes.rows(agency)
    assert (first.trainer, first.outcome, first.concern, first.objected, first.by) == (
        "DP-4001", CaseOutcome.SUSPENDED, None, Objected.OPEN, "DP-6001",
    )  # fmt: skip
    assert conduct_outcomes.in_force(conduct_outcomes.rows(agency)) == 1


def test_emergencies_are_counted_by_tool_and_month_in_the_agencys_zone(agency):
    found = emergency_months.overview(agency, on=on())
    assert (found.months[0], found.months[-1], len(found.months)) == (date(2025, 12, 1), date(2026, 11, 1), 12)
    assert {tool: sum(counts) for tool, counts in found.confirmed.items()} == {"Lockpick Device Extraction": 1}
    assert found.confirmed["Lockpick Device Extraction"][found.months.index(date(2026, 9, 1))] == 1
    [row] = found.rows
    assert (row.emergency.number, row.confirmed_by) == ("DP-1007", "DP-2001")
    assert emergency_months.overview(agency, on=CivilInstant(local("2027-09-01"), demo.ZONE)).rows == []


def test_the_home_counts_what_waits_and_how_the_safeguards_stand(agency):
    waits = oversight_home.waits(agency, person(agency, "DP-6001"), on=on())
    assert (waits.questions.answered, waits.questions.to_answer, waits.questions.overdue) == (1, 1, 0)
    figures = oversight_home.figures(agency, on=on())
    assert (figures.graces, figures.graces_running, figures.in_use, figures.outdated) == (1, 0, 3, 2)
