"""Seats in the database: under the cap, inside the own unit, never for oneself, and each click once."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from tests.services import recorded, seat_agency
from tests.services.seat_agency import NOW, ZONE, SeatAgency
from training_app.models.people import (
    AccountChange,
    AccountFact,
    SeatCap,
    SeatGrant,
    SeatRelease,
    SeatReview,
    UnitSeatCap,
)
from training_app.models.tools import ToolPurpose
from training_app.rules.civil_time import CivilInstant
from training_app.rules.seats import ObstacleKind
from training_app.services import own_unit, seats
from training_app.services.own_unit import NotInUnit, OwnCase

LATER = NOW + timedelta(days=1)


@pytest.fixture
def agency(session) -> SeatAgency:
    return seat_agency.build(session, cap=2)


def refused(agency: SeatAgency, number: str, **given) -> list[ObstacleKind]:
    """Return what stood against the grant, after checking that nothing was recorded."""
    before = count(agency, SeatGrant)
    with pytest.raises(seats.SeatRefused) as refusal:
        agency.grant(number, **given)
    assert count(agency, SeatGrant) == before
    return [found.kind for found in refusal.value.obstacles]


def count(agency: SeatAgency, model) -> int:
    return agency.session.scalar(select(func.count()).select_from(model))


def release(agency: SeatAgency, seat: SeatGrant, *, by: str = "S-CENTRAL", at=LATER) -> SeatRelease:
    return seats.release(agency.session, seat, at=at, by=agency.people[by], zone=ZONE)


def review(agency: SeatAgency, seat: SeatGrant, *, by: str = "S-CENTRAL", at=LATER) -> SeatReview:
    return seats.review(agency.session, seat, at=at, by=agency.people[by], zone=ZONE)


def test_a_seat_is_granted_in_the_officers_unit_with_purposes_and_justification(agency):
    seat = agency.grant("O-1", by="S-AGENCY", purposes=("missing-person", "identify-suspect"))
    assert seat.unit_id == agency.units["Central"].id
    assert seat.purposes == ["missing-person", "identify-suspect"]
    assert seat.justification == "Works on it."
    assert seat.recorded_by_id == agency.people["S-AGENCY"].id
    assert agency.held() == ["O-1"]


def test_no_seat_is_granted_beyond_the_cap_and_a_released_one_makes_room(agency):
    first = agency.grant("O-1")
    agency.grant("O-2")
    assert refused(agency, "O-3") == [ObstacleKind.CAP_REACHED]
    release(agency, first)
    agency.grant("O-3", at=LATER)
    assert agency.held(at=LATER) == ["O-2", "O-3"]


def test_a_units_cap_binds_where_the_tool_has_room(agency):
    seats.set_cap(agency.session, agency.tool, 1, unit=agency.units["Central"], at=NOW, by=agency.people["S-AGENCY"])
    agency.grant("O-1")
    assert refused(agency, "O-2") == [ObstacleKind.UNIT_CAP_REACHED]
    agency.grant("H-1", by="S-HARBOUR")


def test_an_officer_holds_one_seat_for_a_tool_at_a_time(agency):
    agency.grant("O-1")
    assert refused(agency, "O-1") == [ObstacleKind.ALREADY_HELD]


def test_a_purpose_that_the_tool_no_longer_permits_is_refused(agency):
    ended = ToolPurpose(
        **seat_agency.BEFORE, tool_id=agency.tool.id, code="missing-person", name="Missing", permitted=False, cases=[]
    )
    agency.session.add(ended)
    assert refused(agency, "O-1") == [ObstacleKind.PURPOSE_NOT_PERMITTED]
    agency.grant("O-1", purposes=("identify-suspect",))


def test_a_seat_without_purpose_is_refused_where_the_tool_states_purposes(agency):
    assert refused(agency, "O-1", purposes=()) == [ObstacleKind.PURPOSE_NEEDED]


def test_a_closed_account_gets_no_seat(agency):
    person = agency.people["O-1"]
    agency.session.add(AccountFact(effective_at=NOW, recorded_at=NOW, person_id=person.id, change=AccountChange.CLOSED))
    assert refused(agency, "O-1") == [ObstacleKind.ACCOUNT_CLOSED]


@pytest.mark.parametrize(("number", "by"), [("H-1", "S-CENTRAL"), ("S-AGENCY", "S-CENTRAL"), ("NOBODY", "S-CENTRAL")])
def test_who_is_not_of_the_own_unit_gets_no_seat(agency, number, by):
    with pytest.raises(NotInUnit):
        agency.grant(number, by=by)


def test_a_supervisor_without_a_unit_grants_nothing(agency):
    agency.people["LOST"] = recorded.person(agency.session, service_number="LOST")
    with pytest.raises(NotInUnit):
        agency.grant("O-1", by="LOST")


def test_nobody_grants_reviews_or_releases_their_own_seat(agency):
    with pytest.raises(OwnCase):
        agency.grant("S-CENTRAL", by="S-CENTRAL")
    own = agency.grant("S-CENTRAL", by="S-AGENCY")
    for act in (review, release):
        with pytest.raises(OwnCase):
            act(agency, own)
    assert count(agency, SeatReview) == count(agency, SeatRelease) == 0


def test_a_seat_left_behind_by_a_transfer_frees_its_place_and_is_nobodys_to_release(agency):
    seat = agency.grant("O-1")
    agency.move("O-1", "Harbour", at=LATER)
    assert agency.held(at=LATER) == []
    with pytest.raises(NotInUnit):
        release(agency, seat)
    with pytest.raises(seats.SeatEnded):
        release(agency, seat, by="S-HARBOUR")


def test_a_second_release_changes_nothing(agency):
    seat = agency.grant("O-1")
    release(agency, seat)
    with pytest.raises(seats.SeatEnded):
        release(agency, seat)
    assert count(agency, SeatRelease) == 1


def test_seats_granted_by_a_server_whose_clock_runs_ahead_count_all_the_same(agency):
    agency.grant("O-1", at=NOW + timedelta(seconds=5))
    second = agency.grant("O-2", at=NOW)
    assert second.effective_at == NOW + timedelta(seconds=5)
    assert refused(agency, "O-3", at=NOW) == [ObstacleKind.CAP_REACHED]


# -- reviews -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def reviewing(session) -> SeatAgency:
    return seat_agency.build(session, cap=2, seat_review_months=3)


def test_a_review_carries_the_seat_on_and_a_second_one_that_day_changes_nothing(reviewing):
    seat = reviewing.grant("O-1")
    review(reviewing, seat)
    with pytest.raises(seats.ReviewedAlready):
        review(reviewing, seat, at=LATER + timedelta(hours=2))
    with pytest.raises(seats.ReviewedAlready):
        review(reviewing, seat, at=NOW)
    assert count(reviewing, SeatReview) == 1
    held = seats.held_seat(reviewing.session, seat, on=CivilInstant(LATER, ZONE))
    assert held.review_day.isoformat() == "2027-02-23"


def test_a_seat_that_lapsed_without_review_is_not_revived(reviewing):
    seat = reviewing.grant("O-1")
    with pytest.raises(seats.SeatEnded):
        review(reviewing, seat, at=NOW + timedelta(days=150))
    assert count(reviewing, SeatReview) == 0


def test_where_policy_asks_for_no_review_none_is_recorded(agency):
    seat = agency.grant("O-1")
    with pytest.raises(seats.ReviewNotAsked):
        review(agency, seat)
    assert count(agency, SeatReview) == 0


# -- caps --------------------------------------------------------------------------------------------------------------


def test_lowering_the_cap_drops_nobody_says_who_is_over_and_blocks_new_grants(agency):
    for number in ("O-1", "O-2"):
        agency.grant(number)
    seats.set_cap(agency.session, agency.tool, 1, at=LATER, by=agency.people["S-AGENCY"])
    found = seats.tool_seats(agency.session, agency.tool, on=CivilInstant(LATER, ZONE))
    assert [one.officer for one in found.held] == ["O-1", "O-2"]
    assert [one.officer for one in found.whole.over] == ["O-2"]
    assert refused(agency, "O-3", at=LATER) == [ObstacleKind.CAP_REACHED]


def test_the_same_cap_set_twice_is_one_fact(agency):
    by = agency.people["S-AGENCY"]
    for unit, model in ((None, SeatCap), (agency.units["Central"], UnitSeatCap)):
        seats.set_cap(agency.session, agency.tool, 5, unit=unit, at=NOW, by=by)
        before = count(agency, model)
        with pytest.raises(seats.CapUnchanged):
            seats.set_cap(agency.session, agency.tool, 5, unit=unit, at=LATER, by=by)
        assert count(agency, model) == before


def test_of_two_caps_set_at_one_instant_the_one_set_second_holds(agency):
    by = agency.people["S-AGENCY"]
    for cap in (5, 7):
        seats.set_cap(agency.session, agency.tool, cap, at=NOW, by=by)
    assert seats.tool_seats(agency.session, agency.tool, on=CivilInstant(LATER, ZONE)).whole.cap == 7


# -- reading -----------------------------------------------------------------------------------------------------------


def test_counting_reads_as_little_for_many_officers_as_for_few(agency):
    agency.grant("O-1")
    sent: list[int] = []

    def note(_connection, cursor, *_rest):
        sent.append(1)

    connection = agency.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    seats.tool_seats(agency.session, agency.tool, on=CivilInstant(NOW, ZONE))
    few = len(sent)
    for number in range(200):
        agency.person(f"N-{number}", "Central")
    sent.clear()
    found = seats.tool_seats(agency.session, agency.tool, on=CivilInstant(NOW, ZONE))
    event.remove(connection, "before_cursor_execute", note)
    assert len(sent) == few
    assert set(found.holders) == {"O-1"}, "nobody is read who never held a seat"


def test_a_supervisor_is_told_of_the_caps_of_their_units_and_of_those_above(agency):
    by = agency.people["S-AGENCY"]
    for unit in agency.units.values():
        seats.set_cap(agency.session, agency.tool, 3, unit=unit, at=NOW, by=by)
    found = seats.tool_seats(agency.session, agency.tool, on=CivilInstant(NOW, ZONE))
    own = own_unit.own_unit(agency.session, agency.people["S-CENTRAL"], at=NOW)
    near = found.rooms_around([str(one) for one in own.ids], str(own.unit.id))
    assert {found.units.names[room.unit] for room in near} == {"Agency", "Central"}


def test_purposes_come_with_the_name_stated_last(agency):
    for name in ("Missing", "Search for a missing person"):
        agency.session.add(
            ToolPurpose(
                **seat_agency.BEFORE, tool_id=agency.tool.id, code="missing-person", name=name, permitted=True, cases=[]
            )
        )
    agency.session.flush()
    found = seats.tool_seats(agency.session, agency.tool, on=CivilInstant(NOW, ZONE))
    names = seats.purpose_names(agency.session, found)
    assert names == {"missing-person": "Search for a missing person", "identify-suspect": ""}
    assert seats.permitted(found) == ("identify-suspect", "missing-person")


def test_the_seats_on_every_tool_are_those_on_each_read_with_as_many_statements_however_many_tools(agency):
    agency.grant("O-1")
    for unit in (None, agency.units["Central"]):
        seats.set_cap(agency.session, agency.tool, 3, unit=unit, at=NOW, by=agency.people["S-AGENCY"])
    on, sent = CivilInstant(LATER, ZONE), []
    connection = agency.session.connection()

    def note(*said):
        sent.append(said[2])

    def read():
        sent.clear()
        event.listen(connection, "before_cursor_execute", note)
        found = seats.on_every_tool(agency.session, on=on)
        names = seats.purpose_names_by_tool(agency.session, found)
        event.remove(connection, "before_cursor_execute", note)
        return found, names, len(sent)

    _found, _names, few = read()
    for _ in range(3):
        other = recorded.tool(agency.session)
        agency.session.add(SeatCap(**seat_agency.BEFORE, tool_id=other.id, seats=1))
    agency.session.flush()
    found, names, still = read()
    assert still == few
    assert len(found) == 4
    for one in found:
        alone = seats.tool_seats(agency.session, one.tool, on=on)
        assert one == alone
        assert names[one.tool.slug] == seats.purpose_names(agency.session, alone)
