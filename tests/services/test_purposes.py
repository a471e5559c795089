"""Permitted purposes and the agency's guideline: each save is a fact, and the latest of a code governs."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from tests.rules.factories import local
from tests.services import recorded
from training_app import demo
from training_app.models.people import Person
from training_app.models.tools import Tool, ToolPurpose
from training_app.rules.access import Ground, Question
from training_app.rules.facts import GuidelineCase
from training_app.rules.purposes import Authorisation
from training_app.services import access, purposes

NOW = local("2026-11-22 12:00")
CASE = GuidelineCase(
    crime_types=frozenset({"arson"}),
    circumstances=frozenset({"seized-device"}),
    authorisation=False,
    sentence="For arson, a seized device may be opened.",
    source="Guideline 9.1",
)


@pytest.fixture
def agency(demo_session):
    return demo_session


@pytest.fixture
def lockpick(agency) -> Tool:
    return agency.scalars(select(Tool).where(Tool.slug == "lockpick")).one()


@pytest.fixture
def sightline(agency) -> Tool:
    return agency.scalars(select(Tool).where(Tool.slug == "sightline")).one()


def stamp(session, at=NOW) -> dict[str, object]:
    return {"at": at, "by": session.scalars(select(Person).where(Person.service_number == "DP-3001")).one()}


def stated(session, tool) -> dict[str, purposes.StatedPurpose]:
    return {one.code: one for one in purposes.purposes_of(session, tool)}


def ask(session, slug, label, at=NOW, **said):
    return access.answer(session, Question("DP-1003", slug, label, **said), zone=demo.ZONE, at=at, known_at=at)


def last(session, tool) -> int:
    """Return what a page shows of the purpose that the tests change."""
    return stated(session, tool)["missing-person"].fact_id


def test_purposes_from_the_registration_stand_until_they_are_changed(agency):
    tool = recorded.tool(agency, purposes=["missing-person"])
    assert last(agency, tool) == 0
    purposes.change(agency, tool, "missing-person", "Find somebody", (), after=0, **stamp(agency))
    found = stated(agency, tool)["missing-person"]
    assert (found.name, found.permitted) == ("Find somebody", True)


def test_another_name_leaves_a_purpose_permitted(agency, sightline):
    shown = last(agency, sightline)
    purposes.change(agency, sightline, "missing-person", "Find somebody", (), after=shown, **stamp(agency))
    assert ask(agency, "sightline", "3.2", purpose="missing-person").allowed


def test_a_purpose_that_was_ended_is_refused_and_may_be_permitted_again(agency, sightline):
    purposes.end(agency, sightline, "missing-person", after=last(agency, sightline), **stamp(agency))
    assert ask(agency, "sightline", "3.2", purpose="missing-person").grounds == (Ground.PURPOSE_NOT_PERMITTED,)
    assert not stated(agency, sightline)["missing-person"].permitted
    later = NOW + timedelta(hours=1)
    purposes.add(agency, sightline, "missing-person", "Find a missing person", (), **stamp(agency, later))
    assert ask(agency, "sightline", "3.2", at=later, purpose="missing-person").allowed


def test_a_new_row_of_the_guideline_permits_what_was_refused_and_only_from_then_on(agency, lockpick):
    said = {"purpose": "extract-evidence", "crime_type": "arson", "circumstance": "seized-device"}
    before = ask(agency, "lockpick", "5.0", **said)
    assert before.grounds == (Ground.PURPOSE_NOT_PERMITTED,)
    found, later = stated(agency, lockpick)["extract-evidence"], NOW + timedelta(hours=1)
    purposes.change(
        agency, lockpick, found.code, found.name, (*found.cases, CASE), after=found.fact_id, **stamp(agency, later)
    )
    assert ask(agency, "lockpick", "5.0", at=later, **said).allowed
    assert ask(agency, "lockpick", "5.0", **said).grounds == before.grounds


def test_rows_come_back_as_they_were_saved(agency, lockpick):
    purposes.add(agency, lockpick, "fire-cause", "Find the cause of a fire", (CASE,), **stamp(agency))
    assert stated(agency, lockpick)["fire-cause"].cases == (CASE,)


def test_a_purpose_of_an_intrusive_tool_needs_a_row_of_the_guideline(agency, lockpick):
    found = stated(agency, lockpick)["find-person"]
    with pytest.raises(purposes.GuidelineMissing):
        purposes.add(agency, lockpick, "fire-cause", "Find the cause of a fire", (), **stamp(agency))
    with pytest.raises(purposes.GuidelineMissing):
        purposes.change(agency, lockpick, found.code, found.name, (), after=found.fact_id, **stamp(agency))
    purposes.end(agency, lockpick, found.code, after=found.fact_id, **stamp(agency))


def test_what_somebody_saved_meanwhile_is_not_overwritten_and_nothing_is_saved_twice(agency, sightline):
    rows = select(func.count()).select_from(ToolPurpose).where(ToolPurpose.tool_id == sightline.id)
    before, shown = agency.scalar(rows), last(agency, sightline)
    purposes.change(agency, sightline, "missing-person", "Find somebody", (), after=shown, **stamp(agency))
    with pytest.raises(purposes.PurposeOvertaken):
        purposes.change(agency, sightline, "missing-person", "Another name", (), after=shown, **stamp(agency))
    with pytest.raises(purposes.PurposeOvertaken):
        purposes.end(agency, sightline, "missing-person", after=shown, **stamp(agency))
    with pytest.raises(purposes.PurposeExists):
        purposes.add(agency, sightline, "missing-person", "Find somebody", (), **stamp(agency))
    assert agency.scalar(rows) == before + 1


def test_what_is_not_permitted_can_be_neither_changed_nor_ended(agency, sightline):
    with pytest.raises(purposes.PurposeEnded):
        purposes.change(agency, sightline, "crowd-control", "Crowds", (), after=0, **stamp(agency))
    with pytest.raises(purposes.PurposeEnded):
        purposes.end(agency, sightline, "crowd-control", after=0, **stamp(agency))


def test_a_lapsed_authorisation_is_none_and_a_day_is_its_last(agency):
    said = {"purpose": "extract-evidence", "crime_type": "homicide", "circumstance": "seized-device"}

    def grounds(at, until):
        leave = Authorisation("Court of Demo City", "JI-17/2026", until)
        return ask(agency, "lockpick", "5.0", at=local(at), authorisation=leave, **said).grounds

    assert grounds("2026-11-30 23:59:59", date(2026, 11, 30)) == ()
    assert grounds("2026-12-01 00:00:00", date(2026, 11, 30)) == (Ground.AUTHORISATION_MISSING,)
    assert grounds("2026-11-30 11:59:59", local("2026-11-30 12:00")) == ()
    assert grounds("2026-11-30 12:00:00", local("2026-11-30 12:00")) == (Ground.AUTHORISATION_MISSING,)
