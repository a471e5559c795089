"""What the public register holds: standings, and how many officers have access, by the one rule."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.rules.factories import BRUSSELS, local
from tests.services import emergency_agency, version_life
from training_app.models.people import OfficerSuspension, Person
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules.access import Question
from training_app.rules.civil_time import CivilInstant
from training_app.rules.disclosure import Form, Published
from training_app.rules.facts import Level, VersionChange
from training_app.rules.outlook import usable
from training_app.rules.versions import VersionState
from training_app.services import access, gather, public_modules, public_register, reports
from training_app.services.people_with_access import PeopleWithAccess, count, start_of_day
from training_app.services.public_register import Standing

ON = CivilInstant(local("2026-11-22 09:00"), BRUSSELS)


@pytest.fixture
def agency(demo_session):
    return demo_session


def nobody(_session, _tool, _on) -> int:
    return 0


def register(session, *, on=ON, **given):
    return public_register.register(session, on=on, counting=nobody, **given)


def tool(session, slug: str) -> Tool:
    return session.scalars(select(Tool).where(Tool.slug == slug)).one()


def version(session, label: str) -> ToolVersion:
    return session.scalars(
        select(ToolVersion).where(ToolVersion.tool_id == tool(session, "sightline").id, ToolVersion.label == label)
    ).one()


def change(session, label: str, what: VersionChange) -> None:
    session.add(
        VersionFact(effective_at=ON.instant, recorded_at=ON.instant, version_id=version(session, label).id, change=what)
    )
    session.flush()


@pytest.mark.parametrize("slug", ["sightline", "lockpick", "portrait-sorter"])
def test_officers_with_access_are_those_whom_the_rule_allows_one_by_one(agency, slug):
    facts = gather.tools(agency)[slug]
    begin = start_of_day(ON)
    allowed = {
        person.service_number
        for person in agency.scalars(select(Person))
        for one in facts.versions
        if usable(
            access.answer(
                agency,
                Question(person.service_number, slug, one.label),
                zone=BRUSSELS,
                at=begin.instant,
                known_at=begin.instant,
            )
        )
    }
    assert count(agency, facts, on=begin) == len(allowed)
    assert slug != "sightline" or len(allowed) > 0, "else this compares nothing"


def test_they_are_counted_once_a_day_as_at_its_beginning(agency):
    counting, facts = PeopleWithAccess(), gather.tools(agency)["sightline"]
    before = counting.of(agency, facts, on=ON)
    for person in agency.scalars(select(Person).where(Person.service_number.like("DP-1%"))).all():
        agency.add(
            OfficerSuspension(
                effective_at=ON.instant, recorded_at=ON.instant, officer_id=person.id, reason_code="duties"
            )
        )
    agency.flush()
    assert counting.of(agency, facts, on=ON.at(ON.instant + timedelta(hours=12))) == before
    assert counting.of(agency, facts, on=ON.at(ON.instant + timedelta(days=1))) == 0


def test_a_tool_is_listed_once_it_was_in_use_and_a_prohibited_one_always(agency):
    assert {one.slug: one.standing for one in register(agency).tools} == {
        "lockpick": Standing.IN_USE,
        "portrait-sorter": Standing.PROHIBITED,
        "sightline": Standing.IN_USE,
    }
    early = CivilInstant(local("2026-01-02 09:00"), BRUSSELS)
    assert register(agency, on=early).tool("sightline") is None, "registered, and no version released yet"


def test_a_tool_whose_versions_are_all_stopped_or_gone_says_so(agency):
    change(agency, "3.1", VersionChange.SUSPENDED)
    assert register(agency).tool("sightline").standing is Standing.IN_USE
    change(agency, "3.2", VersionChange.SUSPENDED)
    assert register(agency).tool("sightline").standing is Standing.SUSPENDED
    change(agency, "3.1", VersionChange.WITHDRAWN)
    change(agency, "3.2", VersionChange.WITHDRAWN)
    found = register(agency).tool("sightline")
    assert (found.standing, found.with_access, found.in_use) == (Standing.WITHDRAWN, None, ())
    assert [(one.state, one.withdrawn) for one in found.versions] == [(VersionState.WITHDRAWN, ON.day)] * 2


def test_the_history_has_what_changed_and_what_officers_were_taught_the_newest_first(agency):
    newest, oldest = register(agency).tool("sightline").versions
    assert (newest.label, oldest.label) == ("3.2", "3.1")
    assert newest.what_changed
    assert (newest.update.since, newest.update.level) == ("3.1", Level.DIFFERENCES)
    assert newest.update.modules == ("sightline-3-2",)
    assert oldest.update is None
    assert "ai-limits" in newest.taught.modules


def test_a_version_that_was_never_in_use_is_not_named_by_the_one_after_it(agency):
    at = ON.instant - timedelta(hours=1)
    version_life.prepare(agency, "4.0", at=at)
    made = version_life.prepare(agency, "4.1", replaces="4.0", at=at)
    version_life.assess(agency, "3.2", "4.1", Level.DIFFERENCES, "ai-limits", at=at)
    version_life.assess(agency, "4.0", "4.1", Level.DIFFERENCES, "ai-limits", at=at)
    version_life.release(agency, made, effective_at=ON.instant, at=at)
    newest = register(agency).tool("sightline").versions[0]
    assert (newest.label, newest.update) == ("4.1", None)


def test_emergencies_of_a_year_that_is_over_are_exact_and_of_this_one_rounded_or_withheld(agency):
    there = emergency_agency.of(agency)
    assert register(agency).tool("sightline").emergencies == ((2026, Published(Form.EXACT, 0)),)
    for n in range(6):
        at = ON.instant + timedelta(hours=n)
        there.confirm(there.request(at=at), at=at)
        on = ON.at(at)
        expected = Published(Form.FEWER_THAN, 5) if n < 4 else Published(Form.ABOUT, 5)
        assert register(agency, on=on).tool("sightline").emergencies == ((2026, expected),)
    next_year = ON.at(local("2027-02-01"))
    assert register(agency, on=next_year).tool("sightline").emergencies == (
        (2027, Published(Form.EXACT, 0)),
        (2026, Published(Form.EXACT, 6)),
    )
    assert register(agency).tool("lockpick").emergencies == (), "it offers none, and never did"


def test_what_may_not_be_named_is_left_out_and_not_counted(agency):
    found = register(agency, unpublished=("sightline", "registered-elsewhere"))
    assert [one.slug for one in found.tools] == ["lockpick", "portrait-sorter"]
    assert found.some_unpublished
    assert not register(agency, unpublished=("registered-elsewhere",)).some_unpublished


def test_a_module_that_only_such_a_tool_asks_for_is_left_out_with_it(agency):
    def slugs(**hidden):
        found = public_modules.readable(agency, public_modules.Unpublished(**hidden), at=ON.instant)
        return {one.slug for one in found}

    every = slugs()
    assert "sightline-3-2" in every
    assert "sightline-3-2" not in slugs(tools=("sightline",))
    assert every - slugs(modules=("police-hacking",)) == {"police-hacking"}


def test_what_changed_is_taught_in_public_once_the_version_is_in_use(agency):
    """A module on 3.3, which nobody uses yet, would tell what the agency plans."""

    def shown(slug, day):
        return public_modules.one(agency, slug, public_modules.Unpublished(), at=local(day)) is not None

    assert not shown("sightline-3-3", "2026-11-22")
    assert shown("sightline-3-2", "2026-11-22")
    assert not shown("sightline-3-2", "2026-10-01"), "3.2 was released on 3 November"
    assert shown("ai-limits", "2026-10-01")


def test_a_sentence_on_a_report_is_published_once_signed_and_only_of_a_version_that_was_in_use(agency):
    seen = register(agency).tool("sightline").reports
    signed = reports.published(agency, tool(agency, "sightline"))
    assert [(one.version, one.sentence) for one in seen] == [
        (one.version, one.sentence) for one in signed if one.closed_at <= ON.instant
    ]
    assert [(one.version, one.closed.isoformat()) for one in seen] == [("3.1", "2026-10-28")]
    before = CivilInstant(local("2026-10-28 09:59"), BRUSSELS)
    assert register(agency, on=before).tool("sightline").reports == ()
