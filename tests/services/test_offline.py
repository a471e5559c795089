"""Passes and status lists: a device without a network says what the server says, for as long as it may."""

import json
import zlib
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from tests.rules.factories import BRUSSELS, local
from tests.services.offline_device import (
    ISSUER,
    LONGEST_LIST,
    Device,
    person,
    place_given,
    shown,
    signed,
    take,
    version,
)
from training_app.models.oversight import JournalEntry
from training_app.models.people import Evaluation, OfficerSuspension, Person, SeatGrant, SeatRelease
from training_app.models.tools import Tool, ToolVersion, VersionFact
from training_app.rules.access import Question
from training_app.rules.facts import EvaluationOutcome, VersionChange
from training_app.rules.offline_pass import LONGEST, Obstacle, Terms
from training_app.rules.status_list import LEAST_PLACES, TTL
from training_app.services import access, offline, status_lists
from training_app.services.status_lists import StatusLists

NOW = local("2026-11-22 12:00")
NARROW = Terms((), ("two-hours-a-day",))
"""Allows nothing but use without a purpose, and leaves out no obligation that anybody in the demonstration has."""


@pytest.fixture
def device(demo_session):
    return Device(demo_session, "sightline", "3.2")


def add(session, model, at, **columns):
    fact = model(effective_at=at, recorded_at=columns.pop("recorded_at", at), **columns)
    session.add(fact)
    session.flush()
    return fact


def answer(session, number, slug, label, at, purpose=None):
    question = Question(number, slug, label, purpose=purpose)
    return access.answer(session, question, zone=BRUSSELS, at=at, known_at=at)


def claims_of(token):
    return json.loads(urlsafe_b64decode(token.split(".")[1] + "==="))


def officers(session):
    return list(session.scalars(select(Person.service_number).order_by(Person.id)))


def every_version(session):
    return session.execute(select(Tool.slug, ToolVersion.label).join(ToolVersion.tool).order_by(ToolVersion.id)).all()


# -- the same answer ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "somebody"),
    [
        pytest.param(local("2026-01-20 10:00"), False, id="before-anybody-was-certified"),
        pytest.param(local("2026-10-20 10:00"), True, id="before-3.2-was-released"),
        pytest.param(NOW, True, id="as-the-demonstration-begins"),
        pytest.param(local("2027-01-07 23:59:59"), True, id="last-second-of-an-evaluation"),
        pytest.param(local("2027-01-08 00:00"), True, id="first-instant-without-it"),
        pytest.param(local("2028-02-11 00:00"), False, id="when-evaluations-have-ended"),
    ],
)
def test_offline_says_what_the_server_says_of_every_officer_and_version(demo_session, at, somebody):
    """Those who may use the version take a pass; the others show one from before, with a place that they have."""
    session, said = demo_session, []
    for slug, label in every_version(session):
        device, passes = Device(session, slug, label), {}
        for place, number in enumerate(officers(session)):
            index = place_given(session, number, slug, label, at=at, place=place, terms=NARROW)
            passes[number] = shown(index, slug, label, issued_at=at, expires=at + LONGEST)
        device.fetch(at)
        for number in officers(session):
            if answer(session, number, slug, label, at).allowed:
                assert device.verdict(passes[number], at).allowed
                passes[number] = signed(take(session, number, slug, label, at=at), slug, label)
        device.fetch(at)
        for number in officers(session):
            for purpose in (None, "identify-suspect", "missing-person", "extract-evidence"):
                server = answer(session, number, slug, label, at, purpose)
                verdict = device.verdict(passes[number], at, purpose=purpose)
                assert verdict.allowed == server.allowed, (number, slug, label, purpose, verdict, server.grounds)
                said.append(verdict.allowed)
                assert not server.allowed or verdict.obligations == server.obligations
    assert any(said) == somebody
    assert not all(said)


def test_the_wide_open_purposes_of_a_list_are_those_that_the_rule_allows(demo_session):
    listed = {one.number: one.answer for one in access.listed(demo_session, "sightline", "3.2", zone=BRUSSELS, at=NOW)}
    for number, found in listed.items():
        allowed = [
            purpose
            for purpose in ("identify-suspect", "missing-person", "no-such-purpose")
            if answer(demo_session, number, "sightline", "3.2", NOW, purpose).allowed
        ]
        assert list(found.purposes) == allowed, number


