"""A list that is brought up to date says what one made from nothing says, whatever happened in between."""

from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, event

from tests.rules.factories import BRUSSELS, local
from tests.services import recorded
from tests.services.offline_device import ISSUER, LONGEST_LIST
from tests.services.test_access_lists import DAYS, Histories, add, tool_in_use
from training_app.models.offline import StatusIndex
from training_app.models.people import (
    AccountChange,
    AccountFact,
    Evaluation,
    OfficerReinstatement,
    OfficerSuspension,
    SeatGrant,
    UnitAssignment,
)
from training_app.models.tools import ToolPolicy
from training_app.rules.facts import EvaluationOutcome
from training_app.rules.offline_pass import Terms
from training_app.services import journal
from training_app.services.status_lists import StatusLists

BEGIN = local("2026-11-22 21:00")
LIMITED = Terms((), ("supervised",))
FREE = Terms((), ())


class World:
    """A small agency in which something happens now and then; told by lot."""

    def __init__(self, database, seed):
        self.database, self.lot = database, Random(seed)
        with database.transaction() as session:
            self.tools = [tool_in_use(session, slug) for slug in ("plates", "voices")]
            self.histories = Histories(session, self.tools, seed)
            self.people = [self.officer() for _ in range(12)]
        self.version = self.tools[0].versions[0].id
        self.places = iter(self.lot.sample(range(2**17), 400))
        with database.transaction() as session:
            for person in self.people[:8]:
                columns = {"officer_id": person, "version_id": self.version, "terms": str(LIMITED)}
                add(session, StatusIndex, BEGIN, place=next(self.places), **columns)
        journal.seal(database, at=BEGIN)
        self.suspended = []

    def officer(self):
        """Add an officer who may use every version, as far as days that are drawn by lot allow."""
        histories, tool = self.histories, self.tools[0]
        person = recorded.person(histories.session).id
        histories.add(AccountFact, DAYS[0], person_id=person, change=AccountChange.OPENED)
        histories.add(UnitAssignment, DAYS[0], person_id=person, unit_id=histories.units[0])
        histories.add(Evaluation, DAYS[0], **histories.outcome(), officer_id=person)
        seat = {"tool_id": tool.id, "unit_id": histories.units[0], "purposes": ["missing-person"]}
        histories.add(SeatGrant, DAYS[2], officer_id=person, justification="-", **seat)
        for version in tool.versions:
            histories.award(person, tool, at=DAYS[3], version_id=version.id)
        return person

    def happens(self, at):
        """Record one thing at *at*, perhaps for a later instant, and perhaps seal it."""
        with self.database.transaction() as session:
            self.lot.choice(
                (self.place, self.place, self.suspension, self.reinstatement, self.evaluation, self.policy, self.joins)
            )(session, at)
        if self.lot.random() < 0.6:
            journal.seal(self.database, at=at)

    def stamped(self, session, model, at, **columns):
        effective = at + timedelta(minutes=self.lot.choice((0, 0, 0, 20, 90, 240)))
        return add(session, model, effective, recorded_at=at, **columns)

    def place(self, session, at):
        person, terms = self.lot.choice(self.people), str(self.lot.choice((FREE, LIMITED)))
        columns = {"officer_id": person, "version_id": self.version, "terms": terms}
        if session.query(StatusIndex).filter_by(**columns).first() is None:
            add(session, StatusIndex, at, place=next(self.places), **columns)

    def suspension(self, session, at):
        tool_id = self.lot.choice((None, self.tools[0].id, self.tools[1].id))
        columns = {"officer_id": self.lot.choice(self.people), "tool_id": tool_id, "reason_code": "-"}
        self.suspended.append(self.stamped(session, OfficerSuspension, at, **columns))

    def reinstatement(self, session, at):
        if self.suspended:
            ended = self.suspended.pop()
            columns = {"officer_id": ended.officer_id, "suspension_id": ended.id, "reason_code": "-"}
            self.stamped(session, OfficerReinstatement, at, **columns)

    def evaluation(self, session, at):
        outcome, restriction = self.lot.choice(
            [(EvaluationOutcome.CLEARED, None), (EvaluationOutcome.RESTRICTED, "supervised")]
        )
        through = self.lot.choice((date(2026, 11, 22), date(2026, 11, 23), date(2027, 6, 1)))
        columns = {"outcome": outcome, "through": through, "restriction": restriction}
        self.stamped(session, Evaluation, at, officer_id=self.lot.choice(self.people), **columns)

    def policy(self, session, at):
        if self.lot.random() < 0.3:
            revision = session.query(ToolPolicy).filter_by(tool_id=self.tools[0].id).count() + 1
            terms = {"revision": revision, "validity_months": 12, "window_months": 3, "pass_age_months": 12}
            asked = {"evaluation_required": self.lot.random() < 0.5, "seats_required": True, "seat_review_months": 6}
            self.stamped(session, ToolPolicy, at, tool_id=self.tools[0].id, **terms, **asked)

    def joins(self, session, at):
        self.histories.session = session
        self.people.append(self.officer())


@pytest.mark.parametrize("seed", range(3))
def test_a_list_kept_up_to_date_says_what_a_new_one_says(database, seed):
    world, kept, at = World(database, seed), StatusLists(), BEGIN
    said = set()
    for _ in range(25):
        at += timedelta(minutes=world.lot.choice((0, 1, 7, 45, 60)), seconds=world.lot.randrange(60))
        if world.lot.random() < 0.7:
            world.happens(at)
        asked = {"zone": BRUSSELS, "at": at, "longest": LONGEST_LIST}
        with database.reading() as session:
            old, new = kept.token(session, world.version, ISSUER, **asked), StatusLists()
            new.token(session, world.version, ISSUER, **asked)
        assert kept._kept[world.version].bits == new._kept[world.version].bits, f"at {at}"
        assert old.expires > at
        said.add(kept._kept[world.version].bits)
    assert len(said) >= 3, "nothing happened"


def test_officers_are_read_again_only_where_something_was_recorded_about_them(database):
    world, kept = World(database, 1), StatusLists()
    read = []

    @event.listens_for(Engine, "before_cursor_execute")
    def told(_connection, _cursor, statement, parameters, _context, _many):
        if "FROM account_fact" in statement:
            read.append(str(parameters))

    def ask(at):
        read.clear()
        with database.reading() as session:
            kept.token(session, world.version, ISSUER, zone=BRUSSELS, at=at, longest=LONGEST_LIST)
        return len(read)

    later, one = BEGIN + timedelta(minutes=1), world.people[3]
    try:
        assert ask(BEGIN) == 1
        assert ask(later) == 0
        with database.transaction() as session:
            add(session, OfficerSuspension, later, officer_id=one, tool_id=None, reason_code="-")
        assert ask(later) == 1
        assert f"[{one}]" in read[0], "others were read with the officer"
        journal.seal(database, at=later)
        assert ask(later) == 0, "that it was sealed since changes nothing"
        assert ask(later) == 0
        assert ask(local("2026-11-23 00:00")) == 1, "another day"
        assert f"[{one}]" not in read[0]
    finally:
        event.remove(Engine, "before_cursor_execute", told)
