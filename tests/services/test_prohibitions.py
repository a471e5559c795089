"""Prohibited practice: the answer is corrected by two persons, and nothing else lifts it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.rules.factories import local
from tests.services import version_life
from training_app import demo
from training_app.models.people import Person
from training_app.models.tools import ProhibitionCorrection, ReleaseCancellation, Tool, ToolVersion
from training_app.rules.access import Badge, Ground, Question
from training_app.rules.facts import Level, Prohibition
from training_app.services import access, prohibitions, releases
from training_app.services.second_signatures import AlreadyDone, SameSigner, Superseded

NOW = local("2026-11-22 12:00")


@pytest.fixture
def agency(demo_session):
    return demo_session


def tool(session, slug: str) -> Tool:
    return session.scalars(select(Tool).where(Tool.slug == slug)).one()


def version(session, label: str) -> ToolVersion:
    return session.scalars(select(ToolVersion).where(ToolVersion.label == label)).one()


def by(session, number: str = "DP-3001") -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def ask(session, label, *, at=NOW, slug="sightline"):
    return access.answer(session, Question("DP-1003", slug, label), zone=demo.ZONE, at=at, known_at=at)


def propose(session, subject, label, answer, *, author="DP-3001"):
    found = None if label is None else version(session, label)
    stated = prohibitions.Corrected(answer, "The vendor's statement was misread.", "Vendor's statement, p. 4")
    return prohibitions.propose(session, subject, found, stated, at=NOW, by=by(session, author))


def sign(session, correction, *, signer="DP-3002", at=NOW):
    prohibitions.sign(session, correction, at=at, by=by(session, signer))


def test_a_version_found_to_be_prohibited_is_refused_from_the_second_signature_on(agency):
    correction = propose(agency, tool(agency, "sightline"), "3.2", Prohibition.LAW)
    assert ask(agency, "3.2").allowed, "one registrar changes nothing"
    later = NOW + timedelta(hours=1)
    sign(agency, correction, at=later)
    refused = ask(agency, "3.2", at=later)
    assert (refused.grounds, refused.badge) == ((Ground.VERSION_PROHIBITED,), Badge.PROHIBITED)
    assert ask(agency, "3.2", at=later - timedelta(seconds=1)).allowed
    assert ask(agency, "3.1", at=later).allowed, "the other version is not concerned"


def test_a_tool_that_was_taken_for_prohibited_is_open_again_once_two_have_signed(agency):
    sorter = tool(agency, "portrait-sorter")
    assert Ground.TOOL_PROHIBITED in ask(agency, "1", slug="portrait-sorter").grounds
    sign(agency, propose(agency, sorter, None, Prohibition.NONE))
    assert Ground.TOOL_PROHIBITED not in ask(agency, "1", slug="portrait-sorter").grounds
    assert prohibitions.answer_on_record(agency, sorter, None) is Prohibition.NONE


def test_law_and_policy_are_kept_apart_and_each_corrected_into_the_other(agency):
    sorter = tool(agency, "portrait-sorter")
    assert prohibitions.answer_on_record(agency, sorter, None) is Prohibition.LAW
    sign(agency, propose(agency, sorter, None, Prohibition.POLICY))
    assert prohibitions.answer_on_record(agency, sorter, None) is Prohibition.POLICY
    assert Ground.TOOL_PROHIBITED in ask(agency, "1", slug="portrait-sorter").grounds


def test_the_last_correction_that_was_signed_is_on_record(agency):
    sightline = tool(agency, "sightline")
    sign(agency, propose(agency, sightline, None, Prohibition.LAW))
    sign(agency, propose(agency, sightline, None, Prohibition.NONE), at=NOW + timedelta(hours=1))
    assert prohibitions.answer_on_record(agency, sightline, None) is Prohibition.NONE
    assert ask(agency, "3.2", at=NOW + timedelta(hours=1)).allowed


def test_nobody_signs_their_own_correction_and_none_is_signed_twice(agency):
    correction = propose(agency, tool(agency, "sightline"), None, Prohibition.POLICY)
    with pytest.raises(SameSigner):
        sign(agency, correction, signer="DP-3001")
    sign(agency, correction)
    with pytest.raises(AlreadyDone):
        sign(agency, correction)


def test_writing_the_same_twice_writes_it_once_and_a_later_one_replaces_it(agency):
    sightline = tool(agency, "sightline")
    first = propose(agency, sightline, None, Prohibition.POLICY)
    with pytest.raises(AlreadyDone):
        propose(agency, sightline, None, Prohibition.POLICY)
    of_a_version = propose(agency, sightline, "3.2", Prohibition.POLICY)
    propose(agency, sightline, None, Prohibition.LAW)
    with pytest.raises(Superseded):
        sign(agency, first)
    sign(agency, of_a_version)
    assert agency.scalar(select(func.count()).select_from(ProhibitionCorrection)) == 3


def test_the_answer_on_record_needs_no_correction(agency):
    with pytest.raises(prohibitions.NothingToCorrect):
        propose(agency, tool(agency, "sightline"), None, Prohibition.NONE)
    with pytest.raises(prohibitions.NothingToCorrect):
        propose(agency, tool(agency, "portrait-sorter"), None, Prohibition.LAW)


def scheduled_3_3(session):
    made = version_life.prepare(session, "3.3")
    version_life.assess(session, "3.2", "3.3", Level.CARRY_OVER)
    return version_life.release(session, made, effective_at=NOW + timedelta(days=7))


@pytest.mark.parametrize("label", ["3.3", None], ids=["the-version", "the-tool"])
def test_a_release_to_come_of_what_is_found_to_be_prohibited_never_takes_place(agency, label):
    planned = scheduled_3_3(agency)
    sign(agency, propose(agency, tool(agency, "sightline"), label, Prohibition.LAW), at=NOW + timedelta(days=1))
    assert releases.is_called_off(agency, planned)
    cancellation = agency.scalars(select(ReleaseCancellation)).one()
    assert cancellation.recorded_by_id == by(agency, "DP-3002").id
    assert cancellation.reason == "The vendor's statement was misread."
    back = NOW + timedelta(days=8)
    sign(agency, propose(agency, tool(agency, "sightline"), label, Prohibition.NONE), at=back)
    assert Ground.VERSION_NOT_RELEASED in ask(agency, "3.3", at=back).grounds, "it is in use through a gate, or not"


def test_a_release_to_come_of_another_version_stays_set(agency):
    planned = scheduled_3_3(agency)
    sign(agency, propose(agency, tool(agency, "sightline"), "3.1", Prohibition.POLICY))
    assert not releases.is_called_off(agency, planned)


def test_a_correction_that_permits_calls_nothing_off(agency):
    planned = scheduled_3_3(agency)
    sign(agency, propose(agency, tool(agency, "sightline"), "3.1", Prohibition.POLICY))
    sign(agency, propose(agency, tool(agency, "sightline"), "3.1", Prohibition.NONE), at=NOW + timedelta(hours=1))
    assert not releases.is_called_off(agency, planned)