# -- a pass ------------------------------------------------------------------------------------------------------------


def test_a_pass_holds_to_its_last_second_and_no_longer(device):
    given = take(device.session, "DP-1003", "sightline", "3.2", at=NOW)
    assert given.expires_at == NOW + timedelta(hours=8)
    last = given.expires_at - timedelta(seconds=1)
    device.fetch(last)
    assert device.verdict(given, last).allowed
    assert device.verdict(given, given.expires_at).reason == "pass-expired"


def test_a_pass_ends_with_the_right_to_use_the_tool_where_that_is_foreseen(device):
    device.label = "3.1"
    at = local("2027-01-07 20:00")  # the evaluation's last day
    given = take(device.session, "DP-1008", "sightline", "3.1", at=at)
    midnight = local("2027-01-08 00:00")
    assert given.expires_at == midnight
    device.fetch(at)
    second = timedelta(seconds=1)
    for moment in (midnight - second, midnight):
        server = answer(device.session, "DP-1008", "sightline", "3.1", moment)
        assert device.verdict(given, moment).allowed == server.allowed == (moment < midnight)


def test_no_pass_holds_longer_than_a_day_whatever_is_set(device):
    given = take(device.session, "DP-1003", "sightline", "3.2", at=NOW, longest=timedelta(days=3))
    assert given.expires_at == NOW + LONGEST


def test_a_pass_names_nobody(device):
    given = take(device.session, "DP-1003", "sightline", "3.2", at=NOW)
    claims = claims_of(signed(given, "sightline", "3.2"))
    assert sorted(claims) == ["aud", "exp", "iat", "iss", "obligations", "purposes", "status", "version"]
    assert sorted(claims["status"]["status_list"]) == ["idx", "uri"]
    officer = person(device.session, "DP-1003")
    assert officer.name not in str(claims)
    assert "DP-1003" not in str(claims)


@pytest.mark.parametrize(
    ("number", "slug", "label", "obstacle"),
    [
        ("DP-1001", "sightline", "3.2", Obstacle.DENIED),
        ("DP-1003", "sightline", "9.9", None),
        ("DP-1003", "lockpick", "5.0", Obstacle.ASKED_ONLINE),
        ("DP-1001", "lockpick", "5.0", Obstacle.ASKED_ONLINE),
    ],
)
def test_who_may_not_use_the_version_gets_no_pass_and_nobody_one_for_an_intrusive_tool(
    demo_session, number, slug, label, obstacle
):
    if obstacle is None:
        tool = demo_session.scalars(select(Tool).where(Tool.slug == slug)).one()
        columns = {"tool_id": tool.id, "label": label, "what_changed": "-", "how_to_stop": "-", "prohibition": "none"}
        add(demo_session, ToolVersion, NOW, **columns)
        obstacle = Obstacle.DENIED  # never released
    before = demo_session.scalar(select(func.count()).select_from(JournalEntry))
    with pytest.raises(offline.NoPass, match=obstacle):
        take(demo_session, number, slug, label, at=NOW)
    assert demo_session.scalar(select(func.count()).select_from(JournalEntry)) == before


def test_an_officers_place_stays_and_is_another_for_each_version(demo_session):
    lot = Random(1)
    first = take(demo_session, "DP-1003", "sightline", "3.2", at=NOW, lot=lot)
    later = take(demo_session, "DP-1003", "sightline", "3.2", at=NOW + timedelta(hours=1), lot=lot)
    other = take(demo_session, "DP-1003", "sightline", "3.1", at=NOW, lot=lot)
    assert first.id != later.id
    assert first.index_id == later.index_id
    assert first.index.place != other.index.place


def test_asked_twice_in_one_second_one_pass_is_given(demo_session):
    first = take(demo_session, "DP-1003", "sightline", "3.2", at=NOW)
    again = take(demo_session, "DP-1003", "sightline", "3.2", at=NOW + timedelta(microseconds=900_000))
    assert first is again


