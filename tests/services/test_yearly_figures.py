"""The report of a year made from facts: each figure as counted by hand, and the same bytes wherever it is made."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.databases import undone
from tests.rules.factories import BRUSSELS, local
from training_app import demo
from training_app.db import Database
from training_app.models.certification import Award, AwardEnd
from training_app.models.emergencies import EmergencyGrant
from training_app.models.incidents import Incident
from training_app.models.people import Person
from training_app.models.recorded import RecordedDecision, RecordExpiry
from training_app.models.tools import Tool, ToolCard
from training_app.rules.civil_time import CivilInstant
from training_app.rules.disclosure import Form
from training_app.rules.facts import AwardEndKind, AwardKind
from training_app.rules.incidents import Effect
from training_app.rules.yearly_figures import Figure, Unsaid
from training_app.rules.yearly_report import as_csv, as_json, document
from training_app.services import emergencies, public_register
from training_app.services.journal import NothingSealed, seal
from training_app.services.yearly_counts import Year
from training_app.services.yearly_figures import (
    BeingMade,
    KnownTooEarly,
    YearlyReports,
    YearNotOver,
    head_behind,
    report,
    years,
)

AT = local("2026-11-22")
IN_2025 = Year(2025, BRUSSELS)
GOLDEN = Path(__file__).with_name("figures-2025.csv")
"""The figures of the demonstration's past year, looked over by hand: 36 officers certified, of whom the last three
never signed what 1.1 changed; the first six did before its release, the seventh on the day, and so on, one a day."""


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def shared_past(request):
    """The demo agency with its past year, for all tests here: loading it takes longer than each of them."""
    with request.getfixturevalue(f"demo_{request.param}")() as database:
        with database.transaction() as session:
            demo.load_traffic_unit(session)
        yield database


@pytest.fixture
def past(shared_past):
    yield from undone(shared_past)


def made(session, *, at=AT, known_at=None, unpublished=(), year=IN_2025):
    return report(session, year, agency="Demo Police", unpublished=unpublished, at=at, known_at=known_at)


def shown(found, tool, figure, part=""):
    [row] = [row for row in found.of(tool) if row.figure is figure and row.part == part]
    return row.form, row.number


def person(session, number: str) -> Person:
    return session.scalars(select(Person).where(Person.service_number == number)).one()


def test_a_year_is_the_same_bytes_on_either_database_whenever_it_is_made(past):
    first, again = document(made(past)), document(made(past, at=AT + timedelta(days=200)))
    assert as_json(first) == as_json(again)
    assert as_csv(first) == GOLDEN.read_bytes()


def test_what_is_recorded_later_changes_nothing_but_a_report_known_later(past):
    before = made(past)
    officer = person(past, "DP-8020")
    later = {"effective_at": local("2026-02-02"), "recorded_at": local("2026-02-02"), "officer_id": officer.id}
    [award] = past.scalars(select(Award).where(Award.officer_id == officer.id, Award.kind == AwardKind.DELTA))
    past.add(AwardEnd(**later, award_id=award.id, kind=AwardEndKind.VOIDED, reason_code="error-in-record"))
    tool = past.scalars(select(Tool).where(Tool.slug == "platewatch")).one()
    [card] = past.scalars(select(ToolCard).where(ToolCard.tool_id == tool.id))
    said = {column.key: getattr(card, column.key) for column in ToolCard.__table__.columns if column.key != "id"}
    past.add(ToolCard(**said | {"revision": 2, "recorded_at": later["recorded_at"], "personal_data": "Other data."}))
    past.flush()
    assert made(past) == before
    known = made(past, known_at=local("2026-02-03"))
    assert shown(known, "platewatch", Figure.CERTIFIED, "delta") == (Form.EXACT, 32)
    assert known.tool("platewatch").personal_data == "Other data."
    assert shown(known, "platewatch", Figure.CERTIFIED, "full") == shown(before, "platewatch", Figure.CERTIFIED, "full")


def test_first_and_last_instant_bound_the_year(past):
    officer = person(past, "DP-8030")
    record = {"client_id": 1, "officer_id": officer.id, "allowed": False, "answer": {}, "version": "1.1"}
    asked = {"officer": officer.service_number, "tool": "platewatch", "version": "1.1"}
    for instant, slug in (
        ("2024-12-31 23:59:59", "platewatch"),
        ("2025-01-01 00:00:00", None),
        ("2025-12-31 23:59:59", "platewatch"),
        ("2026-01-01 00:00:00", "platewatch"),
    ):
        stamp = {"effective_at": local(instant), "recorded_at": local(instant)}
        past.add(RecordedDecision(**stamp, **record, question=asked, tool=slug, grounds=["overdue", "no-seat"]))
    past.flush()
    found = made(past)
    assert shown(found, "platewatch", Figure.REFUSALS, "overdue") == (Form.EXACT, 13), "11 and the two of the year"
    assert shown(found, "platewatch", Figure.OFFICERS_REFUSED, "overdue") == (Form.EXACT, 8), "of one who was refused"
    assert shown(found, "wordfinder", Figure.REFUSALS, "no-seat") == (Form.EXACT, 0)
    assert shown(found, "platewatch", Figure.REFUSALS, "no-seat") == (Form.AT_LEAST, 1)


def test_where_decisions_of_the_year_were_let_go_none_is_counted(past):
    reports = YearlyReports()

    def of() -> object:
        return reports.of(past, IN_2025, agency="Demo Police", unpublished=(), at=AT)

    kept = of()
    assert of() is kept
    for instant, still in (("2025-01-01 00:00:00", True), ("2025-03-01", False)):
        stamp = {"effective_at": AT, "recorded_at": AT, "recorded_by_id": None}
        past.add(RecordExpiry(**stamp, kept_from=local(instant), decisions=1, searches=0))
        past.flush()
        assert (of() is kept) is still
    assert not of().refusals_kept
    assert shown(of(), "platewatch", Figure.REFUSALS) == (Unsaid.NOT_KEPT, None)
    assert shown(of(), None, Figure.OFFICERS_REFUSED) == (Unsaid.NOT_KEPT, None)


def test_emergencies_and_access_are_those_of_the_register(past):
    found, end = made(past), CivilInstant(IN_2025.end.instant, BRUSSELS)
    register = public_register.register(
        past, on=end, counting=lambda session, tool, on: 36 if tool.slug == "platewatch" else 14
    )
    listed = register.tool("platewatch")
    confirmed = dict(listed.emergencies)[2025]
    assert shown(found, "platewatch", Figure.EMERGENCIES) == (confirmed.form, confirmed.number) == (Form.EXACT, 7)
    assert sum(one.confirmed for one in emergencies.counts(past, zone=BRUSSELS, at=AT)) == 7
    assert past.scalars(select(EmergencyGrant)).all()
    assert shown(found, "wordfinder", Figure.WITH_ACCESS) == (Form.ABOUT, 15)


def test_incidents_count_with_their_tool_and_without_one(past):
    tool = past.scalars(select(Tool).where(Tool.slug == "wordfinder")).one()
    at = local("2025-12-31 23:00")
    for tool_id in [tool.id] * 6 + [None] * 5:
        past.add(Incident(effective_at=at, recorded_at=at, tool_id=tool_id, effect=Effect.OTHER))
    past.flush()
    found = made(past)
    assert shown(found, "wordfinder", Figure.INCIDENTS, "open") == (Form.EXACT, 6)
    assert shown(found, None, Figure.INCIDENTS) == (Form.EXACT, 6)
    assert shown(found, None, Figure.INCIDENTS_NO_TOOL) == (Form.EXACT, 5)


def test_a_tool_that_may_not_be_named_is_in_no_figure(past):
    found = made(past, unpublished=("platewatch",))
    assert [tool.slug for tool in found.tools] == ["wordfinder"]
    assert not found.complete
    assert shown(found, None, Figure.CERTIFIED, "full") == (Form.EXACT, 14)
    assert made(past, unpublished=("sightline",)).complete, "it was not in use in the year"


def test_a_year_is_made_once_it_is_over_by_a_day_and_of_what_is_known_then(past):
    assert years(past, BRUSSELS, at=AT) == [2025]
    assert years(past, BRUSSELS, at=local("2026-01-01 23:59:59")) == []
    assert years(past, BRUSSELS, at=local("2027-01-02 00:00")) == [2026, 2025]
    for at, year in ((local("2026-01-01 23:59:59"), 2025), (AT, 2026), (AT, 9999), (AT, 1)):
        with pytest.raises(YearNotOver):
            made(past, at=at, year=Year(year, BRUSSELS))
        with pytest.raises(YearNotOver):
            YearlyReports().of(past, Year(year, BRUSSELS), agency="", unpublished=(), at=at)
    for known_at in (IN_2025.end.instant - timedelta.resolution, AT + timedelta.resolution):
        with pytest.raises(KnownTooEarly):
            made(past, known_at=known_at)


def test_who_asks_while_another_counts_is_not_kept_waiting(past):
    reports = YearlyReports(patience_seconds=0)
    with reports.counting, pytest.raises(BeingMade):
        reports.of(past, IN_2025, agency="Demo Police", unpublished=(), at=AT)
    assert reports.of(past, IN_2025, agency="Demo Police", unpublished=(), at=AT) == made(past)


def test_the_head_behind_a_report_is_the_first_that_holds_its_facts_and_stays(demo_database: Database):
    with demo_database.reading() as session:
        found = made(session)
        first = head_behind(session, found, origin="police/journal")
    for day in ("2026-11-23", "2025-12-30"):
        at = local(day)
        with demo_database.transaction() as session:
            session.add(Incident(effective_at=at, recorded_at=at, tool_id=None, effect=Effect.OTHER))
        if day < "2026":
            with demo_database.reading() as session, pytest.raises(NothingSealed):
                head_behind(session, found, origin="police/journal")
        seal(demo_database, at=AT)
        with demo_database.reading() as session:
            now = head_behind(session, found, origin="police/journal")
        assert (now == first) is (day > "2026")
    assert now.size == first.size + 2