def test_a_place_that_is_taken_is_not_given_again(demo_session):
    place_given(demo_session, "DP-1001", "sightline", "3.2", at=NOW, place=7)

    class Loaded:
        def __init__(self, *numbers):
            self.numbers = list(numbers)

        def randrange(self, _size):
            return self.numbers.pop(0)

    assert take(demo_session, "DP-1003", "sightline", "3.2", at=NOW, lot=Loaded(7, 7, 8)).index.place == 8


def test_a_pass_and_a_place_are_on_record_about_their_officer(demo_session):
    take(demo_session, "DP-1003", "sightline", "3.2", at=NOW)
    rows = demo_session.scalars(
        select(JournalEntry)
        .where(JournalEntry.fact_kind.in_(["status_index", "offline_pass"]))
        .order_by(JournalEntry.fact_kind)
    ).all()
    officer = person(demo_session, "DP-1003").id
    assert [(row.fact_kind, row.subject_id, row.actor_id) for row in rows] == [
        ("offline_pass", officer, officer),
        ("status_index", officer, officer),
    ]


# -- what happens meanwhile --------------------------------------------------------------------------------------------


def suspend(session, number, at, **columns):
    return add(
        session, OfficerSuspension, at, officer_id=person(session, number).id, tool_id=None, reason_code="-", **columns
    )


def test_a_suspension_reaches_the_device_with_the_next_list_and_at_the_latest_when_the_old_one_expires(device):
    given = take(device.session, "DP-1003", "sightline", "3.2", at=NOW)
    old = device.fetch(NOW)
    later = NOW + timedelta(minutes=1)
    suspend(device.session, "DP-1003", later)
    assert device.verdict(given, later).allowed, "it is cut off, and cannot know"
    assert device.verdict(given, NOW + LONGEST_LIST).reason == "list-expired"
    new = device.fetch(later)
    assert new.text != old.text
    assert device.verdict(given, later).reason == "status-invalid"


def test_a_pass_ends_when_the_seat_loses_a_purpose_and_a_new_one_says_what_is_left(device):
    session = device.session
    given = take(session, "DP-1003", "sightline", "3.2", at=NOW)
    device.fetch(NOW)
    seat = session.scalars(select(SeatGrant).where(SeatGrant.officer_id == given.officer_id)).first()
    later = NOW + timedelta(minutes=5)
    add(session, SeatRelease, later, officer_id=given.officer_id, seat_id=seat.id)
    columns = {"officer_id": given.officer_id, "tool_id": seat.tool_id, "unit_id": seat.unit_id, "justification": "-"}
    add(session, SeatGrant, later, purposes=["missing-person"], **columns)
    device.fetch(later)
    assert device.verdict(given, later).reason == "status-invalid"
    new = take(session, "DP-1003", "sightline", "3.2", at=later)
    device.fetch(later)
    assert device.verdict(new, later, purpose="missing-person").allowed
    assert device.verdict(new, later, purpose="identify-suspect").reason == "purpose-not-permitted"
    assert device.verdict(given, later).reason == "status-invalid", "the old pass does not come back with the new one"


def test_a_pass_ends_when_a_restriction_is_added(device):
    session = device.session
    given = take(session, "DP-1003", "sightline", "3.2", at=NOW)
    restricted = {"outcome": EvaluationOutcome.RESTRICTED, "through": date(2027, 6, 1), "restriction": "not-alone"}
    later = NOW + timedelta(hours=1)
    add(session, Evaluation, later, officer_id=given.officer_id, **restricted)
    device.fetch(later)
    assert device.verdict(given, later).reason == "status-invalid"
    new = take(session, "DP-1003", "sightline", "3.2", at=later)
    device.fetch(later)
    assert device.verdict(new, later).obligations == ("not-alone",)


def test_a_withdrawn_version_is_refused_to_everybody_by_one_new_list(device):
    given = [take(device.session, number, "sightline", "3.2", at=NOW) for number in ("DP-1003", "DP-1007", "DP-1012")]
    device.fetch(NOW)
    assert all(device.verdict(one, NOW).allowed for one in given)
    later = NOW + timedelta(seconds=1)
    of = version(device.session, "sightline", "3.2")
    add(device.session, VersionFact, later, version_id=of.id, change=VersionChange.WITHDRAWN)
    device.fetch(later)
    assert {device.verdict(one, later).reason for one in given} == {"status-invalid"}


def test_a_list_expires_when_something_recorded_about_the_tool_takes_effect(device):
    of, withdrawn = version(device.session, "sightline", "3.2"), NOW + timedelta(hours=1)
    given = take(device.session, "DP-1003", "sightline", "3.2", at=NOW)
    add(device.session, VersionFact, withdrawn, recorded_at=NOW, version_id=of.id, change=VersionChange.WITHDRAWN)
    assert device.fetch(NOW).expires == withdrawn
    assert device.verdict(given, withdrawn - timedelta(seconds=1)).allowed
    assert device.verdict(given, withdrawn).reason == "list-expired"
    device.fetch(withdrawn)
    assert device.verdict(given, withdrawn).reason == "status-invalid"


# -- the list ----------------------------------------------------------------------------------------------------------


def valid_places(claims):
    """Return the places that a list says VALID of, and how many it has."""
    data = zlib.decompress(urlsafe_b64decode(claims["status_list"]["lst"] + "==="))
    return [place for place in range(len(data) * 8) if not data[place >> 3] >> (place & 7) & 1], len(data) * 8


def test_a_list_says_what_the_specification_wants_and_refuses_places_that_nobody_has(device):
    given = take(device.session, "DP-1003", "sightline", "3.2", at=NOW)
    place_given(device.session, "DP-1001", "sightline", "3.2", at=NOW, place=given.index.place ^ 1)
    claims = claims_of(device.fetch(NOW).text)
    valid, size = valid_places(claims)
    assert valid == [given.index.place]
    assert size == LEAST_PLACES
    of = version(device.session, "sightline", "3.2")
    assert claims["sub"] == ISSUER.list_address(of.id)
    assert (claims["iat"], claims["exp"]) == (int(NOW.timestamp()), int((NOW + LONGEST_LIST).timestamp()))
    assert claims["ttl"] == 300
    assert claims["status_list"]["bits"] == 1
    assert sorted(claims) == ["exp", "iat", "iss", "status_list", "sub", "ttl"]


def test_the_same_token_is_given_until_it_says_something_else_or_is_as_old_as_its_ttl(device):
    take(device.session, "DP-1003", "sightline", "3.2", at=NOW)
    first = device.fetch(NOW)
    assert device.fetch(NOW + TTL - timedelta(seconds=1)) is first
    second = device.fetch(NOW + TTL)
    assert second.issued_at == NOW + TTL
    suspend(device.session, "DP-1010", NOW + TTL)  # has no place on this list
    assert device.fetch(NOW + TTL + timedelta(seconds=1)) is second


def test_an_unknown_version_has_no_list(device):
    asked = {"zone": BRUSSELS, "at": NOW, "longest": LONGEST_LIST}
    assert StatusLists().token(device.session, 999, ISSUER, **asked) is None


def test_while_one_makes_a_list_others_get_the_last_one_or_are_told_to_wait(device):
    of = version(device.session, "sightline", "3.2")
    meanwhile = []

    def ask():
        asked = {"zone": BRUSSELS, "at": NOW, "longest": LONGEST_LIST}
        return device.lists.token(device.session, of.id, ISSUER, **asked)

    def sign(claims):
        try:
            meanwhile.append(ask())
        except status_lists.Busy as busy:
            meanwhile.append(busy)
        return ISSUER.sign(claims)

    slow = replace(ISSUER, sign=sign)
    asked = {"zone": BRUSSELS, "longest": LONGEST_LIST}
    first = device.lists.token(device.session, of.id, slow, at=NOW, **asked)
    second = device.lists.token(device.session, of.id, slow, at=NOW + TTL, **asked)
    assert first is not second
    assert isinstance(meanwhile[0], status_lists.Busy)
    assert meanwhile[1] is first


def test_every_version_has_its_address(demo_session):
    found = status_lists.addresses(demo_session, ISSUER.list_address, at=NOW)
    assert len(found) == len(every_version(demo_session)) == len(set(found))
